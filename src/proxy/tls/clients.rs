//! Certificates of clients: which authorities a site believes, and what a certificate says of whom it belongs to.

use super::Certificates;
use super::error::Problem;
use super::pem;
use crate::config::{Attribute, AttributeType};
use ::aws_lc_rs::digest::{Context, SHA256};
use rustls::RootCertStore;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use x509_parser::asn1_rs::Tag;
use x509_parser::prelude::{AttributeTypeAndValue, FromDer, X509Certificate};

/// What tells authorities from others: a hash of all their certificates.
pub(super) type AuthoritiesId = [u8; 32];

/// The authorities whose certificates the clients of a site may show.
#[derive(Debug)]
pub(super) struct Authorities {
    pub id: AuthoritiesId,
    /// Takes a certificate under one of them, or none at all; any other ends the handshake.
    pub verifier: Arc<dyn ClientCertVerifier>,
}

impl Authorities {
    /// Reads a PEM file of them.
    pub fn load(file: &Path) -> Result<Authorities, Problem> {
        let mut roots = RootCertStore::empty();
        let mut id = Context::new(&SHA256);
        for certificate in pem::chain(file)? {
            id.update(&(certificate.len() as u64).to_be_bytes());
            id.update(&certificate);
            roots.add(certificate).map_err(Problem::BadCertificate)?;
        }
        let provider = Arc::new(aws_lc_rs::default_provider());
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        let verifier = verifier.allow_unauthenticated().build();
        let verifier = verifier.map_err(|error| Problem::NoAuthority(error.to_string()))?;
        let mut bytes = AuthoritiesId::default();
        // SHA-256 has 32 bytes.
        bytes.iter_mut().zip(id.finish().as_ref()).for_each(|(to, from)| *to = *from);
        Ok(Authorities { id: bytes, verifier })
    }
}

/// A certificate that a client has shown, and that was found to be under the authorities of the site it came to.
#[derive(Clone)]
pub struct ClientCertificate {
    certificates: Arc<Certificates>,
    authorities: AuthoritiesId,
    /// What its subject says (RFC 5280 section 4.1.2.6), as far as rules can name it.
    subject: Vec<Attribute>,
    /// Its last second, in seconds since 1970.
    not_after: i64,
}

/// Whose it is stands in no log.
impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientCertificate")
    }
}

impl ClientCertificate {
    /// Reads one; `None` if it cannot be read, though it was believed.
    pub(super) fn read(
        certificates: Arc<Certificates>,
        authorities: AuthoritiesId,
        certificate: &CertificateDer<'_>,
    ) -> Option<ClientCertificate> {
        let (subject, not_after) = read(certificate)?;
        Some(ClientCertificate { certificates, authorities, subject, not_after })
    }

    /// Whether it says something to a site at a time, in seconds since 1970: only to those that believe the same authorities as
    /// the site that it was shown to, now and not only before a reload, and only as long as it is valid. A connection may live
    /// longer, and HTTP/2 may ask several sites over one.
    pub fn counts_at(&self, site: &str, now: i64) -> bool {
        now <= self.not_after && self.certificates.authorities_of(site) == Some(self.authorities)
    }

    /// Whether all these attributes stand in its subject.
    pub fn has(&self, attributes: &[Attribute]) -> bool {
        has(&self.subject, attributes)
    }
}

fn has(subject: &[Attribute], wanted: &[Attribute]) -> bool {
    wanted.iter().all(|one| subject.contains(one))
}

/// The subject of a certificate, and its last second.
fn read(certificate: &[u8]) -> Option<(Vec<Attribute>, i64)> {
    let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
    let subject = certificate.subject().iter_attributes().filter_map(attribute).collect();
    Some((subject, certificate.validity().not_after.timestamp()))
}

