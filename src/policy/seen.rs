//! What has been counted of one direction of one exchange.

use super::plan::{Case, Judged, Known};
use super::subject::{self, KINDS, SUBJECTS, TIERS, subject};
use super::tally::{First, Reported};
use super::{Find, Plan};
use crate::vocab::{Confidence, FileClass, FileType, Finding, Kind, Part, Step, What};
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

/// Different values that are remembered for their keyed hashes in the journal; those beyond are counted only.
pub(super) const VALUES: usize = 2_000;

/// What has been counted.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    /// What was found, apart by which conditions about files hold where it stands; mostly one.
    pub(super) classes: Vec<Class>,
    /// Files whose bytes say of what type they are.
    pub(super) typed: Vec<(Part, FileType)>,
    /// Different values by kind, with at least this confidence.
    different: [[u32; TIERS]; KINDS],
    values: HashMap<(Kind, u64), Confidence>,
    hasher: RandomState,
    pub(super) reported: Vec<Reported>,
    /// The first different values that are probable, apart by kind.
    pub(super) first: Vec<First>,
    known: HashSet<(Kind, u64)>,
}

/// What was found where the same conditions about files hold.
#[derive(Debug, Clone)]
pub(super) struct Class {
    class: FileClass,
    pub(super) found: [[u64; TIERS]; SUBJECTS],
    /// How some of it stands inside of what was opened.
    pub(super) inside: [[Inside; TIERS]; SUBJECTS],
}

/// How some of what was found stands inside of something.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Inside {
    /// In a file that was opened, where nothing can be masked unless its maker can write it anew.
    file: bool,
    /// In a value that is written in base64, where nothing can be.
    coded: bool,
}

impl Inside {
    /// Counts where a finding stands.
    pub(super) fn count(&mut self, finding: &Finding) {
        self.file |= !finding.place.inside.is_empty();
        self.coded |= finding.place.inside.first().is_some_and(Step::is_coded);
    }

    /// Whether some of it cannot be masked, where what is inside of files can, or cannot.
    pub(super) fn is_stuck(self, masks_inside: bool) -> bool {
        self.coded || self.file && !masks_inside
    }
}

impl Default for Seen {
    fn default() -> Seen {
        Seen {
            classes: Vec::new(),
            typed: Vec::new(),
            different: [[0; TIERS]; KINDS],
            values: HashMap::new(),
            hasher: RandomState::new(),
            reported: Vec::new(),
            first: Vec::new(),
            known: HashSet::new(),
        }
    }
}

impl Seen {
    /// Where what stands under these conditions is counted.
    pub(super) fn class(&mut self, class: FileClass) -> &mut Class {
        let known = self.classes.iter().position(|known| known.class == class);
        let at = known.unwrap_or_else(|| {
            self.classes.push(Class {
                class,
                found: [[0; TIERS]; SUBJECTS],
                inside: [[Inside::default(); TIERS]; SUBJECTS],
            });
            self.classes.len() - 1
        });
        &mut self.classes[at]
    }

    /// How often that was found.
    pub(super) fn found(&self, case: Case) -> u64 {
        let counted = self.classes.iter().filter(|counted| counted.class == case.class);
        counted.map(|counted| counted.found[subject(case.what)][case.confidence as usize]).sum()
    }

    /// What was found, and how some of it stands inside of something.
    pub(super) fn cases(&self) -> impl Iterator<Item = (Case, Inside)> {
        self.classes.iter().flat_map(|counted| {
            subject::counted(&counted.found).flat_map(move |(what, found)| {
                let tiers = Confidence::ALL.iter().zip(found).filter(|(_, found)| **found > 0);
                tiers.map(move |(confidence, _)| {
                    let inside = counted.inside[subject(what)][*confidence as usize];
                    (Case { what, confidence: *confidence, class: counted.class }, inside)
                })
            })
        })
    }

    pub(super) fn remember(&mut self, kind: Kind, confidence: Confidence, class: FileClass, finding: &Finding) {
        if confidence > Confidence::Possible && self.first.len() < VALUES {
            let secret = &finding.secret;
            if self.known.insert((kind, self.hasher.hash_one(secret))) {
                self.first.push(First { kind, confidence, class, secret: secret.clone() });
            }
        }
    }

    /// Different values need telling apart only up to the highest count of the plan: memory stays bounded by it.
    pub(super) fn count_value(&mut self, kind: Kind, confidence: Confidence, finding: &Finding, wanted: u32) {
        if wanted <= 1 || self.different[kind.index()][confidence as usize] >= wanted {
            return;
        }
        let key = (kind, self.hasher.hash_one(&finding.secret));
        let known = self.values.insert(key, confidence);
        if let Some(known) = known.filter(|known| *known >= confidence) {
            self.values.insert(key, known);
            return;
        }
        let from = known.map_or(0, |known| known as usize + 1);
        for tier in from..=confidence as usize {
            self.different[kind.index()][tier] += 1;
        }
    }

    pub(super) fn different(&self, find: Find, confidence: Confidence) -> u32 {
        let kinds = Kind::all().filter(|kind| find.contains(What::Kind(*kind)));
        kinds.map(|kind| self.different[kind.index()][confidence as usize]).sum()
    }

    pub(super) fn judge<'a>(&self, plan: &'a Plan, case: Case, fields: Known<'_>) -> Judged<'a> {
        plan.judge(case, fields, &|find, confidence| self.different(find, confidence))
    }
}
