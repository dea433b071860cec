//! One whole map from names to certificates, and where each came from.

use super::clients::{Authorities, AuthoritiesId};
use super::error::{Problem, TlsError};
use super::files::Stamp;
use super::{own, pem, pfx};
use crate::config::{Certificate, ClientCa, Settings, Site};
use crate::proxy::names::{Names, address, without_port};
use rustls::sign::CertifiedKey;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Every certificate of a configuration, ready for use; made by [`super::Certificates::prepare`] and put in use by
/// [`super::Certificates::install`].
#[derive(Debug, Clone)]
pub struct Table {
    names: Names<Arc<CertifiedKey>>,
    /// For clients that name no site.
    nameless: Option<Arc<CertifiedKey>>,
    clients: Clients,
    sites: Vec<Arc<Site>>,
    loaded: HashMap<Source, Loaded>,
}

/// Whose certificates the clients of each site may show.
#[derive(Debug, Clone, Default)]
struct Clients {
    by_site: HashMap<String, Arc<Authorities>>,
    by_name: Names<Option<Arc<Authorities>>>,
}

impl Clients {
    /// Reads the files; all mistakes are collected.
    fn load(sites: &[Arc<Site>], errors: &mut Vec<TlsError>) -> Clients {
        let mut clients = Clients::default();
        for site in sites {
            let mut of_site = None;
            if let Some(ClientCa { file, place }) = &site.client_ca {
                match Authorities::load(file) {
                    Ok(authorities) => of_site = Some(Arc::new(authorities)),
                    Err(problem) => {
                        let site = format!("{place}: site {}", site.name);
                        errors.push(TlsError { site, file: file.clone(), problem });
                    }
                }
            }
            for host in &site.hosts {
                // The first site to claim a name keeps it.
                clients.by_name.insert(host, of_site.clone());
            }
            clients.by_site.extend(of_site.map(|authorities| (site.name.clone(), authorities)));
        }
        clients
    }
}

/// Where a certificate comes from; sites that share files share the certificate.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Source {
    Pem(PathBuf, PathBuf),
    Pfx(PathBuf, Option<PathBuf>),
    Own(Vec<String>),
    /// A file that is there once an authority has given a certificate; until then one of our own.
    Acme(PathBuf, Vec<String>),
}

#[derive(Debug, Clone)]
struct Loaded {
    /// The first site that has it.
    site: String,
    key: Arc<CertifiedKey>,
    /// The files as they were just before they were read.
    stamps: Vec<Stamp>,
}

impl Table {
    /// Reads every certificate. All mistakes are collected. Certificates that garim made are taken over from `before`
    /// for sites with the same hosts, so that nobody has to accept them anew.
    pub(super) fn load(settings: &Settings, before: Option<&Table>) -> Result<Table, Vec<TlsError>> {
        let mut loaded = HashMap::new();
        let mut errors = Vec::new();
        for site in &settings.sites {
            let source = Source::of(site);
            if loaded.contains_key(&source) {
                continue;
            }
            let made = before.and_then(|table| table.loaded.get(&source)).filter(|_| source.is_own());
            match made.cloned().map_or_else(|| source.load_or_stay(&site.name, before), Ok) {
                Ok(fresh) => drop(loaded.insert(source, fresh)),
                Err(error) => errors.push(TlsError { site: format!("{}: {}", site.tls_place, error.site), ..error }),
            }
        }
        let clients = Clients::load(&settings.sites, &mut errors);
        if errors.is_empty() { Ok(Table::build(settings.sites.clone(), loaded, clients)) } else { Err(errors) }
    }

    /// A table with every changed file read again, or `None` if nothing has changed since this one and the attempts in
    /// `tried`. What cannot be read keeps its old certificate, and comes back as an error, once for each change.
    pub(super) fn refresh(&self, tried: &mut Tried) -> (Option<Table>, Vec<TlsError>) {
        let stale = self.loaded.iter().filter(|(source, now)| !source.is_gone() && tried.is_stale(source, now));
        let stale: Vec<&Source> = stale.map(|(source, _)| source).collect();
        if stale.is_empty() {
            return (None, Vec::new());
        }
        let mut loaded = self.loaded.clone();
        let mut errors = Vec::new();
        for source in &stale {
            let Some(now) = loaded.get_mut(*source) else { continue };
            let stamps = source.stamps();
            match source.load(&now.site) {
                Ok(new) => {
                    *now = new;
                    tried.0.remove(*source);
                }
                Err(error) => {
                    tried.0.insert((*source).clone(), stamps);
                    errors.push(error);
                }
            }
        }
        let fresh = errors.len() < stale.len();
        (fresh.then(|| Table::build(self.sites.clone(), loaded, self.clients.clone())), errors)
    }

