//! Certificates from PEM files: a chain and a key in PKCS #8, SEC 1 or PKCS #1.

use super::error::Problem;
use super::files::read;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use rustls::{Error, InconsistentKeys};
use std::path::{Path, PathBuf};

/// Reads a chain and its key. A problem comes with the file that has it.
pub(in crate::proxy) fn load(cert: &Path, key_file: &Path) -> Result<CertifiedKey, (PathBuf, Problem)> {
    let chain = chain(cert).map_err(|problem| (cert.to_owned(), problem))?;
    let key = private_key(key_file).map_err(|problem| (key_file.to_owned(), problem))?;
    let signer = aws_lc_rs::sign::any_supported_type(&key);
    let signer = signer.map_err(|error| (key_file.to_owned(), Problem::UnusableKey(error)))?;
    let whole = CertifiedKey::new(chain, signer);
    match matching(&whole) {
        Ok(()) => Ok(whole),
        Err(problem) => Err((cert.to_owned(), problem)),
    }
}

/// Every certificate of a PEM file, in order.
pub(in crate::proxy) fn chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, Problem> {
    let bytes = read(path)?;
    refuse_binary(&bytes)?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    let chain = chain.map_err(|error| Problem::NotPem(error.to_string()))?;
    if chain.is_empty() { Err(Problem::NoCertificate) } else { Ok(chain) }
}

fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, Problem> {
    let bytes = read(path)?;
    refuse_binary(&bytes)?;
    let locked = |mark: &[u8]| bytes.windows(mark.len()).any(|part| part == mark);
    if locked(b"-----BEGIN ENCRYPTED PRIVATE KEY-----") || locked(b"Proc-Type: 4,ENCRYPTED") {
        return Err(Problem::LockedKey);
    }
    match PrivateKeyDer::from_pem_slice(&bytes) {
        Ok(key) => Ok(key),
        Err(rustls::pki_types::pem::Error::NoItemsFound) => Err(Problem::NoKey),
        Err(error) => Err(Problem::NotPem(error.to_string())),
    }
}

/// DER begins with a SEQUENCE, and no PEM file does: text may stand before the first block, but `0` as its first
/// letter together with a length byte above ASCII is no text.
fn refuse_binary(bytes: &[u8]) -> Result<(), Problem> {
    match bytes {
        [0x30, length, ..] if *length >= 0x80 => Err(Problem::Binary),
        _ => Ok(()),
    }
}

/// Whether the first certificate is the key's.
pub(super) fn matching(whole: &CertifiedKey) -> Result<(), Problem> {
    match whole.keys_match() {
        // A key that does not show its public half cannot be compared; rustls takes it as well.
        Ok(()) | Err(Error::InconsistentKeys(InconsistentKeys::Unknown)) => Ok(()),
        Err(Error::InconsistentKeys(_)) => Err(misplaced(whole)),
        Err(error) => Err(Problem::BadCertificate(error)),
    }
}

fn misplaced(whole: &CertifiedKey) -> Problem {
    let later = whole.cert.iter().skip(1).any(|cert| {
        let alone = CertifiedKey::new(vec![cert.clone()], whole.key.clone());
        alone.keys_match().is_ok()
    });
    if later { Problem::NotFirst } else { Problem::ForeignKey }
}
