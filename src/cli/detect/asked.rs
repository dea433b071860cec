//! What is asked of a search, by the arguments that `garim detect` and `garim scan` share.

use super::{beyond, kinds};
use crate::config;
use crate::inspect::{Beyond, Lens};
use crate::policy::Find;
use crate::vocab::{Confidence, Finding, What};
use std::path::Path;
use std::sync::Arc;

/// What is looked for, and what of it is told.
pub(in crate::cli) struct Asked {
    pub(in crate::cli) lens: Arc<Lens>,
    wanted: Option<Find>,
    least: Confidence,
}

impl Asked {
    /// These kinds, all without any, with at least this confidence, as the configuration has it.
    pub(in crate::cli) fn new(config: Option<&Path>, words: &[String], least: Confidence) -> Result<Asked, String> {
        let today = config::today();
        let beyond = config.map(|config| beyond(config, today)).transpose()?.unwrap_or_default();
        // The configuration is read first: its detectors are kinds, too.
        let kinds = words.iter().map(|word| kinds(word)).collect::<Result<Vec<Find>, String>>()?;
        let lens = Lens { today, hosts: Arc::new([]), seal: None, beyond: Beyond { stars: true, ..beyond } };
        Ok(Asked { lens: Arc::new(lens), wanted: kinds.into_iter().reduce(Find::and), least })
    }

    /// What could not be inspected is always told: a filter must not make it look clean.
    pub(in crate::cli) fn wants(&self, finding: &Finding) -> bool {
        let kind = match finding.what {
            What::Uninspectable(_) => true,
            what => self.wanted.is_none_or(|wanted| wanted.contains(what)),
        };
        kind && finding.confidence >= self.least
    }
}
