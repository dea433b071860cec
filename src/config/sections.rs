//! The sections about the process as a whole: `[server]`, `[limits]`, `[state]`, `[operations]`.

use super::alert::{AlertSettings, CopyTo};
use super::names::later;
use super::reader::{Table, Value};
use super::settings::{Documents, JournalSettings, Keep, Limits, Network, Seal, Server, State};
use super::{expected, quantity, words};
use crate::audit::Fsync;
use crate::extract::Limits as ExtractLimits;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const TIB: u64 = 1 << 40;
const MS: Duration = Duration::from_millis(1);
const HOUR: Duration = Duration::from_secs(3_600);
const YEAR: Duration = Duration::from_secs(31_536_000);

/// Whether connections have to say whose they are.
const PROXY_PROTOCOL: &[(&str, bool)] = &[("off", false), ("require", true)];

/// The addresses that are listened on so far, with their lines, to find those that are listened on twice.
#[derive(Default)]
pub(super) struct Taken(Vec<(SocketAddr, usize)>);

impl Taken {
    fn addresses(&mut self, values: &[Value<'_>]) -> Vec<SocketAddr> {
        values.iter().filter_map(|value| self.address(value)).collect()
    }

    pub(super) fn address(&mut self, value: &Value<'_>) -> Option<SocketAddr> {
        let address = value.address()?;
        match self.0.iter().find(|(other, _)| clash(*other, address)) {
            Some((_, line)) => value.wrong(words::listen_twice(&address.to_string(), *line)),
            None => self.0.push((address, value.book.line(&value.span))),
        }
        Some(address)
    }

    /// Whether something connecting to this address would reach garim itself. `localhost` is the only name known.
    pub(super) fn reaches(&self, host: &str, port: u16) -> bool {
        let host = if host == "localhost" { "127.0.0.1" } else { host };
        let Ok(ip) = host.parse::<IpAddr>() else { return false };
        let own = |address: &SocketAddr| {
            address.ip() == ip || (address.ip().is_unspecified() && (ip.is_loopback() || ip.is_unspecified()))
        };
        self.0.iter().any(|(address, _)| address.port() == port && own(address))
    }
}

pub(super) fn server(root: &Table<'_>, taken: &mut Taken) -> Option<Server> {
    let table = root.need("server", expected::SERVER)?.table("[server]".to_owned())?;
    let listen = table.need("listen", expected::ADDRESSES);
    let listen = listen.map(|value| value.filled(expected::ADDRESSES)).unwrap_or_default();
    let server = Server {
        listen: taken.addresses(&listen),
        redirect: taken.addresses(&table.list("redirect", expected::ADDRESSES)),
        redirect_port: redirect_port(&table),
        proxy_protocol: table.choice("proxy_protocol", PROXY_PROTOCOL).unwrap_or_default(),
        trusted_proxies: table.list("trusted_proxies", expected::NETWORK).iter().filter_map(network).collect(),
        drain: table.duration("drain", Duration::from_secs(30), Duration::ZERO..=HOUR),
    };
    table.finish(later::SERVER);
    Some(server)
}

fn redirect_port(table: &Table<'_>) -> Option<u16> {
    let value = table.get("redirect_port")?;
    if !table.has("redirect") {
        value.book.doubtful(&value.span, words::port_without_redirect());
    }
    value.number(1..=u64::from(u16::MAX)).and_then(|port| u16::try_from(port).ok())
}

/// A network in CIDR form, host bits zero.
pub(super) fn network(value: &Value<'_>) -> Option<Network> {
    let text = value.text(expected::NETWORK)?;
    let Some(network) = parse_network(text) else {
        value.wrong_value(expected::NETWORK, None);
        return None;
    };
    let zeroed = host_bits_zero(network);
    if zeroed != network.address {
        value.wrong_value(expected::NETWORK, Some(&format!("{zeroed}/{}", network.prefix)));
    }
    Some(network)
}

fn parse_network(text: &str) -> Option<Network> {
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix)),
        None => (text, None),
    };
    let address: IpAddr = address.parse().ok()?;
    let longest = if address.is_ipv4() { 32 } else { 128 };
    let prefix = match prefix {
        Some(prefix) if prefix.bytes().all(|byte| byte.is_ascii_digit()) => prefix.parse().ok()?,
        Some(_) => return None,
        None => longest,
    };
    (prefix <= longest).then_some(Network { address, prefix })
}

