//! What the house asks of a source file, and what is said when it is not so.

use crate::map::Map;
use crate::tokens::{Token, tokens};
use std::collections::BTreeSet;

/// The longest file.
const LINES: usize = 500;

/// Crates that move bytes, or know of the world.
const MOVERS: &[&str] = &[
    "http_body",
    "http_body_util",
    "hyper",
    "hyper_util",
    "multer",
    "rustix",
    "rustls",
    "tokio",
    "tokio_rustls",
    "tracing",
];

/// Parts of the standard library that do. Naming a module whole would hide what is used of it.
const WORLD: &[&[&str]] = &[
    &["std", "env"],
    &["std", "fs"],
    &["std", "net"],
    &["std", "process"],
    &["std", "thread"],
    &["std", "time", "Instant"],
    &["std", "time", "SystemTime"],
];

/// A source file.
pub struct Source {
    /// Inside `src`, with `/`.
    pub path: String,
    pub text: String,
    tokens: Vec<Token>,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Source {
        Source { path: path.replace('\\', "/"), text: text.to_owned(), tokens: tokens(text) }
    }

    /// The room it stands in; `None` for `lib.rs` and `main.rs`, which stand above all.
    fn room(&self) -> Option<&str> {
        match self.path.split_once('/') {
            Some((room, _)) => Some(room),
            None => self.path.strip_suffix(".rs").filter(|name| !matches!(*name, "lib" | "main")),
        }
    }

    /// How many modules lie between the file's own module and the root of the crate.
    fn depth(&self) -> usize {
        let parts = self.path.split('/').count();
        if self.path.ends_with("/mod.rs") || self.room().is_none() { parts - 1 } else { parts }
    }

    /// The folder in which its child modules lie, with a `/` at the end; empty for the root of the crate.
    fn children(&self) -> String {
        match self.path.rsplit_once('/') {
            Some((folder, "mod.rs")) => format!("{folder}/"),
            _ if self.room().is_none() => String::new(),
            _ => format!("{}/", self.path.trim_end_matches(".rs")),
        }
    }

    /// Where the modules lie that are declared `#[cfg(test)] mod name;`, without the ending of a file.
    fn test_modules(&self) -> Vec<String> {
        let declared = test_blocks(&self.tokens).into_iter().filter_map(|block| {
            let item = self.tokens.get(block)?;
            let at = item.iter().position(|token| token.text == "mod")?;
            let is_file = item.iter().all(|token| token.text != "{");
            is_file.then(|| item.get(at + 1)).flatten().map(|name| format!("{}{}", self.children(), name.text))
        });
        declared.collect()
    }

    fn say(&self, line: usize, what: String) -> String {
        format!("src/{}:{line}: {what}", self.path)
    }
}

/// Everything that is wrong with a house, a paragraph each.
pub fn judge(map: &Map, sources: &[Source]) -> Vec<String> {
    let mut said = map_is_whole(map, sources);
    let tests: Vec<String> = sources.iter().flat_map(Source::test_modules).collect();
    for source in sources {
        said.extend(head_and_length(source));
        let is_test = tests.iter().any(|test| {
            source.path.strip_prefix(test.as_str()).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
        });
        if !is_test {
            said.extend(no_unwrap(source));
        }
        if let Some((name, room)) = source.room().and_then(|name| map.rooms.get_key_value(name)) {
            said.extend(arrows(map, name, source));
            if room.below_waterline {
                said.extend(dry(name, source));
            }
        }
    }
    said
}

