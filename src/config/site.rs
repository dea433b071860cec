//! `[[site]]`: the sites in front of which garim stands.

use super::acme::{self, Ground};
use super::hosts::{self, WrongHost};
use super::identity::{self, Identity};
use super::names::nearest;
use super::reader::{Table, Value};
use super::rules::Policies;
use super::sections::Taken;
use super::servers::{self, Upstreams};
use super::settings::{Certificate, ClientCa, Contact, Hygiene, Language, Naming, Pages, SessionCookie, Site};
use super::templates::{self, Template, Templates};
use super::{expected, hygiene, words};
use crate::inspect::Detectors;
use crate::inspect::allow::AllowList;
use crate::policy::Mode;
use crate::text::Charset;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The modes as a file writes them.
pub(super) const MODES: &[(&str, Mode)] =
    &[(Mode::Observe.name(), Mode::Observe), (Mode::Enforce.name(), Mode::Enforce)];

const CHARSETS: &[(&str, Option<Charset>)] =
    &[("auto", None), ("euc-kr", Some(Charset::Cp949)), ("utf-8", Some(Charset::Utf8))];

const LANGUAGES: &[(&str, Language)] = &[("ko", Language::Korean), ("en", Language::English)];

/// The sites, before their policies are known.
pub(super) struct Drafts<'a> {
    list: Vec<Draft<'a>>,
    /// The name of the site and the line of each host.
    hosts: BTreeMap<String, (String, usize)>,
    /// Whether any site takes certificates of clients.
    pub(super) ask_for_certificates: bool,
}

struct Draft<'a> {
    policy: Option<Value<'a>>,
    site: Option<Unruled>,
}

/// A site without its policy.
struct Unruled {
    hosts: Vec<String>,
    tls: Certificate,
    tls_place: String,
    client_ca: Option<ClientCa>,
    upstream: Upstreams,
    charset: Option<Charset>,
    mode: Option<Mode>,
    session_cookie: SessionCookie,
    login_path: Option<String>,
    naming: Option<Arc<Naming>>,
    pages: Pages,
    hygiene: Hygiene,
}

impl Drafts<'_> {
    /// The name of the site that has this host.
    pub(super) fn site_of(&self, host: &str) -> Option<&str> {
        self.hosts.get(host).map(|(site, _)| site.as_str())
    }

    /// The nearest host of any site.
    pub(super) fn near(&self, host: &str) -> Option<&str> {
        nearest(host, self.hosts.keys().map(String::as_str))
    }
}

pub(super) fn drafts<'a>(root: &Table<'a>, taken: &Taken, ground: Ground<'_>) -> Drafts<'a> {
    let mut drafts = Drafts { list: Vec::new(), hosts: BTreeMap::new(), ask_for_certificates: false };
    let tables = root.need("site", expected::SITE).map(|value| value.tables("[[site]]")).unwrap_or_default();
    for table in tables {
        drafts.ask_for_certificates |= table.has("client_ca");
        let hosts = read_hosts(&table, &mut drafts.hosts);
        let policy = table.need("policy", expected::POLICY);
        let site = unruled(&table, hosts, taken, ground);
        table.finish(&[]);
        drafts.list.push(Draft { policy, site });
    }
    drafts
}

/// What is found and what is left alone beyond what every garim does.
#[derive(Clone, Copy)]
pub(super) struct Looks<'a> {
    pub(super) detectors: &'a Option<Arc<Detectors>>,
    pub(super) allow: &'a AllowList,
}

/// Gives each site its policy, and what it looks for. `None` if there was a mistake.
pub(super) fn sites(
    root: &Table<'_>,
    drafts: Drafts<'_>,
    policies: &Policies<'_>,
    looks: Looks<'_>,
) -> Option<Vec<Arc<Site>>> {
    let mut used = Vec::new();
    let mut sites = Vec::new();
    for draft in drafts.list {
        let policy = draft.policy.and_then(|value| {
            let name = value.text(expected::POLICY)?;
            used.push(name);
            let found = policies.of(&value, name);
            if let (Some((_, windows)), Some(site)) = (&found, &draft.site) {
                identity::tell_unnamed(&value, windows, site.naming.is_some());
            }
            found
        });
        sites.push(draft.site.zip(policy).map(|(site, (policy, windows))| {
            let name = site.hosts.first().cloned().unwrap_or_default();
            let Unruled { hosts, tls, tls_place, upstream, charset, mode, pages, hygiene, .. } = site;
            let Unruled { session_cookie, login_path, naming, client_ca, .. } = site;
            let (detectors, allow) = (looks.detectors.clone(), looks.allow.of_site(&name).map(Arc::new));
            Arc::new(Site {
                name,
                hosts,
                tls,
                tls_place,
                client_ca,
                upstream,
                charset,
                policy,
                windows,
                mode,
                session_cookie,
                login_path,
                naming,
                pages,
                hygiene,
                detectors,
                allow,
            })
        }));
    }
    policies.tell_unused(root.book, &used);
    sites.into_iter().collect()
}

fn read_hosts(table: &Table<'_>, seen: &mut BTreeMap<String, (String, usize)>) -> Vec<String> {
    let listed = table.need("hosts", expected::HOSTS).map(|value| value.filled(expected::HOSTS)).unwrap_or_default();
    let mut hosts: Vec<String> = Vec::new();
    for value in listed {
        let Some(host) = host(&value) else { continue };
        if let Some((_, line)) = seen.get(host) {
            value.wrong(words::host_twice(host, *line));
            continue;
        }
        hosts.push(host.to_owned());
        let site = hosts.first().cloned().unwrap_or_default();
        seen.insert(host.to_owned(), (site, value.book.line(&value.span)));
    }
    hosts
}

