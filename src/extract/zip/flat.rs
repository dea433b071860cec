//! Documents of Word in one XML file: WordprocessingML of 2003, and Flat OPC, a package whose parts stand one after the other
//! ("Word XML Document"). A number in them is nearly always split over several runs.

use super::markup;
use super::ooxml;
use super::package;
use super::writing::{self, Manner};
use super::xml::{decode, root};
use crate::extract::{Halt, Walk};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// In so many bytes it says what it is: who tells whether a text is a document looks at no more.
const START: usize = 512;

/// What Word writes before the root, and the roots themselves.
const MARKS: [&str; 4] = [
    "progid=\"Word.Document\"",
    "progid=\"PowerPoint.Show\"",
    ":wordDocument ",
    "schemas.microsoft.com/office/2006/xmlPackage",
];

/// Whether it is one of them.
pub(super) fn bears(bytes: &[u8]) -> bool {
    let head = decode(bytes.get(..START).unwrap_or(bytes)).0;
    head.trim_start_matches('\u{FEFF}').trim_start().starts_with('<') && MARKS.iter().any(|mark| head.contains(mark))
}

/// Reads it.
///
/// # Errors
/// [`Halt::Part`] for what is wrong with it; the limits; the time.
pub(super) fn read(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    markup::read(bytes, walk, |text, walk| {
        let (outside, parts) = cut(text, "pkg:part");
        if parts.is_empty() {
            let (text, files) = cut(text, "w:binData");
            let done = document(&text, walk);
            files.iter().try_for_each(|file| open(file, file.inner, walk))?;
            return done;
        }
        let styles = parts.iter().find(|part| root(part.inner).as_deref() == Some("styles"));
        let hiding = styles.map(|part| writing::hiding_styles(part.inner, walk)).unwrap_or_default();
        let manner = Manner { numbered: true, hiding };
        for part in &parts {
            walk.entry()?;
            let done = tell(part, &manner, walk);
            walk.note(done)?;
        }
        markup::all(&outside, false, walk)
    })
}

fn document(text: &str, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let manner = Manner { numbered: true, hiding: writing::hiding_styles(text, walk) };
    writing::read(text, &manner, walk)
}

/// A part of a package: XML, or a file.
fn tell(part: &Inner<'_>, manner: &Manner, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let (outside, files) = cut(part.inner, "pkg:binaryData");
    for file in &files {
        open(part, file.inner, walk)?;
    }
    let (_, data) = cut(&outside, "pkg:xmlData");
    for data in &data {
        match root(data.inner).as_deref() {
            Some("document") => writing::read(data.inner, manner, walk)?,
            _ => ooxml::loose(&part.name, data.inner.as_bytes(), walk)?,
        }
    }
    // Whoever binds another prefix to it.
    if files.is_empty() && data.is_empty() { document(&outside, walk) } else { Ok(()) }
}

fn open(part: &Inner<'_>, base64: &str, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let packed: Vec<u8> = base64.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    walk.entry()?;
    match STANDARD.decode(packed) {
        Ok(file) => package::open(&part.name, &file, walk),
        Err(_) => {
            walk.raw(base64.as_bytes())?;
            walk.note(Err(Halt::DAMAGED))
        }
    }
}

/// What an element holds, and its name as its attribute says.
struct Inner<'t> {
    name: String,
    inner: &'t str,
}

/// Cuts all elements of a name out of a text: what is left, and they. An element that does not end is left where it stands.
fn cut<'t>(text: &'t str, element: &str) -> (String, Vec<Inner<'t>>) {
    let (opens, closes) = (format!("<{element}"), format!("</{element}>"));
    let (mut rest, mut left, mut found) = (text, String::new(), Vec::new());
    while let Some((before, tag)) = rest.split_once(&opens) {
        let Some((head, body)) = tag.split_once('>') else { break };
        if head.ends_with('/') || !(head.is_empty() || head.starts_with(char::is_whitespace)) {
            left.extend([before, &opens]);
            rest = tag;
            continue;
        }
        // If none ends from here on, none of the next does.
        let Some((inner, behind)) = body.split_once(&closes) else { break };
        let name = head.split_once("name=\"").and_then(|(_, value)| value.split_once('"')).map_or("", |(name, _)| name);
        found.push(Inner { name: name.to_owned(), inner });
        left.push_str(before);
        rest = behind;
    }
    left.push_str(rest);
    (left, found)
}

#[cfg(test)]
mod tests {
    use crate::extract::testing::Heard;
    use crate::extract::zip::tests::stands;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    const RUNS: &str = "<w:p>\n<w:r><w:rPr><w:b/></w:rPr><w:t>900</w:t></w:r>\n<w:r><w:t>101-1</w:t></w:r>\n<w:r>\n\
        <w:t>234568</w:t></w:r></w:p><w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>숨은 글</w:t></w:r></w:p>";

    #[test]
    fn word_of_2003_is_read_as_it_is_seen() {
        let file = STANDARD.encode("성명,번호\n홍길동,9\n");
        let text = format!(
            "<?xml version=\"1.0\"?>\n<w:wordDocument xmlns:w=\"http://schemas.microsoft.com/office/word/2003/wordml\">\
             <o:DocumentProperties><o:Author>만든 이</o:Author></o:DocumentProperties>\
             <w:docOleData><w:binData w:name=\"oledata.mso\">{file}</w:binData></w:docOleData>\
             <w:body>{RUNS}</w:body></w:wordDocument>"
        );
        let heard = Heard::of("a.xml", text.as_bytes());
        stands(&heard, "900101-1234568", "a.xml › paragraph 1");
        stands(&heard, "숨은 글", "a.xml › hidden text › paragraph 2");
        assert!(heard.text().contains("만든 이"));
        assert_eq!(heard.place_of("홍길동"), Some("a.xml › oledata.mso"));
    }

    #[test]
    fn the_parts_of_a_flat_package_are_read_where_they_belong() {
        let file = STANDARD.encode("성명,번호\n홍길동,9\n");
        let part =
            |name: &str, data: &str| format!("<pkg:part pkg:name=\"{name}\" pkg:padding=\"9\">{data}</pkg:part>\n");
        let xml = |text: &str| format!("<pkg:xmlData>{text}</pkg:xmlData>");
        let text = format!(
            "<?xml version=\"1.0\"?>\n<pkg:package xmlns:pkg=\"http://schemas.microsoft.com/office/2006/xmlPackage\">\n{}{}{}{}</pkg:package>",
            part("/word/document.xml", &xml(&format!("<w:document><w:body>{RUNS}</w:body></w:document>"))),
            part(
                "/word/header1.xml",
                &xml("<w:hdr><w:p><w:r><w:t>머리 </w:t></w:r><w:r><w:t>글</w:t></w:r></w:p></w:hdr>")
            ),
            part("/docProps/core.xml", &xml("<cp:coreProperties><dc:title>제목 글</dc:title></cp:coreProperties>")),
            part("/word/embeddings/list.csv", &format!("<pkg:binaryData>{file}</pkg:binaryData>")),
        );
        let heard = Heard::of("a.xml", text.as_bytes());
        stands(&heard, "900101-1234568", "a.xml › paragraph 1");
        assert_eq!(heard.place_of("머리 글"), Some("a.xml › header"));
        assert_eq!(heard.place_of("제목 글"), Some("a.xml › document properties"));
        assert_eq!(heard.place_of("홍길동"), Some("a.xml › list.csv"));
    }
}
