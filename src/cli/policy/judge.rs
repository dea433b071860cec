//! A request, and an answer, judged as the proxy judges them, in the order of `proxy::exchange`. Nothing is sent anywhere.

use crate::app::keys;
use crate::body::second_reader::SecondReader;
use crate::body::{Coded, Subject};
use crate::config::{self, Settings, Site};
use crate::inspect::allow::Allowed;
use crate::inspect::coding::{Coding, DecodeLimits, Decoder, Members};
use crate::inspect::{self, Beyond, Ceilings, Content, Inspector, Lens, Opened, percent};
use crate::policy::{Action, Asker, Decision, Planner, Roles, Tally};
use crate::proxy::names::{Names, without_port};
use crate::proxy::reading::{self, Ambiguous};
use crate::proxy::{fragment, headers, heads, roles, session};
use crate::seal::{Ring, Sealer};
use crate::vocab::{Direction, Finding, Part, Place, Reason, Span, What};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap};
use http::request::Parts;
use http::uri::Authority;
use std::net::IpAddr;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The most content that is looked at in one step, as in the proxy.
const PIECE: usize = 64 << 10;
/// The largest window of a content coding, as in the proxy.
const WINDOW: usize = 16 << 20;

/// What requests are tried out against.
pub(super) struct Bench {
    pub settings: Settings,
    names: Names<Arc<Site>>,
    ring: Arc<Ring>,
}

/// Who asks.
pub(super) struct Who<'a> {
    pub address: IpAddr,
    pub roles: &'a [String],
}

/// One request before its site.
pub(super) struct Stage<'a> {
    settings: &'a Settings,
    pub site: Arc<Site>,
    planner: Planner,
    parts: Parts,
    /// The path, percent-decoded.
    pub path: String,
    pub roles: Roles,
    pub lens: Arc<Lens>,
}

/// What came of one direction.
pub(super) struct Judged {
    pub tally: Tally,
    pub took: Duration,
    /// The body is larger than the ceiling, and was not read.
    pub too_large: bool,
    /// The target or a document is to be masked and cannot be.
    pub unread: bool,
}

impl Bench {
    /// Reads the configuration.
    ///
    /// # Errors
    /// Its mistakes, or what is wrong with the key file, in words.
    pub fn load(path: &Path) -> Result<Bench, String> {
        let settings = config::load(path).map_err(|mistakes| mistakes.to_string())?;
        let ring = keys::ring(&settings.state, None).map_err(|error| error.to_string())?;
        let mut names = Names::default();
        for site in &settings.sites {
            for host in &site.hosts {
                names.insert(host, Arc::clone(site));
            }
        }
        Ok(Bench { settings, names, ring })
    }

    /// The site of that host; without one, the only site that there is.
    fn site(&self, host: Option<&str>) -> Result<Arc<Site>, String> {
        let found = match (host, self.settings.sites.as_slice()) {
            (None, [site]) => Some(site),
            (None, _) => {
                return Err("there are several sites: name one with --site / --site로 사이트를 고르십시오".to_owned());
            }
            (Some(host), _) => host.parse::<Authority>().ok().and_then(|named| {
                let host = named.host();
                let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
                self.names.find_at(bare, named.port_u16().unwrap_or(443))
            }),
        };
        let host = host.unwrap_or_default().escape_debug();
        found.cloned().ok_or_else(|| format!("no site has the host \"{host}\" / 그런 호스트의 사이트는 없습니다"))
    }

