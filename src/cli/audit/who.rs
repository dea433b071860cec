//! `garim audit who`: where a value was found, by its keyed hash. What a notice to the people concerned needs.

use super::list::{shown, told};
use super::{Args, folder, is_korean};
use crate::app::keys;
use crate::audit::{self, Entry, Filter};
use crate::cli::hash;
use crate::config::State;
use std::io::{self, Write};
use std::path::PathBuf;

/// Whose value is looked for.
#[derive(Debug, clap::Args)]
pub(crate) struct Who {
    #[command(flatten)]
    journal: Args,
    /// The kind of the value, by its English or Korean name; else as it is detected / 종류(없으면 찾아냄)
    #[arg(long, value_name = "NAME")]
    kind: Option<String>,
    /// ko or en; else the language of the terminal / 언어
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
}

pub(super) fn who(args: &Who) -> Result<(), String> {
    let folder = folder(&args.journal)?;
    let key_file = match args.journal.key.first() {
        Some(key) => Some(key.clone()),
        None => args.journal.state()?.and_then(|state| state.key_file),
    };
    let Some(key_file) = key_file else {
        return Err("without a key file values have no hash that outlives a start; name it with --key FILE / \
                    열쇠 파일이 없으면 값을 찾을 수 없습니다. --key로 적으십시오"
            .to_owned());
    };
    let state = State {
        dir: PathBuf::new(),
        key_file: Some(key_file),
        journal: Default::default(),
        database: None,
        keep: Default::default(),
    };
    let ring = keys::ring(&state, None).map_err(|error| error.to_string())?;
    let korean = is_korean(args.language.as_deref())?;
    let mut out = io::stdout().lock();
    let mut found = 0_u64;
    for (kind, normal) in hash::asked_values(args.kind.as_deref())? {
        // Under every key that there has been: records made before a change are found too.
        for hash in ring.fingerprints(kind, normal.as_bytes()) {
            let filter = Filter { hash: Some(hash.clone()), ..Filter::default() };
            let seen = audit::read(&folder, &filter, |entry| {
                found = found.saturating_add(1);
                writeln!(out, "{} [{}]", shown(&entry, korean), reached(&entry, &hash))
            });
            told(seen, &folder)?;
        }
    }
    complain!("garim: {found} records / 기록 {found}건");
    Ok(())
}

/// Whether the value got through, or was only stopped: of the direction in which it stands.
fn reached(entry: &Entry, hash: &str) -> &'static str {
    match entry.verdict_of(hash) {
        Some("block" | "hold" | "warn" | "ask-reason") => "stopped / 막음",
        Some("mask") => "hidden / 가림",
        _ => "leaked / 나감",
    }
}
