//! Labels and values in elements of their own: `<span>성명</span><span>홍길동</span>`, and a label with the control whose
//! value it speaks of.

use super::Scan;
use super::cues::Met;
use crate::text::lex::{BLOCK, Reader, Spelled};
use crate::text::{Charset, Syntax};

/// Characters behind a label's stem in which it ends.
const ENDS: usize = 12;
/// Characters before a shape in which it begins.
const BEGINS: usize = 90;
/// Bytes before its name in which a control's value stands, at most: less than what honorifics keep open.
const BEFORE: usize = 200;
/// Bytes of a control's value that are read.
const VALUE: usize = 400;

/// Whether an element ends in these bytes and another begins: what stands before is not one word with what stands behind.
fn parts_elements(between: &[u8]) -> bool {
    let ends = memchr::memmem::find(between, b"</");
    let after = ends.and_then(|at| between.get(at + 2..)).unwrap_or_default();
    memchr::memchr_iter(b'<', after).any(|at| after.get(at + 1).is_some_and(u8::is_ascii_alphabetic))
}

/// Puts the end of a block before the character with this number, if one element ends before it and another begins.
fn part(bytes: &[u8], spelled: &mut Vec<Spelled>, number: usize) -> bool {
    let (Some(before), Some(here)) = (number.checked_sub(1).and_then(|last| spelled.get(last)), spelled.get(number))
    else {
        return false;
    };
    let start = here.start;
    let between = bytes.get(before.start + before.len..start).unwrap_or_default();
    let parts = between.len() > 6 && parts_elements(between);
    if parts {
        spelled.insert(number, Spelled { char: BLOCK, start, len: 0 });
    }
    parts
}

impl Scan {
    /// Parts a label from the value that stands in the next element, and a shape from the label in the one before. Where the
    /// cue stands then.
    pub(super) fn part_labelled(&self, met: Met, spelled: &mut Vec<Spelled>, at: usize) -> usize {
        let bytes = self.window.text();
        if !matches!(self.document.syntax, Syntax::Html | Syntax::Xml) {
            return at;
        }
        if met.cue.is_label() {
            let end = at + spelled.iter().skip(at).take_while(|spelled| spelled.start < met.at + met.len).count();
            for number in end..end + ENDS {
                // 받는 분, 신청자 성명
                let goes_on = spelled.get(number + 1).is_some_and(|next| "분사성이".contains(next.char));
                let of_label = |here: &Spelled| {
                    here.char.is_alphabetic() || "()*".contains(here.char) || here.char == ' ' && goes_on
                };
                if part(bytes, spelled, number) || !spelled.get(number).is_some_and(of_label) {
                    break;
                }
            }
        }
        let begins =
            (at.saturating_sub(BEGINS)..=at).rev().find(|number| met.cue.is_shape() && part(bytes, spelled, *number));
        at + usize::from(begins.is_some())
    }

    /// Asks about the value of the control that a label speaks of. `false` if more bytes are needed.
    pub(super) fn control_is_examined(
        &mut self,
        met: Met,
        spelled: &[Spelled],
        at: usize,
        charset: Charset,
        last: bool,
    ) -> bool {
        let reader = Reader::new(self.window.text(), charset, self.document.syntax);
        let labelled = reader.labelled(met.at, met.at + met.len);
        if reader.touched() && !last {
            return false;
        }
        // What stands further before the label has been given.
        let near = |value: usize| value + BEFORE > met.at;
        let Some((label_end, value)) = labelled.filter(|(_, value)| near(value.start)) else { return true };
        if !last && self.may_be_opened(value.end) {
            return false;
        }
        let mut chars = Vec::new();
        reader.value(value.start..value.end.min(value.start + VALUE), &mut chars);
        let label = spelled
            .iter()
            .take_while(|spelled| spelled.start < label_end && spelled.char != BLOCK || spelled.start < met.at);
        let mut combined: Vec<Spelled> = label.copied().collect();
        let end = at + combined.iter().skip(at).take_while(|spelled| spelled.start < met.at + met.len).count();
        let asks = combined.get(end..).and_then(asked);
        combined.truncate(asks.map_or(combined.len(), |verb| end + verb));
        combined.push(Spelled { char: ':', start: label_end, len: 0 });
        combined.extend(chars);
        self.ask_finder(met.cue, &combined, at..end);
        true
    }
}

/// Where a request to write something begins: `성명 입력`, `성명을 입력하세요`.
fn asked(chars: &[Spelled]) -> Option<usize> {
    let is = |at: usize, char: char| chars.get(at).is_some_and(|spelled| spelled.char == char);
    let verb = (0..chars.len()).find(|at| is(*at, '입') && is(at + 1, '력') || is(*at, '기') && is(at + 1, '입'))?;
    let particle = (0..verb).rev().find(|at| !is(*at, ' ')).filter(|at| is(*at, '을') || is(*at, '를'));
    Some(particle.unwrap_or(verb))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{document, scan};
    use crate::text::Syntax;
    use crate::vocab::{Kind, What};

    fn found(text: &str) -> Vec<(Kind, String)> {
        let document = document(Syntax::Html);
        let whole = scan(&document, &[text.as_bytes()]);
        for size in [1, 7, 64] {
            let pieces: Vec<&[u8]> = text.as_bytes().chunks(size).collect();
            assert_eq!(scan(&document, &pieces), whole, "in pieces of {size}: {text}");
        }
        let of_kind = |what| if let What::Kind(kind) = what { Some(kind) } else { None };
        whole.into_iter().filter_map(|found| Some((of_kind(found.what)?, found.masked))).collect()
    }

    #[test]
    fn values_in_the_next_element_and_in_controls() {
        let name = (Kind::PersonName, "홍*동".to_owned());
        for text in [
            "<li><span>성명</span><span>홍길동</span></li>",
            "<b>신청인 성명</b><em>홍길동</em>",
            "<b>받는 분</b><em>홍길동</em>",
            "<label for=\"a\">성명</label><input type=\"text\" id=\"a\" value=\"홍길동\">",
            "<tr><th><label for=a>이름</label></th><td><input id=a class=\"b c\" value=\"홍길동\" size=10></td></tr>",
            "<input type=\"text\" title=\"성명 입력\" maxlength=\"9\" value=\"홍길동\">",
            "<input placeholder=\"이름을 입력하세요\" value=\"홍길동\">",
            "<input id=\"userName\" class=\"x\" value=\"홍길동\">",
            "<input type=text value=\"홍길동\" name=\"userName\">",
        ] {
            assert_eq!(found(text), std::slice::from_ref(&name), "{text}");
        }
        for text in [
            "<label>성명</label><p>홍길동</p><label>제목</label><input value=\"이길동\">",
            "<label>성명</label><input value=\"\"><label>제목</label><input value=\"홍길동\">",
            "<input title=\"상품 이름\" value=\"홍길동\">",
            "<b>성</b>명홍길동",
        ] {
            assert!(found(text).iter().all(|(_, masked)| masked != "이*동") && found(text).len() < 2, "{text}");
        }
        assert!(found("<label>성명</label><input value=\"\"><label>제목</label><input value=\"홍길동\">").is_empty());
        let plate = found("<label>차량번호</label> <input value=\"12가3456\">");
        assert_eq!(plate.len(), 1, "{plate:?}");
        let passport = found("<span>여권번호</span><span>M123A4567</span>");
        assert_eq!(passport, [(Kind::PassportNumber, "M1*******".to_owned())]);
    }
}
