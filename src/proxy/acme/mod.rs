//! Certificates that garim gets by itself: ACME (RFC 8555), with `http-01` answered on the listener that redirects.
//!
//! What an authority has given is a file in the folder of the state, which the watch of certificates puts in use. Whatever fails
//! here is told, in the log and on `/readyz`, and tried again: a certificate that is in use stays in use.

mod client;
mod kept;
mod order;

use super::Proxy;
use crate::config::{Acme, Certificate, Settings, Site};
use jiff::Timestamp;
use kept::{Kept, State};
use order::Wanted;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch::Receiver;

/// How often it is looked whether a certificate is to be got.
const LOOK: Duration = Duration::from_secs(1);

/// The first and the longest pause after a failure: authorities limit how often one may fail.
const PAUSE: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(6 * 3_600));

/// The pause after a success, in case what was got is due again at once.
const REST: Duration = Duration::from_secs(3_600);

/// How long one order may take as a whole.
const ORDER: Duration = Duration::from_secs(300);

/// Where authorities ask (RFC 8555 section 8.3).
const ASKED_AT: &str = "/.well-known/acme-challenge/";

/// The longest that is told of what an authority has said, in characters.
const TOLD: usize = 300;

/// What authorities are answered that ask whether a host is ours: by token, while an order runs.
#[derive(Debug, Default)]
pub struct Challenges(Mutex<HashMap<String, String>>);

impl Challenges {
    /// What is answered at a path; `None` where nobody has to ask.
    pub fn answer(&self, path: &str) -> Option<String> {
        let token = path.strip_prefix(ASKED_AT)?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(token).cloned()
    }

    fn put(&self, token: &str, proof: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(token.to_owned(), proof.to_owned());
    }

    fn take(&self, token: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(token);
    }
}

/// What became of the last attempts.
#[derive(Debug, Default)]
struct Attempts {
    /// By file: not before then.
    next: HashMap<PathBuf, (Instant, Duration)>,
    /// By file: what is wrong with it.
    wrong: HashMap<PathBuf, String>,
}

impl Attempts {
    fn is_time(&self, file: &Path, now: Instant) -> bool {
        self.next.get(file).is_none_or(|(at, _)| now >= *at)
    }

    /// There is nothing to do for a while.
    fn rests(&mut self, file: &Path, now: Instant) {
        self.next.insert(file.to_owned(), (now + PAUSE.0, Duration::ZERO));
    }

    fn succeeded(&mut self, file: &Path, now: Instant) {
        self.wrong.remove(file);
        self.next.insert(file.to_owned(), (now + REST, Duration::ZERO));
    }

    fn failed(&mut self, file: &Path, now: Instant, why: String) {
        let before = self.next.get(file).map_or(Duration::ZERO, |(_, pause)| *pause);
        let pause = before.saturating_mul(2).clamp(PAUSE.0, PAUSE.1);
        self.next.insert(file.to_owned(), (now + pause, pause));
        self.wrong.insert(file.to_owned(), why);
    }

    /// What is wrong, in one line; `None` while nothing is.
    fn remark(&self) -> Option<String> {
        let mut all: Vec<&str> = self.wrong.values().map(String::as_str).collect();
        all.sort_unstable();
        (!all.is_empty()).then(|| all.join("; "))
    }
}

/// Gets certificates when there is none, when two thirds of the life of one are over, and when a site has got other hosts. A
/// reload tries at once what has failed before. `remark` hears what is wrong, or that nothing is. Ends when `stop` turns true.
pub async fn attend(
    proxy: Arc<Proxy>,
    challenges: Arc<Challenges>,
    remark: impl Fn(Option<String>) + Send + Sync,
    mut stop: Receiver<bool>,
) {
    let run = async {
        let mut settings = Arc::clone(&proxy.sites.load().settings);
        let mut attempts = Attempts::default();
        loop {
            let now = Arc::clone(&proxy.sites.load().settings);
            if !Arc::ptr_eq(&now, &settings) {
                (settings, attempts) = (now, Attempts::default());
                remark(None);
            }
            for (site, contact, file) in ours(&settings) {
                if attempts.is_time(file, Instant::now()) {
                    look(&settings, (site, contact, file), &challenges, &mut attempts).await;
                    remark(attempts.remark());
                }
            }
            tokio::time::sleep(LOOK).await;
        }
    };
    tokio::select! {
        _ = stop.wait_for(|down| *down) => {}
        () = run => {}
    }
}

