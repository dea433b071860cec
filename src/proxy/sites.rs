//! The sites as they are now: found by host name, swapped whole by a reload.

use super::excepted::excepted;
use super::identity;
use super::metrics::Series;
use super::names::{self, Names};
use super::validators::{self, Binding, Version};
use crate::body::Means;
use crate::config::{Settings, Site};
use crate::policy::{Planner, Roles};
use crate::seal::Ring;
use crate::store::Exception;
use crate::upstream::{Servers, UpstreamError};
use crate::vocab::Day;
use http::uri::Authority;
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

/// One site and the way to it.
#[derive(Debug)]
pub struct Front {
    /// Its settings.
    pub site: Arc<Site>,
    /// The connections to it.
    pub pool: Servers,
    /// Its name, which references are bound to.
    pub name: Arc<str>,
    /// Its host names without ports, for what is the site's own.
    pub names: Arc<[String]>,
    /// What its policy says of each exchange.
    pub planner: Planner,
    /// The version of all that decides about it.
    pub version: Version,
    /// What the validators of its answers are bound to for everybody who has no role, until the first of its rules ends.
    pub binding: Binding,
    /// The last days of its rules and of what is allowed.
    pub ends: Box<[Day]>,
    /// Fields of forms that its policy asks for.
    pub fields: Option<Arc<[Box<str>]>>,
    /// The same, and that in which its login form names the account.
    pub login_fields: Option<Arc<[Box<str>]>>,
    /// Its series of metrics.
    pub series: Series,
}

impl Front {
    /// Whether a host name (in lower case, without a port) is this site's own.
    pub fn owns(&self, host: &str) -> bool {
        self.names.iter().any(|name| name == host)
    }
}

/// Every site, by host.
#[derive(Debug)]
pub struct Sites {
    /// The settings they were built from.
    pub settings: Arc<Settings>,
    /// The keys of sealed references.
    pub ring: Arc<Ring>,
    /// The exceptions that hold.
    pub exceptions: Arc<[Exception]>,
    /// What sessions and accounts of the sites are known by.
    pub accounts: identity::Keys,
    /// What validators are made with: on every node with the same keys the same.
    validators: validators::Key,
    /// What the bodies of their exchanges share, from the first one on.
    pub means: OnceLock<Arc<Means>>,
    fronts: Vec<Arc<Front>>,
    by_host: Names<Arc<Front>>,
}

impl Sites {
    /// Builds the sites. Connections to a site that is reached as before are taken over from `before`, and so are the exceptions.
    /// Blocking: reads the files of private authorities.
    ///
    /// # Errors
    /// When the way to a site cannot be prepared, as when its authorities' file cannot be read; says which site.
    pub fn build(settings: Arc<Settings>, ring: Arc<Ring>, before: Option<&Sites>) -> Result<Sites, SiteError> {
        let exceptions = before.map(|before| Arc::clone(&before.exceptions)).unwrap_or_default();
        Sites::with(settings, ring, before, exceptions)
    }

    /// The same sites with other exceptions. Blocking, as [`Sites::build`].
    ///
    /// # Errors
    /// As of [`Sites::build`].
    pub fn excepting(&self, exceptions: Arc<[Exception]>) -> Result<Sites, SiteError> {
        Sites::with(Arc::clone(&self.settings), Arc::clone(&self.ring), Some(self), exceptions)
    }

    fn with(
        settings: Arc<Settings>,
        ring: Arc<Ring>,
        before: Option<&Sites>,
        exceptions: Arc<[Exception]>,
    ) -> Result<Sites, SiteError> {
        let (fronts, by_host) = (Vec::new(), Names::default());
        let validators = validators::Key::new(&ring.derived("validators"));
        let (accounts, means) = (identity::Keys::new(&ring), OnceLock::new());
        let settings_of = Arc::clone(&settings);
        let mut sites = Sites { settings: settings_of, ring, exceptions, accounts, validators, means, fronts, by_host };
        for site in &settings.sites {
            let site = &excepted(site, &sites.exceptions);
            let known = before.and_then(|before| before.pool_like(site, &settings));
            let asked_by = site.hosts.iter().find(|host| *host != "*").map_or("localhost", String::as_str);
            let made = known.map_or_else(|| Servers::new(&site.upstream, asked_by, &settings.limits), Ok);
            let pool = made.map_err(|error| SiteError { site: site.name.clone(), error })?;
            let names = site.hosts.iter().filter(|host| *host != "*");
            let names = names.map(|host| names::without_port(host).to_owned()).collect();
            let planner = Planner::new(Arc::clone(&site.policy), &site.name, site.mode);
            let version = Version::of(site, &settings);
            let asked: BTreeSet<&str> = site.policy.asked_fields().collect();
            let of =
                |asked: &BTreeSet<&str>| (!asked.is_empty()).then(|| asked.iter().copied().map(Box::from).collect());
            let fields = of(&asked);
            let named = site.naming.iter().map(|naming| naming.field.as_str());
            let login_fields = of(&asked.into_iter().chain(named).collect());
            let binding = sites.validators.bind(&version, &site.name, Roles::PUBLIC);
            let allowed = site.allow.iter().flat_map(|list| &list.entries).filter_map(|entry| entry.until);
            let ends = site.policy.ends().chain(allowed).collect();
            let series = Series::default();
            let name = site.name.as_str().into();
            let site = Arc::clone(site);
            let front =
                Front { site, pool, name, names, planner, version, binding, ends, fields, login_fields, series };
            let front = Arc::new(front);
            for host in &front.site.hosts {
                sites.by_host.insert(host, Arc::clone(&front));
            }
            sites.fronts.push(front);
        }
        Ok(sites)
    }

    /// What the validators of a site's answers are bound to for who has these roles: on the day after a rule has ended, another
    /// than before.
    pub fn binding(&self, front: &Front, roles: Roles, today: Day) -> Binding {
        let name = &front.site.name;
        match (front.ends.iter().filter(|last| **last < today).count(), roles) {
            (0, Roles::PUBLIC) => front.binding.clone(),
            (0, roles) => self.validators.bind(&front.version, name, roles),
            (ended, roles) => self.validators.bind(&front.version, &format!("{name} {ended}"), roles),
        }
    }

    fn pool_like(&self, site: &Site, settings: &Settings) -> Option<Servers> {
        let same =
            self.fronts.iter().find(|front| front.site.upstream == site.upstream && front.site.name == site.name)?;
        // A private authority may have been renewed under the same name, and limits are part of a pool.
        let private = site.upstream.servers.iter().any(|server| server.ca.is_some());
        let is_read_anew = !std::ptr::eq(Arc::as_ptr(&self.settings), settings);
        (!(private && is_read_anew) && self.settings.limits == settings.limits).then(|| same.pool.clone())
    }

    /// The site that an authority (`host` or `host:port`) names: the one of that very port before the one of the name.
    pub fn find(&self, authority: &Authority) -> Option<&Arc<Front>> {
        let host = authority.host();
        let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
        self.by_host.find_at(bare, authority.port_u16().unwrap_or(443))
    }

    /// All sites, in the order of the configuration.
    pub fn fronts(&self) -> &[Arc<Front>] {
        &self.fronts
    }

    /// Whether a host, without its port, is one of the sites'.
    pub fn knows(&self, host: &str) -> bool {
        self.by_host.find(host).is_some()
    }
}

/// The way to a site cannot be prepared.
#[derive(Debug, thiserror::Error)]
#[error("site {site}: {error}")]
pub struct SiteError {
    site: String,
    #[source]
    error: UpstreamError,
}
