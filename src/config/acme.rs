//! `[acme]` and `tls = { acme = … }` of a site: certificates that garim gets by itself.

use super::reader::{Table, Value};
use super::settings::Certificate;
use super::{expected, hosts, words};
use std::net::IpAddr;
use std::path::{Path, PathBuf};

/// Where most get their certificates.
const LETS_ENCRYPT: &str = "https://acme-v02.api.letsencrypt.org/directory";

/// `[acme]`: where certificates come from (RFC 8555).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acme {
    /// The URL of the directory, at `https://`.
    pub directory: String,
    /// A PEM file of the authorities to believe about that server instead of the system's.
    pub ca: Option<PathBuf>,
}

impl Default for Acme {
    fn default() -> Acme {
        Acme { directory: LETS_ENCRYPT.to_owned(), ca: None }
    }
}

/// Reads `[acme]`.
pub(super) fn acme(root: &Table<'_>) -> Acme {
    let mut acme = Acme::default();
    let Some(table) = root.table("acme", "[acme]") else { return acme };
    if let Some(directory) = table.get("directory").and_then(|value| directory(&value)) {
        acme.directory = directory;
    }
    acme.ca = table.get("ca").and_then(|value| value.file());
    table.finish(&[]);
    acme
}

/// RFC 8555 section 6.1: over HTTPS only.
fn directory(value: &Value<'_>) -> Option<String> {
    let text = value.text(expected::DIRECTORY)?;
    let read = || {
        let (scheme, rest) = text.split_once("://")?;
        let (authority, path) = rest.split_at_checked(rest.find(['/', '?']).unwrap_or(rest.len()))?;
        hosts::url(&format!("{scheme}://{authority}"), &[("https", 443)])?;
        let plain = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#');
        (plain && text.parse::<http::Uri>().is_ok()).then(|| text.to_owned())
    };
    let directory = read();
    if directory.is_none() {
        value.wrong_value(expected::DIRECTORY, None);
    }
    directory
}

/// What certificates of this kind stand on elsewhere in the file.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    /// Whether there is a plain listener, on which it is shown that a host is ours (RFC 8555 section 8.3).
    pub(super) answers: bool,
    /// The folder of the state.
    pub(super) state: &'a Path,
}

/// Reads the `acme` of a site's `tls`.
pub(super) fn certificate(table: &Table<'_>, of_site: &[String], ground: Ground<'_>) -> Option<Certificate> {
    let value = table.get("acme")?;
    let contact = value.text(expected::MAILBOX)?;
    let is_mailbox = contact.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
    if !is_mailbox || !contact.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>,?\"".contains(&byte)) {
        value.wrong_value(expected::MAILBOX, None);
        return None;
    }
    if !ground.answers {
        value.wrong(words::acme_without_redirect());
    }
    for host in of_site.iter().filter(|host| !is_name(bare(host))) {
        value.wrong(words::acme_host(host));
    }
    let file = format!("{}.pem", of_site.first()?.replace(':', "_"));
    Some(Certificate::Acme { contact: contact.to_owned(), file: folder(ground.state).join(file) })
}

/// Where certificates and accounts are kept.
pub(crate) fn folder(state: &Path) -> PathBuf {
    state.join("acme")
}

/// A host without its port.
fn bare(host: &str) -> &str {
    let port = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    host.rsplit_once(':').filter(|(_, after)| port(after)).map_or(host, |(host, _)| host)
}

/// Whether it can be shown over HTTP that a host is ours: a name, and no other than that one.
fn is_name(host: &str) -> bool {
    host != "*" && !host.contains(['_', '[', '*']) && host.parse::<IpAddr>().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::parse;

    fn told(tls: &str, server: &str, hosts: &str, top: &str) -> Result<(Acme, Certificate), String> {
        let text = format!(
            "[server]\nlisten = [\"127.0.0.1:443\"]\n{server}\n[[site]]\nhosts = {hosts}\ntls = {tls}\n\
             upstream = \"http://127.0.0.1:81\"\npolicy = \"p\"\n{top}\n[policy.p]\n"
        );
        let settings = parse(&text, "g.toml").map_err(|mistakes| mistakes.to_string())?;
        Ok((settings.acme.clone(), settings.sites[0].tls.clone()))
    }

    const HOSTS: &str = "[\"www.example.go.kr\", \"example.go.kr:8443\"]";
    const TLS: &str = "{ acme = \"admin@example.go.kr\" }";
    const REDIRECT: &str = "redirect = [\"127.0.0.1:80\"]";

    #[test]
    fn it_is_read() {
        let (acme, tls) = told(TLS, REDIRECT, HOSTS, "").expect("settings");
        assert_eq!(acme, Acme::default());
        let file = "/var/lib/garim/acme/www.example.go.kr.pem".into();
        assert_eq!(tls, Certificate::Acme { contact: "admin@example.go.kr".to_owned(), file });
        let top = "[acme]\ndirectory = \"https://ca.example.go.kr:14000/dir\"\nca = \"ca.pem\"\n[state]\ndir = \"s\"";
        let (acme, tls) = told(TLS, REDIRECT, "[\"a.kr:8443\"]", top).expect("settings");
        let expected = Acme { directory: "https://ca.example.go.kr:14000/dir".to_owned(), ca: Some("ca.pem".into()) };
        assert_eq!(acme, expected);
        let file = "s/acme/a.kr_8443.pem".into();
        assert_eq!(tls, Certificate::Acme { contact: "admin@example.go.kr".to_owned(), file });
    }

    #[test]
    fn where_it_cannot_work_that_is_said() {
        for (tls, server, hosts, top, said) in [
            (TLS, "", HOSTS, "", "g.toml:6:16: certificates by ACME need a listener in redirect of [server]"),
            (TLS, REDIRECT, "[\"*\"]", "", "g.toml:6:16: ACME gives no certificate for \"*\""),
            (TLS, REDIRECT, "[\"10.0.0.1\"]", "", "ACME gives no certificate for \"10.0.0.1\""),
            (TLS, REDIRECT, "[\"a.kr\", \"[::1]:8443\"]", "", "ACME gives no certificate for \"[::1]:8443\""),
            (TLS, REDIRECT, "[\"my_host.kr\"]", "", "ACME gives no certificate for \"my_host.kr\""),
            ("{ acme = \"admin\" }", REDIRECT, HOSTS, "", "g.toml:6:16: \"acme\" in tls of [[site]] is \"admin\""),
            ("{ acme = true }", REDIRECT, HOSTS, "", "\"acme\" in tls of [[site]] is a boolean"),
            ("{ acme = \"a@b.kr\", cert = \"a\" }", REDIRECT, HOSTS, "", "unknown key \"cert\" in tls of [[site]]"),
            (
                TLS,
                REDIRECT,
                HOSTS,
                "[acme]\ndirectory = \"http://ca/dir\"",
                "\"directory\" in [acme] is \"http://ca/dir\"",
            ),
            (TLS, REDIRECT, HOSTS, "[acme]\ndirectory = \"https://ca/d#x\"", "\"directory\" in [acme]"),
            (TLS, REDIRECT, HOSTS, "[acme]\ndirectoy = \"https://ca/d\"", "did you mean \"directory\"?"),
        ] {
            let mistakes = told(tls, server, hosts, top).expect_err("a mistake");
            assert!(mistakes.contains(said), "{said} is not in {mistakes}");
        }
    }
}
