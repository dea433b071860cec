//! HWP 3: a file of its own, not a compound one; deflated as a rule.
//!
//! Source: Hancom's "한글 3.0 문서 파일 구조", as far as LibreOffice's reader agrees with it.

mod hchar;
mod list;
#[cfg(test)]
mod tests;

use super::cfb::bytes::{from, some, u8_at, u16_at, u32_at, units};
use super::cfb::{inflate, runs};
use super::{Format, Halt, Walk};
use crate::vocab::{Reason, Step};
use list::{Found, Reader};

/// The formats of this folder.
pub(super) const FORMATS: &[Format] = &[Format { name: "hwp3", bears, read }];

/// What every HWP file begins with that is no compound file.
const SIGNATURE: &[u8] = b"HWP Document File V";
/// The part of it that says the version.
const VERSION_3: &[u8] = b"3.00";

/// Where its parts begin: behind the signature the description, behind that the summary, then what has a length.
const DESCRIPTION: usize = 30;
const SUMMARY: usize = DESCRIPTION + 128;
const BLOCKS: usize = SUMMARY + 1008;

fn bears(bytes: &[u8]) -> bool {
    bytes.starts_with(SIGNATURE)
}

fn read(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    if !from(bytes, SIGNATURE.len()).starts_with(VERSION_3) {
        walk.say(&hchar::runs(bytes))?;
        walk.say(&runs::narrow(bytes))?;
        return Err(Halt::Part(Reason::Unsupported));
    }
    let (Some(password), Some(deflated), Some(blocks)) =
        (u16_at(bytes, DESCRIPTION + 96), u8_at(bytes, DESCRIPTION + 124), u16_at(bytes, DESCRIPTION + 126))
    else {
        return Err(Halt::DAMAGED);
    };
    summary(some(bytes, SUMMARY, 1008), walk)?;
    if password != 0 {
        return Err(Halt::Part(Reason::Encrypted));
    }
    let blocks = usize::from(blocks);
    walk.within(Step::Properties, |walk| {
        walk.say(&runs::narrow(some(bytes, DESCRIPTION, 128)))?;
        walk.say(&runs::narrow(some(bytes, BLOCKS, blocks)))
    })?;
    let packed = from(bytes, BLOCKS.saturating_add(blocks));
    if deflated == 0 {
        return body(packed, walk);
    }
    let (plain, whole, taken) = inflate::raw_of(packed, walk)?;
    let done = body(&plain, walk);
    walk.note(done)?;
    if !whole {
        return Err(Halt::DAMAGED);
    }
    // Behind it stand a checksum and a length of four bytes each, then previews.
    additions(from(packed, taken.saturating_add(8)), walk)
}

/// Title, subject, author, date, keywords and others: nine strings of 56 characters.
fn summary(summary: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    walk.within(Step::Properties, |walk| {
        let lines: Vec<String> = summary.as_chunks::<112>().0.iter().map(|line| hchar::string(units(line))).collect();
        walk.say(&lines.join("\n"))
    })
}

fn body(stream: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let mut reader = Reader::of(stream);
    let done = reader.skip_styles().and_then(|()| reader.list());
    let rest = reader.rest;
    for found in reader.found {
        walk.tick()?;
        say(found, walk)?;
    }
    reader.beside.retain(|(_, text)| !text.trim().is_empty());
    if !reader.beside.is_empty() {
        walk.prose(|run| reader.beside.iter().try_for_each(|(step, text)| run.line(Some(step), text)))?;
    }
    if done.is_none() {
        walk.say(&hchar::runs(rest))?;
        return Err(Halt::DAMAGED);
    }
    additions(rest, walk)
}

/// The text of one place.
fn say(found: Found, walk: &mut Walk<'_>) -> Result<(), Halt> {
    go(&found.steps, walk, &mut |walk| {
        if !found.lines.is_empty() {
            walk.prose(|run| {
                found.lines.iter().try_for_each(|(number, text)| run.line(Some(&Step::Paragraph(*number)), text))
            })?;
        }
        if found.cells.is_empty() {
            return Ok(());
        }
        walk.table(|table| {
            found.cells.iter().try_for_each(|(row, column, text)| table.cell(*column, *row, false, text))
        })
    })
}

type Work<'w, 'a> = &'w mut dyn FnMut(&mut Walk<'a>) -> Result<(), Halt>;

/// Goes these steps, then does the work.
fn go<'a>(steps: &[Step], walk: &mut Walk<'a>, work: Work<'_, 'a>) -> Result<(), Halt> {
    match steps.split_first() {
        None => work(walk),
        Some((first, rest)) => walk.within(first.clone(), |walk| go(rest, walk, work)),
    }
}

/// What stands behind the text: pictures, objects, links, previews, each behind its kind and its length.
fn additions(stream: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let mut rest = stream;
    while let (Some(kind), Some(length)) = (u32_at(rest, 0), u32_at(rest, 4)) {
        walk.entry()?;
        let data = some(rest, 8, length as usize);
        rest = from(rest, (length as usize).saturating_add(8));
        match kind {
            0 | 0xFFFF_FFFF => return Ok(()),
            // A picture behind its name and its kind.
            1 => {
                let name = super::cfb::bytes::z(some(data, 0, 16));
                walk.open(&super::cfb::bytes::decode(encoding_rs::EUC_KR, name), from(data, 32))?;
            }
            2 => {
                let start = memchr::memmem::find(some(data, 0, 64), &[0xD0, 0xCF, 0x11, 0xE0]).unwrap_or(0);
                walk.open("", from(data, start))?;
            }
            3 => walk.within(Step::Link, |walk| walk.say(&runs::narrow(data)))?,
            0x8000_0001 => walk.within(Step::Preview, |walk| walk.open("", data))?,
            _ => walk.within(Step::Preview, |walk| {
                walk.say(&hchar::runs(data))?;
                walk.say(&runs::narrow(data))
            })?,
        }
    }
    Ok(())
}
