//! `[alert]`: who is told when something happens, how often, and from when on a breach report is suggested.

use super::reader::{Table, Value};
use super::{expected, hosts, quantity, words};
use lettre::Address;
use std::path::PathBuf;
use std::time::Duration;

/// `[alert]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertSettings {
    /// Where JSON is posted to.
    pub webhook: Option<Webhook>,
    /// Mail.
    pub mail: Option<Mail>,
    /// A collector of logs.
    pub syslog: Option<Syslog>,
    /// A PEM file of the authorities to believe instead of the system's, on every way that speaks TLS.
    pub ca: Option<PathBuf>,
    /// What is told.
    pub on: Vec<AlertEvent>,
    /// After a message, what happens of the same kind on the same site by the same rule within so long is one message.
    pub together: Duration,
    /// How many messages at most.
    pub at_most: Often,
    /// For one attempt.
    pub timeout: Duration,
    /// For how long one message is tried again.
    pub retry_for: Duration,
    /// From how many refused exchanges of one site on it is told that they are many.
    pub blocked: Often,
    /// From when on what went through is told, and a report suggested.
    pub breach: Thresholds,
}

/// By which way copies of the journal's seals go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyTo {
    /// The webhook of `[alert]`.
    Webhook,
    /// The collector of `[alert]`.
    Syslog,
}

impl CopyTo {
    pub(super) const CHOICES: &[(&str, CopyTo)] = &[("webhook", CopyTo::Webhook), ("syslog", CopyTo::Syslog)];

    /// The key of the way in `[alert]`.
    pub const fn name(self) -> &'static str {
        match self {
            CopyTo::Webhook => "webhook",
            CopyTo::Syslog => "syslog",
        }
    }
}

impl Default for AlertSettings {
    fn default() -> AlertSettings {
        AlertSettings {
            webhook: None,
            mail: None,
            syslog: None,
            ca: None,
            on: AlertEvent::CHOICES.iter().map(|(_, event)| *event).filter(|on| *on != AlertEvent::Blocked).collect(),
            together: Duration::from_secs(60),
            at_most: Often { count: 10, per: Duration::from_secs(3_600) },
            timeout: Duration::from_secs(10),
            retry_for: Duration::from_secs(600),
            blocked: Often { count: 20, per: Duration::from_secs(600) },
            breach: Thresholds::default(),
        }
    }
}

impl AlertSettings {
    /// Whether there is a way at all.
    pub fn is_any(&self) -> bool {
        self.webhook.is_some() || self.mail.is_some() || self.syslog.is_some()
    }

    /// Whether anybody is told of this.
    pub fn tells(&self, event: AlertEvent) -> bool {
        self.is_any() && self.on.contains(&event)
    }
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AlertEvent {
    /// Personal data was refused, many times within a time on one site.
    Blocked,
    /// Personal data that reaches a threshold went through unmasked: it was seen, or it was posted.
    Leaked,
    /// Somebody has seen or posted more of it within a time than a window allows. What was counted went through.
    Window,
    /// The audit journal cannot be written, or can again.
    Journal,
    /// A process in which files are opened came to its end.
    Worker,
    /// Nothing: `garim alert test`.
    Test,
}

impl AlertEvent {
    /// Those that `on` may name.
    pub(super) const CHOICES: &'static [(&'static str, AlertEvent)] = &[
        ("blocked", AlertEvent::Blocked),
        ("leaked", AlertEvent::Leaked),
        ("window", AlertEvent::Window),
        ("journal", AlertEvent::Journal),
        ("worker", AlertEvent::Worker),
    ];

    /// The word in settings and in messages for programs.
    pub fn name(self) -> &'static str {
        AlertEvent::CHOICES.iter().find(|(_, event)| *event == self).map_or("test", |(name, _)| *name)
    }
}

/// So many within so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Often {
    /// How many; at least 1.
    pub count: usize,
    /// Within how long.
    pub per: Duration,
}

/// A machine and a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// Its name or address, in lower case; an IPv6 address without its brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
}

/// `webhook`.
#[derive(Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Whether by HTTPS.
    pub tls: bool,
    /// Where.
    pub to: Peer,
    /// Path and query: often the secret of the hook, so it is neither shown nor recorded.
    pub target: String,
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Webhook").field("tls", &self.tls).field("to", &self.to).finish_non_exhaustive()
    }
}

/// `mail`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The mail server.
    pub to: Peer,
    /// How it is spoken to.
    pub tls: MailTls,
    /// The name to log in with, and a file whose first line is the password.
    pub login: Option<(String, PathBuf)>,
    /// Of whom it comes.
    pub from: Address,
    /// Who gets it; at least one.
    pub recipients: Vec<Address>,
}

