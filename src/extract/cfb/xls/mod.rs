//! Excel workbooks of the binary format: BIFF 5 (Excel 5 and 95) and BIFF 8 (Excel 97 to 2003).

mod dates;
mod globals;
mod hidden;
mod numbers;
mod password;
mod pivot;
mod records;
mod sheet;
mod tokens;

use super::bytes::u16_at;
use super::tree::{Id, Tree};
use crate::extract::{Halt, Walk};
use crate::vocab::{Reason, Shown, Step};
use globals::Globals;
use records::{BOF, Biff, EOF, Records};
use sheet::Sheet;
use std::collections::BTreeSet;

/// A workbook in a storage. A file of both versions has both streams.
pub(super) fn read(tree: &mut Tree<'_>, at: Id, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let mut biff = None;
    for name in ["Workbook", "Book"] {
        let Some(id) =
            tree.left(at).into_iter().find(|&id| tree.is_stream(id) && tree.name(id).eq_ignore_ascii_case(name))
        else {
            continue;
        };
        let stream = tree.read(id, walk)?;
        let done = workbook(stream, walk).map(|known| biff = Some(known));
        if matches!(done, Err(Halt::Part(Reason::Encrypted))) {
            // So are the copies of pivot tables.
            tree.storage(at, "_SX_DB_CUR").into_iter().for_each(|id| tree.take(id));
        }
        walk.note(done)?;
    }
    pivot::read(tree, at, biff, walk)
}

/// A workbook's stream; encrypted under the password that Excel itself tries, it is read too.
fn workbook(mut stream: Vec<u8>, walk: &mut Walk<'_>) -> Result<Biff, Halt> {
    if Records::from(&stream, 0).next().is_none_or(|record| record.id != BOF) {
        super::scan(&stream, walk)?;
        return Err(Halt::DAMAGED);
    }
    let filepass = Records::from(&stream, 0).take_while(|record| record.id != EOF).find(|record| record.id == 0x2F);
    if let Some(found) = filepass {
        let head = found.data.to_vec();
        password::open(&head, &mut stream).ok_or(Halt::Part(Reason::Encrypted))?;
    }
    let globals = Globals::read(&stream, walk)?;
    let mut number = 0u32;
    // A stream of one sheet has nothing that holds for the whole.
    let has_globals = Records::from(&stream, 0).next().and_then(|first| u16_at(first.data, 2)) == Some(5);
    let mut parts: Vec<_> = substreams(&stream).into_iter().skip(usize::from(has_globals)).collect();
    parts.extend(aside(&stream, &parts, &globals));
    for (at, ends) in parts {
        walk.entry()?;
        number = number.saturating_add(1);
        let listed = (0u32..).zip(&globals.sheets).find(|(_, sheet)| sheet.at == at);
        let step = match listed {
            Some((index, sheet)) => Step::Sheet(index.saturating_add(1), sheet.name.clone(), sheet.shown),
            // No list names it: no application shows it.
            None => Step::Sheet(number, String::new(), Shown::VeryHidden),
        };
        walk.within(step, |walk| {
            let sheet = Sheet::read(&stream, at, &globals, walk)?;
            let name = globals.sheets.iter().find(|sheet| sheet.at == at);
            name.map_or(Ok(()), |sheet| walk.say(&sheet.name))?;
            sheet.say(&globals, walk)?;
            if ends { Ok(()) } else { Err(Halt::DAMAGED) }
        })?;
    }
    globals.say(walk)?;
    globals.say_unused(walk)?;
    Ok(globals.biff)
}

/// Where the parts of a workbook's stream begin, and whether each has its end: first what holds for the whole, then the
/// sheets.
fn substreams(stream: &[u8]) -> Vec<(usize, bool)> {
    let (mut parts, mut level) = (Vec::new(), 0u32);
    for record in Records::from(stream, 0) {
        match record.id {
            BOF => {
                if level == 0 {
                    parts.push((record.at, false));
                }
                level = level.saturating_add(1);
            }
            EOF => {
                level = level.saturating_sub(1);
                if let (0, Some(part)) = (level, parts.last_mut()) {
                    part.1 = true;
                }
            }
            _ => {}
        }
    }
    parts
}

/// Sheets that begin where no record does in the order of the stream, as within the data of one: Excel goes straight to the
/// place that the list of sheets gives.
fn aside(stream: &[u8], parts: &[(usize, bool)], globals: &Globals) -> Vec<(usize, bool)> {
    let known: BTreeSet<usize> = parts.iter().map(|&(at, _)| at).collect();
    let listed: BTreeSet<usize> =
        globals.sheets.iter().map(|sheet| sheet.at).filter(|at| !known.contains(at)).collect();
    let begins = |at: &usize| *at > 0 && Records::from(stream, *at).next().is_some_and(|record| record.id == BOF);
    listed.into_iter().filter(begins).map(|at| (at, true)).collect()
}
