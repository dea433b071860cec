//! SQLite databases (file format 3): the rows of every table, and what deleted rows have left.
//!
//! Tables and indices are trees of pages. A cell of a page holds a record, whose end may stand in further pages. No page is
//! read twice, and no more comes out than the file holds: whoever lets pages overlap has damaged it.

mod record;

use super::budget::Halt;
use super::sheet::Cells;
use super::walk::Walk;
use super::{Format, is_known, wide};
use crate::vocab::{Reason, Step};
use std::borrow::Cow;
use std::collections::HashSet;

use record::{Value, columns, is_key, varint};

/// Databases.
pub(super) const FORMATS: &[Format] =
    &[Format { name: "sqlite", bears: |bytes| bytes.starts_with(b"SQLite format 3\0"), read }];

/// Digits of the shortest number of a person.
const FEWEST_DIGITS: usize = 10;

/// A table or an index, as the first page tells of it.
struct Tree {
    is_table: bool,
    name: String,
    root: usize,
    /// The words that made it.
    sql: String,
}

/// A database while it is read.
struct Database<'a> {
    bytes: &'a [u8],
    page: usize,
    /// Bytes of a page that are used.
    usable: usize,
    encoding: &'static encoding_rs::Encoding,
    /// Pages that have been read.
    read: HashSet<usize>,
    /// What records may still take up.
    left: usize,
    /// The file without what was told.
    rest: Vec<u8>,
}

/// A record, and the number of its row.
struct Row {
    id: i64,
    payload: Vec<u8>,
}

fn read(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let mut database = Database::open(bytes).ok_or(Halt::DAMAGED)?;
    for tree in database.schema(walk)? {
        // The other tables can be read where one is damaged.
        let told = database.tell(&tree, walk);
        walk.note(told)?;
    }
    if database.is_cut() {
        walk.unreadable(Reason::Damaged);
    }
    // Pages of tables that nothing leads to any more: rows of tables that were dropped.
    walk.within(Step::Deleted, |walk| {
        let lost = database.lost();
        walk.table(|cells| {
            lost.iter().try_for_each(|page| match database.rows(*page, None, cells) {
                // It only looked like one.
                Ok(_) | Err(Halt::Part(_)) => Ok(()),
                Err(halt) => Err(halt),
            })
        })?;
        let digits = database.rest.iter().filter(|byte| byte.is_ascii_digit()).count();
        if digits >= FEWEST_DIGITS {
            walk.raw(&database.rest)?;
            wide::say(&database.rest, walk)?;
        }
        Ok(())
    })
}

impl<'a> Database<'a> {
    fn open(bytes: &'a [u8]) -> Option<Database<'a>> {
        let two = |at: usize| Some(usize::from(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?)));
        let page = if two(16)? == 1 { 1 << 16 } else { two(16)? };
        let usable = page.checked_sub(usize::from(*bytes.get(20)?)).filter(|usable| *usable >= 480)?;
        let encoding = match bytes.get(56..60)? {
            [0, 0, 0, 2] => encoding_rs::UTF_16LE,
            [0, 0, 0, 3] => encoding_rs::UTF_16BE,
            _ => encoding_rs::UTF_8,
        };
        let rest = bytes.to_vec();
        (page.is_power_of_two() && page >= 512).then(|| Database {
            bytes,
            page,
            usable,
            encoding,
            read: HashSet::new(),
            left: bytes.len(),
            rest,
        })
    }

    /// Whether its head tells of more pages than there are.
    fn is_cut(&self) -> bool {
        let told = self.bytes.get(28..).and_then(|rest| rest.first_chunk()).map(|pages| u32::from_be_bytes(*pages));
        told.is_some_and(|told| told as usize > self.bytes.len() / self.page)
    }

    fn start(&self, number: usize) -> Option<usize> {
        number.checked_sub(1)?.checked_mul(self.page).filter(|start| *start < self.bytes.len())
    }

