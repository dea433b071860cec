//! Word documents of the binary format: Word 97 to 2003, and Word 6 and 95.

mod changes;
mod fib;
mod pieces;
mod story;

use super::bytes::{from, some, u16_at, u32_at};
use super::tree::{Id, Tree};
use super::{art, loose, runs, scan};
use crate::extract::flow::Look;
use crate::extract::{Halt, Walk, marked};
use crate::vocab::{Reason, Step};
use encoding_rs::Encoding;
use fib::{Fib, Story};

/// A document in a storage. What cannot be taken apart is searched for printable text, and said to be damaged.
pub(super) fn read(tree: &mut Tree<'_>, at: Id, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let Some(document) = tree.get(at, "WordDocument", walk)? else { return Ok(()) };
    let Some(fib) = Fib::read(&document) else {
        scan(&document, walk)?;
        return Err(Halt::DAMAGED);
    };
    if fib.is_encrypted() {
        for name in ["0Table", "1Table", "Data"] {
            tree.stream(at, name).into_iter().for_each(|id| tree.take(id));
        }
        return Err(Halt::Part(Reason::Encrypted));
    }
    let tables = if fib.is_old { None } else { tree.get(at, fib.tables(), walk)? };
    let tables = tables.as_deref().unwrap_or(if fib.is_old { &document } else { &[] });
    let done = text(&document, tables, &fib, walk);
    if let Err(Halt::Part(_)) = done {
        scan(&document, walk)?;
    }
    walk.note(done)?;
    if !fib.is_old {
        walk.within(Step::Part(fib.tables().to_owned()), |walk| walk.say(&runs::wide(tables)))?;
        drawings(&document, tables, &fib, walk)?;
    }
    match tree.get(at, "Data", walk)? {
        Some(data) => walk.within(Step::Part("Data".to_owned()), |walk| pictures(&data, walk)),
        None => Ok(()),
    }
}

fn text(document: &[u8], tables: &[u8], fib: &Fib<'_>, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let text = pieces::read(document, tables, fib, walk)?;
    let deleted = changes::deleted(document, tables, fib, &text, walk)?;
    let mut rest = text.units.as_slice();
    for (story, length) in fib.stories() {
        let start = text.units.len().saturating_sub(rest.len());
        let (units, behind) = rest.split_at_checked(length).unwrap_or((rest, &[]));
        rest = behind;
        let (left, gone) = changes::parted(units, start, &deleted);
        match (gone.is_empty(), story) {
            (true, _) => tell(story, units, tables, fib, walk)?,
            // They are taken apart by places in them: what was taken out stands among what is left there.
            (false, Story::Heads) => {
                tell(story, units, tables, fib, walk)?;
                one(Step::Header, &left, charset(fib), walk)?;
            }
            (false, _) => tell(story, &left, tables, fib, walk)?,
        }
        one(Step::Deleted, &gone, charset(fib), walk)?;
    }
    // What no story counts is there all the same.
    one(Step::Deleted, rest, charset(fib), walk)?;
    walk.within(Step::Deleted, |walk| {
        let mut out = String::new();
        for gap in text.gaps(document.len()) {
            walk.tick()?;
            let bytes = document.get(gap).unwrap_or_default();
            out.push_str(&runs::wide(bytes));
            out.push_str(&runs::narrow(bytes));
        }
        walk.say(&out)
    })?;
    if text.cut { Err(Halt::DAMAGED) } else { Ok(()) }
}

