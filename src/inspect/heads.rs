//! Values of header fields: addresses, file names and cookies that a site gives out, and references that come back.

use super::clean::may_hold_a_value;
use super::scan::{Document, Escape, Scan};
use super::{Lens, clean, edits, scan};
use crate::policy::Tally;
use crate::seal::{self, Next, Sealed};
use crate::text::Syntax;
use crate::vocab::{Confidence, Edit, Finding, Part, Place, Secret, Span, Stands, What};
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD};
use base64::{Engine, alphabet};
use std::sync::Arc;

/// Inspects the value of a field that a browser follows: an address, or a file's name. `name` is the field's, for people.
/// The edits seal what is found, its percent escapes undone.
pub fn followed(name: &str, value: &[u8], lens: &Arc<Lens>, tally: &mut Tally) -> Vec<Edit> {
    edits(found(&Inside { name, label: "", offset: 0, stands: Stands::Url }, value, lens, tally))
}

/// Inspects the value of a field that a client sends. The edits hide what is found in as many bytes.
pub fn sent(name: &str, value: &[u8], lens: &Arc<Lens>, tally: &mut Tally) -> Vec<Edit> {
    if lens.beyond.patterns().is_empty() && !may_hold_a_value(value) {
        return Vec::new();
    }
    edits(found(&Inside { name, label: "", offset: 0, stands: Stands::Text }, value, lens, tally))
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

/// Inspects the cookies that a client sends (RFC 6265 section 4.2.1), each for itself. The edits are as those of [`sent`].
pub fn sent_cookies(value: &[u8], lens: &Arc<Lens>, tally: &mut Tally) -> Vec<Edit> {
    if lens.beyond.patterns().is_empty() && !may_hold_a_value(value) {
        return Vec::new();
    }
    let mut all = Vec::new();
    let mut offset = 0;
    for pair in value.split(|byte| *byte == b';') {
        let equals = memchr::memchr(b'=', pair).map_or(0, |equals| equals.saturating_add(1));
        let (name, inside) = pair.split_at_checked(equals).unwrap_or((pair, &[]));
        let label = String::from_utf8_lossy(name.strip_suffix(b"=").unwrap_or(name).trim_ascii()).into_owned();
        let place = Inside { name: "cookie", label: &label, offset: (offset + equals) as u64, stands: Stands::Text };
        let plain = found(&place, inside, lens, tally);
        let hidden = if inside.contains(&b'\\') { found(&place, &unescaped(inside), lens, tally) } else { Vec::new() };
        if hidden.len() > plain.len() {
            // What the escapes hide cannot be masked among them: the whole cookie is.
            let end = place.offset.saturating_add(inside.len() as u64);
            let whole = |finding: Finding| Finding {
                span: Span { start: place.offset, end },
                mask: vec![b'*'; inside.len()].into_boxed_slice(),
                ..finding
            };
            all.extend(edits(hidden.into_iter().take(1).map(whole).collect()));
        } else {
            all.extend(edits(plain));
        }
        offset += pair.len() + 1;
    }
    all
}

/// A quoted string (RFC 9110 section 5.6.4) with its escapes undone, and those in octal digits, which some readers of
/// cookies know.
fn unescaped(text: &[u8]) -> Vec<u8> {
    let (mut out, mut rest) = (Vec::with_capacity(text.len()), text);
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..3).filter(|digits| digits.iter().all(|digit| matches!(digit, b'0'..=b'7')));
        let octal = digits.map(|digits| digits.iter().fold(0_u32, |value, digit| value << 3 | u32::from(digit - b'0')));
        let (byte, left) = match (first, octal.and_then(|value| u8::try_from(value).ok()), after.split_first()) {
            (b'\\', Some(byte), _) => (byte, after.get(3..).unwrap_or_default()),
            (b'\\', None, Some((escaped, after))) => (*escaped, after),
            _ => (*first, after),
        };
        out.push(byte);
        rest = left;
    }
    out
}

/// Inspects a `Set-Cookie` (RFC 6265 section 4.1.1). The edits seal what is found as it stands there, escapes and all, and
/// without an age: a cookie comes back from any session, long after. There are none for a cookie whose name `skip` tells.
pub fn cookie(value: &[u8], lens: &Arc<Lens>, tally: &mut Tally, skip: impl Fn(&[u8]) -> bool) -> Vec<Edit> {
    let end = memchr::memchr(b';', value).unwrap_or(value.len());
    let Some(equals) = memchr::memchr(b'=', value).filter(|equals| *equals < end) else { return Vec::new() };
    let name = value.get(..equals).unwrap_or_default().trim_ascii();
    if skip(name) {
        return Vec::new();
    }
    let label = String::from_utf8_lossy(name).into_owned();
    let inside = value.get(equals + 1..end).unwrap_or_default();
    let place = Inside { name: "set-cookie", label: &label, offset: equals as u64 + 1, stands: Stands::Url };
    let mut edits = edits(found(&place, inside, lens, tally));
    for edit in &mut edits {
        let What::Kind(kind) = edit.what else { continue };
        let raw = usize::try_from(edit.span.start).ok().zip(usize::try_from(edit.span.end).ok());
        let raw = raw.and_then(|(start, end)| String::from_utf8(value.get(start..end)?.to_vec()).ok());
        let reference = raw
            .zip(lens.seal.as_ref())
            .and_then(|(text, sealer)| sealer.seal_lasting(&Sealed { kind, korean: false, text }));
        if let Some(reference) = reference {
            edit.bytes = reference.into_bytes().into_boxed_slice();
        }
    }
    edits
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