    /// What the first page tells of.
    fn schema(&mut self, walk: &mut Walk<'_>) -> Result<Vec<Tree>, Halt> {
        let mut trees = Vec::new();
        let done = self.each(1, &mut |database, row| {
            walk.tick()?;
            let values = record::values(&row.payload);
            let text = |at: usize| match values.get(at) {
                Some(Value::Text(text)) => database.text(text).into_owned(),
                _ => String::new(),
            };
            let root = match values.get(3) {
                Some(Value::Integer(root)) => usize::try_from(*root).unwrap_or(0),
                _ => 0,
            };
            if root > 1 {
                trees.push(Tree { is_table: text(0) == "table", name: text(1), root, sql: text(4) });
            }
            Ok(())
        });
        walk.within(Step::Part("sqlite_schema".to_owned()), |walk| {
            walk.prose(|run| trees.iter().try_for_each(|tree| run.line(None, &tree.sql)))
        })?;
        walk.note(done).map(|()| trees)
    }

    /// Tells a table row by row, under the names of its columns. What an index holds, a table holds too.
    fn tell(&mut self, tree: &Tree, walk: &mut Walk<'_>) -> Result<(), Halt> {
        if !tree.is_table {
            return self.each(tree.root, &mut |_, _| Ok(()));
        }
        walk.within(Step::Part(tree.name.clone()), |walk| {
            let files = walk.table(|cells| self.rows(tree.root, Some(&tree.sql), cells));
            files?.iter().try_for_each(|file| walk.open("", file))
        })
    }

    /// Gives all rows below a page; what stands in them that is a file by itself.
    fn rows(&mut self, root: usize, sql: Option<&str>, cells: &mut Cells<'_, '_>) -> Result<Vec<Vec<u8>>, Halt> {
        let (mut files, mut number) = (Vec::new(), 1_u32);
        let columns = columns(sql.unwrap_or_default());
        for (column, definition) in (1..).zip(&columns) {
            cells.cell(column, number, false, record::name(definition))?;
        }
        self.each(root, &mut |database, row| {
            number = number.saturating_add(1);
            for (index, value) in record::values(&row.payload).into_iter().enumerate() {
                let text = match value {
                    Value::Null if columns.get(index).is_some_and(|column| is_key(column)) => row.id.to_string(),
                    Value::Null => continue,
                    Value::Integer(integer) => integer.to_string(),
                    Value::Real(real) => real.to_string(),
                    Value::Text(text) => database.text(text).into_owned(),
                    Value::Blob(blob) if is_known(blob) => {
                        files.push(blob.to_vec());
                        continue;
                    }
                    Value::Blob(blob) => String::from_utf8_lossy(blob).into_owned(),
                };
                let column = u32::try_from(index.saturating_add(1)).unwrap_or(u32::MAX);
                cells.cell(column, number, false, &text)?;
            }
            Ok(())
        })?;
        Ok(files)
    }

