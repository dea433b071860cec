//! XPS and OpenXPS: pages of glyphs with their positions (ECMA-388). A line may be drawn in runs of any length, in any order:
//! what touches is put together as in a PDF.

use super::markup;
use super::package::Package;
use super::xml::{Tag, Token, Xml};
use crate::extract::pdf::layout::{Layout, Spot};
use crate::extract::pdf::matrix::Matrix;
use crate::extract::{Halt, Walk};
use crate::vocab::Step;
use std::collections::HashSet;

/// How wide letters and digits, and how wide signs between them are where a run does not say so, in ems: in narrow fonts, and in
/// wide ones. A page is laid out both ways: runs that touch in wide letters may be one number.
const WIDTHS: [(f64, f64); 2] = [(0.5, 0.33), (0.6, 0.6)];
/// The same of Hangul and other wide characters.
const WIDE: f64 = 1.0;

/// A page is laid out in pieces of so many bytes.
const MOST_HELD: usize = 1 << 20;

/// Attributes that no person reads; what else holds text is told as in any part.
const SILENT: &[&str] = &["UnicodeString", "Indices", "Data", "FontUri", "CaretStops"];

/// Reads the pages of a package, if it has any.
///
/// # Errors
/// [`Halt::Whole`] only.
pub(super) fn read(package: &mut Package<'_>, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let mut names = package.names(|name| name.ends_with(".fpage"));
    names.sort_by_key(|name| (name.len(), name.clone()));
    for (name, number) in names.iter().zip(1..) {
        let Some(bytes) = package.take(name, walk)? else { continue };
        walk.page()?;
        walk.within(Step::Page(number), |walk| markup::read(&bytes, walk, page))?;
    }
    Ok(())
}

fn page(text: &str, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let (mut xml, mut layouts) = (Xml::new(text), Layouts::default());
    // What each open element does to the place of all in it.
    let mut open = vec![Matrix::default()];
    let mut done = Ok(());
    loop {
        match xml.next(walk) {
            Ok(Some(Token::Open(tag))) => {
                let outer = open.last().copied().unwrap_or_default();
                let inner = tag.get("RenderTransform").map_or(outer, |said| matrix(&said).then(&outer));
                if tag.local() == "Glyphs" {
                    WIDTHS.iter().zip(&mut layouts).for_each(|(widths, layout)| run(&tag, &inner, *widths, layout));
                }
                for (key, value) in tag.attributes().filter(|(key, _)| !SILENT.contains(key)) {
                    if markup::tells(tag.local(), key, &value) || key.ends_with("NavigateUri") {
                        walk.say(&value)?;
                    }
                }
                open.push(inner);
                // An element may be moved by one of its own, which stands before all else in it.
                if let (Some(said), Some(moved)) = (tag.get("Matrix"), open.iter_mut().rev().nth(2)) {
                    *moved = matrix(&said).then(moved);
                }
            }
            Ok(Some(Token::Close(_))) => drop(open.pop()),
            Ok(Some(Token::Text(text) | Token::Aside(text))) if !text.trim().is_empty() => walk.say(&text)?,
            Ok(Some(_)) => {}
            Ok(None) => break,
            Err(halt) => {
                done = Err(halt);
                break;
            }
        }
        if layouts.iter().any(|layout| layout.size().0 >= MOST_HELD) {
            give(&mut layouts, walk)?;
        }
    }
    give(&mut layouts, walk)?;
    done
}

/// A page in narrow letters, and in wide ones.
type Layouts = [Layout; 2];

/// Gives the lines, and those in wide letters in which numbers are whole that are not so in narrow ones.
fn give([narrow, wide]: &mut Layouts, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let mut lines = narrow.lines();
    let numbers: HashSet<String> = lines.iter().flat_map(|line| numbers(line)).map(str::to_owned).collect();
    lines.extend(wide.lines().into_iter().filter(|line| self::numbers(line).any(|number| !numbers.contains(number))));
    match lines.is_empty() {
        true => Ok(()),
        false => walk.prose(|run| lines.iter().try_for_each(|line| run.line(None, line))),
    }
}

/// The digits that stand together in a line, with what is written between their groups.
fn numbers(line: &str) -> impl Iterator<Item = &str> {
    line.split(|char: char| !(char.is_ascii_digit() || char == '-')).filter(|number| !number.is_empty())
}

