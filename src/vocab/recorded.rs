//! Words of records read back, so that people can read them in Korean: records themselves are in English.

use super::{FileType, Kind, Reason, Shown, Step, What};

impl What {
    /// What a record calls so, as far as garim knows it by itself.
    pub fn from_name(name: &str) -> Option<What> {
        let kind = || Kind::ALL.iter().copied().find(|kind| kind.name() == name || kind.english() == name);
        let returned = || Kind::ALL.iter().copied().find(|kind| kind.returned_name() == name);
        let reason = || Reason::ALL.iter().copied().find(|reason| reason.full_name() == name);
        let file = || FileType::ALL.iter().copied().find(|file_type| file_type.full_name() == name);
        let what = kind().map(What::Kind).or_else(|| reason().map(What::Uninspectable));
        what.or_else(|| file().map(What::File)).or_else(|| returned().map(What::Returned))
    }
}

/// A place as records have it (in English) in Korean words. What is no word of garim's, as the name of a file, stays as it is.
pub fn place_in_korean(english: &str) -> String {
    let (rest, line) = match english.rsplit_once(", line ") {
        Some((rest, line)) if line.bytes().all(|byte| byte.is_ascii_digit()) => (rest, format!(", {line}번째 줄")),
        _ => (english, String::new()),
    };
    let mut steps = rest.split(" › ");
    let mut way = steps.next().map(part_in_korean).unwrap_or_default();
    for step in steps {
        way.push_str(" › ");
        way.push_str(&step_of(step).map_or_else(|| step.to_owned(), |step| step.korean()));
    }
    format!("{way}{line}")
}

fn part_in_korean(part: &str) -> String {
    let named = |before: &str, behind: &str| part.strip_prefix(before)?.strip_suffix(behind);
    let known = [
        ("field '", "'", "입력란"),
        ("attachment '", "'", "첨부"),
        ("header '", "'", "헤더"),
        ("'", "' in the address", "주소의"),
    ];
    let known = || known.iter().find_map(|(before, behind, word)| Some(format!("{word} ‘{}’", named(before, behind)?)));
    let event = || named("event ", "").map(|number| format!("{number}번째 이벤트"));
    match part {
        "the address (URL)" => "주소(URL)".to_owned(),
        "the body" => "본문".to_owned(),
        "the name of a field" => "입력란 이름".to_owned(),
        "the name of an attachment" => "첨부 파일 이름".to_owned(),
        _ => known().or_else(event).unwrap_or_else(|| part.to_owned()),
    }
}

/// The step that is written so.
fn step_of(english: &str) -> Option<Step> {
    fixed(english).or_else(|| numbered(english)).or_else(|| named(english))
}

fn fixed(english: &str) -> Option<Step> {
    Some(match english {
        "a file without a name" => Step::File(String::new()),
        "header" => Step::Header,
        "footer" => Step::Footer,
        "text box" => Step::TextBox,
        "deleted text" => Step::Deleted,
        "hidden text" => Step::HiddenText,
        "formula" => Step::Formula,
        "validation list" => Step::ValidationList,
        "strings in no cell" => Step::UnusedStrings,
        "chart data" => Step::Chart,
        "pivot cache" => Step::PivotCache,
        "cache of an external link" => Step::LinkCache,
        "document properties" => Step::Properties,
        "alternative text" => Step::AltText,
        "preview" => Step::Preview,
        "script" => Step::Script,
        "link address" => Step::Link,
        "message text" => Step::MessageText,
        "picture data" => Step::PictureData,
        "file name" => Step::EntryName,
        "content" => Step::Content,
        _ => return None,
    })
}

fn numbered(english: &str) -> Option<Step> {
    let (words, shown) = shown(english);
    let (name, number) = words.rsplit_once(' ')?;
    if name == "cell" {
        let (column, row) = cell(number)?;
        return Some(if shown == Shown::Plainly { Step::Cell(column, row) } else { Step::HiddenCell(column, row) });
    }
    let number: u32 = number.parse().ok()?;
    match (name, shown) {
        ("slide", shown) => return Some(Step::Slide(number, shown)),
        (_, Shown::Plainly) => {}
        _ => return None,
    }
    Some(match name {
        "page" => Step::Page(number),
        "speaker notes of slide" => Step::SpeakerNotes(number),
        "paragraph" => Step::Paragraph(number),
        "section" => Step::Section(number),
        "note" => Step::Note(number),
        "comment" => Step::Comment(number),
        "table" => Step::Table(number),
        "earlier revision" => Step::Revision(number),
        _ => return None,
    })
}

