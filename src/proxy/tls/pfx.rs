//! Certificates from PKCS #12 files, as IIS exports them; also old ones under RC2 and 3DES.

use super::error::Problem;
use super::files::read;
use super::pem::matching;
use p12_keystore::error::Error as Pkcs12Error;
use p12_keystore::{Certificate, Pkcs12Archive};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::{CertifiedKey, SigningKey};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Reads the first key of the file and its chain. A problem comes with the file that has it.
pub(super) fn load(file: &Path, password_file: Option<&Path>) -> Result<CertifiedKey, (PathBuf, Problem)> {
    let password = match password_file {
        Some(path) => password(path).map_err(|problem| (path.to_owned(), problem))?,
        None => String::new(),
    };
    read(file).and_then(|bytes| open(&bytes, &password)).map_err(|problem| (file.to_owned(), problem))
}

/// The first line, without its end and without a mark of byte order.
fn password(path: &Path) -> Result<String, Problem> {
    let text = String::from_utf8(read(path)?).map_err(|_| Problem::NotText)?;
    let line = text.lines().next().unwrap_or_default();
    Ok(line.strip_prefix('\u{feff}').unwrap_or(line).to_owned())
}

fn open(bytes: &[u8], password: &str) -> Result<CertifiedKey, Problem> {
    let archive = Pkcs12Archive::from_pkcs12(bytes, password).map_err(|error| match error {
        Pkcs12Error::MacError(_) | Pkcs12Error::UnpadError => Problem::WrongPassword,
        other => Problem::NotPfx(other.to_string()),
    })?;
    let key = archive.keys.first().ok_or(Problem::NoKey)?;
    let der = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.key.as_der().to_vec()));
    let signer = aws_lc_rs::sign::any_supported_type(&der).map_err(Problem::UnusableKey)?;
    let certs: Vec<&Certificate> = archive.certs.iter().map(|bag| &bag.cert).collect();
    if certs.is_empty() {
        return Err(Problem::NoCertificate);
    }
    let leaf = leaf(&certs, &signer)?;
    Ok(CertifiedKey::new(chain(leaf, &certs), signer))
}

/// The certificate of the key.
fn leaf<'a>(certs: &[&'a Certificate], signer: &Arc<dyn SigningKey>) -> Result<&'a Certificate, Problem> {
    let mut why = Problem::ForeignKey;
    for cert in certs {
        match matching(&CertifiedKey::new(vec![der(cert)], Arc::clone(signer))) {
            Ok(()) => return Ok(cert),
            // One that cannot be read may have been it: that says more than "another key's".
            Err(problem @ Problem::BadCertificate(_)) => why = problem,
            Err(_) => {}
        }
    }
    Err(why)
}

/// From the leaf up to, and without, the root: bags stand in any order.
fn chain(leaf: &Certificate, certs: &[&Certificate]) -> Vec<CertificateDer<'static>> {
    let mut chain = vec![leaf];
    let mut last = leaf;
    while last.issuer() != last.subject() {
        let issuer = certs.iter().find(|cert| cert.subject() == last.issuer() && cert.issuer() != cert.subject());
        match issuer {
            Some(next) if !chain.contains(next) => {
                chain.push(next);
                last = next;
            }
            _ => break,
        }
    }
    chain.into_iter().map(der).collect()
}

fn der(cert: &Certificate) -> CertificateDer<'static> {
    CertificateDer::from(cert.as_der().to_vec())
}
