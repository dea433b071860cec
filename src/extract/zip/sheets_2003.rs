//! Workbooks of Excel in one XML file: "XML Spreadsheet 2003". What is written beside its cells is told behind them.

use super::markup;
use super::xml::{Tag, Token, Xml, decode};
use crate::extract::{Cells, Halt, Walk};
use crate::vocab::{Shown, Step};
use std::collections::HashSet;

/// In so many bytes it says what it is: who tells whether a text is a document looks at no more.
const START: usize = 512;

/// Columns that one element hides, at most.
const MOST_HIDDEN: u32 = 16 << 10;

/// Whether it is a workbook of Excel in one XML file.
pub fn bears(bytes: &[u8]) -> bool {
    let head = decode(bytes.get(..START).unwrap_or(bytes)).0;
    head.trim_start_matches('\u{FEFF}').trim_start().starts_with('<')
        && (head.contains("progid=\"Excel.Sheet\"")
            || head.contains("<Workbook") && head.contains("urn:schemas-microsoft-com:office:spreadsheet"))
}

/// Reads it.
///
/// # Errors
/// [`Halt::Part`] for what is wrong with it; the limits; the time.
pub(super) fn read(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    markup::read(bytes, walk, |text, walk| {
        let mut shown = visibility(text, walk).into_iter();
        let (mut xml, mut number, mut beside) = (Xml::new(text), 0_u32, Beside::default());
        let mut done = Ok(());
        while let Some(token) = xml.next(walk).unwrap_or_else(|halt| {
            done = Err(halt);
            None
        }) {
            match token {
                Token::Open(tag) if tag.local() == "Worksheet" => {
                    number = number.saturating_add(1);
                    let name = tag.get("Name").unwrap_or_default().into_owned();
                    let step = Step::Sheet(number, name, shown.next().unwrap_or(Shown::Plainly));
                    walk.within(step, |walk| sheet(&mut xml, walk))?;
                }
                token => beside.take(token),
            }
        }
        beside.tell(walk)?;
        done
    })
}

/// Whether each sheet is shown, which is only written behind its cells.
fn visibility(text: &str, walk: &Walk<'_>) -> Vec<Shown> {
    let (mut xml, mut all, mut inside) = (Xml::new(text), Vec::new(), false);
    while let Ok(Some(token)) = xml.next(walk) {
        match token {
            Token::Open(tag) => {
                inside = tag.local() == "Visible";
                if tag.local() == "Worksheet" {
                    all.push(Shown::Plainly);
                }
            }
            Token::Text(text) if inside => {
                let shown = match text.trim() {
                    "SheetHidden" => Shown::Hidden,
                    "SheetVeryHidden" => Shown::VeryHidden,
                    _ => continue,
                };
                all.last_mut().into_iter().for_each(|last| *last = shown);
            }
            Token::Close(_) => inside = false,
            _ => {}
        }
    }
    all
}

fn sheet(xml: &mut Xml<'_>, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let mut beside = Beside::default();
    let mut done = Ok(());
    loop {
        match xml.next(walk) {
            Ok(Some(Token::Open(tag))) if tag.local() == "Table" => {
                done = walk.table(|cells| table(xml, cells, &mut beside));
                if done.is_err() {
                    break;
                }
            }
            Ok(Some(Token::Close(name))) if name.local() == "Worksheet" => break,
            Ok(Some(token)) => beside.take(token),
            Ok(None) => break,
            Err(halt) => {
                done = Err(halt);
                break;
            }
        }
    }
    beside.tell(walk)?;
    done
}

/// Where the next cell stands, and what hides it.
#[derive(Default)]
struct At {
    column: u32,
    row: u32,
    row_hidden: bool,
    columns_hidden: HashSet<u32>,
}

impl At {
    fn open(&mut self, tag: &Tag<'_>) {
        let index = tag.number("Index");
        let hidden = tag.is_on("Hidden");
        match tag.local() {
            "Column" => {
                self.column = index.unwrap_or(self.column.saturating_add(1));
                let span = tag.number("Span").unwrap_or(0).min(MOST_HIDDEN);
                let last = self.column.saturating_add(span);
                if hidden && self.columns_hidden.len() < MOST_HIDDEN as usize {
                    self.columns_hidden.extend(self.column..=last);
                }
                self.column = last;
            }
            "Row" => {
                self.row = index.unwrap_or(self.row.saturating_add(1));
                (self.column, self.row_hidden) = (0, hidden);
            }
            "Cell" => self.column = index.unwrap_or(self.column.saturating_add(1)),
            _ => {}
        }
    }

    fn is_hidden(&self) -> bool {
        self.row_hidden || self.columns_hidden.contains(&self.column)
    }
}

/// The rows of a sheet up to its end: the text of a cell may be in pieces that look otherwise.
fn table(xml: &mut Xml<'_>, cells: &mut Cells<'_, '_>, beside: &mut Beside) -> Result<(), Halt> {
    let (mut at, mut text, mut comment, mut comments, mut merged) = (At::default(), String::new(), None, 0_u32, 0);
    while let Some(token) = xml.next(cells.walk())? {
        match token {
            Token::Open(tag) => {
                at.open(&tag);
                match tag.local() {
                    "Cell" => {
                        text.clear();
                        merged = tag.number("MergeAcross").unwrap_or(0);
                    }
                    "Comment" => comment = Some(String::new()),
                    _ => {}
                }
                beside.attributes(&tag);
            }
            Token::Close(name) => match name.local() {
                "Cell" => {
                    if !text.trim().is_empty() {
                        cells.cell(at.column.max(1), at.row.max(1), at.is_hidden(), &plain(&text))?;
                    }
                    text.clear();
                    at.column = at.column.saturating_add(merged);
                }
                "Comment" => {
                    comments = comments.saturating_add(1);
                    beside.lines.extend(comment.take().map(|text| (Step::Comment(comments), text)));
                }
                "Table" => return Ok(()),
                _ => {}
            },
            Token::Text(piece) => comment.as_mut().unwrap_or(&mut text).push_str(&piece),
            token => beside.take(token),
        }
    }
    Ok(())
}

