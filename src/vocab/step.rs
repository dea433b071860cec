//! The way to a place inside a file, step by step, as a person would go: 명단.xlsx › sheet 2 ‘명단’ (hidden) › cell B7.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Whether a sheet, a slide, a row or a layer is shown to who opens the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shown {
    /// Everybody sees it.
    Plainly,
    /// A click in a menu shows it.
    Hidden,
    /// Only a macro or an editor of the file shows it ("very hidden").
    VeryHidden,
}

/// The name of the step into a value that is written in base64.
const BASE64: &str = "base64";

/// One step on the way. Names in it come from the file; who shows them cleans them of personal data first.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// A file within a file: an archive's entry, an attachment, an embedded object; its name as far as it has one.
    File(String),
    /// A sheet of a workbook: its number from 1, its name.
    Sheet(u32, String, Shown),
    /// A cell: column and row, both from 1.
    Cell(u32, u32),
    /// A cell of a row or a column that is hidden: column and row, both from 1.
    HiddenCell(u32, u32),
    /// A page, from 1.
    Page(u32),
    /// A slide, from 1.
    Slide(u32, Shown),
    /// The speaker's notes of a slide, from 1.
    SpeakerNotes(u32),
    /// A paragraph, from 1.
    Paragraph(u32),
    /// A section or a chapter of the text, from 1.
    Section(u32),
    /// A footnote or an endnote, from 1.
    Note(u32),
    /// A comment or an annotation, from 1.
    Comment(u32),
    /// A table within a text, from 1.
    Table(u32),
    /// Text at the top of every page.
    Header,
    /// Text at the foot of every page.
    Footer,
    /// A box, a shape, a drawing with text in it.
    TextBox,
    /// Text that was deleted and is still in the file.
    Deleted,
    /// Text marked as hidden.
    HiddenText,
    /// The formula of a cell or a field.
    Formula,
    /// A name defined for cells or formulas; the name.
    DefinedName(String),
    /// A list of what may be entered.
    ValidationList,
    /// Strings of the file that no cell shows any more.
    UnusedStrings,
    /// The copy of its data that a chart keeps.
    Chart,
    /// The copy of its data that a pivot table keeps.
    PivotCache,
    /// The copy of another file's cells that a link keeps.
    LinkCache,
    /// Title, author, keywords and the like.
    Properties,
    /// What was written for who cannot see a picture.
    AltText,
    /// A preview kept beside the content.
    Preview,
    /// A script or a macro.
    Script,
    /// A field of a form; its name.
    FormField(String),
    /// The address of a link.
    Link,
    /// An earlier revision that is still in the file, from 1, the oldest.
    Revision(u32),
    /// A head field of a message; its name.
    MessageHead(String),
    /// The text of a message.
    MessageText,
    /// Data about a picture: EXIF, XMP, text chunks.
    PictureData,
    /// Names of a file's own entries.
    EntryName,
    /// Any other part of the file, by its own name there.
    Part(String),
    /// The content of a file without parts.
    Content,
}

impl Step {
    /// Into a value of a form that is written in base64.
    pub fn coded() -> Step {
        Step::Part(BASE64.to_owned())
    }

    /// Whether it leads into what is written in base64, where nothing can be masked.
    pub fn is_coded(&self) -> bool {
        matches!(self, Step::Part(name) if name == BASE64)
    }

    /// The name of the file it leads into, if it does.
    pub fn file(&self) -> Option<&str> {
        if let Step::File(name) = self { Some(name) } else { None }
    }

    /// The name that it has from the file, if it has one.
    pub fn name_mut(&mut self) -> Option<&mut String> {
        match self {
            Step::File(name)
            | Step::Sheet(_, name, _)
            | Step::DefinedName(name)
            | Step::FormField(name)
            | Step::MessageHead(name)
            | Step::Part(name) => Some(name),
            _ => None,
        }
    }