/// Whether mail is sent through TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailTls {
    /// From the first byte on (`smtps://`).
    Always,
    /// By STARTTLS, or not at all.
    Required,
    /// By STARTTLS where the server has it.
    IfOffered,
    /// Never.
    Never,
}

/// `syslog`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Syslog {
    /// The collector.
    pub to: Peer,
    /// How it is reached.
    pub over: Transport,
    /// What is written.
    pub format: Format,
    /// How one message is told from the next, over TCP and TLS.
    pub framing: Framing,
}

/// A transport of syslog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// RFC 5426: nobody says whether it arrived.
    Udp,
    /// RFC 6587.
    Tcp,
    /// RFC 5425.
    Tls,
}

/// A format of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// RFC 5424.
    Rfc5424,
    /// ArcSight's Common Event Format.
    Cef,
}

/// How messages follow each other in a stream (RFC 6587, section 3.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// The length before each.
    OctetCounting,
    /// A line feed behind each.
    Newline,
}

/// `[alert.breach]`: from when on a report to the Personal Information Protection Commission is suggested (Enforcement
/// Decree of the Personal Information Protection Act, article 40); 0 never suggests it by that measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thresholds {
    /// People concerned.
    pub people: u64,
    /// Unique identifiers (고유식별정보).
    pub unique_identifiers: u64,
    /// Lists with sensitive data (민감정보).
    pub sensitive: u64,
}

impl Default for Thresholds {
    fn default() -> Thresholds {
        Thresholds { people: 1_000, unique_identifiers: 1, sensitive: 1 }
    }
}

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3_600);

pub(super) fn alert(root: &Table<'_>) -> AlertSettings {
    let default = AlertSettings::default();
    let Some(table) = root.table("alert", "[alert]") else { return default };
    let webhook = table.get("webhook");
    let mail = table.table("mail", "mail of [alert]");
    let syslog = table.table("syslog", "syslog of [alert]");
    if webhook.is_none() && mail.is_none() && syslog.is_none() && !["mail", "syslog"].iter().any(|key| table.has(key)) {
        table.book.wrong(&table.span, words::nobody_to_alert());
    }
    let on: Vec<AlertEvent> = match table.get("on") {
        None => default.on,
        Some(on) => on.filled(expected::EVENTS).iter().filter_map(|value| value.choice(AlertEvent::CHOICES)).collect(),
    };
    let blocked = table.get("blocked");
    if let Some(value) = blocked.as_ref().filter(|_| !on.contains(&AlertEvent::Blocked)) {
        value.wrong(words::blocked_untold());
    }
    let settings = AlertSettings {
        webhook: webhook.and_then(|value| self::webhook(&value)),
        mail: mail.and_then(self::mail),
        syslog: syslog.and_then(self::syslog),
        ca: table.get("ca").and_then(|value| value.file()),
        on,
        together: table.duration("together", default.together, SECOND..=HOUR),
        at_most: table.get("at_most").and_then(|value| often(&value)).unwrap_or(default.at_most),
        timeout: table.duration("timeout", default.timeout, SECOND / 10..=60 * SECOND),
        retry_for: table.duration("retry_for", default.retry_for, Duration::ZERO..=24 * HOUR),
        blocked: blocked.as_ref().and_then(often).unwrap_or(default.blocked),
        breach: thresholds(&table),
    };
    table.finish(&[]);
    settings
}

fn thresholds(table: &Table<'_>) -> Thresholds {
    let default = Thresholds::default();
    let Some(table) = table.table("breach", "[alert.breach]") else { return default };
    let read = |key, default| table.number(key, default, 0..=1_000_000_000);
    let thresholds = Thresholds {
        people: read("people", default.people),
        unique_identifiers: read("unique_identifiers", default.unique_identifiers),
        sensitive: read("sensitive", default.sensitive),
    };
    table.finish(&[]);
    thresholds
}

/// `10 per 1h`.
fn often(value: &Value<'_>) -> Option<Often> {
    let text = value.text(expected::OFTEN)?;
    let read = || {
        let (count, per) = text.split_once(" per ")?;
        let count = count.trim();
        let count = count.parse().ok().filter(|_| count.bytes().all(|byte| byte.is_ascii_digit()))?;
        let often = Often { count, per: quantity::duration(per)? };
        ((1..=1_000).contains(&often.count) && (SECOND..=24 * HOUR).contains(&often.per)).then_some(often)
    };
    let often = read();
    if often.is_none() {
        value.wrong_value(expected::OFTEN, None);
    }
    often
}