    fn text<'t>(&self, bytes: &'t [u8]) -> Cow<'t, str> {
        self.encoding.decode_without_bom_handling(bytes).0
    }

    /// Gives every record below a page, in order.
    fn each(&mut self, root: usize, give: &mut dyn FnMut(&Database<'a>, &Row) -> Result<(), Halt>) -> Result<(), Halt> {
        let mut open = vec![root];
        while let Some(number) = open.pop() {
            if !self.read.insert(number) {
                return Err(Halt::DAMAGED);
            }
            let start = self.start(number).ok_or(Halt::DAMAGED)?;
            let page = self.bytes.get(start..).ok_or(Halt::DAMAGED)?;
            let page = page.get(..self.page).unwrap_or(page);
            let head = if number == 1 { 100 } else { 0 };
            let kind = *page.get(head).ok_or(Halt::DAMAGED)?;
            let (inner, of_table) = match kind {
                0x02 => (true, false),
                0x05 => (true, true),
                0x0A => (false, false),
                0x0D => (false, true),
                _ => return Err(Halt::DAMAGED),
            };
            let pointers = Pointers::of(page, head, inner)?;
            let mut children = Vec::new();
            for at in pointers.cells {
                let mut cell = page.get(at..).ok_or(Halt::DAMAGED)?;
                if inner {
                    let (child, rest) = cell.split_first_chunk::<4>().ok_or(Halt::DAMAGED)?;
                    children.push(u32::from_be_bytes(*child) as usize);
                    cell = rest;
                }
                if !(inner && of_table) {
                    let row = self.record(start, page.len().saturating_sub(cell.len()), page, of_table)?;
                    give(self, &row)?;
                }
            }
            children.extend(pointers.last);
            self.forget(start, if inner { page.len() } else { 0 });
            open.extend(children.into_iter().rev());
        }
        Ok(())
    }

    /// The record of a cell that stands there in its page, with what of it stands in further pages.
    fn record(&mut self, start: usize, at: usize, page: &[u8], of_table: bool) -> Result<Row, Halt> {
        let (length, mut at) = varint(page, at).ok_or(Halt::DAMAGED)?;
        let length = usize::try_from(length).map_err(|_| Halt::DAMAGED)?;
        let mut id = 0;
        if of_table {
            (id, at) = varint(page, at).ok_or(Halt::DAMAGED)?;
        }
        self.left = self.left.checked_sub(length).ok_or(Halt::DAMAGED)?;
        let local = self.local(length, of_table);
        let mut payload = page.get(at..at.saturating_add(local)).ok_or(Halt::DAMAGED)?.to_vec();
        self.forget(start.saturating_add(at), local);
        let next = page.get(at.saturating_add(local)..).and_then(<[u8]>::first_chunk);
        let mut next = next.map_or(0, |next| u32::from_be_bytes(*next) as usize);
        while payload.len() < length {
            let start = self.start(next).filter(|_| self.read.insert(next)).ok_or(Halt::DAMAGED)?;
            let further = self.bytes.get(start..).and_then(<[u8]>::split_first_chunk::<4>);
            let (number, data) = further.ok_or(Halt::DAMAGED)?;
            let taken = length.saturating_sub(payload.len()).min(self.usable.saturating_sub(4));
            payload.extend_from_slice(data.get(..taken).ok_or(Halt::DAMAGED)?);
            self.forget(start.saturating_add(4), taken);
            next = u32::from_be_bytes(*number) as usize;
        }
        Ok(Row { id, payload })
    }

    /// How much of a record stands in its own page (file format, section 1.6).
    fn local(&self, length: usize, of_table: bool) -> usize {
        let twelfth = self.usable.saturating_sub(12);
        let most = if of_table { self.usable.saturating_sub(35) } else { (twelfth * 64 / 255).saturating_sub(23) };
        let least = (twelfth * 32 / 255).saturating_sub(23);
        let kept = least.saturating_add(length.saturating_sub(least) % self.usable.saturating_sub(4));
        match length {
            _ if length <= most => length,
            _ if kept <= most => kept,
            _ => least,
        }
    }

    fn forget(&mut self, start: usize, length: usize) {
        let end = start.saturating_add(length).min(self.rest.len());
        self.rest.get_mut(start..end).unwrap_or_default().fill(0);
    }

    /// Pages that look like the rows of a table, and to which nothing leads.
    fn lost(&self) -> Vec<usize> {
        let pages = 1..=self.bytes.len() / self.page;
        let is_leaf = |number: &usize| self.start(*number).and_then(|start| self.bytes.get(start)) == Some(&0x0D);
        pages.filter(|number| !self.read.contains(number)).filter(is_leaf).collect()
    }
}

/// Where the cells of a page stand, and the last page below it.
struct Pointers {
    cells: Vec<usize>,
    last: Option<usize>,
}