fn map_is_whole(map: &Map, sources: &[Source]) -> Vec<String> {
    let standing: BTreeSet<&str> = sources.iter().filter_map(Source::room).collect();
    let mut said = Vec::new();
    for room in standing.iter().filter(|room| !map.rooms.contains_key(**room)) {
        said.push(format!(
            "src/{room}: the room `{room}` is missing from the map in src/lib.rs. Give it a row: its rank, what it may use, \
             what lives there; or put the code into the room where its neighbours live."
        ));
    }
    for room in map.rooms.keys().filter(|room| !standing.contains(room.as_str())) {
        said.push(format!("src/lib.rs: the map lists `{room}`, but there is no such room. Take the row away."));
    }
    let Some(root) = sources.iter().find(|source| source.path == "lib.rs") else { return said };
    let mut highest = 0;
    for [word, name] in pairs(&root.tokens) {
        let Some(room) = map.rooms.get(&name.text).filter(|_| word.text == "mod") else { continue };
        if room.rank < highest {
            said.push(root.say(
                name.line,
                format!(
                    "`{}` (rank {}) is not declared in the order of the map: a reader follows the data from the bottom up.",
                    name.text, room.rank
                ),
            ));
        }
        highest = highest.max(room.rank);
    }
    said
}

fn pairs(tokens: &[Token]) -> impl Iterator<Item = [&Token; 2]> {
    tokens.iter().zip(tokens.iter().skip(1)).map(|(a, b)| [a, b])
}

fn head_and_length(source: &Source) -> Vec<String> {
    let mut said = Vec::new();
    if !source.text.starts_with("//! ") {
        said.push(
            source.say(1, "the file does not open with a `//!` line. Say in one line what it is for.".to_owned()),
        );
    }
    let lines = source.text.lines().count();
    if lines > LINES {
        said.push(source.say(
            lines,
            format!(
                "the file is over {LINES} lines. Split it by kind of thing, not by number; long tests go to a \
                 `tests.rs` beside it."
            ),
        ));
    }
    said
}

fn no_unwrap(source: &Source) -> Vec<String> {
    let tests = test_blocks(&source.tokens);
    let mut said = Vec::new();
    for (at, [dot, word]) in pairs(&source.tokens).enumerate() {
        let call = matches!(word.text.as_str(), "unwrap" | "expect") && dot.text == ".";
        let called = source.tokens.get(at + 2).is_some_and(|next| next.text == "(");
        if call && called && !tests.iter().any(|range| range.contains(&at)) {
            let shown = if word.text == "unwrap" { "`.unwrap()`" } else { "`.expect(…)`" };
            said.push(source.say(
                word.line,
                format!(
                    "{shown} outside tests: a peer may find the input that makes it panic. Return the room's error, or \
                     write it so that the case cannot be."
                ),
            ));
        }
    }
    said
}

/// The token ranges of items under `#[cfg(test)]`.
fn test_blocks(tokens: &[Token]) -> Vec<std::ops::Range<usize>> {
    const MARK: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut blocks = Vec::new();
    for at in 0..tokens.len() {
        let marked = tokens[at..].iter().map(|token| token.text.as_str()).take(MARK.len()).eq(MARK);
        if !marked {
            continue;
        }
        let mut depth = 0_usize;
        for (end, token) in tokens.iter().enumerate().skip(at + MARK.len()) {
            match token.text.as_str() {
                "{" => depth += 1,
                "}" => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 && matches!(token.text.as_str(), "}" | ";") {
                blocks.push(at..end);
                break;
            }
        }
    }
    blocks
}

fn arrows(map: &Map, name: &str, source: &Source) -> Vec<String> {
    let Some(own) = map.rooms.get(name) else { return Vec::new() };
    let mut said = Vec::new();
    let mut told = BTreeSet::new();
    for (target, line) in rooms_used(source) {
        let Some(other) = map.rooms.get(&target) else { continue };
        if target == name || own.may_use.contains(&target) || !told.insert(target.clone()) {
            continue;
        }
        let may = if own.may_use.is_empty() { "nothing".to_owned() } else { format!("`{}`", own.may_use.join("`, `")) };
        said.push(source.say(
            line,
            format!(
                "`{name}` (rank {}) uses `{target}` (rank {}), but it may use {may}. Move what both need down (a noun \
                 into `vocab`), hand the value in as an argument, or put this code into a room above both.",
                own.rank, other.rank
            ),
        ));
    }
    said
}

/// The rooms that a file names, with the lines: `crate::…` paths, and `super::…` that climbs to the root.
fn rooms_used(source: &Source) -> Vec<(String, usize)> {
    let mut used = Vec::new();
    let mut blocks: Vec<bool> = Vec::new();
    let tokens = &source.tokens;
    for (at, token) in tokens.iter().enumerate() {
        let before = |back: usize| at.checked_sub(back).and_then(|at| tokens.get(at)).map_or("", |it| it.text.as_str());
        match token.text.as_str() {
            "{" => blocks.push(before(2) == "mod"),
            "}" => drop(blocks.pop()),
            "crate" => used
                .extend(leaves(tokens, at).into_iter().filter_map(|(path, line)| Some((path.get(1)?.clone(), line)))),
            "super" if before(1) != "::" => {
                let climb = source.depth() + blocks.iter().filter(|module| **module).count();
                for (path, line) in leaves(tokens, at) {
                    let up = path.iter().take_while(|part| *part == "super").count();
                    used.extend(path.get(up).filter(|_| up >= climb).map(|room| (room.clone(), line)));
                }
            }
            _ => {}
        }
    }
    used
}

/// Every path of the tree that starts at `at`: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn leaves(tokens: &[Token], at: usize) -> Vec<(Vec<String>, usize)> {
    let mut out = Vec::new();
    branch(tokens, at, &[], &mut out);
    out
}

