//! `garim check`: every mistake of a configuration at once, without starting anything.

mod approvers;
mod keyless;

use crate::app::{self, keys};
use crate::config::{self, Settings};
use std::path::Path;
use std::process::ExitCode;

/// The hashes of allowed values that no value can be like, as their key is gone.
fn unknown_hashes(settings: &Settings) -> Vec<&str> {
    let hashes = settings.allow.entries.iter().flat_map(|entry| &entry.hashes);
    match keys::ring(&settings.state, None) {
        Ok(ring) => hashes.map(String::as_str).filter(|hash| !ring.made(hash)).collect(),
        Err(_) => Vec::new(),
    }
}

/// Checks a configuration file. Warnings go to standard error; without a mistake a line of confirmation goes to
/// standard output and the exit code is 0. Mistakes go to standard error in the words of `garim run`, with exit code 1.
pub fn check(path: &Path) -> ExitCode {
    match config::check(path) {
        Ok(checked) => {
            if let Err(error) = app::check(checked.settings.clone()) {
                complain!("{error}");
                return ExitCode::FAILURE;
            }
            for warning in &checked.warnings {
                complain!("{warning}");
            }
            for hash in unknown_hashes(&checked.settings) {
                complain!("{}: warning: {hash} in [[allow]] was made with no key in key_file", path.display());
                complain!(
                    "    주의: [[allow]]의 {hash}는 key_file의 열쇠로 만든 것이 아닙니다. garim hash로 다시 만드십시오."
                );
            }
            for (english, korean) in
                approvers::doubts(&checked.settings).into_iter().chain(keyless::doubt(&checked.settings))
            {
                complain!("{}: warning: {english}\n    주의: {korean}", path.display());
            }
            let (sites, policies) = (checked.settings.sites.len(), checked.settings.policies.len());
            let file = path.display();
            say!("{file}: no mistakes (sites: {sites}, policies: {policies})");
            say!("    잘못된 곳이 없습니다(사이트 {sites}, 정책 {policies}).");
            ExitCode::SUCCESS
        }
        Err(mistakes) => {
            complain!("{mistakes}");
            ExitCode::FAILURE
        }
    }
}
