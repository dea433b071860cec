//! Keys and files of holds: AES-256-GCM in pieces, each bound to its place and to whether it is the last.

use super::KeepError;
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::digest::{SHA256, digest};
use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Bytes of a key.
const KEY: usize = 32;
/// Bytes of a piece of a body, and of what is added to each.
const PIECE: usize = 64 << 10;
const TAG: usize = 16;

/// The key of one hold. It seals each nonce once: the head under the highest, the pieces of the body from 0 on.
pub(super) struct DataKey {
    bytes: [u8; KEY],
    key: LessSafeKey,
}

impl Drop for DataKey {
    fn drop(&mut self) {
        self.bytes.fill(0);
        std::hint::black_box(&self.bytes);
    }
}

fn cipher(bytes: &[u8]) -> Option<LessSafeKey> {
    UnboundKey::new(&AES_256_GCM, bytes).ok().map(LessSafeKey::new)
}

fn nonce(number: u64) -> Nonce {
    let mut bytes = [0; NONCE_LEN];
    bytes.iter_mut().zip(number.to_be_bytes()).for_each(|(to, from)| *to = from);
    Nonce::assume_unique_for_key(bytes)
}

impl DataKey {
    /// At random.
    pub(super) fn new() -> Result<DataKey, KeepError> {
        let mut bytes = [0; KEY];
        aws_lc_rs::rand::fill(&mut bytes).map_err(|_| KeepError::Random)?;
        DataKey::of(bytes).ok_or(KeepError::Random)
    }

    fn of(bytes: [u8; KEY]) -> Option<DataKey> {
        Some(DataKey { key: cipher(&bytes)?, bytes })
    }

    /// The key under another: a random nonce, and the sealed key.
    pub(super) fn wrap(&self, under: &[u8]) -> Result<Vec<u8>, KeepError> {
        let key = cipher(under).ok_or(KeepError::Sealed)?;
        let mut number = [0; NONCE_LEN];
        aws_lc_rs::rand::fill(&mut number).map_err(|_| KeepError::Random)?;
        let mut sealed = self.bytes.to_vec();
        let nonce = Nonce::assume_unique_for_key(number);
        key.seal_in_place_append_tag(nonce, Aad::from(b"hold key"), &mut sealed).map_err(|_| KeepError::Sealed)?;
        Ok([&number[..], &sealed].concat())
    }

    /// The key that was wrapped under another; `None` if it was not, or altered.
    pub(super) fn unwrap(under: &[u8], wrapped: &[u8]) -> Option<DataKey> {
        let (number, sealed) = wrapped.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(number).ok()?;
        let mut sealed = sealed.to_vec();
        let opened = cipher(under)?.open_in_place(nonce, Aad::from(b"hold key"), &mut sealed).ok()?;
        DataKey::of(<[u8; KEY]>::try_from(&*opened).ok()?)
    }

    /// Seals a head, which is done once for a key.
    pub(super) fn seal(&self, id: &str, text: &[u8]) -> Result<Vec<u8>, KeepError> {
        let mut sealed = text.to_vec();
        let sealing = self.key.seal_in_place_append_tag(nonce(u64::MAX), Aad::from(id.as_bytes()), &mut sealed);
        sealing.map(|()| sealed).map_err(|_| KeepError::Sealed)
    }

    /// Opens a head.
    pub(super) fn open(&self, id: &str, sealed: &[u8]) -> Result<Vec<u8>, KeepError> {
        let mut text = sealed.to_vec();
        let opened = self.key.open_in_place(nonce(u64::MAX), Aad::from(id.as_bytes()), &mut text);
        opened.map(|opened| opened.to_vec()).map_err(|_| KeepError::Sealed)
    }
}

/// Whether a piece is the last is part of what it is sealed with: a file that was cut ends nowhere.
const fn place(last: bool) -> [u8; 1] {
    [last as u8]
}

/// Writes a body.
pub struct Writer {
    file: BufWriter<File>,
    key: LessSafeKey,
    piece: Vec<u8>,
    number: u64,
}

impl Writer {
    /// A new file, its owner's alone. Blocking.
    pub(super) fn create(path: &Path, key: &DataKey) -> io::Result<Writer> {
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        let key = cipher(&key.bytes).ok_or_else(sealed)?;
        Ok(Writer { file: BufWriter::new(file), key, piece: Vec::with_capacity(PIECE + TAG), number: 0 })
    }

    /// Writes some more. Blocking.
    ///
    /// # Errors
    /// When the disk is full, and the like; then nothing of it is kept.
    pub fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            if self.piece.len() == PIECE {
                self.put(false)?;
            }
            let (now, later) = bytes.split_at(bytes.len().min(PIECE - self.piece.len()));
            self.piece.extend_from_slice(now);
            bytes = later;
        }
        Ok(())
    }

    fn put(&mut self, last: bool) -> io::Result<()> {
        let aad = Aad::from(place(last));
        self.key.seal_in_place_append_tag(nonce(self.number), aad, &mut self.piece).map_err(|_| sealed())?;
        self.file.write_all(&self.piece)?;
        self.number = self.number.saturating_add(1);
        self.piece.clear();
        Ok(())
    }

    /// That was all; it is on the disk when this returns. Blocking.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.put(true)?;
        let file = self.file.into_inner().map_err(|error| error.into_error())?;
        file.sync_all()
    }
}