/// The scheme and the machine of a URL without a path; `None` for an unknown scheme.
fn peer<T: Copy>(text: &str, schemes: &[(&'static str, u16, T)]) -> Option<(T, Peer)> {
    let names: Vec<(&str, u16)> = schemes.iter().map(|(name, port, _)| (*name, *port)).collect();
    let (scheme, host, port) = hosts::url(text, &names)?;
    let (_, _, meant) = schemes.iter().find(|(name, ..)| *name == scheme)?;
    Some((*meant, Peer { host, port }))
}

fn webhook(value: &Value<'_>) -> Option<Webhook> {
    let text = value.text(expected::WEBHOOK)?;
    let read = || {
        let (scheme, rest) = text.split_once("://")?;
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at_checked(end)?;
        let (tls, to) = peer(&format!("{scheme}://{authority}"), &[("https", 443_u16, true), ("http", 80_u16, false)])?;
        let target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
        let plain = target.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#');
        (plain && target.parse::<http::uri::PathAndQuery>().is_ok()).then_some(Webhook { tls, to, target })
    };
    let webhook = read();
    if webhook.is_none() {
        // The text may hold a secret: it is not told.
        value.wrong(words::no_webhook());
    }
    webhook
}

fn mail(table: Table<'_>) -> Option<Mail> {
    let server = table.need("smtp", expected::SMTP).and_then(|value| {
        let read = peer(value.text(expected::SMTP)?, &[("smtp", 25, false), ("smtps", 465, true)]);
        if read.is_none() {
            value.wrong_value(expected::SMTP, None);
        }
        read
    });
    let from = table.need("from", expected::MAILBOX).and_then(|value| mailbox(&value));
    let to = table.need("to", expected::MAILBOXES).map(|value| value.filled(expected::MAILBOXES)).unwrap_or_default();
    let recipients: Vec<Address> = to.iter().filter_map(mailbox).collect();
    let starttls = table.choice("starttls", STARTTLS);
    let login = login(&table);
    let span = table.place_of("starttls");
    let book = table.book;
    table.finish(&[]);
    let (wrapped, to) = server?;
    let tls = match (wrapped, starttls, &login) {
        (true, ..) => MailTls::Always,
        (false, Some(chosen), None) => chosen,
        (false, None, None) => MailTls::IfOffered,
        (false, None | Some(MailTls::Required), Some(_)) => MailTls::Required,
        (false, Some(_), Some(_)) => {
            book.wrong(&span, words::password_in_the_clear());
            MailTls::Required
        }
    };
    (!recipients.is_empty()).then_some(())?;
    Some(Mail { to, tls, login, from: from?, recipients })
}

const STARTTLS: &[(&str, MailTls)] =
    &[("required", MailTls::Required), ("if-offered", MailTls::IfOffered), ("never", MailTls::Never)];

fn login(table: &Table<'_>) -> Option<(String, PathBuf)> {
    let user = table.get("user").and_then(|value| value.text(expected::TEXT).map(str::to_owned));
    let file = table.get("password_file").and_then(|value| value.file());
    match (table.has("user"), table.has("password_file")) {
        (true, false) => drop(table.need("password_file", expected::FILE)),
        (false, true) => drop(table.need("user", expected::TEXT)),
        _ => {}
    }
    Some((user?, file?))
}

/// An address of plain letters: servers need no extension for it.
fn mailbox(value: &Value<'_>) -> Option<Address> {
    let text = value.text(expected::MAILBOX)?;
    let address = text.parse::<Address>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_graphic()));
    if address.is_none() {
        value.wrong_value(expected::MAILBOX, None);
    }
    address
}

fn syslog(table: Table<'_>) -> Option<Syslog> {
    let to = table.need("to", expected::SYSLOG).and_then(|value| {
        let schemes = [("udp", 514, Transport::Udp), ("tcp", 514, Transport::Tcp), ("tls", 6_514, Transport::Tls)];
        let read = peer(value.text(expected::SYSLOG)?, &schemes);
        if read.is_none() {
            value.wrong_value(expected::SYSLOG, None);
        }
        read
    });
    let format = table.choice("format", &[("rfc5424", Format::Rfc5424), ("cef", Format::Cef)]);
    let framing = table.choice("framing", &[("octet-counting", Framing::OctetCounting), ("newline", Framing::Newline)]);
    table.finish(&[]);
    let (over, to) = to?;
    let (format, framing) = (format.unwrap_or(Format::Rfc5424), framing.unwrap_or(Framing::OctetCounting));
    Some(Syslog { to, over, format, framing })
}