fn host_bits_zero(network: Network) -> IpAddr {
    match network.address {
        IpAddr::V4(address) => {
            let kept = u32::MAX.checked_shl(32 - u32::from(network.prefix.min(32))).unwrap_or(0);
            IpAddr::V4((u32::from(address) & kept).into())
        }
        IpAddr::V6(address) => {
            let kept = u128::MAX.checked_shl(128 - u32::from(network.prefix.min(128))).unwrap_or(0);
            IpAddr::V6((u128::from(address) & kept).into())
        }
    }
}

pub(super) fn limits(root: &Table<'_>) -> Limits {
    let default = Limits::default();
    let Some(table) = root.table("limits", "[limits]") else { return default };
    let time = |key, default| table.duration(key, default, 10 * MS..=HOUR);
    let limits = Limits {
        // hyper's buffer for a head has to be 8 KiB at the least.
        header_bytes: table.size("header_bytes", default.header_bytes, 8 * KIB..=MIB),
        header_count: table.number("header_count", default.header_count, 16..=10_000),
        body_bytes: table.size("body_bytes", default.body_bytes, KIB..=TIB),
        memory_per_body: table.size("memory_per_body", default.memory_per_body, 4 * KIB..=1024 * MIB),
        remembered_bytes: table.size("remembered_bytes", default.remembered_bytes, 0..=1024 * MIB),
        memory_bytes: table.size("memory_bytes", default.memory_bytes, 64 * KIB..=TIB),
        spool_bytes: table.size("spool_bytes", default.spool_bytes, 0..=1024 * TIB),
        discard_bytes: table.size("discard_bytes", default.discard_bytes, 0..=TIB),
        header_timeout: time("header_timeout", default.header_timeout),
        idle_timeout: time("idle_timeout", default.idle_timeout),
        handshake_timeout: time("handshake_timeout", default.handshake_timeout),
        body_min_rate: rate(&table, default.body_min_rate, 1..=1024 * MIB),
        connect_timeout: time("connect_timeout", default.connect_timeout),
        response_timeout: time("response_timeout", default.response_timeout),
        connections: table.number("connections", default.connections, 1..=1_000_000),
        streams: table.number("streams", default.streams, 1..=1_000),
        form_parts: table.number("form_parts", default.form_parts, 1..=100_000),
        findings: table.number("findings", default.findings, 1..=1_000_000),
        decoded_bytes: table.size("decoded_bytes", default.decoded_bytes, KIB..=TIB),
        decoded_ratio: table.number("decoded_ratio", default.decoded_ratio, 10..=100_000),
    };
    contradictions(&table, &limits);
    // They are read with [documents].
    OF_FILES.iter().for_each(|(key, _)| drop(table.get(key)));
    table.finish(&[]);
    limits
}

fn rate(table: &Table<'_>, default: u64, range: RangeInclusive<u64>) -> u64 {
    table.get("body_min_rate").and_then(|value| value.rate(range)).unwrap_or(default)
}

/// Ceilings of one file that may stand among all others too: how they are called there, and in `[documents]`.
const OF_FILES: [(&str, &str); 5] = [
    ("inspect_time", "soft_timeout"),
    ("archive_depth", "depth"),
    ("archive_entries", "entries"),
    ("archive_bytes", "unpacked_bytes"),
    ("archive_ratio", "ratio"),
];

/// Those of them that stand in `[limits]`.
fn of_files(table: &Table<'_>, default: Documents) -> Documents {
    let second = Duration::from_secs(1);
    let of = default.limits;
    let soft_timeout = table.duration("inspect_time", default.soft_timeout, second..=HOUR);
    Documents {
        soft_timeout,
        // What a worker has by then it needs a moment to tell.
        hard_timeout: default.hard_timeout.max(soft_timeout.saturating_add(10 * second)),
        limits: ExtractLimits {
            depth: table.number("archive_depth", of.depth, 1..=64),
            entries: table.number("archive_entries", of.entries, 10..=10_000_000),
            unpacked_bytes: table.size("archive_bytes", of.unpacked_bytes, MIB..=TIB),
            ratio: table.number("archive_ratio", of.ratio, 10..=100_000),
            ..of
        },
        ..default
    }
}