/// One attribute: its type by its number alone, its value whole. What stands inside a value is never taken apart.
fn attribute(one: &AttributeTypeAndValue<'_>) -> Option<Attribute> {
    let id = one.attr_type().to_id_string();
    let of = AttributeType::ALL.iter().copied().find(|of| of.oid() == id)?;
    let value = match one.as_str() {
        Ok(text) => text.to_owned(),
        // Old authorities write Hangul so: two bytes a character.
        Err(_) if one.attr_value().tag() == Tag::BmpString => {
            let (units, []) = one.attr_value().data.as_chunks::<2>() else { return None };
            char::decode_utf16(units.iter().map(|unit| u16::from_be_bytes(*unit))).collect::<Result<_, _>>().ok()?
        }
        Err(_) => return None,
    };
    Some(Attribute { of, value })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateParams, DnType, DnValue, KeyPair};

    /// The subject of a certificate with these names.
    fn subject(names: &[(DnType, DnValue)]) -> Vec<Attribute> {
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.distinguished_name = rcgen::DistinguishedName::new();
        for (of, value) in names {
            params.distinguished_name.push(of.clone(), value.clone());
        }
        let key = KeyPair::generate().expect("a key");
        read(params.self_signed(&key).expect("a certificate").der()).expect("it reads").0
    }

    fn unit(value: &str) -> [Attribute; 1] {
        [Attribute { of: AttributeType::OrganizationalUnit, value: value.to_owned() }]
    }

    fn text(value: &str) -> DnValue {
        DnValue::Utf8String(value.to_owned())
    }

    #[test]
    fn an_attribute_is_matched_by_its_type_and_its_whole_value() {
        let office = unit("Privacy Office");
        assert!(has(&subject(&[(DnType::OrganizationalUnitName, text("Privacy Office"))]), &office));
        for (of, value) in [
            (DnType::CommonName, "OU=Privacy Office"),
            (DnType::CommonName, "kim,OU=Privacy Office"),
            (DnType::CommonName, "kim/OU=Privacy Office"),
            (DnType::CommonName, "kim\0OU=Privacy Office"),
            (DnType::CommonName, "Privacy Office"),
            (DnType::OrganizationName, "Privacy Office"),
            (DnType::OrganizationalUnitName, "Privacy Office 2"),
            (DnType::OrganizationalUnitName, "Not the Privacy Office"),
            (DnType::OrganizationalUnitName, "privacy office"),
            (DnType::OrganizationalUnitName, "Privacy Office\0"),
            (DnType::OrganizationalUnitName, "OU=Privacy Office"),
            (DnType::CustomDnType(vec![2, 5, 4, 111]), "Privacy Office"),
        ] {
            assert!(!has(&subject(&[(of.clone(), text(value))]), &office), "{of:?} {value:?}");
        }
    }

    #[test]
    fn all_that_is_asked_for_must_stand_there_in_whatever_alphabet() {
        let names = [(DnType::OrganizationalUnitName, text("개인정보보호팀")), (DnType::CommonName, text("김누구"))];
        let subject_of = subject(&names);
        assert!(has(&subject_of, &unit("개인정보보호팀")));
        let kim = Attribute { of: AttributeType::CommonName, value: "김누구".to_owned() };
        let [team] = unit("개인정보보호팀");
        assert!(has(&subject_of, &[kim.clone(), team.clone()]));
        let lee = Attribute { value: "이누구".to_owned(), ..kim };
        assert!(!has(&subject_of, &[lee, team]));
        let units: Vec<u8> = "보호팀".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let old = rcgen::string::BmpString::from_utf16be(units).expect("a text");
        assert!(has(&subject(&[(DnType::OrganizationalUnitName, DnValue::BmpString(old))]), &unit("보호팀")));
        let printable = rcgen::string::PrintableString::try_from("Office").expect("a text");
        let printable = DnValue::PrintableString(printable);
        assert!(has(&subject(&[(DnType::OrganizationalUnitName, printable)]), &unit("Office")));
    }

    #[test]
    fn what_is_no_certificate_says_nothing() {
        assert!(read(b"").is_none() && read(b"\x30\x03\x02\x01\x00").is_none());
    }
}