    /// The same with another name, if it has one.
    pub fn renamed(mut self, rename: impl FnOnce(String) -> String) -> Step {
        if let Some(name) = self.name_mut() {
            *name = rename(std::mem::take(name));
        }
        self
    }

    /// The name in it that comes from the file, if there is one.
    pub fn name(&self) -> Option<&str> {
        match self {
            Step::File(name)
            | Step::Sheet(_, name, _)
            | Step::DefinedName(name)
            | Step::FormField(name)
            | Step::MessageHead(name)
            | Step::Part(name) => Some(name),
            _ => None,
        }
    }

    /// The words for it in Korean, for pages: `시트 2 ‘명단’(숨김)`.
    pub fn korean(&self) -> String {
        match self {
            Step::File(name) | Step::Part(name) if name.is_empty() => "이름 없는 파일".to_owned(),
            Step::File(name) => name.clone(),
            Step::Part(name) => format!("부분 ‘{name}’"),
            Step::Sheet(number, name, shown) => format!("시트 {number} ‘{name}’{}", shown.korean()),
            Step::Cell(column, row) => format!("{}{row} 셀", Letters(*column)),
            Step::HiddenCell(column, row) => format!("숨긴 {}{row} 셀", Letters(*column)),
            Step::Page(number) => format!("{number}쪽"),
            Step::Slide(number, shown) => format!("슬라이드 {number}{}", shown.korean()),
            Step::SpeakerNotes(number) => format!("슬라이드 {number}의 발표자 노트"),
            Step::Paragraph(number) => format!("{number}번째 문단"),
            Step::Section(number) => format!("{number}번째 구역"),
            Step::Note(number) => format!("각주 {number}"),
            Step::Comment(number) => format!("메모 {number}"),
            Step::Table(number) => format!("표 {number}"),
            Step::Header => "머리말".to_owned(),
            Step::Footer => "꼬리말".to_owned(),
            Step::TextBox => "글상자".to_owned(),
            Step::Deleted => "지운 글".to_owned(),
            Step::HiddenText => "숨긴 글".to_owned(),
            Step::Formula => "수식".to_owned(),
            Step::DefinedName(name) => format!("정의된 이름 ‘{name}’"),
            Step::ValidationList => "입력 목록".to_owned(),
            Step::UnusedStrings => "셀에 없는 문자열".to_owned(),
            Step::Chart => "차트 데이터".to_owned(),
            Step::PivotCache => "피벗 캐시".to_owned(),
            Step::LinkCache => "외부 연결 캐시".to_owned(),
            Step::Properties => "문서 속성".to_owned(),
            Step::AltText => "대체 텍스트".to_owned(),
            Step::Preview => "미리 보기".to_owned(),
            Step::Script => "스크립트".to_owned(),
            Step::FormField(name) => format!("양식 필드 ‘{name}’"),
            Step::Link => "링크 주소".to_owned(),
            Step::Revision(number) => format!("이전 판 {number}"),
            Step::MessageHead(name) => format!("메일 헤더 ‘{name}’"),
            Step::MessageText => "메일 본문".to_owned(),
            Step::PictureData => "사진 정보".to_owned(),
            Step::EntryName => "파일 이름".to_owned(),
            Step::Content => "내용".to_owned(),
        }
    }
}