/// Reads one branch of a use tree; returns where it ended.
fn branch(tokens: &[Token], mut at: usize, stem: &[String], out: &mut Vec<(Vec<String>, usize)>) -> usize {
    let mut path = stem.to_vec();
    let mut line = 0;
    while let Some(token) = tokens.get(at) {
        if token.text == "{" {
            at += 1;
            while tokens.get(at).is_some_and(|it| it.text != "}") {
                let end = branch(tokens, at, &path, out);
                at = end.max(at + 1);
            }
            return at + 1;
        }
        line = token.line;
        path.push(token.text.clone());
        at += 1;
        if tokens.get(at).is_none_or(|it| it.text != "::") {
            break;
        }
        at += 1;
    }
    out.push((path, line));
    // `as name` and the comma belong to the list.
    while tokens.get(at).is_some_and(|it| !stem.is_empty() && !matches!(it.text.as_str(), "," | "}")) {
        at += 1;
    }
    if tokens.get(at).is_some_and(|it| it.text == ",") && !stem.is_empty() { at + 1 } else { at }
}

fn dry(name: &str, source: &Source) -> Vec<String> {
    let mut said = Vec::new();
    for (at, token) in source.tokens.iter().enumerate() {
        let in_path =
            at.checked_sub(1).and_then(|at| source.tokens.get(at)).is_some_and(|it| it.text == "::" || it.text == ".");
        let found = match token.text.as_str() {
            "async" | "await" => Some(token.text.clone()),
            word if MOVERS.contains(&word) && !in_path => {
                source.tokens.get(at + 1).filter(|next| next.text == "::" || next.text == ";").map(|_| word.to_owned())
            }
            "std" if !in_path => leaves(&source.tokens, at)
                .iter()
                .map(|(path, _)| path)
                .find(|path| wet(path))
                .map(|path| path.join("::")),
            _ => None,
        };
        if let Some(word) = found {
            said.push(source.say(
                token.line,
                format!(
                    "`{word}` below the waterline: `{name}` is pure, bytes and values in, values out, so that a test is a \
                     byte slice. Moving bytes belongs into `body`, `upstream` or `proxy`; a time is handed in as a `Day`."
                ),
            ));
        }
    }
    said
}

fn wet(path: &[String]) -> bool {
    let whole = matches!(
        path.iter().map(String::as_str).collect::<Vec<_>>()[..],
        ["std", "time"] | ["std", "time", "*" | "self"]
    );
    whole || WORLD.iter().any(|world| path.iter().map(String::as_str).take(world.len()).eq(world.iter().copied()))
}
