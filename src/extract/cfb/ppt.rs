//! PowerPoint presentations of the binary format (MS-PPT): records in one stream, old ones beside the new.

use super::bytes::{from, size_at, some, u16_at, u32_at, utf16};
use super::tree::{Id, Tree};
use super::{art, grid, inflate};
use crate::extract::{Halt, Walk};
use crate::vocab::{Reason, Shown, Step};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Containers within containers, at most.
const MOST_LEVELS: u32 = 64;
/// Edits that are kept, at most: each is one save.
const MOST_EDITS: usize = 10_000;

/// One record: its version and instance, its kind, where it stands, what it holds.
#[derive(Clone, Copy)]
pub(super) struct Record<'b> {
    version: u16,
    pub(super) kind: u16,
    at: usize,
    pub(super) data: &'b [u8],
}

impl Record<'_> {
    fn instance(&self) -> u16 {
        self.version >> 4
    }
}

/// The records of a stretch of the stream.
pub(super) fn records(bytes: &[u8]) -> impl Iterator<Item = Record<'_>> {
    let mut at = 0usize;
    std::iter::from_fn(move || {
        let (version, kind) = (u16_at(bytes, at)?, u16_at(bytes, at.saturating_add(2))?);
        let length = size_at(bytes, at.saturating_add(4));
        let record = Record { version, kind, at, data: some(bytes, at.saturating_add(8), length) };
        at = at.saturating_add(8).saturating_add(length);
        Some(record)
    })
}

/// A presentation in a storage.
pub(super) fn read(tree: &mut Tree<'_>, at: Id, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let user = tree.get(at, "Current User", walk)?.unwrap_or_default();
    if u32_at(&user, 12) == Some(0xF3D1_C4DF) || tree.stream(at, "EncryptedSummary").is_some() {
        for name in ["PowerPoint Document", "Pictures"] {
            tree.stream(at, name).into_iter().for_each(|id| tree.take(id));
        }
        return Err(Halt::Part(Reason::Encrypted));
    }
    walk.within(Step::Properties, |walk| walk.say(&super::runs::wide(&user)))?;
    let Some(stream) = tree.get(at, "PowerPoint Document", walk)? else { return Ok(()) };
    let live = live(&stream, size_at(&user, 16));
    let deck = Deck::of(&stream, &live);
    let (mut end, mut starts) = (0usize, BTreeSet::new());
    for record in records(&stream) {
        walk.entry()?;
        end = record.at.saturating_add(8).saturating_add(record.data.len());
        starts.insert(record.at);
        top(&record, &deck, walk)?;
    }
    // Objects may stand within the data of a record: the directory leads straight to them.
    for &place in deck.places.keys().filter(|place| !starts.contains(place)) {
        walk.entry()?;
        if let Some(record) = records(from(&stream, place)).next() {
            top(&Record { at: place, ..record }, &deck, walk)?;
        }
    }
    if let Some(pictures) = tree.get(at, "Pictures", walk)? {
        walk.within(Step::Part("Pictures".to_owned()), |walk| art::read(&pictures, walk))?;
    }
    // A record that goes beyond the stream is cut.
    let cut = records(&stream).last().is_some_and(|last| size_at(&stream, last.at.saturating_add(4)) > last.data.len());
    if cut || end < stream.len().saturating_sub(8) { Err(Halt::DAMAGED) } else { Ok(()) }
}

/// Where the objects of the last edit stand, by their numbers: edits lead from the last to the first (section 2.3.2).
fn live(stream: &[u8], last: usize) -> HashMap<u32, usize> {
    let (mut live, mut edit) = (HashMap::new(), last);
    for _ in 0..MOST_EDITS {
        let Some(record) = records(from(stream, edit)).next().filter(|record| record.kind == 0x0FF5) else { break };
        let directory = size_at(record.data, 12);
        if let Some(record) = records(from(stream, directory)).next().filter(|record| record.kind == 0x1772) {
            persist(record.data, &mut live);
        }
        let before = size_at(record.data, 8);
        // Each edit stands before the next: a chain that does not is a circle.
        if before >= edit || before == 0 {
            break;
        }
        edit = before;
    }
    live
}

