//! Archives, and files that are compressed by themselves.

mod alz;
mod bare_lzma;
mod compressed;
mod cut;
mod egg;
#[cfg(test)]
mod hostile;
mod other;
mod rar;
mod sevenz;
mod sfx;
mod tar;

pub(super) use alz::FORMATS as ALZ;
pub(super) use bare_lzma::FORMATS as BARE_LZMA;
pub(super) use compressed::FORMATS as COMPRESSED;
pub(super) use egg::FORMATS as EGG;
pub(super) use other::FORMATS as OTHER;
pub(super) use rar::FORMATS as RAR;
pub(super) use sevenz::FORMATS as SEVENZ;
pub(super) use sfx::FORMATS as PROGRAM;
pub(super) use tar::FORMATS as TAR;

use crate::extract::{Halt, Walk};
use crate::vocab::{Reason, Step};
use std::io::{self, Read};

/// A decompressor that ends, rather than fails, where its stream breaks, and keeps why: what came before can be searched.
pub(super) struct Tolerant<R> {
    inner: R,
    pub(super) failed: Option<Reason>,
}

impl<R> Tolerant<R> {
    pub(super) fn new(inner: R) -> Tolerant<R> {
        Tolerant { inner, failed: None }
    }
}

impl<R: Read> Read for Tolerant<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.failed.is_some() {
            return Ok(0);
        }
        self.inner.read(buffer).or_else(|error| {
            if error.kind() == io::ErrorKind::Interrupted {
                return Err(error);
            }
            let large = error.kind() == io::ErrorKind::OutOfMemory;
            self.failed = Some(if large { Reason::TooLarge } else { Reason::Damaged });
            Ok(0)
        })
    }
}

/// Whether a file is called as one of several are that an archive was cut into: `a.7z.001`, `list.zip.002`.
pub(super) fn is_volume(name: &str) -> bool {
    let number = name.rsplit_once('.').filter(|(archive, _)| archive.contains('.')).map(|(_, number)| number);
    number.is_some_and(|number| number.len() == 3 && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The same, and it says that it is an archive.
pub(super) fn is_volume_of_archive(name: &str) -> bool {
    const KINDS: &[&str] = &["7z", "zip", "rar", "alz", "egg", "tar", "gz", "tgz", "bz2", "xz", "zst"];
    let archive = name.rsplit_once('.').filter(|_| is_volume(name)).and_then(|(archive, _)| archive.rsplit_once('.'));
    archive.is_some_and(|(_, kind)| KINDS.iter().any(|known| known.eq_ignore_ascii_case(kind)))
}

/// A name in UTF-8 or, as older programs in Korea write it, in CP949.
pub(super) fn decoded(name: &[u8]) -> String {
    match std::str::from_utf8(name) {
        Ok(name) => name.to_owned(),
        Err(_) => encoding_rs::EUC_KR.decode_without_bom_handling(name).0.into_owned(),
    }
}

/// What was unpacked of an entry is opened as a file. What does not agree with the sum (CRC-32) and the size in the
/// entry's head is damaged.
fn finish(
    unpacked: Result<Vec<u8>, Halt>,
    name: &str,
    told: Option<(u32, u64)>,
    walk: &mut Walk<'_>,
) -> Result<(), Halt> {
    let bytes = match unpacked {
        Err(Halt::Part(reason)) => {
            return walk.within(Step::File(name.to_owned()), |_| Err(Halt::Part(reason)));
        }
        whole => whole?,
    };
    walk.open(name, &bytes)?;
    let mut sum = flate2::Crc::new();
    sum.update(&bytes);
    let agrees = told.is_none_or(|told| told == (sum.sum(), bytes.len() as u64));
    if agrees { Ok(()) } else { walk.within(Step::File(name.to_owned()), |_| Err(Halt::DAMAGED)) }
}
