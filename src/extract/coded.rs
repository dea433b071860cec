//! Files written as text within text: base64 in lines, hexadecimal digits, uuencode, `data:` addresses. Programs and old mail
//! send them so, and so does who wants a list to pass. What is text once it is decoded, or a document, is read.

mod words;

use super::budget::Halt;
use super::walk::Walk;
use super::{Format, is_known, is_picture};
use crate::vocab::Step;
use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use encoding_rs::EUC_KR;
use memchr::memmem;
use words::words;

/// The shortest line that begins such a text, but for the only one: no words of people are that long.
const LINE: usize = 40;
/// The shortest of all.
const FEWEST: usize = 20;

/// What ends the head of a `data:` address.
const DATA: &[u8] = b";base64,";

/// What is written so from its beginning.
pub(super) const FORMATS: &[Format] = &[Format {
    name: "coded",
    bears,
    read: |bytes, walk| {
        walk.raw(bytes)?;
        read(bytes, walk)
    },
}];

/// So many bytes of a text tell whether it is.
const START: usize = 400;

/// What `certutil -encode` puts before any file.
const ARMOR: &[u8] = b"-----BEGIN CERTIFICATE-----";

/// Whether a text that begins so may be: its first line is long, or all there is of it is one word.
pub(super) fn may_be(start: &[u8]) -> bool {
    let start = start.trim_ascii_start();
    let line = Lines { rest: start }.next().unwrap_or_default();
    is_code(line) && (line.len() >= LINE || line.len() == start.trim_ascii_end().len())
}

/// Whether its first line begins a file, or its first lines, decoded, do.
fn bears(bytes: &[u8]) -> bool {
    let start = bytes.get(..START).unwrap_or(bytes);
    let start = start.trim_ascii_start();
    let mut lines =
        Lines { rest: start.strip_prefix(ARMOR).unwrap_or(start) }.filter(|line| !line.is_empty()).peekable();
    let Some(first) = lines.peek() else { return false };
    if uuencoded(first).is_some() {
        return true;
    }
    if first.len() < LINE && !is_whole(first, bytes) || !is_code(first) {
        return false;
    }
    let mut code: Vec<u8> = lines.take_while(|line| is_code(line)).flatten().copied().collect();
    // Of what is cut off, whole groups.
    let cut = bytes.len() > START;
    if cut && memchr::memchr2(b'%', b'\\', &code).is_some() {
        // The last escape may be cut as well.
        let last = code.iter().rposition(|byte| *byte == b'%').filter(|at| at.saturating_add(2) >= code.len());
        code.truncate(last.unwrap_or(code.len()));
        code = unescaped(&code);
    }
    code.truncate(if cut { code.len() / 8 * 8 } else { code.len() });
    decoded(&code).is_some_and(|file| is_worth(&file))
}

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);

/// Reads all that is written so in a text.
///
/// # Errors
/// The limits; the time.
pub(super) fn read(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let mut lines = Lines { rest: bytes };
    let mut block = Vec::new();
    let mut first = 0;
    while let Some(line) = lines.next() {
        walk.tick()?;
        if let Some(name) = uuencoded(line) {
            let file = undone(&mut lines);
            tell(decoded(&std::mem::take(&mut block)), None, walk)?;
            tell(file, Some(name), walk)?;
            continue;
        }
        if is_code(line) && (!block.is_empty() || line.len() >= LINE || is_whole(line, bytes)) {
            first = if block.is_empty() { line.len() } else { first };
            block.extend_from_slice(line);
            // A line that is shorter is the last.
            if line.len() != first {
                tell(decoded(&std::mem::take(&mut block)), None, walk)?;
            }
            continue;
        }
        let (ending, line) = ending(line, &block);
        block.extend_from_slice(ending);
        tell(decoded(&std::mem::take(&mut block)), None, walk)?;
        data_of(line, walk)?;
        for word in words(line) {
            if !is_begun(word.code.get(..START).unwrap_or(word.code)) {
                continue;
            }
            if word.last {
                block.extend_from_slice(word.code);
                first = line.len().saturating_sub(word.start);
            } else {
                tell(decoded(word.code), None, walk)?;
            }
        }
    }
    tell(decoded(&block), None, walk)
}