/// For units that are bytes: those of Word 6 and 95.
fn charset(fib: &Fib<'_>) -> Option<&'static Encoding> {
    fib.is_old.then(|| fib.charset())
}

fn tell(story: Story, units: &[u16], tables: &[u8], fib: &Fib<'_>, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let charset = charset(fib);
    // Each note begins with the mark of its reference.
    let apart = |mark: u16| (1..).zip(units.split(move |&unit| unit == mark).skip(1));
    match story {
        Story::Main => main(units, charset, walk),
        Story::Notes | Story::Endnotes => {
            let lead = units.split(|&unit| unit == 2).next().unwrap_or_default();
            one(Step::Note(1), lead, charset, walk)?;
            apart(2).try_for_each(|(number, note)| one(Step::Note(number), note, charset, walk))
        }
        Story::Comments => {
            let lead = units.split(|&unit| unit == 5).next().unwrap_or_default();
            one(Step::Comment(1), lead, charset, walk)?;
            apart(5).try_for_each(|(number, note)| one(Step::Comment(number), note, charset, walk))
        }
        Story::Heads => heads(units, fib.table(tables, 11).filter(|_| !fib.is_old), charset, walk),
        Story::Macros => one(Step::Script, units, charset, walk),
        Story::TextBoxes | Story::HeadTextBoxes => one(Step::TextBox, units, charset, walk),
    }
}

/// The main text, paragraph by paragraph.
fn main(units: &[u16], charset: Option<&'static Encoding>, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let lines = story::lines(units, charset);
    marked::tell([(Look::Plain, lines.text)], walk)?;
    codes(&lines.codes, walk)
}

/// A story, or a part of one, that is one step.
fn one(step: Step, units: &[u16], charset: Option<&'static Encoding>, walk: &mut Walk<'_>) -> Result<(), Halt> {
    if units.is_empty() {
        return Ok(());
    }
    walk.within(step, |walk| {
        let lines = story::lines(units, charset);
        walk.say(&lines.text.replace(marked::CELL, "\t").replace(marked::ROW, "\n"))?;
        codes(&lines.codes, walk)
    })
}

fn codes(codes: &[String], walk: &mut Walk<'_>) -> Result<(), Halt> {
    if codes.is_empty() {
        return Ok(());
    }
    walk.prose(|run| {
        codes.iter().try_for_each(|code| {
            let is_link = code.trim_start().starts_with("HYPERLINK");
            run.line(Some(if is_link { &Step::Link } else { &Step::Formula }), code)
        })
    })
}

/// Headers and footers: six separators of notes, then six texts a section (MS-DOC section 2.3.5).
fn heads(
    units: &[u16],
    bounds: Option<&[u8]>,
    charset: Option<&'static Encoding>,
    walk: &mut Walk<'_>,
) -> Result<(), Halt> {
    let Some(bounds) = bounds else { return one(Step::Header, units, charset, walk) };
    let bound = |index: usize| u32_at(bounds, index.saturating_mul(4)).map(|bound| bound as usize);
    let mut end = 0;
    for index in 0..bounds.len() / 4 {
        let (Some(from), Some(to)) = (bound(index), bound(index.saturating_add(1))) else { break };
        // Bounds that overlap would give the same text again and again.
        let story = units.get(from.max(end)..to).unwrap_or_default();
        end = end.max(to.min(units.len()));
        let step = if matches!(index % 6, 2 | 3 | 5) { Step::Footer } else { Step::Header };
        one(step, story, charset, walk)?;
    }
    one(Step::Header, units.get(end..).unwrap_or_default(), charset, walk)
}

/// The drawings: one record for the document, then one for each part of it, behind a byte each.
fn drawings(document: &[u8], tables: &[u8], fib: &Fib<'_>, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let Some(mut rest) = fib.table(tables, 50) else { return Ok(()) };
    while let Some(length) = u32_at(rest, 4) {
        let length = (length as usize).saturating_add(8);
        art::read_with(some(rest, 0, length), document, walk)?;
        rest = from(rest, length.saturating_add(1));
    }
    Ok(())
}

/// Pictures in the line, form fields, data of links: each behind a head of 68 bytes (MS-DOC section 2.9.190).
fn pictures(data: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let mut rest = data;
    while let (Some(length), Some(0x44)) = (u32_at(rest, 0), u16_at(rest, 4)) {
        walk.tick()?;
        let length = (length as usize).max(0x44);
        let all = some(rest, 0x44, length.saturating_sub(0x44));
        let named = u16_at(rest, 6) == Some(0x66);
        let name = if named { usize::from(all.first().copied().unwrap_or(0)).saturating_add(1) } else { 0 };
        let is_art = matches!(u16_at(rest, 6), Some(0x64 | 0x66));
        if is_art {
            art::read(from(all, name), walk)?;
        } else {
            loose(all, walk)?;
        }
        rest = from(rest, length);
    }
    loose(rest, walk)
}
