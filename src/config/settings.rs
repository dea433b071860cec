//! The settings after every check: types of their own, that hold only what makes sense.

mod who;

pub use who::{Attribute, AttributeType, ClientCa, Logout, Member, Naming, Role};

use super::alert::{AlertSettings, CopyTo};
use super::hold::Hold;
use super::servers::Upstreams;
use super::templates::{Template, Templates};
use super::windows::Beyond;
use crate::audit::Fsync;
use crate::inspect::Detectors;
use crate::inspect::allow::AllowList;
use crate::policy::{Find, Mode, Paths, Policy};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Everything a process needs to know.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Listeners and what is believed of who connects.
    pub server: Server,
    /// Every ceiling.
    pub limits: Limits,
    /// How files are opened.
    pub documents: Documents,
    /// Where state is kept.
    pub state: State,
    /// Sealed references.
    pub seal: Seal,
    /// The listener of `/metrics`, `/livez` and `/readyz`; `None` without one.
    pub operations: Option<SocketAddr>,
    /// Where certificates come from that garim gets by itself.
    pub acme: super::Acme,
    /// Who is told when something happens.
    pub alert: AlertSettings,
    /// The operator's own detectors.
    pub detectors: Option<Arc<Detectors>>,
    /// What is no finding.
    pub allow: AllowList,
    /// Posts that wait for approval.
    pub hold: Arc<Hold>,
    /// Where garim has its own login before the site.
    pub gates: Vec<super::Gate>,
    /// How garim's own accounts are guarded.
    pub accounts: super::Accounts,
    /// The console; `None` without one.
    pub console: Option<super::Console>,
    /// Who is asking, in the order of the file.
    pub roles: Vec<Role>,
    /// The sites, in the order of the file; the first one answers for clients that name no site, and only if its
    /// hosts hold `*`.
    pub sites: Vec<Arc<Site>>,
    /// The policies by name.
    pub policies: BTreeMap<String, Arc<Policy>>,
}

/// `[server]`.
#[derive(Debug, Clone)]
pub struct Server {
    /// TLS listeners.
    pub listen: Vec<SocketAddr>,
    /// Plain listeners that only redirect (308).
    pub redirect: Vec<SocketAddr>,
    /// The port that they send to, where it is not that of the first TLS listener.
    pub redirect_port: Option<u16>,
    /// Whether connections have to begin with a header of the PROXY protocol, which says whose they are.
    pub proxy_protocol: bool,
    /// Whose `X-Forwarded-For` and `Forwarded` are believed.
    pub trusted_proxies: Vec<Network>,
    /// How long a drain may take on SIGTERM.
    pub drain: Duration,
}

/// A network in CIDR form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    /// Its address, host bits zero.
    pub address: IpAddr,
    /// The length of its prefix in bits.
    pub prefix: u8,
}

impl Network {
    /// Whether the address lies in it. IPv4-mapped IPv6 addresses count as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.prefix.min(32))).unwrap_or(0);
                u32::from(network) & mask == u32::from(address) & mask
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.prefix.min(128))).unwrap_or(0);
                u128::from(network) & mask == u128::from(address) & mask
            }
            _ => false,
        }
    }
}

/// `[[policy.NAME.window]]`: a total over time.
#[derive(Debug, Clone)]
pub struct Window {
    /// By which it is known in the store: its policy and its name.
    pub key: String,
    /// Its name.
    pub name: Arc<str>,
    /// Whose total it is.
    pub per: Per,
    /// What is counted.
    pub find: Find,
    /// So many different values are within the limit.
    pub different: Option<u64>,
    /// So many bytes of answers with any of them.
    pub bytes: Option<u64>,
    /// Within this time.
    pub within: Duration,
    /// Only then: minutes of the day in Korea, from and to; it may go over midnight.
    pub hours: Option<(u16, u16)>,
    /// Not for these addresses.
    pub except: Vec<Network>,
    /// What becomes of an answer beyond the limit.
    pub action: Beyond,
}

