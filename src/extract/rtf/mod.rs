//! RTF (Rich Text Format 1.9.1). All its text is read, whether a word processor shows it or not.

mod lex;
mod object;
mod runs;

use super::flow::Look;
use super::{Format, Halt, Walk, marked};
use crate::vocab::{Reason, Step};
use encoding_rs::Encoding;
use lex::{Token, Tokens};
use runs::{Runs, Target};
use std::collections::HashMap;

/// Rich Text Format.
pub(super) const FORMATS: &[Format] = &[Format { name: "rtf", bears: |bytes| bytes.starts_with(b"{\\rt"), read }];

/// Tokens between two looks at the clock.
const TICK: usize = 4096;

/// What holds within a group.
#[derive(Debug, Clone, Copy)]
struct Group {
    /// Where its text goes.
    target: Target,
    hidden: bool,
    deleted: bool,
    inserted: bool,
    /// The number of the font.
    font: i32,
    /// How many characters of a fallback stand behind `\u`.
    fallback: usize,
    /// The group began with `\*`: its first word, if it is unknown, names a destination.
    starred: bool,
    /// No word has come yet.
    fresh: bool,
}

struct Reader {
    groups: Vec<Group>,
    group: Group,
    runs: Runs,
    /// Charsets of the fonts, by their numbers.
    fonts: HashMap<i32, &'static Encoding>,
    /// The charset of the whole (`\ansicpg`).
    ansi: &'static Encoding,
    /// Characters of a fallback that are still to be passed over.
    skip: usize,
    comments: u32,
    notes: u32,
}

fn read(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let group = Group {
        target: Target::Run(0),
        hidden: false,
        deleted: false,
        inserted: false,
        font: 0,
        fallback: 1,
        starred: false,
        fresh: false,
    };
    let mut reader = Reader {
        groups: Vec::new(),
        group,
        runs: Runs::new(),
        fonts: HashMap::new(),
        ansi: encoding_rs::WINDOWS_1252,
        skip: 0,
        comments: 0,
        notes: 0,
    };
    let deepest = walk.limits().nesting as usize;
    let mut done = Ok(());
    for (number, token) in Tokens::new(bytes).enumerate() {
        if number % TICK == 0 {
            walk.tick()?;
        }
        reader.token(token);
        if reader.groups.len() > deepest {
            done = Err(Halt::Part(Reason::TooDeep));
            break;
        }
    }
    if done.is_ok() && !reader.groups.is_empty() {
        done = Err(Halt::DAMAGED);
    }
    reader.runs.give(walk)?;
    done
}

impl Reader {
    fn token(&mut self, token: Token<'_>) {
        match token {
            Token::Open => {
                self.skip = 0;
                self.groups.push(self.group);
                self.group.fresh = true;
                self.group.starred = false;
            }
            Token::Close => {
                self.skip = 0;
                self.group = self.groups.pop().unwrap_or(self.group);
            }
            _ if self.skip > 0 => self.skip -= 1,
            Token::Word(name, number) => self.word(name, number),
            Token::Symbol(symbol) => self.symbol(symbol),
            Token::Byte(byte) => {
                let encoding = self.encoding();
                self.runs.byte(self.group.target, self.at(), encoding, byte);
            }
            Token::Binary(bytes) => self.runs.binary(self.group.target, bytes),
        }
    }

    fn at(&self) -> Look {
        match self.group {
            Group { deleted: true, .. } => Look::Deleted,
            Group { hidden: true, .. } => Look::Hidden,
            Group { inserted: true, .. } => Look::Inserted,
            _ => Look::Plain,
        }
    }

