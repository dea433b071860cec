//! What is kept of certificates and accounts, in a folder that is its owner's alone.

use crate::proxy::names::without_port;
use crate::proxy::tls::{Problem, chain, load};
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer, X509Certificate};

/// How it is with a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// There is nothing to do about it.
    Good,
    /// There is none, or none that can be used.
    Missing,
    /// It is not for these hosts.
    OtherHosts,
    /// Two thirds of its life are over; so many days are left.
    Due(i64),
}

impl State {
    /// What stays in use as long as there is no other, for people.
    pub(super) fn told(self) -> String {
        match self {
            State::Good => "its certificate holds".to_owned(),
            State::Missing => "one that browsers do not believe stands in".to_owned(),
            State::OtherHosts => "its certificate is not for all its hosts".to_owned(),
            State::Due(days) if days >= 0 => format!("its certificate holds for {days} more days"),
            State::Due(_) => "its certificate has expired".to_owned(),
        }
    }
}

/// Where one certificate is kept.
#[derive(Debug)]
pub(super) struct Kept {
    file: PathBuf,
}

impl Kept {
    pub(super) fn new(file: &Path) -> Kept {
        Kept { file: file.to_owned() }
    }

    /// How it is with it, for these hosts at a time in seconds since 1970.
    pub(super) fn state(&self, hosts: &[String], now: i64) -> State {
        let Ok(chain) = chain(&self.file) else { return State::Missing };
        let Some(leaf) = chain.first() else { return State::Missing };
        judge(leaf, hosts, now)
    }

    /// Puts a chain and its key, in PEM, in the place of what was there, whole or not at all. What cannot be used is not taken.
    pub(super) fn put(&self, pem: &str) -> Result<(), KeptError> {
        let new = self.beside("new");
        write(&new, pem.as_bytes()).map_err(|error| KeptError::Disk { file: new.clone(), error })?;
        if let Err((_, problem)) = load(&new, &new) {
            let _ = std::fs::remove_file(&new);
            return Err(KeptError::Unusable(problem));
        }
        std::fs::rename(&new, &self.file).map_err(|error| KeptError::Disk { file: self.file.clone(), error })
    }

    fn beside(&self, ending: &str) -> PathBuf {
        self.file.with_extension(ending)
    }

    /// What is known of an account; `None` if there is none yet.
    pub(super) fn account(&self, name: &str) -> Option<Vec<u8>> {
        std::fs::read(self.file.with_file_name(name)).ok()
    }

    /// Keeps an account.
    pub(super) fn put_account(&self, name: &str, text: &[u8]) -> Result<(), KeptError> {
        let (file, new) = (self.file.with_file_name(name), self.file.with_file_name(format!("{name}.new")));
        let done = write(&new, text).and_then(|()| std::fs::rename(&new, &file));
        done.map_err(|error| KeptError::Disk { file, error })
    }

    /// Forgets an account that the authority does not know any more.
    pub(super) fn forget_account(&self, name: &str) {
        let _ = std::fs::remove_file(self.file.with_file_name(name));
    }
}

/// Why something is not kept.
#[derive(Debug, thiserror::Error)]
pub enum KeptError {
    /// It cannot be written.
    #[error("{} cannot be written ({error})", .file.display())]
    Disk {
        /// Which.
        file: PathBuf,
        /// Why.
        #[source]
        error: io::Error,
    },
    /// It is no certificate for our key.
    #[error("what came as a certificate {0}")]
    Unusable(Problem),
}

fn judge(leaf: &[u8], hosts: &[String], now: i64) -> State {
    let Ok((_, certificate)) = X509Certificate::from_der(leaf) else { return State::Missing };
    let named = certificate.subject_alternative_name().ok().flatten();
    let named: Vec<&str> = named
        .iter()
        .flat_map(|extension| &extension.value.general_names)
        .filter_map(|name| match name {
            GeneralName::DNSName(name) => Some(*name),
            _ => None,
        })
        .collect();
    if !hosts.iter().all(|host| named.iter().any(|name| name.eq_ignore_ascii_case(without_port(host)))) {
        return State::OtherHosts;
    }
    let (from, to) = (certificate.validity().not_before.timestamp(), certificate.validity().not_after.timestamp());
    let renewed_at = to.saturating_sub(to.saturating_sub(from).max(0) / 3);
    if now < renewed_at { State::Good } else { State::Due(to.saturating_sub(now).div_euclid(86_400)) }
}