    pub(super) fn find(&self, name: Option<&str>) -> Option<&Arc<CertifiedKey>> {
        match name {
            Some(name) => self.names.find(name),
            None => self.nameless.as_ref(),
        }
    }

    /// Whose certificates a client may show that asks for a name at a port of ours. One that names nobody is asked for none.
    pub(super) fn clients(&self, name: Option<&str>, port: u16) -> Option<&Arc<Authorities>> {
        self.clients.by_name.find_at(name?, port)?.as_ref()
    }

    /// Whose certificates the clients of a site may show.
    pub(super) fn authorities_of(&self, site: &str) -> Option<AuthoritiesId> {
        self.clients.by_site.get(site).map(|authorities| authorities.id)
    }

    /// Whether any site believes these authorities.
    pub(super) fn believes(&self, id: &AuthoritiesId) -> bool {
        self.clients.by_site.values().any(|authorities| authorities.id == *id)
    }

    pub(super) fn names(&self) -> usize {
        self.names.len()
    }

    fn build(sites: Vec<Arc<Site>>, loaded: HashMap<Source, Loaded>, clients: Clients) -> Table {
        let mut names = Names::default();
        let mut by_address = None;
        let mut first = None;
        for site in &sites {
            let Some(Loaded { key, .. }) = loaded.get(&Source::of(site)) else { continue };
            first = first.or(Some(key));
            for host in site.hosts.iter().map(|host| without_port(host)) {
                names.insert(host, Arc::clone(key));
                if address(host).is_some() {
                    by_address = by_address.or(Some(key));
                }
            }
        }
        let nameless = names.any().or(by_address).or(first).cloned();
        Table { names, nameless, clients, sites, loaded }
    }
}

/// What was tried in vain, as the files were then: a bad file is told of once, not every second.
#[derive(Debug, Default)]
pub(super) struct Tried(HashMap<Source, Vec<Stamp>>);

impl Tried {
    fn is_stale(&self, source: &Source, now: &Loaded) -> bool {
        self.0.get(source).unwrap_or(&now.stamps).iter().any(Stamp::is_stale)
    }
}

impl Source {
    fn of(site: &Site) -> Source {
        match &site.tls {
            Certificate::Pem { cert, key } => Source::Pem(cert.clone(), key.clone()),
            Certificate::Pfx { file, password_file } => Source::Pfx(file.clone(), password_file.clone()),
            Certificate::Acme { file, .. } => Source::Acme(file.clone(), site.hosts.clone()),
            Certificate::SelfSigned => Source::Own(site.hosts.clone()),
        }
    }

    fn is_own(&self) -> bool {
        matches!(self, Source::Own(_)) || self.is_gone()
    }

    /// Whether it comes from an authority and is not there: what is in use then stays in use.
    fn is_gone(&self) -> bool {
        matches!(self, Source::Acme(file, _) if !file.exists())
    }

    fn files(&self) -> Vec<&Path> {
        match self {
            Source::Pem(cert, key) => vec![cert, key],
            Source::Pfx(file, password_file) => {
                std::iter::once(file).chain(password_file).map(PathBuf::as_path).collect()
            }
            Source::Acme(file, _) => vec![file],
            Source::Own(_) => Vec::new(),
        }
    }

    fn stamps(&self) -> Vec<Stamp> {
        self.files().into_iter().map(Stamp::of).collect()
    }

    /// The same, but that what an authority has given and cannot be read is no reason not to start: it is got anew, and until then
    /// what was in use stays, or one of our own stands in.
    fn load_or_stay(&self, site: &str, before: Option<&Table>) -> Result<Loaded, TlsError> {
        let loaded = self.load(site);
        let (Source::Acme(_, hosts), Err(error)) = (self, &loaded) else { return loaded };
        tracing::error!(%error, "a certificate that was got by ACME cannot be used; it is got anew");
        let stays = before.and_then(|table| table.loaded.get(self)).cloned();
        stays.map_or_else(
            || Source::Own(hosts.clone()).load(site).map(|own| Loaded { stamps: self.stamps(), ..own }),
            Ok,
        )
    }

    fn load(&self, site: &str) -> Result<Loaded, TlsError> {
        // Before reading: a file that changes meanwhile is then read again.
        let stamps = self.stamps();
        let key = match self {
            Source::Pem(cert, key) => pem::load(cert, key),
            Source::Pfx(file, password_file) => pfx::load(file, password_file.as_deref()),
            Source::Acme(file, _) if !self.is_gone() => pem::load(file, file),
            Source::Acme(_, hosts) | Source::Own(hosts) => {
                own::make(hosts).map_err(|problem: Problem| (PathBuf::new(), problem))
            }
        };
        match key {
            Ok(key) => Ok(Loaded { site: site.to_owned(), key: Arc::new(key), stamps }),
            Err((file, problem)) => Err(TlsError { site: format!("site {site}"), file, problem }),
        }
    }
}
