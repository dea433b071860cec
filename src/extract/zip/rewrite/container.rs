//! An archive written again: what is not changed keeps its packed bytes, its name, its time and its place in the order
//! (PKWARE APPNOTE 6.3.10, section 4.3).

use super::NotRewritten;
use crate::extract::zip::directory::Entry;
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use std::io::Write;

/// What becomes of an entry.
pub(super) enum Fate {
    /// It stays as it is.
    Kept,
    /// It is left out.
    Dropped,
    /// It holds this now.
    New(Vec<u8>),
}

/// The sizes and the sum of what an entry holds.
#[derive(Clone, Copy)]
struct Sizes {
    crc: u32,
    packed: u32,
    unpacked: u32,
}

/// Bit 3: the sizes stand behind the data.
const DESCRIBED: u16 = 8;
/// Bits 1 and 2: how hard deflate tried.
const EFFORT: u16 = 6;
/// The number of deflate.
const DEFLATED: u16 = 8;
/// Numbers of 64 bits among the extra fields (4.5.3).
const ZIP64: u16 = 1;

/// Writes the archive. `entries` are those of its directory, in the directory's order, each with its fate.
///
/// # Errors
/// [`NotRewritten::Container`] for an archive whose numbers do not fit into 32 bits or contradict each other.
pub(super) fn write(entries: &[(Entry<'_>, Fate)], comment: &[u8]) -> Result<Vec<u8>, NotRewritten> {
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by_key(|number| entries.get(*number).map(|(entry, _)| entry.at));
    let mut out = Vec::new();
    let mut records: Vec<Option<Vec<u8>>> = vec![None; entries.len()];
    for number in order {
        let (Some((entry, fate)), Some(record)) = (entries.get(number), records.get_mut(number)) else { continue };
        *record = one(entry, fate, &mut out)?;
    }
    let start = small(out.len())?;
    let mut count = 0_u16;
    for record in records.into_iter().flatten() {
        out.extend(record);
        count = count.checked_add(1).ok_or(NotRewritten::Container)?;
    }
    let size = small(out.len())?.checked_sub(start).ok_or(NotRewritten::Container)?;
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(size.to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend(u16::try_from(comment.len()).map_err(|_| NotRewritten::Container)?.to_le_bytes());
    out.extend(comment);
    Ok(out)
}

/// Writes one entry, and gives its record in the directory.
fn one(entry: &Entry<'_>, fate: &Fate, out: &mut Vec<u8>) -> Result<Option<Vec<u8>>, NotRewritten> {
    let at = small(out.len())?;
    let packed;
    let (data, sizes, method) = match fate {
        Fate::Dropped => return Ok(None),
        Fate::Kept => (entry.data, sizes_of(entry)?, None),
        Fate::New(bytes) => {
            packed = deflated(bytes)?;
            let mut crc = Crc::new();
            crc.update(bytes);
            let sizes = Sizes { crc: crc.sum(), packed: small(packed.len())?, unpacked: small(bytes.len())? };
            (packed.as_slice(), sizes, Some(DEFLATED))
        }
    };
    let head = Header { bytes: entry.head, fixed: 30, flags: 6, name: 26 };
    out.extend(head.written(sizes, method, None)?);
    out.extend(data);
    let record = Header { bytes: entry.record, fixed: 46, flags: 8, name: 28 };
    record.written(sizes, method, Some(at)).map(Some)
}

fn deflated(bytes: &[u8]) -> Result<Vec<u8>, NotRewritten> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).map_err(|_| NotRewritten::Container)
}

/// The sizes as the directory says them: the data that was found has that length.
fn sizes_of(entry: &Entry<'_>) -> Result<Sizes, NotRewritten> {
    let four = |at: usize| {
        let field = entry.record.get(at..at.saturating_add(4)).and_then(|field| field.try_into().ok());
        field.map(u32::from_le_bytes).ok_or(NotRewritten::Container)
    };
    let sizes = Sizes { crc: four(16)?, packed: four(20)?, unpacked: four(24)? };
    if sizes.packed == u32::MAX || sizes.unpacked == u32::MAX {
        // The numbers stand in an extra field, which is left out: 64 bits are not needed for what was unpacked here.
        let packed = small(entry.data.len())?;
        return Ok(Sizes {
            packed,
            unpacked: u32::try_from(entry.size).map_err(|_| NotRewritten::Container)?,
            ..sizes
        });
    }
    Ok(sizes)
}

fn small(number: usize) -> Result<u32, NotRewritten> {
    u32::try_from(number).ok().filter(|number| *number < u32::MAX).ok_or(NotRewritten::Container)
}

/// A local header or a record of the directory: their fields have the same order from the flags to the sizes.
struct Header<'a> {
    bytes: &'a [u8],
    /// Bytes before the name.
    fixed: usize,
    /// Where the flags stand.
    flags: usize,
    /// Where the length of the name stands, and behind it that of the extra fields.
    name: usize,
}

