//! What is looked for by the commands that look into files, and how much of a file is read for it.

use crate::app::keys;
use crate::config::{self, Settings};
use crate::extract::Limits;
use crate::inspect::allow::Allowed;
use crate::inspect::{Beyond, Lens};
use crate::policy::Find;
use crate::vocab::{Confidence, Day, Finding, What};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// The largest file that is opened, in bytes, unless a configuration says so: nobody else waits for the memory.
const LARGEST: u64 = 200 << 20;
/// The longest that opening one file may take, unless a configuration says so.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is looked for, and within which limits.
#[derive(Debug)]
pub(super) struct Search {
    pub lens: Arc<Lens>,
    wanted: Option<Find>,
    least: Confidence,
    /// Limits of one file with all files in it.
    pub limits: Limits,
    /// The largest file that is opened, in bytes.
    pub largest: u64,
    /// The longest that opening one file may take.
    pub patience: Duration,
}

impl Search {
    /// For these kinds (all, without any) from this confidence on, with what a configuration adds.
    ///
    /// # Errors
    /// What is wrong with the configuration or a name, in words.
    pub fn new(kinds: &[String], least: Confidence, config: Option<&Path>) -> Result<Search, String> {
        let today = config::today();
        let load = |config| config::load(config).map_err(|mistakes| mistakes.to_string());
        let settings = config.map(load).transpose()?;
        // The configuration is read first: its detectors are kinds, too.
        let beyond = settings.as_ref().map(|settings| beyond(settings, today)).transpose()?.unwrap_or_default();
        let kinds = kinds.iter().map(|word| self::kinds(word)).collect::<Result<Vec<Find>, String>>()?;
        let lens = Arc::new(Lens { today, hosts: Arc::new([]), seal: None, beyond: Beyond { stars: true, ..beyond } });
        let documents = settings.map(|settings| settings.documents);
        Ok(Search {
            lens,
            wanted: kinds.into_iter().reduce(Find::and),
            least,
            limits: documents.as_ref().map_or_else(Limits::default, |documents| documents.limits),
            largest: documents.as_ref().map_or(LARGEST, |documents| documents.file_bytes),
            patience: documents.as_ref().map_or(PATIENCE, |documents| documents.hard_timeout),
        })
    }

    /// What could not be inspected is always told: a filter must not make it look clean.
    pub fn wants(&self, finding: &Finding) -> bool {
        let kind = match finding.what {
            What::Uninspectable(_) => true,
            // A file of a type tells nothing of a person.
            What::File(_) => false,
            what => self.wanted.is_none_or(|wanted| wanted.contains(what)),
        };
        kind && finding.confidence >= self.least
    }
}

/// The kinds that a word means, or what is wrong with it.
fn kinds(word: &str) -> Result<Find, String> {
    let word_shown = word.escape_debug();
    config::kinds(word).map_err(|near| match near {
        Some(near) => format!("no kind is called \"{word_shown}\"; did you mean {near}? / 가장 가까운 종류: {near}"),
        None => format!("no kind is called \"{word_shown}\" / 그런 종류는 없습니다"),
    })
}

/// The tier of confidence of that name.
pub(super) fn confidence(word: &str) -> Result<Confidence, String> {
    let found = Confidence::ALL.iter().copied().find(|tier| tier.name() == word);
    found.ok_or_else(|| "expected possible, probable or certain".to_owned())
}

/// What a configuration has garim find and leave alone, as far as it does so on every site and path.
fn beyond(settings: &Settings, today: Day) -> Result<Beyond, String> {
    let list = settings.allow.of_site("").map(Arc::new);
    let hashed = list.as_ref().is_some_and(|list| list.entries.iter().any(|entry| !entry.hashes.is_empty()));
    let ring = match hashed && settings.state.key_file.is_some() {
        true => Some(keys::ring(&settings.state, None).map_err(|error| error.to_string())?),
        false => None,
    };
    let allowed = list.map(|list| Allowed { list, ring, path: "".into(), today });
    Ok(Beyond {
        detectors: settings.detectors.clone(),
        allowed,
        fields: None,
        starred: Find::NONE,
        query: None,
        stars: true,
    })
}
