//! For the tests of the edge: an authority, certificates under it, settings around them, and a client that believes it.

use crate::config::{Certificate, Limits, Pages, Seal, Server, Settings, Site, State, Upstreams};
use crate::policy::{Action, Mode, Policy};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

pub struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate with its key.
pub struct Issued {
    pub cert: rcgen::Certificate,
    pub key: KeyPair,
}

impl Authority {
    pub fn new() -> Authority {
        Authority(CertifiedIssuer::self_signed(authority("Trial Root"), key()).expect("an authority"))
    }

    /// An authority under this one.
    pub fn below(&self) -> Authority {
        Authority(CertifiedIssuer::signed_by(authority("Trial Intermediate"), key(), &self.0).expect("an authority"))
    }

    pub fn issue(&self, names: &[&str]) -> Issued {
        self.issue_for(names, key())
    }

    pub fn issue_for(&self, names: &[&str], key: KeyPair) -> Issued {
        let mut params = params(names);
        params.distinguished_name.push(DnType::CommonName, names.first().copied().unwrap_or("nobody"));
        Issued { cert: params.signed_by(&key, &self.0).expect("a certificate"), key }
    }

    pub fn der(&self) -> Vec<u8> {
        self.0.der().to_vec()
    }

    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// A client that believes only this authority.
    pub fn client(&self, alpn: &[&str], versions: &[&'static SupportedProtocolVersion]) -> Arc<ClientConfig> {
        let mut roots = RootCertStore::empty();
        roots.add(self.0.der().clone()).expect("a root");
        let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_protocol_versions(versions)
            .expect("versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
        Arc::new(config)
    }
}

impl Issued {
    /// Writes `NAME.pem` and `NAME.key`.
    pub fn write(&self, folder: &Path, name: &str) -> Certificate {
        let (cert, key) = (folder.join(format!("{name}.pem")), folder.join(format!("{name}.key")));
        std::fs::write(&cert, self.cert.pem()).expect("written");
        std::fs::write(&key, self.key.serialize_pem()).expect("written");
        Certificate::Pem { cert, key }
    }
}

fn key() -> KeyPair {
    KeyPair::generate().expect("a key")
}

fn params(names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    CertificateParams::new(names).expect("names")
}

fn authority(name: &str) -> CertificateParams {
    let mut params = params(&[]);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

pub fn policy() -> Arc<Policy> {
    Arc::new(Policy { name: "trial".to_owned(), mode: Mode::Enforce, default: Action::Pass, rules: Vec::new() })
}

pub fn site(hosts: &[&str], tls: Certificate) -> Arc<Site> {
    let hosts: Vec<String> = hosts.iter().map(|&host| host.to_owned()).collect();
    Arc::new(Site {
        hygiene: Default::default(),
        login_path: None,
        naming: None,
        client_ca: None,
        windows: std::sync::Arc::new([]),
        name: hosts.first().cloned().unwrap_or_default(),
        hosts,
        tls,
        tls_place: String::new(),
        upstream: Upstreams { servers: Vec::new(), health: None },
        charset: None,
        policy: policy(),
        mode: None,
        session_cookie: Default::default(),
        pages: Pages::default(),
        detectors: None,
        allow: None,
    })
}

pub fn settings(sites: Vec<Arc<Site>>) -> Settings {
    Settings {
        roles: Vec::new(),
        gates: Vec::new(),
        accounts: Default::default(),
        console: None,
        hold: Default::default(),
        server: Server {
            proxy_protocol: false,
            listen: Vec::new(),
            redirect: Vec::new(),
            redirect_port: None,
            trusted_proxies: Vec::new(),
            drain: Duration::from_secs(1),
        },
        limits: Limits::default(),
        documents: Default::default(),
        state: State {
            dir: PathBuf::new(),
            key_file: None,
            journal: Default::default(),
            database: None,
            keep: Default::default(),
        },
        seal: Seal { max_age: Duration::from_secs(3_600) },
        operations: None,
        acme: Default::default(),
        alert: crate::config::AlertSettings::default(),
        detectors: None,
        allow: Default::default(),
        sites,
        policies: BTreeMap::new(),
    }
}
