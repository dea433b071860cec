//! An authority made for a test, and certificates under it.

use jiff::ToSpan;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
};
use rustls::pki_types::{CertificateSigningRequestDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use std::path::Path;

/// An authority.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

/// A certificate with its key.
pub struct Issued {
    /// The certificate.
    pub certificate: rcgen::Certificate,
    /// Its key.
    pub key: KeyPair,
}

impl Authority {
    /// Makes one.
    pub fn new() -> Authority {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).expect("a certificate").pem();
        Authority { issuer: Issuer::new(params, key), pem }
    }

    /// Its own certificate.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// A certificate for `localhost` and `127.0.0.1`.
    pub fn issue(&self) -> Issued {
        let key = KeyPair::generate().expect("a key");
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        let params = CertificateParams::new(names).expect("parameters");
        Issued { certificate: params.signed_by(&key, &self.issuer).expect("a certificate"), key }
    }

    /// What is asked for by a request in DER, from so many days ago until in so many days; with the authority's own behind it, in
    /// PEM.
    pub fn sign(&self, request: &[u8], (ago, ahead): (i64, i64)) -> String {
        let request = CertificateSigningRequestDer::from(request);
        let mut asked = CertificateSigningRequestParams::from_der(&request).expect("a request signed by its key");
        let day = |days: i64| {
            let day = jiff::Zoned::now().with_time_zone(jiff::tz::TimeZone::UTC).date().saturating_add(days.days());
            let (year, month, day) = (day.year(), day.month().unsigned_abs(), day.day().unsigned_abs());
            rcgen::date_time_ymd(i32::from(year), month, day)
        };
        (asked.params.not_before, asked.params.not_after) = (day(-ago), day(ahead));
        format!("{}{}", asked.signed_by(&self.issuer).expect("a certificate").pem(), self.pem)
    }

    /// A certificate for somebody whose subject says this, up to a year.
    pub fn issue_to(&self, subject: &[(DnType, &str)], year: i32) -> Issued {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.distinguished_name = DistinguishedName::new();
        for (of, value) in subject {
            params.distinguished_name.push(of.clone(), *value);
        }
        params.not_after = rcgen::date_time_ymd(year, 1, 1);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        Issued { certificate: params.signed_by(&key, &self.issuer).expect("a certificate"), key }
    }
}

impl Issued {
    /// What a client shows.
    pub fn shown(&self) -> CertifiedKey {
        let key = PrivateKeyDer::try_from(self.key.serialize_der()).expect("a key");
        let key = rustls::crypto::aws_lc_rs::sign::any_supported_type(&key).expect("a key");
        CertifiedKey::new(vec![self.certificate.der().clone()], key)
    }

    /// Writes `cert.pem` and `key.pem`.
    pub fn write(&self, folder: &Path) {
        std::fs::write(folder.join("cert.pem"), self.certificate.pem()).expect("written");
        std::fs::write(folder.join("key.pem"), self.key.serialize_pem()).expect("written");
    }
}