/// Whose total it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Per {
    /// An address.
    Address,
    /// A session of the site; where there is none, the address.
    Session,
    /// An account of the site; of whoever has not signed in, the address.
    Account,
    /// Everybody of a role together.
    Role,
}

/// `[documents]`: documents, archives and other files are opened in processes of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Documents {
    /// How many files at a time; 0 opens none: then what is no text is `uninspectable:binary`.
    pub workers: usize,
    /// The address space of each worker, in bytes.
    pub worker_memory: u64,
    /// The largest file that is opened, in bytes; a larger one is `uninspectable:too-large`.
    pub file_bytes: u64,
    /// After so long a worker tells what it has, and that there may be more.
    pub soft_timeout: Duration,
    /// After so long it is killed.
    pub hard_timeout: Duration,
    /// The limits of one file with all files within it.
    pub limits: crate::extract::Limits,
    /// The program that is started as a worker: this one. Not of the file.
    pub program: PathBuf,
}

impl Default for Documents {
    fn default() -> Documents {
        Documents {
            workers: 2,
            worker_memory: 1 << 30,
            file_bytes: 50 << 20,
            soft_timeout: Duration::from_secs(10),
            hard_timeout: Duration::from_secs(30),
            limits: crate::extract::Limits::default(),
            program: PathBuf::from("/proc/self/exe"),
        }
    }
}

/// `[limits]`: every ceiling has a name here. Sizes are bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// One request's or response's head.
    pub header_bytes: usize,
    /// Fields in a head.
    pub header_count: usize,
    /// One body, to or from the site.
    pub body_bytes: u64,
    /// What is kept of one body in memory; beyond it an unnamed, encrypted spool file.
    pub memory_per_body: usize,
    /// What was found in answers that came is remembered in so many bytes of memory, so that the same answer need not be read
    /// again; none reads each again.
    pub remembered_bytes: usize,
    /// All bytes of memory that exchanges may hold together: heads, bodies kept back, codec and HTTP/2 windows.
    pub memory_bytes: u64,
    /// All spool files together.
    pub spool_bytes: u64,
    /// How much of a refused body is read and thrown away, so that the browser shows the page.
    pub discard_bytes: u64,
    /// For one head to arrive, from its first byte on.
    pub header_timeout: Duration,
    /// A connection without a request; also the longest silence of a body, either way, but of event streams.
    pub idle_timeout: Duration,
    /// For the TLS handshake.
    pub handshake_timeout: Duration,
    /// The least rate of a request body, in bytes a second, once it has had `idle_timeout` to get going.
    pub body_min_rate: u64,
    /// To connect to the site.
    pub connect_timeout: Duration,
    /// For the site's head to arrive after the request has been sent.
    pub response_timeout: Duration,
    /// Connections from clients.
    pub connections: usize,
    /// HTTP/2 streams of one connection.
    pub streams: u32,
    /// Fields and files of one form.
    pub form_parts: usize,
    /// Findings whose masks are remembered in one body that is kept back; more are `uninspectable:too-large`.
    pub findings: usize,
    /// Unpacked bytes of one coded body.
    pub decoded_bytes: u64,
    /// Unpacked bytes for one coded byte, once more than 1 MiB has been unpacked.
    pub decoded_ratio: u32,
}

impl Default for Limits {
    fn default() -> Limits {
        const KIB: u64 = 1 << 10;
        const MIB: u64 = 1 << 20;
        const GIB: u64 = 1 << 30;
        Limits {
            header_bytes: 64 << 10,
            header_count: 100,
            body_bytes: GIB,
            memory_per_body: 256 << 10,
            remembered_bytes: 16 << 20,
            memory_bytes: GIB,
            spool_bytes: 20 * GIB,
            discard_bytes: 64 * MIB,
            header_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(60),
            handshake_timeout: Duration::from_secs(10),
            body_min_rate: KIB,
            connect_timeout: Duration::from_secs(5),
            response_timeout: Duration::from_secs(60),
            connections: 10_000,
            streams: 100,
            form_parts: 1_000,
            findings: 10_000,
            decoded_bytes: GIB,
            decoded_ratio: 1_000,
        }
    }
}

