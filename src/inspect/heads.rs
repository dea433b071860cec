//! Values of header fields: addresses, file names and cookies that a site gives out, and references that come back.

mod parted;
mod words;

pub use parted::{Piece, parted};

use super::clean::may_hold_a_value;
use super::form::held;
use super::scan::{Document, Escape, Scan};
use super::{Lens, clean, edits, percent, scan};
use crate::policy::Tally;
use crate::seal::{self, Next, Sealed};
use crate::text::Syntax;
use crate::vocab::{Confidence, Edit, Finding, Part, Place, Secret, Span, Stands, What};
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD};
use base64::{Engine, alphabet};
use std::ops::Range;
use std::sync::Arc;

/// Inspects the value of a field that a browser follows: an address, or a file's name. `name` is the field's, for people.
/// The edits seal what is found, its percent escapes undone.
pub fn followed(name: &str, value: &[u8], lens: &Arc<Lens>, tally: &mut Tally) -> Vec<Edit> {
    edits(found(&Inside { name, label: "", offset: 0, stands: Stands::Url }, value, lens, tally))
}

/// Inspects the value of any other field that a site gives out, or its name: scripts read them, and send them back. The edits
/// seal what is found as it stands there, escapes and all.
pub fn given(name: &str, value: &[u8], lens: &Arc<Lens>, tally: &mut Tally) -> Vec<Edit> {
    if lens.beyond.patterns().is_empty() && !may_hold_a_value(value) || is_date(value) {
        return Vec::new();
    }
    let mut edits = edits(found(&Inside { name, label: name, offset: 0, stands: Stands::Text }, value, lens, tally));
    edits.iter_mut().for_each(|edit| seal(edit, value, lens));
    edits
}

/// Whether a value is a date as heads have them (RFC 9110 section 5.6.7), and nothing else: nearly all heads do.
fn is_date(value: &[u8]) -> bool {
    const PATTERN: &[u8; 29] = b"aaa, 00 aaa 0000 00:00:00 GMT";
    let fits = |(byte, pattern): (&u8, &u8)| match pattern {
        b'a' => byte.is_ascii_alphabetic(),
        b'0' => byte.is_ascii_digit(),
        other => byte == other,
    };
    value.len() == PATTERN.len() && value.iter().zip(PATTERN).all(fits)
}

/// Inspects the value of a field that a client sends. The edits hide what is found in as many bytes.
pub fn sent(name: &str, value: &[u8], lens: &Arc<Lens>, tally: &mut Tally) -> Vec<Edit> {
    if lens.beyond.patterns().is_empty() && !may_hold_a_value(value) {
        return Vec::new();
    }
    sent_at(&Inside { name, label: "", offset: 0, stands: Stands::Text }, value, lens, tally)
}

/// The same of a field that is no token: what a script has encoded there, the site decodes.
pub fn sent_freely(name: &str, value: &[u8], lens: &Arc<Lens>, tally: &mut Tally) -> Vec<Edit> {
    let edits = sent(name, value, lens, tally);
    let place = Inside { name, label: "", offset: 0, stands: Stands::Text };
    if edits.is_empty() { sent_coded(&place, value, lens, tally) } else { edits }
}

/// What of the field is base64 of text, as a whole or an item of a list (`Upload-Metadata: memo OTAw…`), or stands in encoded
/// words: the whole is masked.
fn sent_coded(place: &Inside<'_>, value: &[u8], lens: &Arc<Lens>, tally: &mut Tally) -> Vec<Edit> {
    let items = value.split(|byte| b",; ".contains(byte)).map(|item| {
        // A byte sequence of a structured field (RFC 9651 section 3.3.5) stands between colons.
        item.strip_prefix(b":").and_then(|item| item.strip_suffix(b":")).unwrap_or(item)
    });
    let coded = items.filter(|item| item.len() >= SHORTEST_TOKEN).filter_map(held::decoded);
    let inside = coded.chain(words::undone(value)).flat_map(|text| found(place, &text, lens, tally)).collect();
    whole(inside, place, value)
}

