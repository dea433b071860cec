//! What decides about a site's answers, as one number: the same on every node, another once anything of it changes.

use crate::config::{Limits, Member, Role, Settings, Site};
use crate::text::Charset;
use crate::vocab::Kind;
use aws_lc_rs::digest::{SHA256, digest};

/// The version of all that decides about a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version([u8; 32]);

impl Version {
    /// Of a site as it is set up now: its policy and mode, who has which role, the charset it is read in, its own names, the limits from
    /// which on a body is not read, and what this garim can find. Where the site is reached and how garim's own pages
    /// look decides nothing.
    pub fn of(site: &Site, settings: &Settings) -> Version {
        let roles: Vec<String> = settings.roles.iter().map(who).collect();
        let text = spelled(site, &settings.limits) + &format!("roles {roles:?}\n");
        let mut version = [0; 32];
        // SHA-256 has 32 bytes.
        version.iter_mut().zip(digest(&SHA256, text.as_bytes()).as_ref()).for_each(|(to, from)| *to = *from);
        Version(version)
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Who has a role, in words; its name decides nothing.
fn who(role: &Role) -> String {
    let member = |member: &Member| {
        let paths = member.paths.as_ref().map(|paths| paths.written());
        let accounts = (&member.accounts, member.account_roles);
        format!("{:?} {paths:?} {:?} {:?} {accounts:?}", member.addresses, member.header, member.from)
    };
    role.any.iter().map(member).collect::<Vec<_>>().join("; ")
}

fn spelled(site: &Site, limits: &Limits) -> String {
    // A detector that judges otherwise is another garim: the crate's version stands for the detectors' own.
    let kinds: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
    let detectors = site.detectors.as_ref().map(|detectors| detectors.spelled()).unwrap_or_default();
    let allow = site.allow.as_ref().map(|allow| allow.spelled()).unwrap_or_default();
    let charset = match site.charset {
        None => "auto",
        Some(Charset::Utf8) => "utf-8",
        Some(Charset::Cp949) => "cp949",
        Some(Charset::AsciiBased) => "ascii-based",
    };
    let Limits { body_bytes, form_parts, findings, decoded_bytes, decoded_ratio, .. } = *limits;
    format!(
        "garim {}\nfinds {kinds:?}\n{detectors}{allow}hosts {:?}\ncharset {charset}\n\
         limits {body_bytes} {form_parts} {findings} {decoded_bytes} {decoded_ratio}\n{}",
        env!("CARGO_PKG_VERSION"),
        site.hosts,
        site.policy.spelled(site.mode),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "[server]\nlisten = [\"127.0.0.1:8443\"]\n[limits]\nstreams = 100\nfindings = 10\n\
        [[site]]\nhosts = [\"www.example.go.kr\"]\ntls = \"self-signed\"\nupstream = \"http://10.0.0.5:80\"\n\
        policy = \"board\"\n[policy.board]\nmode = \"enforce\"\n[[policy.board.rule]]\nname = \"a\"\n\
        path = [\"/a/**\"]\nfind = [\"*\"]\naction = \"log\"\n";

    fn version(text: &str) -> Version {
        let settings = crate::config::parse(text, "g.toml").expect("a configuration");
        Version::of(&settings.sites[0], &settings)
    }

    #[test]
    fn what_decides_nothing_changes_nothing() {
        for (from, to) in [
            ("", ""),
            ("streams = 100", "streams = 101"),
            ("10.0.0.5", "10.0.0.6"),
            ("name = \"a\"", "# a remark\nname = \"b\""),
            ("policy = \"board\"\n", "policy = \"board\"\npages = { language = \"en\" }\n"),
        ] {
            assert_eq!(version(GOOD), version(&GOOD.replacen(from, to, 1)), "{to}");
        }
    }

    #[test]
    fn what_decides_changes_it() {
        for (from, to) in [
            ("action = \"log\"", "action = \"mask\""),
            ("find = [\"*\"]", "find = [\"mobile-number\"]"),
            ("/a/**", "/b/**"),
            ("mode = \"enforce\"", "mode = \"observe\""),
            ("policy = \"board\"", "policy = \"board\"\nmode = \"observe\""),
            ("policy = \"board\"", "policy = \"board\"\ncharset = \"euc-kr\""),
            ("findings = 10", "findings = 11"),
            ("www.example.go.kr", "example.go.kr"),
            ("[policy.board]", "[detector.versioned]\npattern = 'ab'\n[policy.board]"),
            ("[policy.board]", "[role.office]\nany = [{ address = [\"10.1.0.0/16\"] }]\n[policy.board]"),
            ("[policy.board]", "[[allow]]\nvalues = [\"02-2100-*\"]\n[policy.board]"),
        ] {
            assert!(GOOD.contains(from), "{from}");
            assert_ne!(version(GOOD), version(&GOOD.replacen(from, to, 1)), "{to}");
        }
    }
}