/// `[documents]`, and what of it stands in `[limits]`.
pub(super) fn documents(root: &Table<'_>) -> Documents {
    let default = Documents::default();
    let table = root.table("documents", "[documents]");
    // A [limits] that is no table is told by who reads it as a whole.
    let limits = root.get("limits").filter(Value::is_table).and_then(|value| value.table("[limits]".to_owned()));
    for (key, own) in OF_FILES {
        if let Some(limits) = limits.as_ref().filter(|limits| limits.has(key))
            && table.as_ref().is_some_and(|table| table.has(own))
        {
            limits.book.wrong(&limits.place_of(key), words::said_twice(key, &format!("{own} of [documents]")));
        }
    }
    let default = match &limits {
        Some(limits) => of_files(limits, default),
        None => default,
    };
    let Some(table) = table else { return default };
    let second = Duration::from_secs(1);
    let of = default.limits;
    let documents = Documents {
        workers: table.number("workers", default.workers, 0..=64),
        worker_memory: table.size("worker_memory", default.worker_memory, 128 * MIB..=TIB),
        file_bytes: table.size("file_bytes", default.file_bytes, KIB..=TIB),
        soft_timeout: table.duration("soft_timeout", default.soft_timeout, second..=HOUR),
        hard_timeout: table.duration("hard_timeout", default.hard_timeout, second..=HOUR),
        limits: ExtractLimits {
            unpacked_bytes: table.size("unpacked_bytes", of.unpacked_bytes, MIB..=TIB),
            part_bytes: table.size("part_bytes", of.part_bytes, MIB..=TIB),
            ratio: table.number("ratio", of.ratio, 10..=100_000),
            entries: table.number("entries", of.entries, 10..=10_000_000),
            depth: table.number("depth", of.depth, 1..=64),
            cells: table.number("cells", of.cells, 1_000..=1_000_000_000),
            pages: table.number("pages", of.pages, 1..=1_000_000),
            text_bytes: table.size("text_bytes", of.text_bytes, MIB..=TIB),
            ..of
        },
        program: default.program,
    };
    table.finish(&[]);
    documents
}

/// Ceilings that cannot hold together.
fn contradictions(table: &Table<'_>, limits: &Limits) {
    let bytes = |size: usize| u64::try_from(size).unwrap_or(u64::MAX);
    let per_body = bytes(limits.memory_per_body);
    let kept = limits.spool_bytes.saturating_add(per_body);
    let pairs = [
        ("memory_per_body", per_body, "memory_bytes", limits.memory_bytes),
        ("header_bytes", bytes(limits.header_bytes), "memory_bytes", limits.memory_bytes),
        // A body is kept back until its verdict, so that one which cannot be kept can never pass.
        ("body_bytes", limits.body_bytes, "spool_bytes", kept),
    ];
    for (lesser, value, greater, limit) in pairs {
        if value > limit {
            let span = if table.has(lesser) { table.place_of(lesser) } else { table.place_of(greater) };
            let (value, limit) = (quantity::show_size(value), quantity::show_size(limit));
            table.book.wrong(&span, words::more_than(lesser, &value, greater, &limit));
        }
    }
}

pub(super) fn state(root: &Table<'_>, alert: &AlertSettings) -> State {
    let table = root.table("state", "[state]");
    let dir = table.as_ref().and_then(|table| table.get("dir")).and_then(|value| value.path(expected::FOLDER));
    let key_file = table.as_ref().and_then(|table| table.get("key_file")).and_then(|value| value.key_file());
    let mut journal = JournalSettings::default();
    let (mut database, mut keep) = (None, Keep::default());
    if let Some(table) = table {
        database = table.get("database").and_then(|value| value.text(expected::DATABASE)).map(str::to_owned);
        journal.seal_to = table.get("seal_to").and_then(|value| {
            let path = value.path(expected::FILE)?;
            let there = path.parent().is_none_or(|folder| folder.as_os_str().is_empty() || folder.is_dir());
            if table.book.looks_at_files() && !there {
                table.book.doubtful(&table.place_of("seal_to"), words::no_folder_for_seals(&path));
            }
            Some(path)
        });
        if let Some(table) = table.table("keep", "keep of [state]") {
            keep = kept(table, &mut journal);
        }
        table.finish(later::STATE);
    }
    own_journal(root, alert, &mut journal);
    State {
        dir: dir.unwrap_or_else(|| PathBuf::from("/var/lib/garim")),
        key_file,
        journal,
        database: database.filter(|database| database != "sqlite"),
        keep,
    }
}

