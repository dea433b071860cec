//! What an operator has garim find, and leave alone, beyond what it knows by itself.

use super::allow::Allowed;
use super::together::Together;
use crate::detect::own::Pattern;
use crate::policy::Find;
use crate::vocab::Finding;
use std::sync::Arc;

/// An operator's own detectors.
#[derive(Debug, Clone, Default)]
pub struct Detectors {
    /// Patterns over the logical text.
    pub patterns: Vec<Pattern>,
    /// Findings that make one more where they stand near one another.
    pub together: Vec<Together>,
}

impl Detectors {
    /// Everything in them that decides, in words: the same on every node for the same configuration.
    pub fn spelled(&self) -> String {
        let mut text = String::new();
        self.patterns.iter().for_each(|pattern| pattern.spell(&mut text));
        self.together.iter().for_each(|together| together.spell(&mut text));
        text
    }
}

/// What is asked for in one exchange beyond what every garim does. By default nothing, and then it costs nothing.
#[derive(Debug, Clone, Default)]
pub struct Beyond {
    /// Detectors.
    pub detectors: Option<Arc<Detectors>>,
    /// What is no finding.
    pub allowed: Option<Allowed>,
    /// Fields of forms whose values a policy asks for.
    pub fields: Option<Arc<[Box<str>]>>,
    /// Kinds that people see in stars on this site, which stand in no post on purpose: a value that is nothing but such stars has
    /// been read off a page.
    pub starred: Find,
    /// The query of the address to which a body is sent, where half a value may stand in it.
    pub query: Option<Arc<[u8]>>,
    /// Whether nothing of the text goes back to a site: then all is masked with stars, as for people.
    pub stars: bool,
}

/// The shortest query with half a registration number.
const SHORTEST: usize = 8;

impl Beyond {
    /// The same for a body that is sent to an address with such a query.
    pub fn beside(self, query: Option<&str>) -> Beyond {
        let digits = |query: &&str| query.bytes().filter(u8::is_ascii_digit).count() > 6;
        let query = query.filter(|query| query.len() >= SHORTEST).filter(digits);
        Beyond { query: query.map(|query| query.as_bytes().into()), ..self }
    }

    /// The patterns to look for.
    pub(super) fn patterns(&self) -> &[Pattern] {
        self.detectors.as_ref().map_or(&[], |detectors| &detectors.patterns)
    }

    /// Takes what is allowed out of the findings from this number on.
    pub fn leave_alone(&self, found: &mut Vec<Finding>, known: usize) {
        let Some(allowed) = &self.allowed else { return };
        let mut number = 0;
        found.retain(|finding| {
            number += 1;
            number <= known || !allowed.allows(finding)
        });
    }
}
