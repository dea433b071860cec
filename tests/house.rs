//! The walls of the house: reads every source file, and fails when an arrow runs the wrong way, a forbidden word stands
//! below the waterline, a room is missing from the map, or a file breaks a house habit. The map is the table in the
//! docs of `src/lib.rs`; what each message asks for is said in the message.

#[path = "house/map.rs"]
mod map;
#[path = "house/rules.rs"]
mod rules;
#[path = "house/tokens.rs"]
mod tokens;

use map::Map;
use rules::{Source, judge};
use std::fs;
use std::path::{Path, PathBuf};

/// Every `.rs` file under `folder`, sorted.
fn rust_files(folder: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).expect("a readable folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            rust_files(&path, out);
        } else if path.extension().is_some_and(|end| end == "rs") {
            out.push(path);
        }
    }
}

#[test]
fn the_house_stands() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    rust_files(&src, &mut paths);
    let sources: Vec<Source> = paths
        .iter()
        .map(|path| {
            let inside = path.strip_prefix(&src).expect("a path under src");
            Source::new(&inside.to_string_lossy(), &fs::read_to_string(path).expect("a readable source"))
        })
        .collect();
    let root = sources.iter().find(|source| source.path == "lib.rs").expect("src/lib.rs");
    let map = Map::parse(&root.text).expect("the table in src/lib.rs");
    let complaints = judge(&map, &sources);
    assert!(complaints.is_empty(), "\n\n{}\n", complaints.join("\n\n"));
}

/// The fuzz targets are a crate of their own and say so themselves, but only when they run.
#[test]
fn every_reader_of_files_has_a_fuzz_target() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/src/document.rs");
    let targets = fs::read_to_string(path).expect("a readable source");
    let families = targets.split_once("const FAMILIES").expect("the families stand before their table").0;
    for format in garim::extract::FORMATS.iter().copied().flatten() {
        let name = format!("\"{}\"", format.name);
        assert!(families.contains(&name), "no family of tests/fuzz/src/document.rs has the format {name}");
    }
}

/// The walls on a small made-up house: each must be able to fall.
mod on_made_up_sources {
    use super::*;

    const LIB: &str = "//! A house.\n//!\n//! | rank | room | may use | what lives there |\n//! | --- | --- | --- | --- |\n\
        //! | 0 | [`words`] | nothing | nouns |\n\
        //! | 1 | [`left`], [`right`] | `words` | two of a rank |\n\
        //! | | *waterline* | | |\n\
        //! | 2 | [`pipes`] | below | see [`words`] |\n\
        //! | 3 | [`front`] | below | the door |\n\
        //! | 3 | [`start`] | below, `front` | the beginning |\n\n\
        pub mod words;\n\npub mod left;\npub mod right;\n\npub mod pipes;\n\npub mod front;\npub mod start;\n";

    /// What is said of a house in which the file at `path` reads `text` and all other rooms are well.
    fn said(path: &str, text: &str) -> Vec<String> {
        let mut sources = vec![Source::new("lib.rs", LIB)];
        for room in ["words", "left", "right", "pipes", "front", "start"] {
            let own = format!("{room}/mod.rs");
            if own != path {
                sources.push(Source::new(&own, "//! A room.\n"));
            }
        }
        sources.push(Source::new(path, text));
        judge(&Map::parse(LIB).expect("a table"), &sources)
    }

    /// Exactly one complaint, which names the line and holds `part`.
    fn one(path: &str, text: &str, line: usize, part: &str) {
        let all = said(path, text);
        assert_eq!(all.len(), 1, "{text}\n{all:#?}");
        assert!(all[0].starts_with(&format!("src/{path}:{line}: ")), "{}", all[0]);
        assert!(all[0].contains(part), "{part} is not in: {}", all[0]);
    }

    fn well(path: &str, text: &str) {
        assert_eq!(said(path, text), Vec::<String>::new(), "{text}");
    }

    #[test]
    fn arrows_downwards_are_well() {
        well("left/mod.rs", "//! A room.\nuse crate::words::Noun;\nuse crate::left::deeper;\nuse super::left;\n");
        well("front/mod.rs", "//! A room.\nuse crate::{words, pipes::{Pipe, flow}};\nuse tokio::net::TcpStream;\n");
        well("start/mod.rs", "//! A room.\nfn f() { crate::front::open() }\n");
    }

    #[test]
    fn arrows_upwards_fall() {
        one("left/mod.rs", "//! A room.\nuse crate::pipes::Pipe;\n", 2, "`left` (rank 1) uses `pipes` (rank 2)");
        one("left/mod.rs", "//! A room.\n\nuse crate::{words::Noun, pipes::{self, Pipe}};\n", 3, "`pipes`");
        one("left/mod.rs", "//! A room.\nfn f() {\n    crate::pipes::flow();\n}\n", 3, "`pipes`");
        one("front/deep/er.rs", "//! A file.\nuse super::super::super::start::now;\n", 2, "`start`");
        one("left/mod.rs", "//! A room.\nmod tests {\n    use super::super::pipes::flow;\n}\n", 3, "`pipes`");
    }

    #[test]
    fn arrows_sideways_fall_unless_named() {
        one("left/mod.rs", "//! A room.\nuse crate::right::Hand;\n", 2, "may use `words`");
        one("front/mod.rs", "//! A room.\nuse crate::start::now;\n", 2, "`start` (rank 3)");
    }

    #[test]
    fn what_only_looks_like_an_arrow_is_well() {
        well(
            "left/mod.rs",
            "//! A room; not crate::pipes::x.\n/* crate::pipes::x /* nested */ */\nconst A: &str = \"crate::pipes::x \\\" tokio\";\n\
             const B: &str = r#\"use tokio::net; \" crate::pipes\"#;\nfn f<'a>(c: &'a u8) -> char { '\"' }\n// tokio\n",
        );
    }