impl Pointers {
    fn of(page: &[u8], head: usize, inner: bool) -> Result<Pointers, Halt> {
        let at = |more: usize| page.get(head.saturating_add(more)..).ok_or(Halt::DAMAGED);
        let count = usize::from(u16::from_be_bytes(*at(3)?.first_chunk().ok_or(Halt::DAMAGED)?));
        let all = at(if inner { 12 } else { 8 })?.get(..count.saturating_mul(2)).ok_or(Halt::DAMAGED)?;
        let cells = all.as_chunks::<2>().0.iter().map(|at| usize::from(u16::from_be_bytes(*at))).collect();
        let last = if inner { at(8)?.first_chunk().map(|last| u32::from_be_bytes(*last) as usize) } else { None };
        Ok(Pointers { cells, last })
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::make::sqlite::{Value, database};
    use crate::extract::testing::Heard;
    use crate::vocab::Reason;

    const PEOPLE: &[u8] = include_bytes!("../../tests/documents/database/people.db");

    #[test]
    fn rows_of_every_table_are_read() {
        let heard = Heard::of("a.db", PEOPLE);
        for (text, place) in [
            ("9001011234568", "part ‘회원’ › cell C62"),
            ("900101-1234568", "part ‘회원’ › cell D62"),
            ("8105141234567", "part ‘keyed’ › cell B2"),
            ("8001012345670", "part ‘numbered’ › cell A2"),
            ("7001011234563", "deleted text › cell B2"),
        ] {
            assert_eq!(heard.place_of(text), Some(format!("a.db › {place}").as_str()), "{text}");
        }
        let heads = ("a.db › part ‘회원’ › cell B1".to_owned(), "성명".to_owned());
        assert!(heard.said.contains(&heads), "names of columns stand above them");
        assert_eq!(heard.text().matches("9001011234568").count(), 1, "what an index holds is not told twice");
        assert_eq!(heard.unreadable, []);
    }

    #[test]
    fn files_in_cells_are_opened_and_free_space_is_searched() {
        let rows = [vec![Value::Text("a"), Value::Blob(b"GIF89a\x01\0\x01\0\0\0\0\x21\xFE\x0E900101-1234568\0\x3B")]];
        let mut bytes = database(&[("t", "CREATE TABLE t (a, b)", &rows)]);
        assert_eq!(
            Heard::of("a.db", &bytes).place_of("900101"),
            Some("a.db › part ‘t’ › a file without a name › picture data")
        );
        bytes[600..614].copy_from_slice(b"810514-1234567");
        assert_eq!(Heard::of("a.db", &bytes).place_of("810514-1234567"), Some("a.db › deleted text"));
    }

    #[test]
    fn what_is_broken_is_said_and_comes_to_an_end() {
        let rows = [vec![Value::Integer(9_001_011_234_568)]];
        let mut looped = database(&[("t", "CREATE TABLE t (a)", &rows), ("u", "CREATE TABLE u (a)", &rows)]);
        // The second table is an inner page that leads to itself.
        looped[1024..1036].copy_from_slice(&[5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3]);
        let heard = Heard::of("a.db", &looped);
        assert_eq!(heard.place_of("9001011234568"), Some("a.db › part ‘t’ › cell A2"));
        assert_eq!(heard.unreadable, [("a.db › part ‘u’".to_owned(), Reason::Damaged)]);
        for length in 0..PEOPLE.len() {
            let heard = Heard::of("a.db", &PEOPLE[..length]);
            assert!(!heard.unreadable.is_empty() || length < 16, "{length}");
        }
    }

    #[test]
    fn cells_that_overlap_do_not_make_more_of_it() {
        let text = "9".repeat(300);
        let rows = [vec![Value::Text(&text)]];
        let mut bytes = database(&[("t", "CREATE TABLE t (a)", &rows)]);
        let own = [bytes[520], bytes[521]];
        bytes[515..517].copy_from_slice(&50_u16.to_be_bytes());
        (0..50).for_each(|number| bytes[520 + 2 * number..522 + 2 * number].copy_from_slice(&own));
        let heard = Heard::of("a.db", &bytes);
        assert!(heard.text().len() < 2 * bytes.len(), "{}", heard.text().len());
        assert_eq!(heard.unreadable, [("a.db › part ‘t’".to_owned(), Reason::Damaged)]);
    }
}
