//! A certificate that garim makes for itself, for trying things out.

use super::error::Problem;
use crate::proxy::names::without_port;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use rcgen::{CertificateParams, DnType, KeyPair};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::CertifiedKey;

/// Days that it holds: browsers refuse more than 398 (CA/Browser Forum ballot SC31).
const DAYS: i64 = 397;

/// Makes a key (ECDSA P-256) and a certificate for the hosts, `localhost` and the loopback addresses.
pub(super) fn make(hosts: &[String]) -> Result<CertifiedKey, Problem> {
    let failed = |error: rcgen::Error| Problem::NotMade(error.to_string());
    let mut names: Vec<String> = hosts.iter().map(|host| bare(host)).filter(|host| host != "*").collect();
    for name in ["localhost", "127.0.0.1", "::1"] {
        if !names.iter().any(|have| have == name) {
            names.push(name.to_owned());
        }
    }
    let mut params = CertificateParams::new(names).map_err(failed)?;
    params.distinguished_name.push(DnType::CommonName, "garim, made for trying out");
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let day = |date: Date| {
        rcgen::date_time_ymd(i32::from(date.year()), date.month().unsigned_abs(), date.day().unsigned_abs())
    };
    params.not_before = day(today.saturating_sub(1.day()));
    params.not_after = day(today.saturating_add(DAYS.days()));
    let key = KeyPair::generate().map_err(failed)?;
    let certificate = params.self_signed(&key).map_err(failed)?;
    let der = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let signer = aws_lc_rs::sign::any_supported_type(&der).map_err(Problem::UnusableKey)?;
    Ok(CertifiedKey::new(vec![certificate.der().clone()], signer))
}

/// Without its port, and an address without its brackets.
fn bare(host: &str) -> String {
    let host = without_port(host);
    host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host).to_owned()
}