/// What hides all of a value in which something was found that cannot be masked where it stands.
fn whole(inside: Vec<Finding>, place: &Inside<'_>, value: &[u8]) -> Vec<Edit> {
    let span = Span { start: place.offset, end: place.offset.saturating_add(value.len() as u64) };
    let mask = || vec![b'*'; value.len()].into_boxed_slice();
    edits(inside.into_iter().take(1).map(|finding| Finding { span, mask: mask(), ..finding }).collect())
}

/// The same where it stands; what escapes hide is looked at too.
fn sent_at(place: &Inside<'_>, value: &[u8], lens: &Arc<Lens>, tally: &mut Tally) -> Vec<Edit> {
    let plain = found(place, value, lens, tally);
    let hidden = hidden(value).map(|value| found(place, &value, lens, tally)).unwrap_or_default();
    if hidden.len() <= plain.len() {
        return edits(plain);
    }
    // What the escapes hide cannot be masked among them.
    whole(hidden, place, value)
}

/// What the backslashes of a value hide, with percent escapes undone or not; `None` if it has none.
fn hidden(value: &[u8]) -> Option<Vec<u8>> {
    let decoded = if value.contains(&b'%') { percent::decode(value, false).0 } else { value.to_vec() };
    decoded.contains(&b'\\').then(|| unescaped(&decoded))
}

/// Inspects credentials that a client sends (RFC 9110 section 11.4); those of Basic (RFC 7617) as the text that they
/// are base64 of, too. The edits' spans may be offsets into that text: where one is wanted, the field must go.
pub fn sent_credentials(name: &str, value: &[u8], lens: &Arc<Lens>, tally: &mut Tally) -> Vec<Edit> {
    let mut edits = sent(name, value, lens, tally);
    if let Some((scheme, coded)) = value.split_at_checked(5)
        && scheme.eq_ignore_ascii_case(b"basic")
    {
        edits.extend(sent(name, &from_base64(coded), lens, tally));
    }
    edits
}

/// Counts what a token or a cookie holds that a site has encoded: base64 of text, or a JSON Web Token (RFC 7519). The site has put
/// it there itself and gets it back by itself, signed perhaps: it can be neither masked nor refused to everybody, but is told.
pub fn tokens(name: &str, value: &[u8], lens: &Arc<Lens>, tally: &mut Tally) {
    if value.len() < SHORTEST_TOKEN {
        return;
    }
    let plain = if value.contains(&b'%') { percent::decode(value, false).0 } else { value.to_vec() };
    for part in plain.split(|byte| *byte == b'.').filter(|part| part.len() >= SHORTEST_TOKEN) {
        if let Some(text) = held::decoded(part.trim_ascii()) {
            found(&Inside { name, label: "", offset: 0, stands: Stands::Text }, &text, lens, tally);
        }
    }
}

/// Characters of base64 of the shortest number.
const SHORTEST_TOKEN: usize = 15;

/// Base64 (RFC 4648 section 4) that minds neither padding nor the bits that no byte takes.
const FORGIVING: GeneralPurpose =
    GeneralPurpose::new(&alphabet::STANDARD, NO_PAD.with_decode_allow_trailing_bits(true));

/// What base64 makes of a text, as forgiving as any reader: what is no digit is left out, padding too.
fn from_base64(text: &[u8]) -> Vec<u8> {
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let mut digits: Vec<u8> = text.iter().copied().filter(is_digit).collect();
    if digits.len() % 4 == 1 {
        // The last says no whole byte.
        digits.pop();
    }
    FORGIVING.decode(digits).unwrap_or_default()
}