    /// The charset of the font. Korean files often write CP949 in a font that claims to be Western.
    fn encoding(&self) -> &'static Encoding {
        match self.fonts.get(&self.group.font) {
            Some(&own) if own != encoding_rs::WINDOWS_1252 => own,
            _ => self.ansi,
        }
    }

    fn character(&mut self, character: char) {
        self.runs.text(self.group.target, self.at(), character);
    }

    fn symbol(&mut self, symbol: u8) {
        match symbol {
            b'*' => self.group.starred = true,
            b'~' => self.character('\u{A0}'),
            b'_' => self.character('-'),
            b'\r' | b'\n' => self.character('\n'),
            b'\t' => self.character('\t'),
            b'{' | b'}' | b'\\' => self.character(char::from(symbol)),
            _ => {}
        }
    }

    fn word(&mut self, name: &[u8], number: Option<i32>) {
        let first = std::mem::take(&mut self.group.fresh);
        if first && self.destination(name) {
            return;
        }
        let on = number != Some(0);
        match name {
            b"u" => {
                self.runs.unit(self.group.target, self.at(), (number.unwrap_or(0) & 0xFFFF) as u16);
                self.skip = self.group.fallback;
            }
            b"uc" => self.group.fallback = usize::try_from(number.unwrap_or(1)).unwrap_or(1),
            b"f" => self.group.font = number.unwrap_or(0),
            b"fcharset" => self.font(number.and_then(of_charset)),
            b"cpg" => self.font(number.and_then(of_codepage)),
            b"ansicpg" => self.ansi = number.and_then(of_codepage).unwrap_or(self.ansi),
            b"mac" => self.ansi = encoding_rs::MACINTOSH,
            b"v" | b"webhidden" => self.group.hidden = on,
            b"deleted" => self.group.deleted = on,
            b"revised" => self.group.inserted = on,
            b"plain" => (self.group.hidden, self.group.deleted, self.group.inserted) = (false, false, false),
            _ => {
                if let Some(character) = character_of(name) {
                    self.character(character);
                }
            }
        }
    }

    /// A charset of the font that is being declared. Charset 1 is "the default" and says nothing.
    fn font(&mut self, encoding: Option<&'static Encoding>) {
        if let Some(encoding) = encoding {
            self.fonts.insert(self.group.font, encoding);
        }
    }

    /// Turns to the destination of this name, if it is one.
    fn destination(&mut self, name: &[u8]) -> bool {
        let step = match name {
            b"annotation" => {
                self.comments = self.comments.saturating_add(1);
                Step::Comment(self.comments)
            }
            b"atnauthor" | b"atnid" => Step::Comment(self.comments.saturating_add(1)),
            b"footnote" => {
                self.notes = self.notes.saturating_add(1);
                Step::Note(self.notes)
            }
            b"header" | b"headerl" | b"headerr" | b"headerf" => Step::Header,
            b"footer" | b"footerl" | b"footerr" | b"footerf" => Step::Footer,
            b"info" | b"title" | b"subject" | b"author" | b"manager" | b"company" | b"operator" | b"category"
            | b"keywords" | b"comment" | b"doccomm" | b"hlinkbase" | b"userprops" | b"propname" | b"staticval" => {
                Step::Properties
            }
            b"fldinst" => Step::Formula,
            b"shptxt" => Step::TextBox,
            b"sn" | b"sv" => Step::AltText,
            b"formfield" | b"ffname" | b"ffdeftext" | b"ffl" | b"ffhelptext" | b"ffstattext" => {
                Step::FormField(String::new())
            }
            b"objdata" | b"pict" | b"themedata" | b"datastore" | b"colorschememapping" | b"fontemb" => {
                self.group.target = self.runs.hex(name == b"objdata", String::from_utf8_lossy(name).into_owned());
                return true;
            }
            // Only these go on with the text around them.
            b"ud" | b"shppict" | b"shpinst" | b"objclass" | b"fldrslt" => return true,
            b"fonttbl" | b"colortbl" | b"stylesheet" => Step::Part(String::from_utf8_lossy(name).into_owned()),
            _ if self.group.starred => Step::Part(String::from_utf8_lossy(name).into_owned()),
            _ => return false,
        };
        self.group.hidden = false;
        self.group.target = self.runs.run(step);
        true
    }
}

/// Words that stand for a character.
fn character_of(name: &[u8]) -> Option<char> {
    Some(match name {
        b"row" => marked::ROW,
        b"cell" => marked::CELL,
        b"par" | b"line" | b"nestrow" | b"sect" | b"page" | b"column" => '\n',
        b"tab" | b"nestcell" => '\t',
        b"emdash" => '\u{2014}',
        b"endash" => '\u{2013}',
        b"lquote" | b"rquote" => '\'',
        b"ldblquote" | b"rdblquote" => '"',
        b"bullet" => '\u{2022}',
        b"emspace" | b"enspace" | b"qmspace" => ' ',
        _ => return None,
    })
}

/// The charset of a font (`\fcharset`).
fn of_charset(number: i32) -> Option<&'static Encoding> {
    of_codepage(match number {
        0 | 2 => 1252,
        77 => 10000,
        128 => 932,
        // 130 is Johab, which is not read: its fonts carry CP949 in practice.
        129 | 130 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        _ => return None,
    })
}

fn of_codepage(number: i32) -> Option<&'static Encoding> {
    Some(match number {
        949 | 1361 | 51949 => encoding_rs::EUC_KR,
        932 => encoding_rs::SHIFT_JIS,
        936 => encoding_rs::GBK,
        54936 => encoding_rs::GB18030,
        950 => encoding_rs::BIG5,
        874 => encoding_rs::WINDOWS_874,
        1250 => encoding_rs::WINDOWS_1250,
        1251 => encoding_rs::WINDOWS_1251,
        1252 | 437 | 850 => encoding_rs::WINDOWS_1252,
        1253 => encoding_rs::WINDOWS_1253,
        1254 => encoding_rs::WINDOWS_1254,
        1255 => encoding_rs::WINDOWS_1255,
        1256 => encoding_rs::WINDOWS_1256,
        1257 => encoding_rs::WINDOWS_1257,
        1258 => encoding_rs::WINDOWS_1258,
        10000 => encoding_rs::MACINTOSH,
        65001 => encoding_rs::UTF_8,
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
