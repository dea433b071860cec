//! What else must hold for a rule to apply, which is known only while a body is read.

use crate::vocab::{FileType, Part, Place, Step};
use globset::GlobSet;

/// Rules with conditions about files in one plan, at most: each has its bit in a [`FileClass`].
///
/// [`FileClass`]: crate::vocab::FileClass
pub const MOST_FILE_RULES: usize = 32;

/// Conditions of a rule; without any it always applies.
#[derive(Debug, Clone, Default)]
pub struct Conditions {
    /// Fields of the same form that must have such a value, all of them.
    pub fields: Vec<FieldIs>,
    /// Only what stands in such files.
    pub files: Option<Files>,
}

/// A field of a form with its value. Where a field stands several times, each must have it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FieldIs {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// Files that a rule is about: with one of these names, if any are said, and of one of these types, if any are said.
#[derive(Debug, Clone)]
pub struct Files {
    written: Vec<String>,
    names: Option<GlobSet>,
    types: Vec<FileType>,
}

impl Files {
    /// `names` matches what `written` says, without regard to capitals; `None` for every name. No types are every type.
    pub fn new(written: Vec<String>, names: Option<GlobSet>, types: Vec<FileType>) -> Files {
        Files { written, names, types }
    }

    /// The names as they are written.
    pub(crate) fn names(&self) -> &[String] {
        &self.written
    }

    /// The types; empty for every type.
    pub(crate) fn types(&self) -> &[FileType] {
        &self.types
    }

    /// Whether a place lies in such a file, or in a file within one that is called so. `seen` tells what types the bytes of
    /// the file at hand have.
    pub(super) fn hold(&self, place: &Place, seen: impl Fn(FileType) -> bool) -> bool {
        let Part::File { name, .. } = &place.part else { return false };
        let names = || std::iter::once(name.as_str()).chain(place.inside.iter().filter_map(Step::name));
        let called = self.names.as_ref().is_none_or(|globs| names().any(|name| globs.is_match(name)));
        let is_type =
            |file_type: &FileType| seen(*file_type) || names().any(|name| FileType::of_name(name) == Some(*file_type));
        called && (self.types.is_empty() || self.types.iter().any(is_type))
    }

    /// What decides, in words.
    pub(super) fn spelled(&self) -> String {
        let types: Vec<&str> = self.types.iter().map(|file_type| file_type.name()).collect();
        format!("{:?} {types:?}", self.written)
    }
}