/// Inspects the cookies that a client sends (RFC 6265 section 4.2.1), each for itself, and those together that may be pieces of
/// one value. The edits are as those of [`sent`].
pub fn sent_cookies(value: &[u8], lens: &Arc<Lens>, tally: &mut Tally) -> Vec<Edit> {
    let scans = !lens.beyond.patterns().is_empty() || may_hold_a_value(value);
    let (mut all, mut pieces, mut places) = (Vec::new(), Vec::new(), Vec::new());
    let mut offset = 0;
    for pair in value.split(|byte| *byte == b';') {
        let equals = memchr::memchr(b'=', pair).map_or(0, |equals| equals.saturating_add(1));
        let (name, inside) = pair.split_at_checked(equals).unwrap_or((pair, &[]));
        let label = || String::from_utf8_lossy(name.strip_suffix(b"=").unwrap_or(name).trim_ascii()).into_owned();
        let at = (offset + equals) as u64;
        let edits = if scans {
            sent_at(&Inside { name: "cookie", label: &label(), offset: at, stands: Stands::Text }, inside, lens, tally)
        } else {
            Vec::new()
        };
        if edits.is_empty() {
            tokens("cookie", inside, lens, tally);
        }
        if edits.is_empty() && Piece::may_be(inside) {
            pieces.push(Piece { name: label(), value: inside });
            places.push(at);
        }
        all.extend(edits);
        offset += pair.len() + 1;
    }
    let placed = parted(Some("cookie"), &pieces, lens, tally).into_iter().filter_map(|(number, edit)| {
        let at = places.get(number)?;
        Some(Edit { span: Span { start: edit.span.start + at, end: edit.span.end + at }, ..edit })
    });
    all.extend(placed);
    all.sort_by_key(|edit| edit.span);
    all
}

/// A quoted string (RFC 9110 section 5.6.4) with its escapes undone, those in octal digits, which some readers of cookies
/// know, and those of JSON.
fn unescaped(text: &[u8]) -> Vec<u8> {
    let (mut out, mut rest) = (Vec::with_capacity(text.len()), text);
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..3).filter(|digits| digits.iter().all(|digit| matches!(digit, b'0'..=b'7')));
        let octal = digits.map(|digits| digits.iter().fold(0_u32, |value, digit| value << 3 | u32::from(digit - b'0')));
        let octal = octal.and_then(|value| u8::try_from(value).ok());
        let (byte, left) = match (first, octal, after) {
            (b'\\', Some(byte), _) => (byte, after.get(3..).unwrap_or_default()),
            (b'\\', None, [b'u', b'0', b'0', high, low, left @ ..]) => match percent::pair(*high, *low) {
                Some(byte) => (byte, left),
                None => (b'u', after.get(1..).unwrap_or_default()),
            },
            (b'\\', None, [escaped, left @ ..]) => (*escaped, left),
            _ => (*first, after),
        };
        out.push(byte);
        rest = left;
    }
    out
}

/// The name of the cookie that a `Set-Cookie` sets (RFC 6265 section 5.2), which may have none, and where its value stands.
pub fn cookie_in(value: &[u8]) -> (&[u8], Range<usize>) {
    let end = memchr::memchr(b';', value).unwrap_or(value.len());
    let equals = memchr::memchr(b'=', value.get(..end).unwrap_or_default());
    let name = value.get(..equals.unwrap_or(0)).unwrap_or_default().trim_ascii();
    (name, equals.map_or(0, |equals| equals + 1)..end)
}

/// Inspects a `Set-Cookie` (RFC 6265 section 4.1.1). The edits seal what is found as it stands there, escapes and all, and
/// without an age: a cookie comes back from any session, long after. Of a cookie whose name `skip` tells only the attributes are
/// looked at: they seal like addresses, as a path must be that of the page.
pub fn cookie(value: &[u8], lens: &Arc<Lens>, tally: &mut Tally, skip: impl Fn(&[u8]) -> bool) -> Vec<Edit> {
    let (name, inside) = cookie_in(value);
    let mut all = Vec::new();
    if !skip(name) {
        all = within("", value, 0..inside.start, lens, tally);
        all.extend(within(&String::from_utf8_lossy(name), value, inside.clone(), lens, tally));
        all.iter_mut().for_each(|edit| seal_lasting(edit, value, lens));
    }
    let mut offset = inside.end;
    for attribute in value.get(offset..).unwrap_or_default().split_inclusive(|byte| *byte == b';') {
        let end = offset + attribute.len();
        let is_time =
            |name: &[u8]| attribute.trim_ascii().get(..name.len()).is_some_and(|it| it.eq_ignore_ascii_case(name));
        if may_hold_a_value(attribute) && !is_time(b"expires=") && !is_time(b"max-age=") {
            all.extend(within("", value, offset..end, lens, tally));
        }
        offset = end;
    }
    all
}

/// What stands at such a place of a `Set-Cookie`.
fn within(label: &str, value: &[u8], at: Range<usize>, lens: &Arc<Lens>, tally: &mut Tally) -> Vec<Edit> {
    let place = Inside { name: "set-cookie", label, offset: at.start as u64, stands: Stands::Url };
    edits(found(&place, value.get(at).unwrap_or_default(), lens, tally))
}

