//! The shared nouns of the house: what is looked for, how sure we are, where it stands, and values that must not leak.

mod file_type;
mod finding;
mod kind;
mod own;
mod place;
mod reason;
mod recorded;
mod secret;
mod step;

pub use file_type::FileType;
pub use finding::{Confidence, Edit, FileClass, Finding, Patch, Span, What};
pub use kind::{Group, Kind};
pub use own::{Keep, Own};
pub use place::{Part, Place, Stands};
pub use reason::Reason;
pub use recorded::place_in_korean;
pub use secret::Secret;
pub use step::{Shown, Step};

/// Which way a body travels: to the site or from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From a client to the site: posts, comments, attachments, URLs, JSON.
    Upload,
    /// From the site to a client: pages, scripts, JSON.
    Download,
}

impl Direction {
    /// The one of this name, if there is one.
    pub fn from_name(name: &str) -> Option<Direction> {
        [Direction::Upload, Direction::Download].into_iter().find(|direction| direction.name() == name)
    }

    /// The other way.
    pub const fn opposite(self) -> Direction {
        match self {
            Direction::Upload => Direction::Download,
            Direction::Download => Direction::Upload,
        }
    }

    /// The word used in a policy (`on = "upload"`), in records and in metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Direction::Upload => "upload",
            Direction::Download => "download",
        }
    }
}

/// A day of the calendar, for rules that compare a birth date with today. Below the waterline there is no clock, so
/// today is always handed in. Fields order the way days do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    /// The year, as 2026.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Day { year, month, day } = self;
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}