/// A number as people see it: programs write large ones with an exponent.
fn plain(text: &str) -> String {
    let number = text.contains(['E', 'e']).then(|| text.trim().parse::<f64>().ok()).flatten();
    match number.filter(|number| number.fract() == 0.0 && number.abs() < 1e15) {
        Some(number) => format!("{number:.0}"),
        None => text.to_owned(),
    }
}

/// What stands beside the cells.
#[derive(Default)]
struct Beside {
    lines: Vec<(Step, String)>,
    /// The open elements.
    open: Vec<String>,
    /// Text, which comes in pieces.
    text: String,
}

impl Beside {
    fn take(&mut self, token: Token<'_>) {
        match token {
            Token::Open(tag) => {
                self.flush();
                self.attributes(&tag);
                self.open.push(tag.local().to_owned());
            }
            Token::Close(_) => {
                self.flush();
                self.open.pop();
            }
            Token::Text(text) | Token::Aside(text) => self.text.push_str(&text),
        }
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        if !text.trim().is_empty() && !markup::is_setting(&text) {
            self.lines.push((self.step(), text));
        }
    }

    fn step(&self) -> Step {
        let inside = |name: &str| self.open.iter().any(|open| open == name);
        match () {
            () if inside("DocumentProperties") || inside("CustomDocumentProperties") => Step::Properties,
            () if inside("DataValidation") => Step::ValidationList,
            () => Step::Part(self.open.last().cloned().unwrap_or_default()),
        }
    }

    fn attributes(&mut self, tag: &Tag<'_>) {
        let name = || tag.get("Name").unwrap_or_default().into_owned();
        for (key, value) in tag.attributes() {
            let step = match (tag.local(), key) {
                ("Header", "Data") => Step::Header,
                ("Footer", "Data") => Step::Footer,
                (_, "Formula") => Step::Formula,
                (_, "HRef" | "HRefScreenTip") => Step::Link,
                (_, "RefersTo") => Step::DefinedName(name()),
                (element, key) if markup::tells(element, key, &value) => Step::Part(tag.local().to_owned()),
                _ => continue,
            };
            self.lines.push((step, value.into_owned()));
        }
    }

    fn tell(mut self, walk: &mut Walk<'_>) -> Result<(), Halt> {
        self.flush();
        self.lines.into_iter().try_for_each(|(step, text)| walk.within(step, |walk| walk.say(&text)))
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::testing::Heard;
    use crate::extract::zip::tests::stands;

    #[test]
    fn a_workbook_in_one_file_is_read_cell_by_cell() {
        let text = "<?xml version=\"1.0\"?>\n<?mso-application progid=\"Excel.Sheet\"?>\n\
            <Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\">\n\
            <DocumentProperties><Author>만든 이</Author></DocumentProperties>\n\
            <Names><NamedRange ss:Name=\"이름\" ss:RefersTo=\"=&quot;정한 글&quot;\"/></Names>\n\
            <Worksheet ss:Name=\"명단\"><Table>\n<Column ss:Index=\"3\" ss:Hidden=\"1\"/>\n\
            <Row><Cell><Data ss:Type=\"String\">성명</Data></Cell><Cell><Data ss:Type=\"String\">번호</Data></Cell>\
            <Cell><Data ss:Type=\"String\">숨은 열</Data></Cell></Row>\n\
            <Row ss:Index=\"4\" ss:Hidden=\"1\"><Cell ss:Index=\"2\" ss:Formula=\"=REPLACE(C1,8,7,&quot;가림&quot;)\">\
            <ss:Data ss:Type=\"String\"><B>900101</B><Font>-1234568</Font></ss:Data>\
            <Comment ss:Author=\"쓴 이\"><ss:Data>메모 글</ss:Data></Comment></Cell></Row>\n\
            <Row><Cell><Data ss:Type=\"Number\">8.801011234568E12</Data></Cell></Row></Table>\n\
            <WorksheetOptions><PageSetup><Header x:Data=\"&amp;C머리 글\"/></PageSetup><Visible>SheetHidden</Visible></WorksheetOptions>\n\
            <DataValidation><Value>&quot;고를 글&quot;</Value></DataValidation></Worksheet></Workbook>";
        let heard = Heard::of("a.xls", text.as_bytes());
        let sheet = "a.xls › sheet 1 ‘명단’ (hidden)";
        stands(&heard, "숨은 열", &format!("{sheet} › cell C1 (hidden)"));
        stands(&heard, "900101-1234568", &format!("{sheet} › cell B4 (hidden)"));
        stands(&heard, "8801011234568", &format!("{sheet} › cell A5"));
        stands(&heard, "메모 글", &format!("{sheet} › comment 1"));
        stands(&heard, "&C머리 글", &format!("{sheet} › header"));
        stands(&heard, "\"고를 글\"", &format!("{sheet} › validation list"));
        stands(&heard, "=\"정한 글\"", "a.xls › defined name ‘이름’");
        stands(&heard, "만든 이", "a.xls › document properties");
        assert_eq!(heard.unreadable, []);
    }
}