/// Places the characters of a run, each behind the one before it.
fn run(tag: &Tag<'_>, matrix: &Matrix, (letter, sign): (f64, f64), layout: &mut Layout) {
    let number = |name: &str| tag.get(name).and_then(|value| value.trim().parse::<f64>().ok()).unwrap_or(0.0);
    let text = tag.get("UnicodeString").unwrap_or_default();
    // An escape that lets a text begin with a brace (section 12.1.4).
    let text = text.strip_prefix("{}").unwrap_or(&text);
    let (mut x, y, em) = (number("OriginX"), number("OriginY"), number("FontRenderingEmSize"));
    let indices = tag.get("Indices").unwrap_or_default();
    let mut widths =
        indices.split(';').map(|glyph| glyph.split(',').nth(1).and_then(|width| width.trim().parse::<f64>().ok()));
    for char in text.chars() {
        let natural = match char {
            '-' | '.' | ',' | ' ' => sign,
            _ if char.is_ascii() => letter,
            _ => WIDE,
        };
        let width = em * widths.next().flatten().map_or(natural, |hundredths| hundredths / 100.0);
        let (start, end) = (matrix.point(x, y), matrix.point(x + width, y));
        let (along, across) = (matrix.direction(1.0, 0.0), matrix.direction(0.0, em));
        let spot = Spot { start, end, along, size: across.0.hypot(across.1) };
        layout.glyph(char.encode_utf8(&mut [0; 4]), &spot);
        x += width;
    }
}

/// A transformation, as it is written: six numbers with commas between.
fn matrix(said: &str) -> Matrix {
    Matrix::of(said.split([',', ' ']).filter_map(|number| number.parse().ok()))
}

#[cfg(test)]
mod tests {
    use crate::extract::make::office;
    use crate::extract::testing::Heard;
    use crate::extract::zip::tests::stands;

    fn heard(page: &str) -> Heard {
        let types = "<Types/>";
        let page = format!("<FixedPage Width=\"816\">{page}</FixedPage>");
        let parts = [("[Content_Types].xml", types), ("Documents/1/Pages/1.fpage", page.as_str())];
        Heard::of("a.xps", &office::deflated(&office::bytes(&parts)))
    }

    fn glyphs(x: f64, y: f64, text: &str) -> String {
        format!("<Glyphs OriginX=\"{x}\" OriginY=\"{y}\" FontRenderingEmSize=\"12\" UnicodeString=\"{text}\"/>")
    }

    #[test]
    fn a_number_drawn_in_several_runs_is_one() {
        let runs = [
            glyphs(10.0, 10.0, "900101"),
            glyphs(10.0, 40.0, "{}끝"),
            glyphs(49.0, 10.0, "-12"),
            glyphs(69.0, 10.0, "34568"),
        ];
        stands(&heard(&runs.concat()), "900101-1234568", "a.xps › page 1");
        // As wide as the digits of Arial are, of which nothing is said here.
        let runs = [glyphs(10.0, 10.0, "90010"), glyphs(43.4, 10.0, "1-12"), glyphs(67.4, 10.0, "34568")];
        stands(&heard(&runs.concat()), "900101-1234568", "a.xps › page 1");
        let apart = [glyphs(10.0, 10.0, "900101-1234568"), glyphs(104.0, 10.0, "010-0000-0000")];
        stands(&heard(&apart.concat()), "900101-1234568 010-0000-0000", "a.xps › page 1");
        let one_by_one =
            "900101-1234568".char_indices().map(|(at, char)| glyphs(10.0 + 6.6 * at as f64, 9.0, &char.to_string()));
        stands(&heard(&one_by_one.rev().collect::<String>()), "900101-1234568", "a.xps › page 1");
    }

    #[test]
    fn a_page_that_is_moved_and_what_it_says_beside_its_text_are_read() {
        let run = "<Glyphs OriginX=\"0\" OriginY=\"0\" FontRenderingEmSize=\"10\" UnicodeString=\"1234568\" Indices=\"20,60;21,60\"/>";
        let moved = format!(
            "<Canvas RenderTransform=\"2,0,0,2,100,50\">{run}</Canvas>\
             <Canvas><Canvas.RenderTransform><MatrixTransform Matrix=\"2,0,0,2,0,50\"/></Canvas.RenderTransform>{}</Canvas>\
             <Path FixedPage.NavigateUri=\"http://x/900101-1234568\"/>",
            glyphs(0.0, 0.0, "900101-")
        );
        let heard = heard(&moved);
        stands(&heard, "900101-1234568", "a.xps › page 1");
        stands(&heard, "http://x/900101-1234568", "a.xps › page 1");
    }
}