    /// A request on its way to its site.
    ///
    /// # Errors
    /// Which site or role there is not, in words.
    pub fn stage(&self, parts: Parts, host: Option<&str>, who: &Who<'_>) -> Result<Stage<'_>, String> {
        let site = self.site(host)?;
        let ambiguous = |Ambiguous| {
            "the path has dot segments: garim refuses it / 경로에 점 마디(. ..)가 있어 거부합니다".to_owned()
        };
        let path = reading::plain(parts.uri.path()).map_err(ambiguous)?;
        let asker = roles::Asker {
            client: who.address,
            peer: who.address,
            path: &path,
            headers: &parts.headers,
            account: None,
            certificate: None,
        };
        let roles = match who.roles {
            [] => roles::of(&self.settings.roles, &asker),
            named => self.named(named)?,
        };
        let lens = self.lens(&site, &path, &parts);
        // The tables of the detectors are made at the first look: that is no part of how long a request takes.
        let _ = inspect::clean("000000-0000000", &lens);
        let planner = Planner::new(Arc::clone(&site.policy), &site.name, site.mode);
        Ok(Stage { settings: &self.settings, site, planner, parts, path, roles, lens })
    }

    fn named(&self, names: &[String]) -> Result<Roles, String> {
        let mut all = Roles::NONE;
        for name in names {
            let role = self.settings.roles.iter().find(|role| role.name == *name).map(|role| role.bit);
            let role = role.or_else(|| (name == "public").then_some(Roles::PUBLIC));
            all = all.and(
                role.ok_or_else(|| format!("there is no role \"{}\" / 그런 역할은 없습니다", name.escape_debug()))?,
            );
        }
        Ok(all)
    }

    fn lens(&self, site: &Site, path: &str, parts: &Parts) -> Arc<Lens> {
        let today = config::today();
        let hosts = site.hosts.iter().filter(|host| *host != "*").map(|host| without_port(host).to_owned()).collect();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let session = session::of_request(&parts.headers, &site.session_cookie);
        let sealer = Sealer::new(Arc::clone(&self.ring), site.name.as_str(), now, self.settings.seal.max_age);
        let allowed = site.allow.as_ref().map(|list| Allowed {
            list: Arc::clone(list),
            ring: Some(Arc::clone(&self.ring)),
            path: path.into(),
            today,
        });
        let mut asked: Vec<&str> = site.policy.asked_fields().collect();
        asked.sort_unstable();
        asked.dedup();
        let fields = (!asked.is_empty()).then(|| asked.into_iter().map(Box::from).collect());
        let beyond = Beyond {
            detectors: site.detectors.clone(),
            allowed,
            fields,
            starred: site.policy.starred(&site.name, site.mode),
            query: None,
            stars: false,
        };
        Arc::new(Lens {
            today,
            hosts,
            seal: Some(sealer.in_session(session.as_deref())),
            beyond: beyond.beside(parts.uri.query()),
        })
    }
}

fn nowhere(reason: Reason, part: Part) -> Finding {
    Finding::uninspectable(reason, Span { start: 0, end: 0 }, Place::whole(part))
}

impl Stage<'_> {
    /// Who asks for what.
    pub fn asker(&self) -> Asker<'_> {
        Asker { path: &self.path, method: self.parts.method.as_str(), roles: self.roles, today: self.lens.today }
    }

    /// What the rules about access say, before anything is read.
    pub fn access(&self) -> Option<Decision> {
        self.planner.access(&self.asker())
    }

    fn tally(&self, direction: Direction) -> Tally {
        Tally::new(self.planner.plan(direction, &self.asker()))
    }

    /// The request.
    pub fn request(&self, body: &[u8]) -> Judged {
        let began = Instant::now();
        let mut tally = self.tally(Direction::Upload);
        if self.asks_in_query(&tally) {
            tally.end();
        }
        let target = self.parts.uri.path_and_query().map_or("/", |target| target.as_str());
        let edits = inspect::target(target.as_bytes(), &self.lens, &mut tally);
        let (mut head, mut aside) = (self.parts.headers.clone(), self.tally(Direction::Upload));
        heads::inspect_sent(&mut head, &self.lens, &mut tally, &mut aside);
        heads::open(&mut head, &self.lens, &mut tally);
        if headers::asks_for_upgrade(&head) {
            tally.add(&nowhere(Reason::Upgrade, Part::Body));
        }
        if fragment::is_fragment(&self.parts) && !body.is_empty() {
            tally.add(&nowhere(Reason::Fragment, Part::Body));
        }
        let subject = self.subject(Direction::Upload, &head);
        let has_query = self.parts.uri.query().is_some_and(|query| !query.is_empty());
        if has_query && subject.content.says_unreadable_charset() {
            tally.add(&nowhere(Reason::Charset, Part::Head(CONTENT_TYPE.as_str().to_owned())));
        }
        let too_large = body.len() as u64 > self.settings.limits.body_bytes;
        match body {
            _ if tally.refuses() || too_large => {}
            [] => tally.end(),
            body => Body { settings: self.settings, subject: &subject }.read(body, &mut tally),
        }
        let wanted: Vec<_> = edits.into_iter().filter(|edit| tally.masks(edit)).collect();
        let unread = !wanted.is_empty() && inspect::edited(target.as_bytes(), &wanted).is_none();
        Judged { tally, took: began.elapsed(), too_large, unread }
    }

    /// The site's answer of that type.
    pub fn answer(&self, media_type: &str, body: &[u8]) -> Judged {
        let began = Instant::now();
        let mut tally = self.tally(Direction::Download);
        let mut head = HeaderMap::new();
        head.extend(media_type.parse().ok().map(|value| (CONTENT_TYPE, value)));
        let subject = self.subject(Direction::Download, &head);
        let too_large = body.len() as u64 > self.settings.limits.body_bytes;
        if tally.plan().ignores_kinds() || body.is_empty() || too_large {
            // Nothing of it is read.
        } else if subject.content.reads() {
            Body { settings: self.settings, subject: &subject }.read(body, &mut tally);
        } else {
            tally.add(&nowhere(subject.content.unread(), Part::Body));
        }
        Judged { tally, took: began.elapsed(), too_large, unread: false }
    }

    fn asks_in_query(&self, tally: &Tally) -> bool {
        let fields = tally.plan().fields();
        let query = self.parts.uri.query().filter(|_| !fields.is_empty()).unwrap_or_default();
        query.split('&').any(|pair| {
            let (name, _) = percent::decode(pair.split('=').next().unwrap_or_default().as_bytes(), true);
            fields.iter().any(|field| field.name.as_bytes() == name)
        })
    }

    fn subject(&self, direction: Direction, headers: &HeaderMap) -> Subject {
        let all: Vec<_> = headers.get_all(CONTENT_TYPE).iter().map(|value| value.as_bytes()).collect();
        let content_type = (!all.is_empty()).then(|| all.join(b", ".as_slice()));
        Subject {
            content: Content { direction, content_type, charset: self.site.charset },
            coded: Coded::of(headers),
            lens: Arc::clone(&self.lens),
        }
    }
}