/// What of a line still belongs to the lines before it, as what ends their element or string stands behind it; and the rest.
fn ending<'l>(line: &'l [u8], block: &[u8]) -> (&'l [u8], &'l [u8]) {
    let end = line.iter().position(|byte| !is_code(&[*byte])).unwrap_or(line.len());
    let closes = line.get(end).is_some_and(|byte| b"<\"'`".contains(byte));
    let belongs = closes && !block.is_empty() && !block.ends_with(b"=");
    line.split_at_checked(if belongs { end } else { 0 }).unwrap_or((line, &[]))
}

/// Tells whether a file is written so somewhere in a text that comes piece by piece.
#[derive(Debug, Default)]
pub struct Lookout {
    /// The line that is open, as far as it may be code; empty of another.
    line: Vec<u8>,
    /// The rest of the line is of no interest.
    over: bool,
    /// The last bytes.
    held: Vec<u8>,
}

/// How a line begins that names a file in uuencode.
const UUENCODED: &[u8] = b"begin ";

/// Behind the head of a `data:` address, what tells whether a file follows.
const EDGE: usize = START + DATA.len();

impl Lookout {
    /// Takes more of it: whether such a file begins in it. Once that was so it need not be asked any more.
    pub fn take(&mut self, bytes: &[u8]) -> bool {
        let first = bytes.get(..EDGE).unwrap_or(bytes);
        self.held.extend_from_slice(first);
        let begins = |text: &[u8]| begins_data(text, false) || begins_word(text, false);
        let found = begins(&self.held) || begins(bytes) || self.lines(bytes);
        if bytes.len() > first.len() {
            self.held.clear();
            self.held.extend_from_slice(bytes.get(bytes.len().saturating_sub(EDGE)..).unwrap_or_default());
        }
        self.held.drain(..self.held.len().saturating_sub(EDGE));
        found
    }

    /// Nothing follows.
    pub fn end(&mut self) -> bool {
        begins_data(&self.held, true) || begins_word(&self.held, true) || is_begun(&self.line)
    }

    fn lines(&mut self, bytes: &[u8]) -> bool {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let ends = piece.ends_with(b"\n");
            if !self.over && self.line_goes_on(piece, ends) {
                return true;
            }
            if ends {
                self.over = false;
                self.line.clear();
            }
        }
        false
    }

    fn line_goes_on(&mut self, piece: &[u8], ends: bool) -> bool {
        let part = piece.get(..START.saturating_sub(self.line.len())).unwrap_or(piece);
        let part = if self.line.is_empty() { part.trim_ascii_start() } else { part };
        // Most lines are of words, and begin with none of its letters.
        if self.line.is_empty() && part.first().is_some_and(|first| !is_code(&[*first])) {
            self.over = true;
            return false;
        }
        self.line.extend_from_slice(part);
        let line = self.line.trim_ascii_end();
        let may_be = is_code(line) || line.starts_with(UUENCODED) || UUENCODED.starts_with(line);
        let full = self.line.len() >= START;
        self.over = !may_be || full;
        may_be && (ends || full) && (uuencoded(line).is_some() || is_begun(line))
    }
}

/// Whether a line, as far as it is known, begins a file.
fn is_begun(line: &[u8]) -> bool {
    let whole = if line.len() >= START { line.len() / 8 * 8 } else { line.len() };
    line.len() >= LINE
        && is_code(line)
        && decoded(line.get(..whole).unwrap_or_default()).is_some_and(|file| is_worth(&file))
}

/// Whether a `data:` address in a text begins a file; if not `last`, one that goes on behind it is not told.
fn begins_data(text: &[u8], last: bool) -> bool {
    memmem::find_iter(text, DATA).any(|at| {
        let code = text.get(at.saturating_add(DATA.len())..).unwrap_or_default();
        let length = code.iter().take(START).take_while(|byte| is_code(&[**byte])).count();
        let is_known = last || length == START || length < code.len();
        let whole = if length == START { length / 8 * 8 } else { length };
        is_known && decoded(code.get(..whole).unwrap_or_default()).is_some_and(|file| is_worth(&file))
    })
}