fn host<'a>(value: &Value<'a>) -> Option<&'a str> {
    let host = value.text(expected::HOST)?;
    match hosts::site_host(host) {
        Ok(()) => return Some(host),
        Err(WrongHost::Malformed(near)) => value.wrong_value(expected::HOST, near.as_deref()),
        Err(WrongHost::Unicode(near)) => value.wrong_value(expected::ASCII_HOST, near.as_deref()),
    }
    None
}

fn unruled(table: &Table<'_>, hosts: Vec<String>, taken: &Taken, ground: Ground<'_>) -> Option<Unruled> {
    let tls = table.need("tls", expected::TLS);
    let tls_place = tls.as_ref().map(|value| value.book.place(&value.span)).unwrap_or_default();
    let tls = tls.and_then(|value| certificate(&value, &hosts, ground));
    let client_ca = table.get("client_ca").and_then(|value| client_ca(&value));
    let upstream = servers::upstreams(table, taken);
    let charset = table.choice("charset", CHARSETS).flatten();
    let mode = table.choice("mode", MODES);
    let Identity { session_cookie, login_path, naming } = identity::identity(table);
    let (pages, around) = pages(table);
    let hygiene = hygiene::hygiene(table, around);
    let (tls, upstream) = (tls?, upstream?);
    Some(Unruled {
        hosts,
        tls,
        tls_place,
        client_ca,
        upstream,
        charset,
        mode,
        session_cookie,
        login_path,
        naming,
        pages,
        hygiene,
    })
}

fn client_ca(value: &Value<'_>) -> Option<ClientCa> {
    let file = value.file()?;
    Some(ClientCa { file, place: value.book.place(&value.span) })
}

fn certificate(value: &Value<'_>, hosts: &[String], ground: Ground<'_>) -> Option<Certificate> {
    if let Some(text) = value.as_text() {
        if text == "self-signed" {
            return Some(Certificate::SelfSigned);
        }
        value.wrong_value(expected::TLS, nearest(text, ["self-signed"]));
        return None;
    }
    if !value.is_table() {
        value.wrong_type(expected::TLS);
        return None;
    }
    let table = value.table("tls of [[site]]".to_owned())?;
    let certificate = match () {
        () if table.has("acme") => acme::certificate(&table, hosts, ground),
        () if table.has("pfx") => pfx(&table),
        () if table.has("cert") || table.has("key") => pem(&table),
        () => none_of_them(&table),
    };
    table.finish(&[]);
    certificate
}

/// Which form was meant is not known: all are told, and all their keys.
fn none_of_them(table: &Table<'_>) -> Option<Certificate> {
    let _ = table.need("cert", expected::TLS);
    for key in ["key", "pfx", "acme"] {
        let _ = table.get(key);
    }
    None
}

fn pem(table: &Table<'_>) -> Option<Certificate> {
    let cert = table.need("cert", expected::FILE).and_then(|value| value.file());
    let key = table.need("key", expected::FILE).and_then(|value| value.file());
    Some(Certificate::Pem { cert: cert?, key: key? })
}

fn pfx(table: &Table<'_>) -> Option<Certificate> {
    let file = table.get("pfx")?.file();
    let password_file = table.get("password_file").map(|value| value.file());
    Some(Certificate::Pfx { file: file?, password_file: password_file.unwrap_or_default() })
}

/// What garim's own pages say and look like, and what its banner does.
fn pages(table: &Table<'_>) -> (Pages, Option<Arc<Template>>) {
    let (mut pages, mut around) = (Pages::default(), None);
    if let Some(table) = table.table("pages", "pages of [[site]]") {
        pages.language = table.choice("language", LANGUAGES).unwrap_or_default();
        let own = |key, form| table.get(key).and_then(|value| templates::page(&value, form));
        pages.templates = Templates {
            block: own("block", true),
            warn: own("warn", true),
            hold: own("hold", true),
            ask_reason: own("ask-reason", true),
            error: own("error", false),
        };
        around = table.get("banner").and_then(|value| templates::banner(&value));
        table.finish(&[]);
    }
    if let Some(table) = table.table("refusal", "refusal of [[site]]") {
        pages.block_status = table.get("status").and_then(|value| status(&value));
        pages.block_json = table.get("json").and_then(|value| json(&value));
        table.finish(&[]);
    }
    if let Some(table) = table.table("contact", "contact of [[site]]") {
        let [office, phone, mail, hours] = ["office", "phone", "mail", "hours"].map(|key| table.text(key));
        pages.contact = Contact { office, phone, mail, hours };
        table.finish(&[]);
    }
    (pages, around)
}

/// A refusal needs a status with a body that a browser shows or a script reads; scripts of old boards know only 200.
fn status(value: &Value<'_>) -> Option<u16> {
    let status = value.number(200..=599)?;
    let status = u16::try_from(status).ok().filter(|status| matches!(status, 200 | 400..=599));
    if status.is_none() {
        value.wrong_value(expected::STATUS, None);
    }
    status
}

fn json(value: &Value<'_>) -> Option<String> {
    let json = value.text(expected::JSON)?;
    let filled = json.replace("{message}", "m").replace("{id}", "i");
    if serde_json::from_str::<serde::de::IgnoredAny>(&filled).is_err() {
        value.wrong_value(expected::JSON, None);
        return None;
    }
    Some(json.to_owned())
}