/// One body.
struct Body<'a> {
    settings: &'a Settings,
    subject: &'a Subject,
}

impl Body<'_> {
    /// Reads it until its end, or until it is refused.
    fn read(&self, raw: &[u8], tally: &mut Tally) {
        let Subject { content, coded, lens } = self.subject;
        let (decoded, broken) = match coded {
            Coded::Plain => (None, false),
            Coded::By(codings) => {
                let (bytes, broken) = self.decoded(raw, codings);
                (Some(bytes), broken)
            }
            Coded::Unknown => (Some(Vec::new()), true),
        };
        let bytes = decoded.as_deref().unwrap_or(raw);
        let ceilings =
            Ceilings { form_parts: self.settings.limits.form_parts, opens: self.settings.documents.workers > 0 };
        let mut inspector = Inspector::new(content.clone(), Arc::clone(lens), ceilings);
        let mut second = SecondReader::of(self.subject);
        for piece in bytes.chunks(PIECE) {
            if inspector.push(piece, tally).refused {
                return;
            }
            match (&mut second, inspector.parts()) {
                (Some(second), Some(parts)) => second.push(Bytes::copy_from_slice(piece), parts),
                _ => second = None,
            }
        }
        if broken {
            tally.add(&nowhere(Reason::Coding, Part::Body));
        }
        if !broken || !bytes.is_empty() {
            inspector.finish(tally);
        }
        let alike = match (&mut second, inspector.parts()) {
            (Some(second), Some(parts)) if !broken => second.finish(parts),
            _ => true,
        };
        tally.end();
        if inspector.has_files() && !tally.refuses() {
            let files = inspector.take_files(tally);
            self.open(files, bytes, broken, tally);
        }
        if !alike && !tally.refuses() {
            tally.add(&nowhere(Reason::Damaged, Part::Body));
        }
    }

    /// What the codings hide, and whether they are broken.
    fn decoded(&self, raw: &[u8], codings: &[Coding]) -> (Vec<u8>, bool) {
        let upload = self.subject.content.direction == Direction::Upload;
        let members = if upload { Members::One } else { Members::All };
        let limits = &self.settings.limits;
        let limits = DecodeLimits { decoded_bytes: limits.decoded_bytes, ratio: limits.decoded_ratio, memory: WINDOW };
        let mut decoder = Decoder::new(codings, members, limits);
        let (mut content, mut rest, mut piece) = (Vec::new(), raw, Vec::new());
        loop {
            let taken = decoder.decode(rest, &mut piece, PIECE);
            let given = piece.len();
            content.append(&mut piece);
            let Ok(taken) = taken else { return (content, true) };
            rest = rest.get(taken..).unwrap_or_default();
            if given == 0 && (rest.is_empty() || taken == 0) {
                break;
            }
        }
        loop {
            let done = decoder.finish(&mut piece, PIECE);
            content.append(&mut piece);
            match done {
                Ok(true) => return (content, false),
                Ok(false) => {}
                Err(_) => return (content, true),
            }
        }
    }

    /// Opens the files in it, and tries to mask those of which something is to be masked.
    fn open(&self, files: Vec<Opened>, content: &[u8], broken: bool, tally: &mut Tally) {
        tally.mask_inside(!broken);
        let until = Instant::now().checked_add(self.settings.documents.soft_timeout);
        let late = || until.is_some_and(|until| Instant::now() > until);
        let mut seen = Vec::new();
        for file in files {
            let found = if broken { vec![of(&file, Reason::Coding)] } else { self.found(&file, content, &late) };
            found.iter().for_each(|finding| {
                tally.add(finding);
            });
            if tally.refuses() {
                return;
            }
            seen.push((file, found));
        }
        let masked = seen.iter().all(|(file, found)| self.can_mask(file, found, content, &late, tally));
        tally.mask_inside(masked && !broken);
    }

    fn found(&self, file: &Opened, content: &[u8], late: &dyn Fn() -> bool) -> Vec<Finding> {
        let documents = &self.settings.documents;
        let bytes = bytes_of(file, content);
        if bytes.len() as u64 > documents.file_bytes {
            return vec![of(file, Reason::TooLarge)];
        }
        let lens = &self.subject.lens;
        let mut found = Vec::new();
        let opened = panic::catch_unwind(AssertUnwindSafe(|| {
            inspect::document(file, bytes, lens, documents.limits, late, &mut |finding| found.push(finding));
        }));
        if opened.is_err() {
            found.push(of(file, Reason::WorkerDied));
        }
        if lens.beyond.allowed.is_some() {
            lens.beyond.leave_alone(&mut found, 0);
        }
        found
    }

    /// Whether nothing in a file is to be masked, or it can be.
    fn can_mask(
        &self,
        file: &Opened,
        found: &[Finding],
        content: &[u8],
        late: &dyn Fn() -> bool,
        tally: &Tally,
    ) -> bool {
        let masks = |finding: &Finding| {
            let class = tally.class(&finding.place);
            matches!(finding.what, What::Kind(_))
                && tally.action(finding.what, finding.confidence, class) == Action::Mask
        };
        if !found.iter().any(masks) {
            return true;
        }
        let (bytes, limits) = (bytes_of(file, content), self.settings.documents.limits);
        let masked = panic::catch_unwind(AssertUnwindSafe(|| {
            inspect::masked(file, bytes, &self.subject.lens, limits, late, &masks).is_ok()
        }));
        masked.unwrap_or(false)
    }
}

fn of(file: &Opened, reason: Reason) -> Finding {
    Finding::uninspectable(reason, file.span, Place::whole(file.part.clone()))
}

fn bytes_of<'a>(file: &Opened, content: &'a [u8]) -> &'a [u8] {
    let range = usize::try_from(file.span.start).ok().zip(usize::try_from(file.span.end).ok());
    range.and_then(|(start, end)| content.get(start..end)).unwrap_or_default()
}