/// Reads a body.
pub struct Reader {
    file: BufReader<File>,
    key: LessSafeKey,
    number: u64,
    ended: bool,
}

impl Reader {
    /// Of this file. Blocking.
    pub(super) fn open(path: &Path, key: &DataKey) -> Result<Reader, KeepError> {
        let key = cipher(&key.bytes).ok_or(KeepError::Sealed)?;
        let file = BufReader::with_capacity(PIECE + TAG, File::open(path)?);
        Ok(Reader { file, key, number: 0, ended: false })
    }

    /// The next piece; `None` at the end. Blocking.
    ///
    /// # Errors
    /// When it cannot be read, or is not what was written.
    pub fn piece(&mut self) -> io::Result<Option<Vec<u8>>> {
        if self.ended {
            return Ok(None);
        }
        let mut piece = Vec::with_capacity(PIECE + TAG);
        (&mut self.file).take((PIECE + TAG) as u64).read_to_end(&mut piece)?;
        // A whole one that is not the last has another behind it.
        for last in [piece.len() < PIECE + TAG, piece.len() == PIECE + TAG] {
            let mut text = piece.clone();
            if let Ok(opened) = self.key.open_in_place(nonce(self.number), Aad::from(place(last)), &mut text) {
                let length = opened.len();
                text.truncate(length);
                self.number = self.number.saturating_add(1);
                self.ended = last;
                return Ok(Some(text));
            }
        }
        Err(sealed())
    }
}

fn sealed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "it was altered, or its key is another")
}

/// Letters and digits of a token.
const TOKEN: usize = 40;

/// A token: 160 bits that nobody can guess, in letters and digits.
///
/// # Errors
/// When the system gives no random bytes.
pub fn token() -> Result<String, KeepError> {
    let mut bytes = [0_u8; TOKEN / 2];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| KeepError::Random)?;
    Ok(hexadecimal(&bytes))
}

/// Whether a text could be a token.
pub fn is_token(text: &[u8]) -> bool {
    text.len() == TOKEN && text.iter().all(u8::is_ascii_hexdigit)
}

/// SHA-256, in letters and digits: what is kept of a token.
pub fn hash(secret: impl AsRef<[u8]>) -> String {
    hexadecimal(digest(&SHA256, secret.as_ref()).as_ref())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(length: usize, key: &DataKey) -> (tempfile::TempDir, std::path::PathBuf, Vec<u8>) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.hold");
        let body: Vec<u8> = (0..length).map(|number| (number % 251) as u8).collect();
        let mut writer = Writer::create(&path, key).expect("a file");
        body.chunks(1000).for_each(|chunk| writer.write(chunk).expect("written"));
        writer.finish().expect("finished");
        (folder, path, body)
    }

    fn read(path: &Path, key: &DataKey) -> io::Result<Vec<u8>> {
        let (mut reader, mut whole) = (Reader::open(path, key).expect("a file"), Vec::new());
        while let Some(piece) = reader.piece()? {
            whole.extend(piece);
        }
        Ok(whole)
    }

    #[test]
    fn a_body_comes_back_whole_or_not_at_all() {
        let key = DataKey::new().expect("a key");
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 7] {
            let (_folder, path, body) = written(length, &key);
            assert_eq!(read(&path, &key).expect("read"), body, "{length}");
            let file = std::fs::read(&path).expect("bytes");
            assert!(length < 100 || !file.windows(50).any(|window| body.starts_with(window)), "it is encrypted");
            for cut in [file.len() - 1, file.len() / 2, file.len().saturating_sub(PIECE + TAG), 0] {
                if cut < file.len() {
                    std::fs::write(&path, &file[..cut]).expect("cut");
                    assert!(read(&path, &key).is_err(), "{length} cut at {cut}");
                }
            }
            let mut flipped = file.clone();
            flipped[file.len() / 2] ^= 1;
            std::fs::write(&path, flipped).expect("flipped");
            assert!(read(&path, &key).is_err());
        }
    }

    #[test]
    fn a_full_disk_is_told() {
        let key = DataKey::new().expect("a key");
        let full = || {
            let file = OpenOptions::new().write(true).open("/dev/full").expect("a device that is full");
            Writer { file: BufWriter::new(file), key: cipher(&key.bytes).expect("a key"), piece: Vec::new(), number: 0 }
        };
        let mut writer = full();
        let written = writer.write(&vec![7; 3 * PIECE]).and_then(|()| writer.finish()).expect_err("full");
        assert_eq!(written.kind(), io::ErrorKind::StorageFull);
        let mut short = full();
        short.write(b"short").expect("it is in memory still");
        assert_eq!(short.finish().expect_err("full").kind(), io::ErrorKind::StorageFull);
    }

    #[test]
    fn keys_are_wrapped_and_heads_are_bound_to_their_hold() {
        let (key, under) = (DataKey::new().expect("a key"), [7; 32]);
        let wrapped = key.wrap(&under).expect("wrapped");
        assert_eq!(DataKey::unwrap(&under, &wrapped).expect("the key").bytes, key.bytes);
        assert!(DataKey::unwrap(&[8; 32], &wrapped).is_none() && DataKey::unwrap(&under, &wrapped[1..]).is_none());
        let head = key.seal("a", b"head").expect("sealed");
        assert_eq!(key.open("a", &head).expect("opened"), b"head");
        assert!(key.open("b", &head).is_err());
    }
}