/// A directory of objects: runs of numbers with their places (section 2.3.4).
fn persist(directory: &[u8], live: &mut HashMap<u32, usize>) {
    let mut rest = directory;
    while let Some(head) = u32_at(rest, 0) {
        let (first, count) = (head & 0xF_FFFF, (head >> 20) as usize);
        for (number, index) in (first..).zip(1..=count) {
            if let Some(place) = u32_at(rest, index.saturating_mul(4)) {
                live.entry(number).or_insert(place as usize);
            }
        }
        rest = from(rest, count.saturating_add(1).saturating_mul(4));
    }
}

/// Which object is which slide.
struct Deck {
    /// Places of objects that the last edit has, and for slides their number.
    places: BTreeMap<usize, Option<u32>>,
    /// The number of a slide by its identifier.
    numbers: HashMap<u32, u32>,
}

impl Deck {
    fn of(stream: &[u8], live: &HashMap<u32, usize>) -> Deck {
        let mut deck = Deck { places: live.values().map(|&place| (place, None)).collect(), numbers: HashMap::new() };
        let places: Vec<usize> = deck.places.keys().copied().collect();
        let objects = places.iter().filter_map(|&place| records(from(stream, place)).next());
        let documents = objects.filter(|record| record.kind == 0x03E8);
        let lists = documents.flat_map(|record| records(record.data)).filter(|list| list.kind == 0x0FF0);
        let slides = lists.filter(|list| list.instance() == 0).flat_map(|list| records(list.data));
        let slides: Vec<_> = slides.filter(|atom| atom.kind == 0x03F3).collect();
        for (number, slide) in (1..).zip(slides) {
            let place = u32_at(slide.data, 0).and_then(|object| live.get(&object));
            if let Some(place) = place {
                deck.places.insert(*place, Some(number));
            }
            deck.numbers.entry(u32_at(slide.data, 12).unwrap_or(0)).or_insert(number);
        }
        deck
    }

    /// What an object on the top level is.
    fn step(&self, record: &Record<'_>) -> Option<Step> {
        let Some(number) = self.places.get(&record.at) else {
            return (!self.places.is_empty()).then_some(Step::Deleted);
        };
        match record.kind {
            0x03EE => {
                let shown = if is_hidden(record) { Shown::Hidden } else { Shown::Plainly };
                Some(number.map_or_else(|| Step::Part("slide".to_owned()), |number| Step::Slide(number, shown)))
            }
            0x03F0 => {
                let of = records(record.data).find(|atom| atom.kind == 0x03F1).and_then(|atom| u32_at(atom.data, 0));
                let number = of.and_then(|slide| self.numbers.get(&slide)).copied();
                Some(number.map_or_else(|| Step::Part("notes".to_owned()), Step::SpeakerNotes))
            }
            0x03F8 => Some(Step::Part("master".to_owned())),
            0x0FC9 => Some(Step::Part("handout".to_owned())),
            _ => None,
        }
    }
}

/// Whether a slide is left out when the show runs (section 2.6.6).
fn is_hidden(slide: &Record<'_>) -> bool {
    let info = records(slide.data).find(|atom| atom.kind == 0x03F9);
    info.and_then(|info| u16_at(info.data, 10)).is_some_and(|flags| flags & 4 != 0)
}

fn top(record: &Record<'_>, deck: &Deck, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let step = deck.step(record);
    let mut found = Found::default();
    match (record.kind, step) {
        (0x0FF5 | 0x1772, _) => Ok(()),
        (0x1011, _) => object(record, walk),
        (_, Some(step)) => walk.within(step, |walk| {
            found.collect(record, 0, walk)?;
            found.say(walk)
        }),
        (_, None) => {
            found.collect(record, 0, walk)?;
            found.say(walk)
        }
    }
}

/// An object or a project of macros: a compound file, deflated behind its length if the instance says so.
fn object(record: &Record<'_>, walk: &mut Walk<'_>) -> Result<(), Halt> {
    if record.instance() == 0 {
        return walk.open("", record.data);
    }
    let done = inflate::zlib(from(record.data, 4), walk).and_then(|(bytes, whole)| {
        walk.open("", &bytes)?;
        if whole { Ok(()) } else { Err(Halt::DAMAGED) }
    });
    walk.note(done)
}

/// Texts of one object of the presentation.
#[derive(Default)]
struct Found {
    texts: Vec<(Option<Step>, String)>,
    tables: Vec<Vec<grid::Cell>>,
    comments: u32,
    /// The slide whose outline is being read.
    outline: Option<u32>,
}