/// Whether a long word in a text begins a file; if not `last`, one that goes on behind it is not told.
fn begins_word(text: &[u8], last: bool) -> bool {
    words(text).any(|word| {
        let is_known = last || word.code.len() >= START || !word.last;
        is_known && is_begun(word.code.get(..START).unwrap_or(word.code))
    })
}

/// The lines of a text, without white space around them.
struct Lines<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        let end = memchr::memchr(b'\n', self.rest).unwrap_or(self.rest.len());
        let (line, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest.get(1..).unwrap_or_default();
        Some(line.trim_ascii())
    }
}

fn is_code(line: &[u8]) -> bool {
    !line.is_empty() && line.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+/-_=%\\".contains(byte))
}

/// Without the escapes that forms and JSON write into base64: `%2B`, `%2F`, `%3D`, `\/`; those of letters too, as some write.
fn unescaped(code: &[u8]) -> Vec<u8> {
    let (mut out, mut rest) = (Vec::with_capacity(code.len()), code);
    while let Some((first, behind)) = rest.split_first() {
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let escaped = match (first, behind) {
            (b'%', [high, low, ..]) => digit(*high).zip(digit(*low)).map(|(high, low)| high << 4 | low),
            _ => None,
        };
        match escaped {
            Some(byte) => out.push(byte),
            None if *first == b'\\' => {}
            None => out.push(*first),
        }
        rest = behind.get(if escaped.is_some() { 2 } else { 0 }..).unwrap_or_default();
    }
    out
}

/// Whether a line is all there is.
fn is_whole(line: &[u8], bytes: &[u8]) -> bool {
    line.len() >= FEWEST && bytes.trim_ascii().len() == line.len()
}

/// What hexadecimal digits or base64 stand for.
fn decoded(code: &[u8]) -> Option<Vec<u8>> {
    if code.len() < FEWEST {
        return None;
    }
    if memchr::memchr2(b'%', b'\\', code).is_some() {
        let plain = unescaped(code);
        return if memchr::memchr2(b'%', b'\\', &plain).is_some() { None } else { decoded(&plain) };
    }
    if code.iter().all(u8::is_ascii_hexdigit) && code.len().is_multiple_of(2) {
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        return code.as_chunks::<2>().0.iter().map(|&[high, low]| Some(digit(high)? << 4 | digit(low)?)).collect();
    }
    let of = |alphabet| GeneralPurpose::new(alphabet, LENIENT).decode(code).ok();
    of(&STANDARD).or_else(|| of(&URL_SAFE))
}

/// The base64 of the `data:` addresses in a line.
fn data_of(line: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    for at in memmem::find_iter(line, DATA) {
        let code = line.get(at.saturating_add(DATA.len())..).unwrap_or_default();
        let end = code.iter().position(|byte| !is_code(&[*byte])).unwrap_or(code.len());
        tell(decoded(code.get(..end).unwrap_or_default()), None, walk)?;
    }
    Ok(())
}

/// The name of the file that a line begins to tell: `begin 644 list.csv`.
fn uuencoded(line: &[u8]) -> Option<String> {
    let (mode, name) = line.strip_prefix(UUENCODED)?.split_at_checked(3)?;
    let name = name.strip_prefix(b" ").or_else(|| name.get(1..)?.strip_prefix(b" "))?;
    mode.iter().all(|digit| matches!(digit, b'0'..=b'7')).then(|| super::archive::decoded(name))
}

/// What the lines up to `end` stand for: a length, then four characters for three bytes.
fn undone(lines: &mut Lines<'_>) -> Option<Vec<u8>> {
    let mut file = Vec::new();
    loop {
        let before = lines.rest;
        let Some(line) = lines.next().filter(|line| *line != b"end") else { break };
        let value = |byte: &u8| byte.wrapping_sub(b' ') & 63;
        let Some((length, code)) = line.split_first() else { continue };
        let most = usize::from(value(length));
        let packed = line.iter().all(|byte| (b' '..=b'`').contains(byte)) && code.len() <= 64;
        // It is no such line, so it stands behind them; white space at the end may be lost.
        if !packed {
            lines.rest = before;
            break;
        }
        let padded = code.iter().map(value).chain(std::iter::repeat(0)).take(most.div_ceil(3).saturating_mul(4));
        let four: Vec<u8> = padded.collect();
        let three =
            four.as_chunks::<4>().0.iter().flat_map(|&[a, b, c, d]| [a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]);
        file.extend(three.take(most));
    }
    Some(file).filter(|file| !file.is_empty())
}

