//! A small reader over spanned TOML tables: typed getters that collect every mistake instead of stopping at the first.

use super::expected::{self, Expected};
use super::mistake::{Heap, Lines, Mistake, Mistakes};
use super::names::nearest;
use super::quantity;
use super::words::{self, Words};
use crate::vocab::Day;
use std::cell::RefCell;
use std::net::SocketAddr;
use std::ops::{Range, RangeInclusive};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use toml::de::{DeTable, DeValue};

/// One file while it is read: where its mistakes and warnings are collected.
pub(super) struct Book<'a> {
    file: Arc<str>,
    lines: Lines<'a>,
    /// Against what relative file names are resolved. Without one, the text has no place on a disk, and whether files
    /// exist is not looked at.
    base: Option<&'a Path>,
    mistakes: RefCell<Heap>,
    warnings: RefCell<Heap>,
}

impl<'a> Book<'a> {
    pub(super) fn new(file: &str, text: &'a str, base: Option<&'a Path>) -> Book<'a> {
        let (mistakes, warnings) = (RefCell::default(), RefCell::default());
        Book { file: file.into(), lines: Lines::new(text), base, mistakes, warnings }
    }

    /// Reports a mistake at a span of bytes.
    pub(super) fn wrong(&self, span: &Range<usize>, words: Words) {
        let mistake = Mistake::new(Arc::clone(&self.file), Some(self.lines.place(span)), words);
        self.mistakes.borrow_mut().add(mistake);
    }

    /// Reports a warning: what can be run, but hardly as it was meant.
    pub(super) fn doubtful(&self, span: &Range<usize>, words: Words) {
        let warning = Mistake::new(Arc::clone(&self.file), Some(self.lines.place(span)), words.into_warning());
        self.warnings.borrow_mut().add(warning);
    }

    /// Whether the files that are named are looked at.
    pub(super) fn looks_at_files(&self) -> bool {
        self.base.is_some()
    }

    /// The line at which a span starts, for a mistake that points at a second place.
    pub(super) fn line(&self, span: &Range<usize>) -> usize {
        self.lines.place(span).line
    }

    /// Where a span starts, as people are told: `FILE:LINE:COLUMN`.
    pub(super) fn place(&self, span: &Range<usize>) -> String {
        let place = self.lines.place(span);
        format!("{}:{}:{}", self.file, place.line, place.column)
    }

    /// The warnings, or the mistakes if there are any.
    pub(super) fn close(self) -> Result<Vec<Mistake>, Mistakes> {
        self.mistakes.into_inner().settle()?;
        Ok(self.warnings.into_inner().sorted())
    }
}

/// A table being read. It remembers the keys that were asked for; the others are unknown.
pub(super) struct Table<'a> {
    pub(super) book: &'a Book<'a>,
    map: &'a DeTable<'a>,
    /// Its header, or its braces.
    pub(super) span: Range<usize>,
    /// How mistakes name it: `[server]`.
    pub(super) section: String,
    asked: RefCell<Vec<&'static str>>,
}