/// The sites with such certificates; whom the authority writes to, and where the certificate is kept.
fn ours(settings: &Settings) -> impl Iterator<Item = (&Arc<Site>, &str, &Path)> {
    settings.sites.iter().filter_map(|site| match &site.tls {
        Certificate::Acme { contact, file } => Some((site, contact.as_str(), file.as_path())),
        _ => None,
    })
}

/// Looks after one certificate.
async fn look(
    settings: &Settings,
    (site, contact, file): (&Arc<Site>, &str, &Path),
    challenges: &Challenges,
    attempts: &mut Attempts,
) {
    let hosts = order::names(&site.hosts);
    let kept = Kept::new(file);
    let state = kept.state(&hosts, Timestamp::now().as_second());
    if state == State::Good {
        return attempts.rests(file, Instant::now());
    }
    let wanted = Wanted { acme: &settings.acme, limits: &settings.limits, contact, hosts: &hosts, kept: &kept };
    let got = tokio::time::timeout(ORDER, order::get(&wanted, challenges)).await;
    match got.unwrap_or(Err(order::AcmeError::Late)) {
        Ok(()) => {
            attempts.succeeded(file, Instant::now());
            tracing::info!(site = site.name, hosts = hosts.len(), "a certificate was got by ACME");
        }
        Err(error) => {
            let why = told(&error.to_string());
            let stays = state.told();
            tracing::error!(site = site.name, error = why, stays, "no certificate was got by ACME; it is tried again");
            attempts.failed(file, Instant::now(), format!("{}: {stays}; ACME: {why}", site.name));
        }
    }
}

/// What an authority says is foreign: one line, and not too long.
fn told(text: &str) -> String {
    let cut: String = text.chars().take(TOLD).map(|c| if c.is_control() { ' ' } else { c }).collect();
    cut.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Tells accounts at one authority from those at another.
fn account_name(acme: &Acme, contact: &str) -> String {
    let digest =
        aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, format!("{}\n{contact}", acme.directory).as_bytes());
    let hex: String = digest.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("account-{hex}.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_put_there_is_answered() {
        let challenges = Challenges::default();
        challenges.put("token", "token.thumb");
        assert_eq!(challenges.answer("/.well-known/acme-challenge/token").as_deref(), Some("token.thumb"));
        for path in ["/.well-known/acme-challenge/", "/.well-known/acme-challenge/toke", "/token", "/"] {
            assert_eq!(challenges.answer(path), None, "{path}");
        }
        challenges.take("token");
        assert_eq!(challenges.answer("/.well-known/acme-challenge/token"), None);
    }

    #[test]
    fn failures_are_tried_again_ever_later() {
        let (mut attempts, file) = (Attempts::default(), Path::new("a.pem"));
        let minutes = |count: u64| Duration::from_secs(60 * count);
        let mut now = Instant::now();
        for pause in [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360] {
            assert!(attempts.is_time(file, now));
            attempts.failed(file, now, "a.kr: why".to_owned());
            now += minutes(pause);
            assert!(!attempts.is_time(file, now - Duration::from_secs(1)));
        }
        assert_eq!(attempts.remark().as_deref(), Some("a.kr: why"));
        attempts.succeeded(file, now);
        assert!(!attempts.is_time(file, now) && attempts.remark().is_none());
        now += minutes(61);
        attempts.failed(file, now, String::new());
        assert!(attempts.is_time(file, now + minutes(1)), "the pauses begin anew");
    }

    #[test]
    fn what_is_foreign_is_told_in_one_short_line() {
        assert_eq!(told("no\r\n\x1b[31m way"), "no [31m way");
        assert_eq!(told(&"가".repeat(1_000)).chars().count(), TOLD);
    }
}