fn named(english: &str) -> Option<Step> {
    let (words, shown) = shown(english);
    let (before, name) = words.strip_suffix('’')?.split_once('‘')?;
    let name = name.to_owned();
    if let Some(number) = before.strip_prefix("sheet ") {
        return Some(Step::Sheet(number.trim_end().parse().ok()?, name, shown));
    }
    match before {
        "part " => Some(Step::Part(name)),
        "defined name " => Some(Step::DefinedName(name)),
        "form field " => Some(Step::FormField(name)),
        "message header " => Some(Step::MessageHead(name)),
        _ => None,
    }
}

fn shown(english: &str) -> (&str, Shown) {
    let hidden = [Shown::VeryHidden, Shown::Hidden];
    let known = hidden.into_iter().find_map(|shown| Some((english.strip_suffix(&shown.to_string())?, shown)));
    known.unwrap_or((english, Shown::Plainly))
}

/// The column and row of `B7`.
fn cell(name: &str) -> Option<(u32, u32)> {
    let digits = name.find(|letter: char| letter.is_ascii_digit())?;
    let (letters, row) = name.split_at_checked(digits)?;
    let column = letters.bytes().try_fold(0_u32, |column, letter| {
        let letter = letter.is_ascii_uppercase().then(|| u32::from(letter - b'A') + 1)?;
        column.checked_mul(26)?.checked_add(letter)
    })?;
    Some((column, row.parse().ok()?)).filter(|_| column > 0)
}

#[cfg(test)]
mod tests {
    use super::super::{Part, Place};
    use super::*;

    fn attached() -> Part {
        Part::File { field: "file".into(), name: "명단.xlsx".into() }
    }

    #[test]
    fn what_a_record_says_of_a_place_is_said_in_korean_too() {
        let parts = [
            Part::Path,
            Part::Query("q".into()),
            Part::Body,
            Part::Field("a, line 3".into()),
            Part::FieldName,
            attached(),
            Part::FileName("x".into()),
            Part::Head("referer".into()),
            Part::Event(7),
        ];
        for part in parts {
            for line in [0, 3] {
                let place = Place { line, ..Place::whole(part.clone()) };
                assert_eq!(place_in_korean(&place.to_string()), place.korean(), "{place}");
            }
        }
        assert_eq!(place_in_korean("in the sky"), "in the sky");
    }

    #[test]
    fn every_step_into_a_file_is_said_in_korean_too() {
        let name = || "명단 (1).csv".to_owned();
        let mut steps = vec![
            Step::File(name()),
            Step::File(String::new()),
            Step::Cell(703, 1_048_576),
            Step::HiddenCell(26, 1),
            Step::DefinedName(name()),
            Step::FormField(name()),
            Step::MessageHead(name()),
            Step::Part("base64".into()),
        ];
        for shown in [Shown::Plainly, Shown::Hidden, Shown::VeryHidden] {
            steps.extend([Step::Sheet(2, name(), shown), Step::Slide(3, shown)]);
        }
        let numbered =
            [Step::Page, Step::SpeakerNotes, Step::Paragraph, Step::Section, Step::Note, Step::Comment, Step::Table];
        steps.extend(numbered.map(|step| step(12)));
        steps.push(Step::Revision(1));
        steps.extend([Step::Header, Step::Footer, Step::TextBox, Step::Deleted, Step::HiddenText, Step::Formula]);
        steps.extend([Step::ValidationList, Step::UnusedStrings, Step::Chart, Step::PivotCache, Step::LinkCache]);
        steps.extend([Step::Properties, Step::AltText, Step::Preview, Step::Script, Step::Link, Step::MessageText]);
        steps.extend([Step::PictureData, Step::EntryName, Step::Content]);
        for step in steps {
            let place = Place { line: 3, ..Place::within(attached(), [step, Step::File("b.csv".into())].into()) };
            assert_eq!(place_in_korean(&place.to_string()), place.korean(), "{place}");
        }
        // The middle of a long way is left out in both.
        let place = Place::within(Part::Body, (1..=9).map(Step::Page).collect());
        assert_eq!(place_in_korean(&place.to_string()), place.korean());
    }

    #[test]
    fn whatever_a_record_names_is_known_again() {
        let kinds = Kind::ALL.iter().flat_map(|kind| [What::Kind(*kind), What::Returned(*kind)]);
        let others = Reason::ALL.iter().map(|reason| What::Uninspectable(*reason));
        let files = FileType::ALL.iter().map(|file_type| What::File(*file_type));
        for what in kinds.chain(others).chain(files) {
            assert_eq!(What::from_name(what.name()), Some(what), "{}", what.name());
        }
        assert_eq!(
            (What::from_name("mobile number"), What::from_name("x")),
            (Some(What::Kind(Kind::MobileNumber)), None)
        );
    }
}