/// Opens what was decoded, if it is a document or a text: keys, sums and pictures are none.
fn tell(file: Option<Vec<u8>>, name: Option<String>, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let Some(file) = file.filter(|file| is_worth(file)) else { return Ok(()) };
    walk.entry()?;
    match name {
        Some(name) => walk.open(&name, &file),
        None => walk.within(Step::coded(), |walk| walk.open("", &file)),
    }
}

/// Whether it is a document or a text; one that is cut off may end within a character.
fn is_worth(file: &[u8]) -> bool {
    is_known(file) && !is_picture(file) || is_text(file)
}

fn is_text(bytes: &[u8]) -> bool {
    let legible = |char: char| !char.is_control() || matches!(char, '\t' | '\r' | '\n');
    let korean = || {
        let (text, broken) = EUC_KR.decode_without_bom_handling(bytes);
        !broken && text.chars().all(legible)
    };
    match std::str::from_utf8(bytes) {
        Ok(text) => text.chars().all(legible),
        Err(error) if error.error_len().is_none() && error.valid_up_to() > 0 => {
            String::from_utf8_lossy(bytes).chars().all(legible)
        }
        Err(_) => crate::text::transcode::evident(bytes).is_some() || bytes.len() >= FEWEST && korean(),
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::testing::Heard;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    const LIST: &str = "성명,주민등록번호\n홍길동,900101-1234568\n김철수,810514-1234567\n";

    fn lines(code: &str, width: usize) -> String {
        code.as_bytes().chunks(width).map(|line| format!("{}\r\n", String::from_utf8_lossy(line))).collect()
    }

    /// Programs write files into fields of CSV, dumps of databases, scripts and elements; some break them into lines within.
    #[test]
    fn a_file_is_read_wherever_in_a_line_it_stands() {
        let code = STANDARD.encode(LIST);
        let hex: String = LIST.bytes().map(|byte| format!("{byte:02x}")).collect();
        let broken = lines(&code, 44);
        let address = "https://www.example.org/a/long/way/to/a/page/of/some/site/or/other";
        for text in [
            format!("성명,파일\n홍길동,{code}\n"),
            format!("성명,파일\n홍길동,\"{code}\",1\n"),
            format!("INSERT INTO t VALUES (1,'{code}');\n"),
            format!("INSERT INTO t VALUES (1,0x{hex});\n"),
            format!("1\t\\\\x{hex}\n\\.\n"),
            format!("{{\"name\":\"a\",\"data\":\"{}\"}}", code.replace('/', "\\/")),
            format!("<r><name>a</name><data>{code}</data></r>"),
            format!("<r><data>{}</data></r>", broken.trim_end()),
            format!("<r><data>\n{broken}</data></r>"),
            format!("  file: {broken}next: 1\n"),
            format!("see {address}\n{broken}Regards, a\n"),
            format!("const f = `{code}`;"),
        ] {
            for piece in [1, 7, 64, text.len()] {
                let mut lookout = super::Lookout::default();
                let found = text.as_bytes().chunks(piece).fold(false, |found, chunk| found | lookout.take(chunk));
                assert!(found | lookout.end(), "by {piece}: {text}");
            }
            let heard = Heard::of("a.txt", text.as_bytes());
            let raw: Vec<_> = heard.raw.iter().filter(|(_, bytes)| bytes == LIST.as_bytes()).collect();
            assert_eq!(raw.len(), 1, "{text}");
        }
    }

    #[test]
    fn base64_and_digits_are_read_as_what_they_stand_for() {
        let code = STANDARD.encode(LIST);
        let hex: String = LIST.bytes().map(|byte| format!("{byte:02x}")).collect();
        let korean = STANDARD.encode(encoding_rs::EUC_KR.encode(LIST).0);
        for text in [
            code.clone(),
            lines(&code, 76),
            format!("-----BEGIN CERTIFICATE-----\n{}-----END CERTIFICATE-----\n", lines(&code, 64)),
            format!("명단 보냅니다.\n\n{}\n감사합니다.\n", lines(&code, 60)),
            format!("<a href=\"data:text/csv;base64,{code}\">명단</a>"),
            lines(&hex, 64),
        ] {
            let heard = Heard::of("a.txt", text.as_bytes());
            assert_eq!(
                heard.place_of("900101-1234568"),
                Some("a.txt › part ‘base64’ › a file without a name"),
                "{text}"
            );
            assert_eq!(heard.unreadable, []);
        }
        let heard = Heard::of("a.txt", korean.as_bytes());
        assert!(heard.raw.iter().any(|(place, _)| place == "a.txt › part ‘base64’ › a file without a name"));
    }

    #[test]
    fn a_document_in_base64_is_opened() {
        let file = STANDARD.encode(crate::extract::make::packed::gz(LIST.as_bytes()));
        let heard = Heard::of("a.b64", file.as_bytes());
        assert!(heard.place_of("900101-1234568").is_some_and(|place| place.starts_with("a.b64 › part ‘base64’ › ")));
    }

    #[test]
    fn files_are_seen_in_a_text_however_it_is_cut() {
        let code = STANDARD.encode(LIST);
        let file = STANDARD.encode(crate::extract::make::packed::gz(LIST.as_bytes()));
        let noise: Vec<u8> = (0..300_u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 23) as u8).collect();
        for (text, is_one) in [
            (format!("안녕하세요\r\n\r\n{}끝\r\n", lines(&code, 60)), true),
            (format!("안녕하세요\n{file}"), true),
            (format!("<p>글</p><a href=\"data:text/csv;base64,{code}\">명단</a>"), true),
            (format!("data:text/csv;base64,{}", STANDARD.encode("900101-1234568 홍길동")), true),
            (format!("글\n{}", lines(&STANDARD.encode(LIST.repeat(30)), 4000)), true),
            ("글\nbegin 644 list.csv\n0;&ES=\"!O9B!P96]P;&4Z(```\n`\nend\n".to_owned(), true),
            (format!("글\n{}", lines(&STANDARD.encode(&noise), 76)), false),
            (
                format!(
                    "<img src=\"data:image/png;base64,{}\">",
                    STANDARD.encode([b"\x89PNG\r\n\x1A\n".as_slice(), &noise].concat())
                ),
                false,
            ),
            (format!("{}\n", "주민등록번호는 여기 없습니다. ".repeat(50)), false),
            ("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n".repeat(3), false),
        ] {
            for size in [1, 7, 64, 500, text.len()] {
                let mut lookout = super::Lookout::default();
                let seen = text.as_bytes().chunks(size).any(|piece| lookout.take(piece)) || lookout.end();
                assert_eq!(seen, is_one, "{size}: {text}");
            }
        }
    }

    #[test]
    fn uuencode_is_read() {
        let text = "안녕하세요\nbegin 644 list.csv\n0;&ES=\"!O9B!P96]P;&4Z(```\n..3`P,3`Q+3$R,S0U-C@`\n`\nend\n끝\n";
        let heard = Heard::of("a.txt", text.as_bytes());
        assert_eq!(heard.place_of("900101-1234568"), Some("a.txt › list.csv"));
    }

    #[test]
    fn keys_sums_and_pictures_are_not() {
        let noise: Vec<u8> = (0..300_u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 23) as u8).collect();
        let picture = [b"\x89PNG\r\n\x1A\n".as_slice(), &noise].concat();
        for bytes in [noise, picture] {
            let code = STANDARD.encode(bytes);
            let heard = Heard::of("a.txt", lines(&code, 76).as_bytes());
            assert_eq!((heard.raw.len(), heard.unreadable.len()), (1, 0));
        }
        let sums = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a.txt\n".repeat(3);
        assert_eq!(Heard::of("a.txt", sums.as_bytes()).raw.len(), 1);
    }
}