impl Found {
    fn collect(&mut self, record: &Record<'_>, level: u32, walk: &mut Walk<'_>) -> Result<(), Halt> {
        walk.tick()?;
        match record.kind {
            // Texts, and short strings.
            0x0FA0 | 0x0FA8 | 0x0FBA => self.atom(record),
            0xF00B | 0xF121 | 0xF122 => art::options(record.version, record.data, walk)?,
            0x2EE0 => self.comment(record),
            0x0FD7 => self.link(record),
            // The outline of a slide follows its entry in the list of slides.
            0x03F3 => self.outline = Some(self.outline.unwrap_or(0).saturating_add(1)),
            0x0FF0 if level < MOST_LEVELS => {
                self.outline = (record.instance() == 0).then_some(0);
                self.below(record, level, walk)?;
                self.outline = None;
            }
            0x1011 => object(record, walk)?,
            0xF003 if level < MOST_LEVELS => self.group(record, level, walk)?,
            // Binary tags hold records too.
            _ if (record.version & 0xF == 0xF || record.kind == 0x138B) && level < MOST_LEVELS => {
                self.below(record, level, walk)?;
            }
            _ if record.version & 0xF == 0xF => return Err(Halt::Part(Reason::TooDeep)),
            _ => {}
        }
        Ok(())
    }

    fn below(&mut self, record: &Record<'_>, level: u32, walk: &mut Walk<'_>) -> Result<(), Halt> {
        records(record.data).try_for_each(|record| self.collect(&record, level.saturating_add(1), walk))
    }

    /// A group of shapes, which may be a table. Then the texts of its cells are told there alone.
    fn group(&mut self, record: &Record<'_>, level: u32, walk: &mut Walk<'_>) -> Result<(), Halt> {
        let cells = grid::of(record.data, |shape| {
            let mut of_shape = Found::default();
            let texts = records(shape.data).filter(|record| matches!(record.kind, 0x0FA0 | 0x0FA8));
            texts.for_each(|text| of_shape.atom(&text));
            of_shape.texts.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join("\n")
        });
        let before = self.texts.len();
        self.below(record, level, walk)?;
        let Some(cells) = cells else { return Ok(()) };
        let own = self.texts.get(before..).unwrap_or_default().iter();
        let said = own.filter(|(step, text)| step.is_none() && !text.is_empty()).count();
        // What else stands in it is no cell: then it is told as it comes.
        if said == cells.iter().filter(|(.., text)| !text.is_empty()).count() {
            let own = self.texts.split_off(before);
            self.texts.extend(own.into_iter().filter(|(step, _)| step.is_some()));
            self.tables.push(cells);
        }
        Ok(())
    }

    /// Text in UTF-16, or in the lower bytes of UTF-16 alone.
    fn atom(&mut self, record: &Record<'_>) {
        match record.kind {
            0x0FA8 => self.text(&record.data.iter().map(|&byte| char::from(byte)).collect::<String>()),
            _ => self.text(&utf16(record.data)),
        }
    }

    fn text(&mut self, text: &str) {
        let text = text.replace(['\r', '\u{b}'], "\n");
        let step = self.outline.filter(|&number| number > 0).map(|number| Step::Slide(number, Shown::Plainly));
        self.texts.push((step, text));
    }

    /// A comment: who, what, initials (section 2.9.22).
    fn comment(&mut self, record: &Record<'_>) {
        self.comments = self.comments.saturating_add(1);
        for string in records(record.data).filter(|string| string.kind == 0x0FBA) {
            self.texts.push((Some(Step::Comment(self.comments)), utf16(string.data)));
        }
    }

    fn link(&mut self, record: &Record<'_>) {
        let strings = records(record.data).filter(|string| string.kind == 0x0FBA);
        self.texts.extend(strings.map(|string| (Some(Step::Link), utf16(string.data))));
    }

    fn say(&self, walk: &mut Walk<'_>) -> Result<(), Halt> {
        for (cells, number) in self.tables.iter().zip(1..) {
            walk.within(Step::Table(number), |walk| {
                walk.table(|table| {
                    cells.iter().try_for_each(|(column, row, text)| table.cell(*column, *row, false, text))
                })
            })?;
        }
        if self.texts.iter().all(|(_, text)| text.trim().is_empty()) {
            return Ok(());
        }
        walk.prose(|run| {
            self.texts
                .iter()
                .filter(|(_, text)| !text.trim().is_empty())
                .try_for_each(|(step, text)| run.line(step.as_ref(), text))
        })
    }
}
