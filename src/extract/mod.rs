//! A file to text that knows where it stands: one format a file, one table [`FORMATS`], one type for the limits.
//!
//! What a file is, its bytes say, never its name or the type somebody declared. Every format whose mark it bears is read, so
//! that a file that is two things at once is read as both. A reader walks *every* part that an application could show or
//! that is only left over in the file, and gives all text of it to its [`Walk`]; what it cannot read, it says so.
//! Nothing here allocates by a number that the file declares: all that is unpacked goes through [`Walk::unpack`].

mod archive;
mod budget;
mod cards;
mod cfb;
mod civil;
mod coded;
mod drm;
mod flow;
mod hwp3;
mod image;
mod mail;
#[cfg(test)]
#[path = "../../tests/documents/make/mod.rs"]
pub(crate) mod make;
mod marked;
mod notebook;
mod pdf;
mod plain;
mod rtf;
mod sheet;
mod shifted;
mod sqlite;
#[cfg(test)]
pub(crate) mod testing;
mod walk;
mod wide;
mod zip;

pub use budget::{Halt, Limits};
pub use coded::Lookout;
pub use image::{Watch, Written, goes_on, written};
pub use sheet::Cells;
pub use walk::{Run, Shape, Sink, Walk};
pub use zip::{Cover, Editor, Means, NotRewritten, is_sheet_in_xml, rewrite};

/// A format: how it is recognised, and what reads it.
pub struct Format {
    /// The name, as a person knows it: `pdf`.
    pub name: &'static str,
    /// Whether the bytes bear its mark. It looks at the start, or at a few fixed places; it never searches the whole.
    pub bears: fn(&[u8]) -> bool,
    /// Reads it.
    ///
    /// # Errors
    /// [`Halt::DAMAGED`] and the like, if the rest of the file cannot be read: what was given before counts.
    pub read: fn(&[u8], &mut Walk<'_>) -> Result<(), Halt>,
}

/// Every format that is read. A file is read as each whose mark it bears.
pub const FORMATS: &[&[Format]] = &[
    zip::FORMATS,
    pdf::FORMATS,
    cfb::FORMATS,
    hwp3::FORMATS,
    archive::COMPRESSED,
    archive::TAR,
    rtf::FORMATS,
    mail::FORMATS,
    image::FORMATS,
    archive::SEVENZ,
    archive::RAR,
    archive::ALZ,
    archive::EGG,
    archive::BARE_LZMA,
    archive::OTHER,
    archive::PROGRAM,
    sqlite::FORMATS,
    cards::FORMATS,
    notebook::FORMATS,
    coded::FORMATS,
    drm::FORMATS,
];

/// Whether bytes bear the mark of a format that is read: else they are text, or nobody knows what.
pub fn is_known(bytes: &[u8]) -> bool {
    FORMATS.iter().copied().flatten().any(|format| (format.bears)(bytes))
}

/// Whether bytes bear the mark of a picture, a sound or a film.
pub fn is_picture(bytes: &[u8]) -> bool {
    image::FORMATS.iter().any(|format| (format.bears)(bytes))
}

/// Whether a text that begins so may be a file that is written as text: it is one word as far as it goes.
pub fn may_be_coded(start: &[u8]) -> bool {
    coded::may_be(start)
}

/// Whether bytes are encrypted as a whole, and say so: by OpenPGP, CMS, `openssl enc`, age.
pub fn is_encrypted(bytes: &[u8]) -> bool {
    drm::is_encrypted(bytes)
}

/// Reads a file: gives all its text to `sink`, and all that could not be read, with the reason.
///
/// `name` is the file's own, which says where a finding is and nothing else. `late` says when the time is up; it is asked
/// often.
pub fn read(name: &str, bytes: &[u8], limits: Limits, late: &dyn Fn() -> bool, sink: &mut dyn Sink) {
    Walk::new(limits, late, sink).open(name, bytes).unwrap_or(());
}

/// Reads a file as one format, whether it bears its mark or not: nothing else of it is read.
///
/// Readers are held to their promises by it: what none of them would be given, they must survive as well.
pub fn read_as(
    format: &Format,
    name: &str,
    bytes: &[u8],
    limits: Limits,
    late: &dyn Fn() -> bool,
    sink: &mut dyn Sink,
) {
    let mut walk = Walk::new(limits, late, sink);
    walk.measure(bytes.len());
    let done = walk.within(crate::vocab::Step::File(name.to_owned()), |walk| (format.read)(bytes, walk));
    if let Err(halt) = done {
        walk.unreadable(halt.reason());
    }
}