/// In English, for pages, records and terminals: `sheet 2 ‘명단’ (hidden)`.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::File(name) | Step::Part(name) if name.is_empty() => f.write_str("a file without a name"),
            Step::File(name) => f.write_str(name),
            Step::Part(name) => write!(f, "part ‘{name}’"),
            Step::Sheet(number, name, shown) => write!(f, "sheet {number} ‘{name}’{shown}"),
            Step::Cell(column, row) => write!(f, "cell {}{row}", Letters(*column)),
            Step::HiddenCell(column, row) => write!(f, "cell {}{row} (hidden)", Letters(*column)),
            Step::Page(number) => write!(f, "page {number}"),
            Step::Slide(number, shown) => write!(f, "slide {number}{shown}"),
            Step::SpeakerNotes(number) => write!(f, "speaker notes of slide {number}"),
            Step::Paragraph(number) => write!(f, "paragraph {number}"),
            Step::Section(number) => write!(f, "section {number}"),
            Step::Note(number) => write!(f, "note {number}"),
            Step::Comment(number) => write!(f, "comment {number}"),
            Step::Table(number) => write!(f, "table {number}"),
            Step::Header => f.write_str("header"),
            Step::Footer => f.write_str("footer"),
            Step::TextBox => f.write_str("text box"),
            Step::Deleted => f.write_str("deleted text"),
            Step::HiddenText => f.write_str("hidden text"),
            Step::Formula => f.write_str("formula"),
            Step::DefinedName(name) => write!(f, "defined name ‘{name}’"),
            Step::ValidationList => f.write_str("validation list"),
            Step::UnusedStrings => f.write_str("strings in no cell"),
            Step::Chart => f.write_str("chart data"),
            Step::PivotCache => f.write_str("pivot cache"),
            Step::LinkCache => f.write_str("cache of an external link"),
            Step::Properties => f.write_str("document properties"),
            Step::AltText => f.write_str("alternative text"),
            Step::Preview => f.write_str("preview"),
            Step::Script => f.write_str("script"),
            Step::FormField(name) => write!(f, "form field ‘{name}’"),
            Step::Link => f.write_str("link address"),
            Step::Revision(number) => write!(f, "earlier revision {number}"),
            Step::MessageHead(name) => write!(f, "message header ‘{name}’"),
            Step::MessageText => f.write_str("message text"),
            Step::PictureData => f.write_str("picture data"),
            Step::EntryName => f.write_str("file name"),
            Step::Content => f.write_str("content"),
        }
    }
}

impl Shown {
    const fn korean(self) -> &'static str {
        match self {
            Shown::Plainly => "",
            Shown::Hidden => "(숨김)",
            Shown::VeryHidden => "(매우 숨김)",
        }
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Shown::Plainly => "",
            Shown::Hidden => " (hidden)",
            Shown::VeryHidden => " (very hidden)",
        })
    }
}

/// The letters of a column, from 1: A, B, … Z, AA.
struct Letters(u32);

impl fmt::Display for Letters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut letters, mut left) = (Vec::new(), self.0);
        while left > 0 {
            left -= 1;
            letters.push(char::from(b'A' + (left % 26) as u8));
            left /= 26;
        }
        letters.iter().rev().try_for_each(|letter| write!(f, "{letter}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_as_a_spreadsheet_names_them() {
        let named = |column, row| Step::Cell(column, row).to_string();
        assert_eq!(named(2, 7), "cell B7");
        assert_eq!(named(26, 1), "cell Z1");
        assert_eq!(named(27, 1), "cell AA1");
        assert_eq!(named(703, 1_048_576), "cell AAA1048576");
    }

    #[test]
    fn names_are_replaced_and_nothing_else() {
        let renamed = |step: Step| step.renamed(|name| format!("{name}*"));
        assert_eq!(renamed(Step::File("a".into())), Step::File("a*".into()));
        assert_eq!(renamed(Step::Sheet(2, "a".into(), Shown::Hidden)), Step::Sheet(2, "a*".into(), Shown::Hidden));
        assert_eq!(renamed(Step::Cell(1, 1)), Step::Cell(1, 1));
        // Whatever names there are, they show in its words: a new variant with a name must be known above.
        for step in [Step::DefinedName("n".into()), Step::FormField("n".into()), Step::MessageHead("n".into())] {
            assert_eq!(step.name(), Some("n"));
            assert!(renamed(step).to_string().contains("n*"));
        }
    }

    #[test]
    fn sheets_say_that_they_are_hidden() {
        let sheet = Step::Sheet(2, "명단".to_owned(), Shown::VeryHidden);
        assert_eq!(sheet.to_string(), "sheet 2 ‘명단’ (very hidden)");
        assert_eq!(sheet.korean(), "시트 2 ‘명단’(매우 숨김)");
    }
}
