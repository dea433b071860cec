//! The number formats of a workbook, and which a cell has by its style (ECMA-376 part 1, 18.8).

use super::number::{Decimal, Format};
use super::xml::{Token, Xml};
use crate::extract::{Halt, Walk};
use std::borrow::Cow;
use std::collections::HashMap;

/// Formats by style.
#[derive(Default)]
pub(super) struct Styles {
    formats: Vec<Format>,
    by_id: HashMap<u32, usize>,
    /// The format of each style of cells; `None` for one that shows numbers as they are.
    cells: Vec<Option<usize>>,
    /// Days are counted from 1904.
    pub(super) from_1904: bool,
}

/// A number as it is shown, and as it is stored where that says more.
pub(super) struct Shown<'n> {
    pub(super) text: Cow<'n, str>,
    pub(super) stored: Option<Cow<'n, str>>,
}

impl Styles {
    /// From `styles.xml`.
    ///
    /// # Errors
    /// [`Halt::Part`] for what is wrong with it: what was read counts.
    pub(super) fn read(&mut self, text: &str, walk: &Walk<'_>) -> Result<(), Halt> {
        let (mut xml, mut inside, mut codes) = (Xml::new(text), false, HashMap::new());
        while let Some(token) = xml.next(walk)? {
            match token {
                Token::Open(tag) => match tag.local() {
                    "numFmt" => {
                        let id = tag.number("numFmtId").unwrap_or(0);
                        codes.insert(id, tag.get("formatCode").unwrap_or_default().into_owned());
                    }
                    "cellXfs" => inside = true,
                    "xf" if inside => {
                        let id = tag.number("numFmtId").unwrap_or(0);
                        self.cell_style(id, codes.get(&id).map(String::as_str));
                    }
                    _ => {}
                },
                Token::Close(name) if name.local() == "cellXfs" => inside = false,
                _ => {}
            }
        }
        Ok(())
    }

    /// The next style of cells has the format of this number, or of this code.
    pub(super) fn cell_style(&mut self, id: u32, code: Option<&str>) {
        let code = code.unwrap_or_else(|| built_in(id));
        let known = self.by_id.get(&id).copied();
        let at = known.unwrap_or_else(|| {
            self.formats.push(Format::parse(code));
            let at = self.formats.len().saturating_sub(1);
            self.by_id.insert(id, at);
            at
        });
        let general = self.formats.get(at).is_none_or(Format::is_general);
        self.cells.push((!general).then_some(at));
    }

    fn format(&self, style: u32) -> Option<&Format> {
        let at = self.cells.get(usize::try_from(style).ok()?)?.as_ref()?;
        self.formats.get(*at)
    }

    /// A text as a cell of this style shows it, if it is another.
    pub(super) fn text(&self, style: u32, text: &str) -> Option<String> {
        self.format(style).and_then(|format| format.show_text(text))
    }

    /// A number as a cell of this style shows it.
    pub(super) fn number<'n>(&self, style: u32, number: &'n str) -> Shown<'n> {
        let stored = super::number::whole(number);
        let shown = self.format(style).and_then(|format| {
            let number = Decimal::parse(number)?;
            Some(format.show(&number, self.from_1904))
        });
        match shown {
            None | Some(None) => Shown { text: stored, stored: None },
            Some(Some(text)) => {
                let says_more = says_more(&stored, &text);
                Shown { text: Cow::Owned(text), stored: says_more.then_some(stored) }
            }
        }
    }
}

/// Whether a stored number has more to say than how it is shown: a long one, whose digits are not all shown, or with
/// commas between.
fn says_more(stored: &str, shown: &str) -> bool {
    let digits =
        |text: &str| text.chars().filter(char::is_ascii_digit).skip_while(|digit| *digit == '0').collect::<String>();
    let own = digits(stored);
    own.len() >= 8 && (shown.contains(',') || own != digits(shown))
}

/// The formats that are not written in the file (18.8.30; 27–36 and 50–58 are dates in East Asia).
fn built_in(id: u32) -> &'static str {
    match id {
        1 => "0",
        2 => "0.00",
        3 => "#,##0",
        4 => "#,##0.00",
        9 => "0%",
        10 => "0.00%",
        14..=17 | 27..=31 | 36 | 50..=54 | 57 | 58 => "yyyy-mm-dd",
        18..=21 | 32..=35 | 45..=47 | 55 | 56 => "h:mm:ss",
        22 => "yyyy-mm-dd h:mm",
        37 | 38 => "#,##0;(#,##0)",
        39 | 40 => "#,##0.00;(#,##0.00)",
        41 | 42 => "#,##0",
        43 | 44 => "#,##0.00",
        _ => "General",
    }
}
