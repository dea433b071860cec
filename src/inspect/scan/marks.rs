//! The marks that garim wrote into form controls and links, when they come back.

use super::{Escape, Scan};
use crate::mask;
use crate::policy::Find;
use crate::text::lex::Reader;
use crate::text::{Charset, Syntax};
use crate::vocab::{Finding, Kind, Part, Place, Reason, Span, What};

/// Bytes before a star, and from it on, that tell whether it begins a mark.
const BEFORE: usize = 48;
const FROM: usize = 96;

impl Scan {
    /// Looks for returning marks in what has come.
    pub(super) fn marks(&mut self, charset: Charset, last: bool) {
        if !self.document.returns {
            self.marked = self.window.len();
            return;
        }
        let wide: &[u8] = match charset {
            Charset::Utf8 => "＊".as_bytes(),
            Charset::Cp949 => b"\xA3\xAA",
            Charset::AsciiBased => b"*",
        };
        loop {
            let text = self.window.text();
            let rest = text.get(self.marked..).unwrap_or_default();
            let lead = wide.first().copied().unwrap_or(b'*');
            let is_star =
                |at: &usize| rest.get(*at..).is_some_and(|star| star.starts_with(b"*") || star.starts_with(wide));
            let star = memchr::memchr2_iter(b'*', lead, rest).find(is_star);
            let Some(at) = star.map(|star| self.marked + star) else {
                // A wide star may be cut at the end.
                self.marked = text.len().saturating_sub(if last { 0 } else { wide.len() - 1 }).max(self.marked);
                return;
            };
            if let Some(opened) = self.opened.iter().find(|opened| opened.contains(&at)) {
                self.marked = opened.end;
                continue;
            }
            if !last && (at + FROM > text.len() || at + FROM + self.marks_may_take() > self.unsealed) {
                self.marked = at;
                return;
            }
            let reader = Reader::new(text, charset, self.document.syntax);
            let end = text.len().min(at + FROM);
            let marked = mask::returned(&self.without_opened(&reader, at.saturating_sub(BEFORE), end));
            let stars = !marked && self.is_starred(at, end, charset, last);
            self.marked = if marked { end } else { at + 1 };
            if marked || stars {
                // The star alone: what else stands near it is looked at like anything.
                let span = Span { start: self.window.offset(at), end: self.window.offset(at + 1) };
                let place = Place::whole(self.document.part.clone());
                let reason = if marked { Reason::MaskReturned } else { Reason::StarsReturned };
                self.settle(Finding::uninspectable(reason, span, place));
            }
        }
    }

    /// Whether the star that stands at `at` is the first of a whole value that is nothing but stars as people see them: a field, or a
    /// string of data. In a text, somebody may well write them.
    fn is_starred(&self, at: usize, end: usize, charset: Charset, last: bool) -> bool {
        let data = matches!(self.document.syntax, Syntax::Json | Syntax::Xml);
        let field = matches!(self.document.part, Part::Field(_));
        // The most forgiving reading tells nothing that the others do not.
        if self.lens.beyond.starred == Find::NONE || !(data || field) || matches!(self.document.escape, Escape::Lax(_))
        {
            return false;
        }
        let (text, from) = (self.window.text(), at.saturating_sub(FROM));
        let before = text.get(from..at).map(|bytes| decoded(bytes, charset)).unwrap_or_default();
        let after = text.get(at..end).map(|bytes| decoded(bytes, charset)).unwrap_or_default();
        let begins = from == 0 && !self.started && field;
        let ends = last && end == text.len() && field;
        let xml = self.document.syntax == Syntax::Xml;
        let Some(value) = alone(&before, &after, (begins, ends), xml) else { return false };
        let kinds = Kind::all().filter(|kind| self.lens.beyond.starred.contains(What::Kind(*kind)));
        !before.ends_with(['*', '＊']) && kinds.into_iter().any(|kind| mask::starred(kind, &value))
    }
}

/// The value that ends and begins there, if it is all of a field, of a string of JSON, or of an element or attribute of XML.
/// `whole` tells whether nothing stands before and behind.
fn alone(before: &str, after: &str, whole: (bool, bool), xml: bool) -> Option<String> {
    // Those of Nexacro, which parts values so.
    let parts = |character: char| matches!(character, '\u{1e}' | '\u{1f}');
    let ends_value = |character: char| parts(character) || character == '"' || xml && matches!(character, '<' | '>');
    let value = match (before.rfind(ends_value), after.find(ends_value)) {
        (None, None) if whole == (true, true) => return Some(format!("{before}{after}")),
        (Some(start), Some(end)) => (start, end),
        (Some(start), None) if whole.1 => (start, after.len()),
        (None, Some(end)) if whole.0 => (0, end),
        _ => return None,
    };
    let (start, end) = value;
    let (outside, head) = before.split_at_checked(start)?;
    let opening = head.chars().next().filter(|character| ends_value(*character));
    let head = head.trim_start_matches(ends_value);
    let (tail, behind) = after.split_at_checked(end)?;
    let closing = behind.chars().next();
    let next = behind.trim_start_matches(['"', '\\']).trim_start().chars().next();
    let fits = match opening {
        // Within quotes in a text somebody may write them too.
        Some('"') => {
            let held = outside.trim_end_matches('\\').trim_end();
            let named = held.ends_with([':', '[', ',']) || xml && held.ends_with('=') || held.is_empty() && whole.0;
            closing == Some('"') && named && next.is_none_or(|next| xml || matches!(next, ',' | ']' | '}'))
        }
        Some('>') => closing == Some('<') && behind.starts_with("</"),
        _ => closing.is_none_or(parts),
    };
    let tail = tail.trim_end_matches('\\');
    fits.then(|| format!("{head}{tail}"))
}

/// Bytes of the text; where they are cut is no matter.
fn decoded(bytes: &[u8], charset: Charset) -> String {
    match charset {
        Charset::Cp949 => encoding_rs::EUC_KR.decode_without_bom_handling(bytes).0.into_owned(),
        Charset::Utf8 | Charset::AsciiBased => String::from_utf8_lossy(bytes).into_owned(),
    }
}