/// Makes of an edit in a field's value one that seals what stands there, as it stands there, for every session.
pub fn seal_lasting(edit: &mut Edit, value: &[u8], lens: &Lens) {
    if let Some(reference) = reference(edit, value, |sealed| lens.seal.as_ref()?.seal_lasting(sealed)) {
        edit.bytes = reference;
    }
}

/// The same for this session, and as long as other references.
pub fn seal(edit: &mut Edit, value: &[u8], lens: &Lens) {
    if let Some(reference) = reference(edit, value, |sealed| lens.seal.as_ref()?.seal(sealed)) {
        edit.bytes = reference;
    }
}

fn reference(edit: &Edit, value: &[u8], seal: impl Fn(&Sealed) -> Option<String>) -> Option<Box<[u8]>> {
    let What::Kind(kind) = edit.what else { return None };
    let raw = usize::try_from(edit.span.start).ok()?..usize::try_from(edit.span.end).ok()?;
    let text = String::from_utf8(value.get(raw)?.to_vec()).ok()?;
    seal(&Sealed { kind, korean: false, text }).map(|reference| reference.into_bytes().into_boxed_slice())
}

/// Where in a head a text stands.
struct Inside<'a> {
    /// The field.
    name: &'a str,
    /// What stands before it and tells what it is.
    label: &'a str,
    /// Where in the field's value.
    offset: u64,
    stands: Stands,
}

fn found(place: &Inside<'_>, value: &[u8], lens: &Arc<Lens>, tally: &mut Tally) -> Vec<Finding> {
    let document = Document {
        part: Part::Head(clean(place.name, lens)),
        charset: None,
        syntax: Syntax::Plain,
        escape: Escape::Percent,
        label: place.label.to_owned(),
        offset: place.offset,
        returns: false,
        stands: Some(place.stands),
    };
    let mut found = Vec::new();
    let mut scan = Scan::new(document, Arc::clone(lens));
    scan.push(value, &mut found);
    scan.finish(&mut found);
    found.retain(|finding| matches!(finding.what, What::Kind(_)));
    found.iter().for_each(|finding| {
        tally.add(finding);
    });
    found
}

/// What becomes of a value with references in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    /// There are none.
    Unchanged,
    /// All of them opened, and this is the value with what they stand for.
    Changed(Vec<u8>),
    /// One does not open.
    Foreign,
}

/// Opens the references in a field's value, and counts them. What they stand for is written as it was sealed (`verbatim`,
/// in cookies), or with percent escapes.
pub fn opened(name: &str, value: &[u8], verbatim: bool, lens: &Lens, tally: &mut Tally) -> Opened {
    let Some(sealer) = &lens.seal else { return Opened::Unchanged };
    let (mut out, mut done) = (Vec::new(), 0);
    loop {
        let range = match seal::next(value, done, true) {
            Next::Whole(range) => range,
            Next::Broken(_) => return Opened::Foreign,
            Next::Open(_) | Next::Nothing if done == 0 => return Opened::Unchanged,
            Next::Open(_) | Next::Nothing => break,
        };
        let Some(sealed) = value.get(range.clone()).and_then(|found| sealer.open(found).ok()) else {
            return Opened::Foreign;
        };
        let plain = sealed.text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b';');
        out.extend_from_slice(value.get(done..range.start).unwrap_or_default());
        match verbatim && plain {
            true => out.extend_from_slice(sealed.text.as_bytes()),
            false => out.extend(scan::percent(sealed.text.as_bytes()).into_bytes()),
        }
        tally.add(&returned(&sealed, Span { start: range.start as u64, end: range.end as u64 }, name));
        done = range.end;
    }
    out.extend_from_slice(value.get(done..).unwrap_or_default());
    Opened::Changed(out)
}

fn returned(sealed: &Sealed, span: Span, name: &str) -> Finding {
    Finding {
        what: What::Returned(sealed.kind),
        confidence: Confidence::Certain,
        span,
        place: Place::whole(Part::Head(name.to_owned())),
        masked: String::new(),
        mask: Box::default(),
        secret: Secret::default(),
        also: Box::default(),
    }
}