/// Writes a file that is its owner's alone, in a folder that is too.
fn write(file: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    // One that was left by a process that died may have another mode.
    let _ = std::fs::remove_file(file);
    let mut to: File = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    to.write_all(bytes)?;
    to.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};
    use std::os::unix::fs::PermissionsExt;

    /// Midnight of a day, in seconds since 1970.
    fn day(month: i8, day: i8) -> i64 {
        let date = jiff::civil::date(2027, month, day);
        date.to_zoned(jiff::tz::TimeZone::UTC).expect("a time").timestamp().as_second()
    }

    /// A chain and its key, for 90 days from the first of March on.
    fn made(hosts: &[&str]) -> String {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(hosts.iter().map(|host| (*host).to_owned()).collect::<Vec<_>>());
        if let Ok(params) = &mut params {
            params.not_before = date_time_ymd(2027, 3, 1);
            params.not_after = date_time_ymd(2027, 5, 30);
        }
        let certificate = params.expect("parameters").self_signed(&key).expect("a certificate");
        format!("{}{}", certificate.pem(), key.serialize_pem())
    }

    fn hosts(all: &[&str]) -> Vec<String> {
        all.iter().map(|host| (*host).to_owned()).collect()
    }

    #[test]
    fn two_thirds_of_a_life_are_enough() {
        let folder = tempfile::tempdir().expect("a folder");
        let kept = Kept::new(&folder.path().join("acme").join("a.kr.pem"));
        let ours = hosts(&["a.kr", "www.a.kr"]);
        assert_eq!(kept.state(&ours, day(3, 2)), State::Missing);
        kept.put(&made(&["a.kr", "WWW.a.kr", "old.a.kr"])).expect("kept");
        for (now, state) in [
            (day(3, 2), State::Good),
            (day(4, 29), State::Good),
            (day(4, 30) - 1, State::Good),
            (day(4, 30), State::Due(30)),
            (day(5, 30) - 1, State::Due(0)),
            (day(5, 30) + 1, State::Due(-1)),
        ] {
            assert_eq!(kept.state(&ours, now), state);
        }
        assert_eq!(kept.state(&hosts(&["a.kr", "b.kr"]), day(3, 2)), State::OtherHosts);
        std::fs::write(&kept.file, "half a file").expect("written");
        assert_eq!(kept.state(&ours, day(3, 2)), State::Missing);
    }

    #[test]
    fn only_what_can_be_used_takes_the_place_and_nobody_else_may_read_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let kept = Kept::new(&folder.path().join("acme").join("a.kr.pem"));
        let good = made(&["a.kr"]);
        kept.put(&good).expect("kept");
        let (chain, foreign) = (good.split_inclusive("-----END CERTIFICATE-----\n").next(), made(&["a.kr"]));
        let key = foreign.split_inclusive("-----END CERTIFICATE-----\n").nth(1).expect("a key");
        for bad in [String::new(), chain.expect("a chain").to_owned(), format!("{}{key}", chain.expect("a chain"))] {
            assert!(matches!(kept.put(&bad), Err(KeptError::Unusable(_))), "{bad}");
            assert_eq!(std::fs::read_to_string(&kept.file).expect("the file"), good);
        }
        kept.put_account("account-1.json", b"{}").expect("kept");
        assert_eq!(kept.account("account-1.json").as_deref(), Some(&b"{}"[..]));
        let mode = |path: &Path| std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
        let all = folder.path().join("acme");
        assert_eq!((mode(&all), mode(&kept.file), mode(&all.join("account-1.json"))), (0o700, 0o600, 0o600));
        assert_eq!(std::fs::read_dir(&all).expect("a folder").count(), 2, "nothing is left over");
        kept.forget_account("account-1.json");
        assert_eq!(kept.account("account-1.json"), None);
    }

    #[test]
    fn what_cannot_be_written_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("acme"), "no folder").expect("written");
        let kept = Kept::new(&folder.path().join("acme").join("a.kr.pem"));
        assert!(matches!(kept.put(&made(&["a.kr"])), Err(KeptError::Disk { .. })));
        assert!(kept.put_account("account-1.json", b"{}").is_err());
    }
}
