//! EGG, the newer format of ALZip (EGG specification 1.0, ESTsoft).
//!
//! A file is a row of headers, each with a mark of four bytes, flags and a size: of the archive, of its entries, of their
//! blocks. A block is packed by itself; in a solid archive all blocks together are one stream.

mod block;
#[cfg(test)]
mod tests;

use super::cut::Cut;
use super::decoded;
use crate::extract::{Format, Halt, Walk};
use crate::vocab::{Reason, Step};
use block::Block;
use std::collections::BTreeMap;

/// Archives made with ALZip.
pub(in crate::extract) const FORMATS: &[Format] =
    &[Format { name: "egg", bears: |bytes| bytes.starts_with(b"EGGA\0\x01"), read }];

const END: u32 = 0x08E2_8222;
const SPLIT: u32 = 0x24F5_A262;
const SOLID: u32 = 0x24E5_A060;
const ALL_ENCRYPTED: u32 = 0x08D1_44A8;
const FILE: u32 = 0x0A85_90E3;
const NAME: u32 = 0x0A85_91AC;
const COMMENT: u32 = 0x04C6_3672;
const ENCRYPTION: u32 = 0x08D1_470F;
const BLOCK: u32 = 0x02B5_0C13;
const WINDOWS: u32 = 0x2C86_950B;
const POSIX: u32 = 0x1EE9_22E5;
const DUMMY: u32 = 0x0746_3307;
const SKIP: u32 = 0xFFFF_0000;

/// Flags of a header: its size has four bytes; its text is encrypted, begins with the number of a code page, begins with
/// the number of the entry whose name stands before its own.
const WIDE: u8 = 0x01;
const HIDDEN: u8 = 0x04;
const CODE_PAGE: u8 = 0x08;
const RELATIVE: u8 = 0x10;

/// What is known of the archive so far.
#[derive(Default)]
struct Archive<'a> {
    solid: bool,
    /// There are volumes before or behind this one.
    split: bool,
    names: BTreeMap<u32, String>,
    comments: u32,
    /// Names, sizes and blocks of a solid archive.
    files: Vec<(String, u64)>,
    blocks: Vec<Block<'a>>,
}

/// An entry as far as its head says.
#[derive(Default)]
struct Entry<'a> {
    name: String,
    size: u64,
    encrypted: bool,
    blocks: Vec<Block<'a>>,
    /// Its last block is not all there.
    cut: bool,
}

fn read(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let mut cut = Cut::new(bytes);
    let mut archive = Archive::default();
    let done = head(&mut cut, &mut archive, walk).and_then(|()| archive.entries(&mut cut, walk));
    let solid = std::mem::take(&mut archive.blocks);
    block::open_solid(&solid, &archive.files, walk)?;
    match done {
        Err(Halt::Part(Reason::Damaged)) => {
            walk.raw(cut.rest)?;
            Err(Halt::Part(if archive.split { Reason::Fragment } else { Reason::Damaged }))
        }
        Ok(()) if archive.split => Err(Halt::Part(Reason::Fragment)),
        other => other,
    }
}

/// The header of the archive and what belongs to it, up to its end.
fn head(cut: &mut Cut<'_>, archive: &mut Archive<'_>, walk: &mut Walk<'_>) -> Result<(), Halt> {
    cut.take(14)?;
    loop {
        walk.tick()?;
        match cut.u32()? {
            END => return Ok(()),
            SPLIT => {
                let mut ids = Cut::new(field(cut)?.1);
                let (before, behind) = (ids.u32()?, ids.u32()?);
                archive.split = before != 0 || behind != 0;
                if before != 0 {
                    // It begins in the middle of an entry.
                    return Err(Halt::DAMAGED);
                }
            }
            SOLID => field(cut).map(|_| archive.solid = true)?,
            ALL_ENCRYPTED => return Err(Halt::Part(Reason::Encrypted)),
            DUMMY | SKIP => field(cut).map(drop)?,
            _ => return Err(Halt::DAMAGED),
        }
    }
}

/// The flags and the bytes of a header.
fn field<'a>(cut: &mut Cut<'a>) -> Result<(u8, &'a [u8]), Halt> {
    let flags = cut.u8()?;
    let size = if flags & WIDE != 0 { cut.u32()? } else { u32::from(cut.u16()?) };
    Ok((flags, cut.take(usize::try_from(size).unwrap_or(usize::MAX))?))
}