impl Header<'_> {
    fn two(&self, at: usize) -> Result<u16, NotRewritten> {
        let field = self.bytes.get(at..at.saturating_add(2)).and_then(|field| field.try_into().ok());
        field.map(u16::from_le_bytes).ok_or(NotRewritten::Container)
    }

    /// The header for data of these sizes, that is packed by this method if it is packed anew; `at`: where the local
    /// header stands, of which a record speaks.
    fn written(&self, sizes: Sizes, method: Option<u16>, at: Option<u32>) -> Result<Vec<u8>, NotRewritten> {
        let (name, extra) = (usize::from(self.two(self.name)?), usize::from(self.two(self.name.saturating_add(2))?));
        let names = self.fixed..self.fixed.saturating_add(name);
        let extras = names.end..names.end.saturating_add(extra);
        let (Some(fixed), Some(name), Some(extra)) =
            (self.bytes.get(..self.fixed), self.bytes.get(names), self.bytes.get(extras.clone()))
        else {
            return Err(NotRewritten::Container);
        };
        let extra = without_zip64(extra);
        let mut out = fixed.to_vec();
        let clear = DESCRIBED | if method.is_some() { EFFORT } else { 0 };
        put(&mut out, self.flags, &(self.two(self.flags)? & !clear).to_le_bytes());
        if let Some(method) = method {
            put(&mut out, self.flags.saturating_add(2), &method.to_le_bytes());
        }
        for (number, field) in [sizes.crc, sizes.packed, sizes.unpacked].into_iter().zip(0_usize..) {
            put(&mut out, self.flags.saturating_add(8).saturating_add(field.saturating_mul(4)), &number.to_le_bytes());
        }
        let length = u16::try_from(extra.len()).map_err(|_| NotRewritten::Container)?;
        put(&mut out, self.name.saturating_add(2), &length.to_le_bytes());
        if let Some(at) = at {
            put(&mut out, 42, &at.to_le_bytes());
        }
        out.extend(name);
        out.extend(extra);
        out.extend(self.bytes.get(extras.end..).unwrap_or_default());
        Ok(out)
    }
}

fn put(out: &mut [u8], at: usize, field: &[u8]) {
    if let Some(place) = out.get_mut(at..at.saturating_add(field.len())) {
        place.copy_from_slice(field);
    }
}

/// The extra fields but for sizes of 64 bits; what is no list of fields stays as it is.
fn without_zip64(extra: &[u8]) -> Vec<u8> {
    let (mut out, mut rest) = (Vec::new(), extra);
    while let Some((&[a, b, c, d], behind)) = rest.split_first_chunk::<4>() {
        let length = usize::from(u16::from_le_bytes([c, d]));
        let Some((_, next)) = behind.split_at_checked(length) else { break };
        if u16::from_le_bytes([a, b]) != ZIP64 {
            out.extend(rest.get(..length.saturating_add(4)).unwrap_or_default());
        }
        rest = next;
    }
    out.extend(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::without_zip64;

    #[test]
    fn sizes_of_64_bits_are_left_out_of_the_extra_fields() {
        let time = [0x55, 0x54, 1, 0, 7];
        let sizes = [1, 0, 2, 0, 8, 8];
        assert_eq!(without_zip64(&[&sizes[..], &time].concat()), time);
        assert_eq!(without_zip64(&[&time[..], &sizes].concat()), time);
        assert_eq!(without_zip64(&[1, 0, 9, 0, 8]), [1, 0, 9, 0, 8], "no field");
        assert_eq!(without_zip64(b""), b"");
    }
}