/// `[state]`.
#[derive(Debug, Clone)]
pub struct State {
    /// The control socket and, for the time of an exchange, spool files without a name.
    pub dir: PathBuf,
    /// The keys of sealed references, the same on every node; `None` makes one at each start.
    pub key_file: Option<PathBuf>,
    /// How the audit journal is kept.
    pub journal: JournalSettings,
    /// The database; `None` is a file of SQLite's in `dir`.
    pub database: Option<String>,
    /// How long the store keeps what it keeps; the journal has its own.
    pub keep: Keep,
}

impl State {
    /// The name of this garim: as configured, else that of the machine.
    pub fn node(&self) -> String {
        self.journal.node.clone().unwrap_or_else(|| {
            let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
            if name.is_empty() { "garim".to_owned() } else { name }
        })
    }
}

/// What of `keep` of `[state]` is about the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    /// Incidents, and the records of posts that waited and are destroyed.
    pub incidents: Duration,
    /// The record of who may what and who said so. The store keeps it three years at least.
    pub grants: Duration,
}

impl Default for Keep {
    fn default() -> Keep {
        const YEAR: u64 = 31_536_000;
        Keep { incidents: Duration::from_secs(2 * YEAR), grants: Duration::from_secs(3 * YEAR) }
    }
}

impl State {
    /// Where the store is.
    ///
    /// # Errors
    /// When `database` is no such address.
    pub fn store(&self) -> Result<crate::store::Address, crate::store::StoreError> {
        match &self.database {
            Some(address) => crate::store::Address::parse(address),
            None => Ok(crate::store::Address::File(self.dir.join("garim.db"))),
        }
    }
}

/// `[journal]`, and what of `[state]` is about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalSettings {
    /// A file on another disk to which its seals are appended.
    pub seal_to: Option<PathBuf>,
    /// By which ways of `[alert]` copies of its seals go out.
    pub copies: Vec<CopyTo>,
    /// The name of this node in it; `None` for the name of the host.
    pub node: Option<String>,
    /// When its records are on the disk.
    pub fsync: Fsync,
    /// Whether what cannot be recorded is refused.
    pub refuses: bool,
    /// How long its segments are kept.
    pub keep: Duration,
}

impl Default for JournalSettings {
    fn default() -> JournalSettings {
        let keep = Duration::from_secs(2 * 31_536_000);
        JournalSettings { copies: Vec::new(), seal_to: None, node: None, fsync: Fsync::Posts, refuses: true, keep }
    }
}

/// `[seal]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seal {
    /// How long a page may be open before the references in it are refused.
    pub max_age: Duration,
}

/// Which cookie tells the sessions of a site apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum SessionCookie {
    /// The first of the well-known ones that a client has.
    #[default]
    WellKnown,
    /// The one of this name.
    Named(String),
    /// None: references open in every session of the site.
    None,
}