impl<'a> Table<'a> {
    pub(super) fn new(book: &'a Book<'a>, map: &'a DeTable<'a>, span: Range<usize>, section: String) -> Table<'a> {
        Table { book, map, span, section, asked: RefCell::default() }
    }

    /// The value of a key, if it is there.
    pub(super) fn get(&self, key: &'static str) -> Option<Value<'a>> {
        self.asked.borrow_mut().push(key);
        let (_, value) = self.map.get_key_value(key)?;
        Some(self.value(key, value))
    }

    /// The value of a key that has to be there.
    pub(super) fn need(&self, key: &'static str, expected: Expected) -> Option<Value<'a>> {
        let value = self.get(key);
        if value.is_none() {
            self.book.wrong(&self.span, words::missing(key, &self.section, expected));
        }
        value
    }

    /// A table in this one; an absent one is `None`.
    pub(super) fn table(&self, key: &'static str, section: &str) -> Option<Table<'a>> {
        self.get(key)?.table(section.to_owned())
    }

    /// Every entry under names that the operator chooses, in the order of the file.
    pub(super) fn entries(&self) -> Vec<(&'a str, Range<usize>, Value<'a>)> {
        let entry = |(key, value): (&'a toml::Spanned<_>, &'a toml::Spanned<DeValue<'a>>)| {
            let name: &'a std::borrow::Cow<'a, str> = key.get_ref();
            (&**name, key.span(), self.value(name, value))
        };
        let mut entries: Vec<_> = self.map.iter().map(entry).collect();
        entries.sort_by_key(|(_, span, _)| span.start);
        entries
    }

    fn value(&self, key: &'a str, value: &'a toml::Spanned<DeValue<'a>>) -> Value<'a> {
        Value { book: self.book, key, section: self.section.clone(), span: value.span(), value: value.get_ref() }
    }

    /// Whether the key is there.
    pub(super) fn has(&self, key: &str) -> bool {
        self.map.contains_key(key)
    }

    /// Where a key's value stands, or else the table: for mistakes about how several values go together.
    pub(super) fn place_of(&self, key: &str) -> Range<usize> {
        self.map.get(key).map_or_else(|| self.span.clone(), toml::Spanned::span)
    }

    /// Reports every key that was not asked for. `later` names keys that later versions know: they are told apart,
    /// because a security setting that is silently ignored is worse than none.
    pub(super) fn finish(self, later: &[&str]) {
        self.finish_with(later, words::later_key);
    }

    /// The same, with the words about a key of later versions.
    pub(super) fn finish_with(self, later: &[&str], tell: fn(&str, &str) -> Words) {
        let asked = self.asked.borrow();
        for key in self.map.keys() {
            let name = key.get_ref().as_ref();
            if asked.contains(&name) {
                continue;
            }
            let words = if later.contains(&name) {
                tell(name, &self.section)
            } else {
                words::unknown_key(name, &self.section, nearest(name, asked.iter().copied()), &asked)
            };
            self.book.wrong(&key.span(), words);
        }
    }

    /// A size in bytes, or the default.
    pub(super) fn size<T: TryFrom<u64>>(&self, key: &'static str, default: T, range: RangeInclusive<u64>) -> T {
        let size = self.get(key).and_then(|value| value.size(range));
        size.and_then(|size| T::try_from(size).ok()).unwrap_or(default)
    }

    /// A whole number, or the default.
    pub(super) fn number<T: TryFrom<u64>>(&self, key: &'static str, default: T, range: RangeInclusive<u64>) -> T {
        let number = self.get(key).and_then(|value| value.number(range));
        number.and_then(|number| T::try_from(number).ok()).unwrap_or(default)
    }

    /// A duration, or the default.
    pub(super) fn duration(&self, key: &'static str, default: Duration, range: RangeInclusive<Duration>) -> Duration {
        self.get(key).and_then(|value| value.duration(range)).unwrap_or(default)
    }

    /// A text, or an empty one.
    pub(super) fn text(&self, key: &'static str) -> String {
        self.get(key).and_then(|value| value.text(expected::TEXT)).unwrap_or_default().to_owned()
    }

    /// One of several words, if the key is there.
    pub(super) fn choice<T: Copy>(&self, key: &'static str, choices: &[(&'static str, T)]) -> Option<T> {
        self.get(key)?.choice(choices)
    }

    /// The values of a list, or of a text alone; empty if the key is absent.
    pub(super) fn list(&self, key: &'static str, expected: Expected) -> Vec<Value<'a>> {
        self.get(key).map(|value| value.list(expected)).unwrap_or_default()
    }
}

/// A value being read, with the key it was given for.
#[derive(Clone)]
pub(super) struct Value<'a> {
    pub(super) book: &'a Book<'a>,
    key: &'a str,
    section: String,
    pub(super) span: Range<usize>,
    value: &'a DeValue<'a>,
}

impl<'a> Value<'a> {
    /// Reports a mistake at this value.
    pub(super) fn wrong(&self, words: Words) {
        self.book.wrong(&self.span, words);
    }

    pub(super) fn is_table(&self) -> bool {
        self.value.is_table()
    }

    /// Reports that it is of another type than expected.
    pub(super) fn wrong_type(&self, expected: Expected) {
        self.wrong(words::wrong_type(self.key, &self.section, self.value.type_str(), expected));
    }

    /// Reports that its text is not understood.
    pub(super) fn wrong_value(&self, expected: Expected, near: Option<&str>) {
        let found = match self.value {
            DeValue::Integer(number) => number.to_string(),
            other => other.as_str().unwrap_or_default().to_owned(),
        };
        self.wrong(words::wrong_value(self.key, &self.section, &found, expected, near));
    }

    /// Its text, if it is one; no mistake otherwise.
    pub(super) fn as_text(&self) -> Option<&'a str> {
        self.value.as_str()
    }

    /// A list that has to hold something.
    pub(super) fn filled(&self, expected: Expected) -> Vec<Value<'a>> {
        let list = self.list(expected);
        if list.is_empty() && self.value.is_array() {
            self.wrong(words::empty_list(self.key, &self.section, expected));
        }
        list
    }

    pub(super) fn text(&self, expected: Expected) -> Option<&'a str> {
        let text = self.value.as_str();
        if text.is_none() {
            self.wrong_type(expected);
        }
        text
    }

    pub(super) fn table(&self, section: String) -> Option<Table<'a>> {
        let table = self.value.as_table();
        if table.is_none() {
            self.wrong_type(expected::TABLE);
        }
        Some(Table::new(self.book, table?, self.span.clone(), section))
    }

    /// The tables of `[[name]]`.
    pub(super) fn tables(&self, section: &str) -> Vec<Table<'a>> {
        let Some(array) = self.value.as_array() else {
            self.wrong_type(expected::TABLES);
            return Vec::new();
        };
        let item = |value: &'a toml::Spanned<DeValue<'a>>| self.item(value).table(section.to_owned());
        array.iter().filter_map(item).collect()
    }

    pub(super) fn list(&self, expected: Expected) -> Vec<Value<'a>> {
        match self.value {
            DeValue::Array(array) => array.iter().map(|value| self.item(value)).collect(),
            DeValue::String(_) => vec![self.clone()],
            _ => {
                self.wrong_type(expected);
                Vec::new()
            }
        }
    }

    fn item(&self, value: &'a toml::Spanned<DeValue<'a>>) -> Value<'a> {
        Value { span: value.span(), value: value.get_ref(), ..self.clone() }
    }

    /// An integer within the range; `Some(None)` once it has been told that it is not, `None` for another type.
    fn integer(&self, range: &RangeInclusive<u64>, show: fn(u64) -> String) -> Option<Option<u64>> {
        let integer = self.value.as_integer()?;
        let Ok(number) = u64::from_str_radix(integer.as_str(), integer.radix()) else {
            let (least, most) = (show(*range.start()), show(*range.end()));
            self.wrong(words::out_of_range(self.key, &self.section, &integer.to_string(), &least, &most));
            return Some(None);
        };
        Some(self.ranged(number, range, show))
    }

    fn ranged<T: PartialOrd + Copy>(&self, value: T, range: &RangeInclusive<T>, show: fn(T) -> String) -> Option<T> {
        if range.contains(&value) {
            return Some(value);
        }
        let (least, most) = (show(*range.start()), show(*range.end()));
        self.wrong(words::out_of_range(self.key, &self.section, &show(value), &least, &most));
        None
    }

    pub(super) fn number(&self, range: RangeInclusive<u64>) -> Option<u64> {
        let read = self.integer(&range, |number| number.to_string());
        if read.is_none() {
            self.wrong_type(expected::NUMBER);
        }
        read.flatten()
    }

    /// A size: a text such as `64 KiB`, or a whole number of bytes.
    pub(super) fn size(&self, range: RangeInclusive<u64>) -> Option<u64> {
        if let Some(read) = self.integer(&range, quantity::show_size) {
            return read;
        }
        let bytes = self.measured(expected::SIZE, quantity::size)?;
        self.ranged(bytes, &range, quantity::show_size)
    }

    pub(super) fn rate(&self, range: RangeInclusive<u64>) -> Option<u64> {
        let rate = self.measured(expected::RATE, quantity::rate)?;
        self.ranged(rate, &range, |rate| format!("{}/s", quantity::show_size(rate)))
    }

    pub(super) fn duration(&self, range: RangeInclusive<Duration>) -> Option<Duration> {
        let duration = self.measured(expected::DURATION, quantity::duration)?;
        self.ranged(duration, &range, quantity::show_duration)
    }

    fn measured<T>(&self, expected: Expected, parse: fn(&str) -> Option<T>) -> Option<T> {
        let parsed = parse(self.text(expected)?);
        if parsed.is_none() {
            self.wrong_value(expected, None);
        }
        parsed
    }

    pub(super) fn choice<T: Copy>(&self, choices: &[(&'static str, T)]) -> Option<T> {
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        let Some(found) = self.as_text() else {
            self.wrong(words::wrong_choice_type(self.key, &self.section, self.value.type_str(), &names));
            return None;
        };
        let chosen = choices.iter().find(|(name, _)| *name == found);
        if chosen.is_none() {
            let near = nearest(found, names.iter().copied());
            self.wrong(words::wrong_choice(self.key, &self.section, found, &names, near));
        }
        chosen.map(|(_, value)| *value)
    }

    /// A day, written as TOML writes one.
    pub(super) fn date(&self, expected: Expected) -> Option<Day> {
        let written = match self.value {
            DeValue::Datetime(written) if written.time.is_none() => written.date,
            _ => None,
        };
        if written.is_none() {
            self.wrong_type(expected);
        }
        written.map(|date| Day { year: date.year, month: date.month, day: date.day })
    }

    pub(super) fn address(&self) -> Option<SocketAddr> {
        self.measured(expected::ADDRESS, |text| text.parse().ok())
    }

    /// `true` or `false`.
    pub(super) fn truth(&self) -> Option<bool> {
        let truth = self.value.as_bool();
        if truth.is_none() {
            self.wrong_type(expected::TRUTH);
        }
        truth
    }

    /// A file name, resolved against the folder of the configuration, without a look at the disk.
    pub(super) fn path(&self, expected: Expected) -> Option<PathBuf> {
        let text = self.text(expected)?;
        if text.is_empty() || text.contains('\0') {
            self.wrong_value(expected, None);
            return None;
        }
        Some(self.book.base.map_or_else(|| PathBuf::from(text), |base| base.join(text)))
    }

    /// The same of a file that has to be there and be readable.
    pub(super) fn file(&self) -> Option<PathBuf> {
        let path = self.path(expected::FILE)?;
        if self.book.base.is_some()
            && let Err(error) = std::fs::File::open(&path).and_then(|file| regular(&file))
        {
            self.wrong(words::unreadable_file(self.key, &self.section, &path, &error));
        }
        Some(path)
    }

    /// The text of a file of at most so many bytes; nothing where no file is looked at.
    pub(super) fn text_of_file(&self, most: u64) -> Option<String> {
        let path = self.path(expected::FILE)?;
        if self.book.base.is_none() {
            return Some(String::new());
        }
        let read = || match std::fs::metadata(&path)?.len() {
            length if length <= most => std::fs::read_to_string(&path),
            _ => Err(std::io::Error::other(format!("it is longer than {}", super::quantity::show_size(most)))),
        };
        let text = read().map_err(|error| self.wrong(words::unreadable_file(self.key, &self.section, &path, &error)));
        text.ok()
    }
}

impl Value<'_> {
    /// The same of a key file, which has to be its owner's alone.
    pub(super) fn key_file(&self) -> Option<PathBuf> {
        let path = self.path(expected::FILE)?;
        if self.book.base.is_some() {
            match std::fs::File::open(&path).and_then(|file| regular(&file).and(file.metadata())) {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                    self.wrong(words::no_key_file(self.key, &self.section, &path));
                }
                Err(error) => self.wrong(words::unreadable_file(self.key, &self.section, &path, &error)),
                Ok(data) if std::os::unix::fs::PermissionsExt::mode(&data.permissions()) & 0o077 != 0 => {
                    self.wrong(words::open_key_file(self.key, &self.section, &path));
                }
                Ok(_) => {}
            }
        }
        Some(path)
    }
}

fn regular(file: &std::fs::File) -> std::io::Result<()> {
    if file.metadata()?.is_dir() { Err(std::io::ErrorKind::IsADirectory.into()) } else { Ok(()) }
}
