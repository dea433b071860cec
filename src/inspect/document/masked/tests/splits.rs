//! However a value is split, and whatever stands between its pieces, nothing of its secret part is left.

use super::*;
use crate::extract::testing::texts;
use proptest::prelude::*;

/// A format: the part in which text stands, what stands before and behind it, and what may stand within.
struct Format {
    name: &'static str,
    mime: &'static str,
    part: &'static str,
    around: (&'static str, &'static str),
    between: [&'static str; 6],
}

const FORMATS: [Format; 5] = [
    Format {
        name: "a.docx",
        mime: "",
        part: "word/document.xml",
        around: ("<w:document><w:p><w:r><w:t>", "</w:t></w:r></w:p></w:document>"),
        between: [
            "</w:t></w:r><w:r><w:t>",
            "</w:t></w:r><w:proofErr w:type=\"spellStart\"/><w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">",
            "</w:t><w:t>",
            "</w:t></w:r><w:ins w:id=\"3\"><w:r><w:t/></w:r></w:ins><w:r><w:t>",
            "<!-- 사이 -->",
            "</w:t></w:r><w:bookmarkStart w:id=\"7\" w:name=\"자리\"/><w:r><w:t>",
        ],
    },
    Format {
        name: "a.pptx",
        mime: "",
        part: "ppt/slides/slide1.xml",
        around: ("<p:sld><a:p><a:r><a:t>", "</a:t></a:r></a:p></p:sld>"),
        between: [
            "</a:t></a:r><a:r><a:t>",
            "</a:t></a:r><a:r><a:rPr lang=\"ko-KR\" sz=\"1800\"/><a:t>",
            "</a:t></a:r><a:fld id=\"{A}\"><a:t/></a:fld><a:r><a:t>",
            "<![CDATA[]]>",
            "<?pi?>",
            "</a:t><a:t>",
        ],
    },
    Format {
        name: "a.hwpx",
        mime: "application/hwp+zip",
        part: "Contents/section0.xml",
        around: ("<hs:sec><hp:p><hp:run><hp:t>", "</hp:t></hp:run></hp:p></hs:sec>"),
        between: [
            "</hp:t></hp:run><hp:run charPrIDRef=\"5\"><hp:t>",
            "</hp:t><hp:t>",
            "<hp:markpenBegin color=\"#FFFF00\"/>",
            "<hp:markpenEnd/>",
            "</hp:t><hp:ctrl><hp:bookmark name=\"자리\"/></hp:ctrl><hp:t>",
            "<!---->",
        ],
    },
    Format {
        name: "a.odt",
        mime: "application/vnd.oasis.opendocument.text",
        part: "content.xml",
        around: (
            "<office:document-content><office:body><office:text><text:p>",
            "</text:p></office:text></office:body></office:document-content>",
        ),
        between: [
            "<text:span/>",
            "<text:span text:style-name=\"T1\"><text:span/></text:span>",
            "<text:bookmark text:name=\"자리\"/>",
            "<text:soft-page-break/>",
            "<text:note><text:note-body><text:p>각주</text:p></text:note-body></text:note>",
            "<![CDATA[]]>",
        ],
    },
    Format {
        name: "a.xlsx",
        mime: "",
        part: "xl/sharedStrings.xml",
        around: ("<sst><si><r><t>", "</t></r></si></sst>"),
        between: [
            "</t></r><r><t>",
            "</t></r><r><rPr><b/><sz val=\"11\"/></rPr><t xml:space=\"preserve\">",
            "</t></r><r><t/></r><r><t>",
            "<!-- 사이 -->",
            "</t><t>",
            "<?pi?>",
        ],
    },
];

impl Format {
    fn file(&self, text: &str) -> Vec<u8> {
        let part = format!("{}{text}{}", self.around.0, self.around.1);
        let first = if self.mime.is_empty() { ("[Content_Types].xml", "<Types/>") } else { ("mimetype", self.mime) };
        texts(&[first, (self.part, &part)])
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn no_split_leaks(format in 0_usize..5, cuts in proptest::collection::vec((1_usize..14, 0_usize..6, any::<bool>()), 0..8)) {
        let format = &FORMATS[format];
        let mut text = String::new();
        for (number, letter) in NUMBER.chars().enumerate() {
            let here = || cuts.iter().filter(|(at, ..)| *at == number);
            here().for_each(|(_, how, _)| text.push_str(format.between[*how]));
            match here().any(|(.., entity)| *entity) {
                true => text.push_str(&format!("&#{};", u32::from(letter))),
                false => text.push(letter),
            }
        }
        let bytes = format.file(&format!("주민등록번호 {text} 입니다"));
        let done = done(format.name, &bytes);
        gone(&done.bytes, &["1234568", "234568", "34568", "4568"]);
        let (was, is) = (part(&bytes, format.part), part(&done.bytes, format.part));
        let plain = |text: &str| {
            // Of an entity one letter is left.
            let digits = ('0'..='9').chain(['-']).map(|digit| (digit, format!("&#{};", u32::from(digit))));
            digits.fold(text.to_owned(), |text, (digit, entity)| text.replace(&entity, &digit.to_string()))
        };
        let (was, is) = (plain(&was), plain(&is));
        prop_assert_eq!(was.chars().count(), is.chars().count());
        prop_assert!(was.chars().zip(is.chars()).all(|(was, is)| was == is || is == '*'), "{}\n{}", was, is);
        prop_assert_eq!(is.matches('*').count(), 7);
    }
}