/// One `[[site]]`.
#[derive(Debug, Clone)]
pub struct Site {
    /// The first of its hosts: its name in policies, records and metrics.
    pub name: String,
    /// Host names in lower case, each with a port only if the site is one port; `*` matches any.
    pub hosts: Vec<String>,
    /// Where its certificate comes from.
    pub tls: Certificate,
    /// Where the configuration says so, `FILE:LINE:COLUMN`: what is wrong with a certificate's file is told with it.
    pub tls_place: String,
    /// Whose certificates its clients may show; `None` asks for none.
    pub client_ca: Option<ClientCa>,
    /// The site behind.
    pub upstream: Upstreams,
    /// The charset of bodies that do not say theirs; `None` looks at the bytes.
    pub charset: Option<crate::text::Charset>,
    /// Its policy.
    pub policy: Arc<Policy>,
    /// Its mode, before the policy's.
    pub mode: Option<Mode>,
    /// The totals over time of its policy.
    pub windows: Arc<[Arc<Window>]>,
    /// What binds sealed references to a session.
    pub session_cookie: SessionCookie,
    /// Where the site has its login form; a way there as an answer is a refusal.
    pub login_path: Option<String>,
    /// How its accounts are known, if they are.
    pub naming: Option<Arc<Naming>>,
    /// The pages garim itself shows.
    pub pages: Pages,
    /// What is added beside its contents.
    pub hygiene: Hygiene,
    /// The operator's own detectors.
    pub detectors: Option<Arc<Detectors>>,
    /// What is no finding here.
    pub allow: Option<Arc<AllowList>>,
}

/// Where a certificate comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Certificate {
    /// PEM files: the chain and the key.
    Pem {
        /// The chain, leaf first.
        cert: PathBuf,
        /// The private key.
        key: PathBuf,
    },
    /// A PKCS #12 file and the file that holds its password.
    Pfx {
        /// The `.pfx` or `.p12` file.
        file: PathBuf,
        /// A file whose first line is the password; `None` for an empty password.
        password_file: Option<PathBuf>,
    },
    /// Got from an authority by ACME; until the first one is there, made at start.
    Acme {
        /// Whom the authority writes to.
        contact: String,
        /// Where it is kept: the chain and the key.
        file: PathBuf,
    },
    /// Made at start, for trying things out.
    SelfSigned,
}

/// What is added to a site's answers beside its contents, and what is kept from it.
#[derive(Debug, Clone, Default)]
pub struct Hygiene {
    /// How long browsers are to ask by HTTPS only (RFC 6797); `None` leaves that to the site.
    pub hsts: Option<Duration>,
    /// Whether every cookie gets `Secure`.
    pub secure_cookies: bool,
    /// Paths that search engines are told not to keep.
    pub noindex: Option<Paths>,
    /// What is added to `/robots.txt`.
    pub robots_add: Option<String>,
    /// Paths that are answered with 410.
    pub gone: Option<Paths>,
    /// Whether pages that list a folder are withheld.
    pub no_listings: bool,
    /// A notice above the forms that are written in.
    pub banner: Option<Banner>,
}

impl Hygiene {
    /// Whether anything is to be done at all.
    pub fn is_any(&self) -> bool {
        let heads = self.hsts.is_some() || self.secure_cookies || self.noindex.is_some();
        let pages = self.gone.is_some() || self.no_listings || self.banner.is_some() || self.robots_add.is_some();
        heads || pages
    }
}

/// A notice above a form.
#[derive(Debug, Clone)]
pub struct Banner {
    /// On the pages of these paths.
    pub paths: Paths,
    /// What it says; `None` for garim's own words, in the site's language.
    pub text: Option<String>,
    /// The HTML around it; `None` for garim's own.
    pub around: Option<Arc<Template>>,
}

/// What garim's own pages say for a site.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pages {
    /// The language when the reader's browser does not name one of ours.
    pub language: Language,
    /// The status of a refusal; 403 by default.
    pub block_status: Option<u16>,
    /// The JSON a refusal has for scripts, with `{message}` and `{id}` replaced; `None` for garim's own.
    pub block_json: Option<String>,
    /// Whom to ask.
    pub contact: Contact,
    /// Pages of the site's own.
    pub templates: Templates,
}

/// A language of garim's pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// 한국어.
    #[default]
    Korean,
    /// English.
    English,
}

/// Whom a refused writer can ask; lines that are empty are not shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contact {
    /// The office.
    pub office: String,
    /// Its telephone.
    pub phone: String,
    /// Its address for mail.
    pub mail: String,
    /// When it can be reached.
    pub hours: String,
}