/// `keep` of `[state]`; what is less than the law asks for is doubted.
fn kept(table: Table<'_>, journal: &mut JournalSettings) -> Keep {
    let (default, range) = (Keep::default(), 24 * HOUR..=100 * YEAR);
    journal.keep = table.duration("access", journal.keep, range.clone());
    let keep = Keep {
        incidents: table.duration("incidents", default.incidents, range.clone()),
        grants: table.duration("grants", default.grants, range),
    };
    if journal.keep < YEAR {
        table.book.doubtful(&table.place_of("access"), words::kept_too_short());
    } else if journal.keep < 2 * YEAR {
        table.book.doubtful(&table.place_of("access"), words::kept_for_few());
    }
    if keep.grants < default.grants {
        table.book.doubtful(&table.place_of("grants"), words::grants_too_short());
    }
    table.finish(&[]);
    keep
}

/// `[journal]`.
fn own_journal(root: &Table<'_>, alert: &AlertSettings, journal: &mut JournalSettings) {
    let Some(table) = root.table("journal", "[journal]") else { return };
    journal.node = table.get("node").and_then(|value| value.text(expected::TEXT)).map(str::to_owned);
    journal.refuses = table.choice("when_broken", &[("refuse", true), ("pass", false)]).unwrap_or(true);
    journal.fsync = match table.get("fsync") {
        None => Fsync::Posts,
        Some(value) => match value.as_text() {
            Some("posts") => Fsync::Posts,
            Some("each") => Fsync::Each,
            Some("never") => Fsync::Never,
            _ => value.duration(10 * MS..=HOUR).map_or(Fsync::Posts, Fsync::Every),
        },
    };
    for value in table.list("copies", expected::COPIES) {
        let Some(way) = value.choice(CopyTo::CHOICES) else { continue };
        let there = match way {
            CopyTo::Webhook => alert.webhook.is_some(),
            CopyTo::Syslog => alert.syslog.is_some(),
        };
        match there {
            true => journal.copies.push(way),
            false => value.wrong(words::no_way_for_copies(way.name())),
        }
    }
    table.finish(&[]);
}

pub(super) fn seal(root: &Table<'_>) -> Seal {
    let default = 12 * HOUR;
    let Some(table) = root.table("seal", "[seal]") else { return Seal { max_age: default } };
    let seal = Seal { max_age: table.duration("max_age", default, Duration::from_secs(60)..=24 * 30 * HOUR) };
    table.finish(&[]);
    seal
}

pub(super) fn operations(root: &Table<'_>, taken: &mut Taken) -> Option<SocketAddr> {
    let table = root.table("operations", "[operations]")?;
    let listen = table.need("listen", expected::ADDRESS).and_then(|value| taken.address(&value));
    table.finish(&[]);
    listen
}

/// Whether two listeners cannot both be bound: `0.0.0.0` takes a port on every IPv4 address. Port 0 is any free port.
fn clash(one: SocketAddr, other: SocketAddr) -> bool {
    let same_family = one.is_ipv4() == other.is_ipv4();
    let covers = one.ip() == other.ip() || one.ip().is_unspecified() || other.ip().is_unspecified();
    one.port() == other.port() && one.port() != 0 && same_family && covers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_read_strictly() {
        let network = |text: &str| parse_network(text).map(|network| (network.address.to_string(), network.prefix));
        assert_eq!(network("10.0.0.0/8"), Some(("10.0.0.0".into(), 8)));
        assert_eq!(network("192.168.0.7"), Some(("192.168.0.7".into(), 32)));
        assert_eq!(network("fd00::/8"), Some(("fd00::".into(), 8)));
        for text in ["10.0.0.0/33", "10.0.0/8", "10.0.0.0/", "10.0.0.0/+8", "fd00::/129", "host", ""] {
            assert_eq!(network(text), None, "{text}");
        }
    }

    #[test]
    fn host_bits_are_cleared() {
        let cleared = |text: &str| parse_network(text).map(|network| host_bits_zero(network).to_string());
        assert_eq!(cleared("10.1.2.3/16").as_deref(), Some("10.1.0.0"));
        assert_eq!(cleared("10.1.2.3/0").as_deref(), Some("0.0.0.0"));
        assert_eq!(cleared("fd00:1::1/16").as_deref(), Some("fd00::"));
    }
}