impl<'a> Archive<'a> {
    /// All that stands behind the head: entries, comments, ends of volumes.
    fn entries(&mut self, cut: &mut Cut<'a>, walk: &mut Walk<'_>) -> Result<(), Halt> {
        let mut ended = false;
        loop {
            walk.tick()?;
            let here = *cut;
            match cut.u32() {
                Ok(FILE) => {
                    let entry = self.entry(cut, walk)?;
                    let is_cut = entry.cut;
                    self.finish(entry, walk)?;
                    if is_cut {
                        return Err(Halt::DAMAGED);
                    }
                }
                Ok(COMMENT) => self.comment(cut, walk)?,
                Ok(DUMMY | SKIP) => field(cut).map(drop)?,
                Ok(END) => ended = true,
                _ => {
                    *cut = here;
                    let padded = here.rest.iter().all(|&byte| byte == 0);
                    return if ended && padded { Ok(()) } else { Err(Halt::DAMAGED) };
                }
            }
        }
    }

    /// The header of an entry, then its blocks.
    fn entry(&mut self, cut: &mut Cut<'a>, walk: &mut Walk<'_>) -> Result<Entry<'a>, Halt> {
        walk.entry()?;
        let id = cut.u32()?;
        let mut entry = Entry { size: cut.u64()?, ..Entry::default() };
        loop {
            walk.tick()?;
            match cut.u32()? {
                END => break,
                NAME => {
                    let (flags, text) = field(cut)?;
                    entry.encrypted |= flags & HIDDEN != 0;
                    entry.name = self.name(flags, text)?;
                }
                COMMENT => self.comment(cut, walk)?,
                ENCRYPTION => {
                    entry.encrypted = true;
                    encryption(cut)?;
                }
                WINDOWS | POSIX | DUMMY | SKIP => field(cut).map(drop)?,
                _ => return Err(Halt::DAMAGED),
            }
        }
        self.names.insert(id, entry.name.clone());
        walk.within(Step::EntryName, |walk| walk.say(&entry.name))?;
        while let Some(rest) = cut.rest.strip_prefix(&BLOCK.to_le_bytes()) {
            walk.tick()?;
            cut.rest = rest;
            let (block, whole) = Block::read(cut)?;
            entry.blocks.push(block);
            entry.cut |= !whole;
        }
        Ok(entry)
    }

    /// A name in UTF-8 or the code page that it says; most say 949 or none.
    fn name(&self, flags: u8, text: &[u8]) -> Result<String, Halt> {
        let mut cut = Cut::new(text);
        let page = if flags & CODE_PAGE != 0 { cut.u16()? } else { 0 };
        let before = if flags & RELATIVE != 0 { self.names.get(&cut.u32()?) } else { None };
        let own = match page {
            932 => encoding_rs::SHIFT_JIS.decode_without_bom_handling(cut.rest).0.into_owned(),
            _ => decoded(cut.rest),
        };
        Ok(before.map_or_else(|| own.clone(), |before| format!("{before}/{own}")))
    }

    fn comment(&mut self, cut: &mut Cut<'_>, walk: &mut Walk<'_>) -> Result<(), Halt> {
        let (flags, text) = field(cut)?;
        self.comments = self.comments.saturating_add(1);
        walk.within(Step::Comment(self.comments), |walk| {
            if flags & HIDDEN != 0 { Err(Halt::Part(Reason::Encrypted)) } else { walk.say(&decoded(text)) }
        })
    }

    /// Opens an entry, or keeps it until the stream of a solid archive is whole.
    fn finish(&mut self, entry: Entry<'a>, walk: &mut Walk<'_>) -> Result<(), Halt> {
        if entry.encrypted {
            return walk.within(Step::File(entry.name), |_| Err(Halt::Part(Reason::Encrypted)));
        }
        if self.solid {
            self.files.push((entry.name, entry.size));
            self.blocks.extend(entry.blocks);
            return Ok(());
        }
        if entry.blocks.is_empty() && entry.size == 0 {
            return Ok(());
        }
        block::open(&entry.blocks, entry.size, &entry.name, walk)
    }
}

/// Skips what an encrypted entry says of its key. Some programs tell a size that is too large; what is right ends where the
/// header of the entry does.
fn encryption(cut: &mut Cut<'_>) -> Result<(), Halt> {
    let flags = cut.u8()?;
    let size = if flags & WIDE != 0 { cut.u32()? } else { u32::from(cut.u16()?) };
    let told = usize::try_from(size).unwrap_or(usize::MAX);
    // The method, then what PKZIP, AES and LEA need: salt, check, sum.
    let lengths = [told, 17, 21, 11, 29, 19];
    let ends = |length: &usize| cut.rest.get(*length..).is_some_and(|rest| rest.starts_with(&END.to_le_bytes()));
    let length = lengths.into_iter().find(ends).ok_or(Halt::DAMAGED)?;
    cut.take(length).map(drop)
}