    #[test]
    fn forbidden_words_fall_below_the_waterline_only() {
        let hits = [
            "use tokio::sync::Mutex;",
            "use std::{collections::BTreeMap, fs};",
            "use std::time::{Duration, Instant};",
            "use std::time;",
            "use std::net::*;",
            "async fn f() {}",
            "fn f() { std::thread::yield_now() }",
            "fn f() { tracing::info!(\"x\") }",
            "#[cfg(test)]\nmod tests { use std::fs; }",
        ];
        for hit in hits {
            let text = format!("//! A room.\n{hit}\n");
            let all = said("right/mod.rs", &text);
            assert_eq!(all.len(), 1, "{hit}: {all:#?}");
            assert!(all[0].contains("waterline"), "{}", all[0]);
            well("pipes/mod.rs", &text);
        }
        well("right/mod.rs", "//! A room.\nuse std::time::Duration;\nuse std::{fmt, collections::BTreeMap};\n");
    }

    #[test]
    fn unwrap_falls_outside_tests() {
        one("front/mod.rs", "//! A room.\nfn f(x: Option<u8>) -> u8 {\n    x.unwrap()\n}\n", 3, "`.unwrap()`");
        one(
            "front/mod.rs",
            "//! A room.\nfn f(x: Option<u8>) -> u8 {\n    x\n        .expect(\"y\")\n}\n",
            4,
            "`.expect(",
        );
        one(
            "front/mod.rs",
            "//! A room.\n#[cfg(test)]\nmod t;\nfn f(x: Option<u8>) { x.unwrap(); }\n",
            4,
            "`.unwrap()`",
        );
        well("front/mod.rs", "//! A room.\n#[cfg(test)]\nmod tests {\n    fn f(x: Option<u8>) { x.unwrap(); }\n}\n");
        well("front/mod.rs", "//! A room.\nfn f(x: Option<u8>) -> u8 {\n    x.unwrap_or(1)\n}\n");
    }

    #[test]
    fn a_file_of_tests_is_known_by_its_declaration() {
        const TESTS: &str = "//! Tests.\nfn f(x: Option<u8>) { x.unwrap(); }\n";
        let declared = |parent: &str, how: &str, path: &str| {
            let mut sources = vec![Source::new("lib.rs", LIB), Source::new(path, TESTS)];
            for room in ["words", "left", "right", "pipes", "front", "start"] {
                sources.push(Source::new(&format!("{room}/mod.rs"), "//! A room.\n"));
            }
            sources.retain(|source| source.path != parent);
            sources.push(Source::new(parent, &format!("//! A file.\n{how}\n")));
            judge(&Map::parse(LIB).expect("a table"), &sources).len()
        };
        assert_eq!(declared("front/mod.rs", "#[cfg(test)]\nmod trial;", "front/trial.rs"), 0);
        assert_eq!(declared("front/mod.rs", "#[cfg(test)]\npub(crate) mod trial;", "front/trial/more.rs"), 0);
        assert_eq!(declared("front/door.rs", "#[cfg(test)]\nmod trial;", "front/door/trial.rs"), 0);
        assert_eq!(declared("front/mod.rs", "mod trial;", "front/trial.rs"), 1);
        assert_eq!(declared("front/mod.rs", "#[cfg(test)]\nmod trial;", "front/trials.rs"), 1);
        assert_eq!(declared("front/mod.rs", "#[cfg(test)]\nmod trial { use x; }", "front/trial.rs"), 1);
    }

    #[test]
    fn a_file_opens_with_its_line_and_stays_short() {
        one("front/bare.rs", "use crate::words;\n", 1, "`//!`");
        let long = format!("//! A file.\n{}", "\n".repeat(500));
        one("front/long.rs", &long, 501, "500 lines");
        well("front/long.rs", &format!("//! A file.\n{}", "\n".repeat(499)));
    }

    #[test]
    fn the_map_is_whole() {
        let all = said("cellar/mod.rs", "//! A room nobody knows.\n");
        assert_eq!(all.len(), 1, "{all:#?}");
        assert!(all[0].contains("`cellar`") && all[0].contains("missing from the map"), "{}", all[0]);

        let map = Map::parse(LIB).expect("a table");
        let empty = judge(&map, &[Source::new("lib.rs", LIB)]);
        assert_eq!(empty.iter().filter(|one| one.contains("there is no such room")).count(), 6, "{empty:#?}");

        let swapped = LIB.replace("pub mod words;\n\npub mod left;", "pub mod left;\n\npub mod words;");
        let mut sources = vec![Source::new("lib.rs", &swapped)];
        for room in ["words", "left", "right", "pipes", "front", "start"] {
            sources.push(Source::new(&format!("{room}.rs"), "//! A room.\n"));
        }
        let all = judge(&map, &sources);
        assert_eq!(all.len(), 1, "{all:#?}");
        assert!(all[0].contains("order of the map"), "{}", all[0]);
    }

    #[test]
    fn a_table_that_cannot_be_read_is_told() {
        for (from, to, part) in [
            ("//! | | *waterline* | | |\n", "", "waterline"),
            ("| 3 | [`front`]", "| x | [`front`]", "rank"),
            ("below, `front`", "below, `attic`", "attic"),
            ("| 1 | [`left`], [`right`] | `words`", "| 1 | [`left`], [`right`] | `pipes`", "pipes"),
        ] {
            let error = Map::parse(&LIB.replace(from, to)).expect_err(from);
            assert!(error.contains(part), "{error}");
        }
    }
}
