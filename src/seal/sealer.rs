//! Sealing and opening.

use super::key::{Key, Ring};
use super::reference::{HOST, MARKER};
use super::{LONGEST, numeral};
use crate::vocab::{Keep, Kind, Own};
use aws_lc_rs::aead::{Aad, NONCE_LEN, Nonce};
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// The version, in the upper six bits of the first byte, where it becomes the first letter: `Z`.
const VERSION: u8 = 0b0110_0100;
const BOUND: u8 = 0b01;
const LASTS: u8 = 0b10;
/// Bytes before the nonce.
const HEAD: usize = 6;
const TAG: usize = 16;
/// Bytes of a reference beside the value.
pub(super) const FIXED: usize = HEAD + NONCE_LEN + 2 + TAG;
/// A clock of another node may be ahead by so many minutes.
const AHEAD: u32 = 5;
/// A period is at most so many minutes.
const LONGEST_PERIOD: u32 = 60;

/// What is in a reference.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    /// What kind of value.
    pub kind: Kind,
    /// Whether the page that it stood in was in CP949, and not in UTF-8.
    pub korean: bool,
    /// The value as it was written, escapes undone.
    pub text: String,
}

/// It never shows the value.
impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealed").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// Why a reference does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is cut or changed, or of another version.
    #[error("it is no reference")]
    Broken,
    /// It is too old, or from the future.
    #[error("it is too old")]
    Age,
    /// No key opens it, in this site and session.
    #[error("it was sealed for another site or session, or under a key that is gone")]
    Foreign,
}

/// Seals and opens for one site, in one session, at one time.
#[derive(Debug, Clone)]
pub struct Sealer {
    ring: Arc<Ring>,
    site: Arc<str>,
    session: Option<Arc<[u8]>>,
    /// Minutes since 1970.
    now: u32,
    /// Minutes.
    max_age: u32,
}

impl Sealer {
    /// For a site by its name, at a time since 1970, without a session. References open for `max_age`, at least a
    /// minute, and up to an hour longer.
    pub fn new(ring: Arc<Ring>, site: impl Into<Arc<str>>, now: Duration, max_age: Duration) -> Sealer {
        let minutes = |time: Duration| u32::try_from(time.as_secs() / 60).unwrap_or(u32::MAX);
        Sealer { ring, site: site.into(), session: None, now: minutes(now), max_age: minutes(max_age).max(1) }
    }

    /// The same in a session: what tells it from others, such as its cookie; `None` for none.
    pub fn in_session(&self, session: Option<&[u8]>) -> Sealer {
        Sealer { session: session.map(Arc::from), ..self.clone() }
    }

    /// How long a value keeps its reference: a twelfth of their age.
    fn period(&self) -> u32 {
        (self.max_age / 12).clamp(1, LONGEST_PERIOD)
    }

    /// A reference that opens in this session only, if there is one, and up to its age; `None` for a value longer than
    /// [`LONGEST`].
    pub fn seal(&self, value: &Sealed) -> Option<String> {
        let bound = if self.session.is_some() { BOUND } else { 0 };
        self.write(value, VERSION | bound, self.now - self.now % self.period())
    }

    /// The same in digits alone, as a number that browsers take; `None` also for what would be too long a number.
    pub fn seal_in_digits(&self, value: &Sealed) -> Option<String> {
        numeral::write(&bytes(self.seal(value)?.as_bytes())?)
    }

    /// The same as an e-mail address.
    pub fn seal_as_address(&self, value: &Sealed) -> Option<String> {
        self.seal(value).map(|reference| reference + HOST)
    }

    /// One without an age that opens in every session: for cookies, which outlive both.
    pub fn seal_lasting(&self, value: &Sealed) -> Option<String> {
        self.write(value, VERSION | LASTS, 0)
    }

    fn write(&self, value: &Sealed, first: u8, time: u32) -> Option<String> {
        let key = self.ring.keys.first()?;
        if value.text.is_empty() || value.text.len() > LONGEST {
            return None;
        }
        let mut plain = vec![code(value.kind), u8::from(value.korean)];
        if let Kind::Own(own) = value.kind {
            plain.push(u8::try_from(own.name().len()).ok()?);
            plain.extend_from_slice(own.name().as_bytes());
        }
        plain.extend_from_slice(value.text.as_bytes());
        let mut bytes = vec![first, key.id];
        bytes.extend(time.to_be_bytes());
        let aad = self.associated(&bytes);
        let nonce = nonce(key, &aad, &plain)?;
        bytes.extend(nonce);
        key.aead.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(aad), &mut plain).ok()?;
        bytes.extend(plain);
        let mut reference = String::with_capacity(MARKER.len() + bytes.len() * 4 / 3 + 3);
        reference.push_str(MARKER);
        URL_SAFE_NO_PAD.encode_string(&bytes, &mut reference);
        reference.push('.');
        Some(reference)
    }

    /// What a reference holds, given with its marker and its full stop, and with its host if it has one.
    ///
    /// # Errors
    /// When it is not one of ours, for this site and session, and young enough.
    pub fn open(&self, reference: &[u8]) -> Result<Sealed, Refused> {
        let bytes = numeral::read(reference).or_else(|| bytes(reference)).ok_or(Refused::Broken)?;
        let ours = |first: &u8| first & !(BOUND | LASTS) == VERSION;
        if bytes.len() <= FIXED || !bytes.first().is_some_and(ours) {
            return Err(Refused::Broken);
        }
        let (head, rest) = bytes.split_at_checked(HEAD).ok_or(Refused::Broken)?;
        let (nonce, sealed) = rest.split_at_checked(NONCE_LEN).ok_or(Refused::Broken)?;
        let [first, id, time @ ..] = head else { return Err(Refused::Broken) };
        let time = <[u8; 4]>::try_from(time).map(u32::from_be_bytes).map_err(|_| Refused::Broken)?;
        if first & LASTS == 0 && !self.is_young(time) {
            return Err(Refused::Age);
        }
        let nonce = <[u8; NONCE_LEN]>::try_from(nonce).map_err(|_| Refused::Broken)?;
        if first & BOUND != 0 && self.session.is_none() {
            return Err(Refused::Foreign);
        }
        let aad = self.associated(head);
        let opened = self.ring.keys.iter().filter(|key| key.id == *id).find_map(|key| {
            let mut sealed = sealed.to_vec();
            let nonce = Nonce::assume_unique_for_key(nonce);
            key.aead.open_in_place(nonce, Aad::from(&aad), &mut sealed).ok().and_then(|plain| read(plain))
        });
        opened.ok_or(Refused::Foreign)
    }

    fn is_young(&self, time: u32) -> bool {
        let ahead = self.now.saturating_add(AHEAD);
        time <= ahead && self.now.saturating_sub(time) <= self.max_age.saturating_add(self.period())
    }

    /// What a reference is bound to: its head, the site, and the session if its head says so.
    fn associated(&self, head: &[u8]) -> Vec<u8> {
        let bound = head.first().is_some_and(|first| first & BOUND != 0);
        let session = self.session.as_deref().filter(|_| bound).unwrap_or_default();
        let mut aad = head.to_vec();
        for part in [self.site.as_bytes(), session] {
            aad.extend((part.len() as u64).to_be_bytes());
            aad.extend_from_slice(part);
        }
        aad
    }
}

/// The bytes of a reference in letters.
fn bytes(reference: &[u8]) -> Option<Vec<u8>> {
    let reference = reference.strip_suffix(HOST.as_bytes()).unwrap_or(reference);
    let letters = reference.strip_prefix(MARKER.as_bytes())?.strip_suffix(b".")?;
    URL_SAFE_NO_PAD.decode(letters).ok()
}

fn nonce(key: &Key, aad: &[u8], plain: &[u8]) -> Option<[u8; NONCE_LEN]> {
    let mut context = hmac::Context::with_key(&key.mac);
    context.update(&(aad.len() as u64).to_be_bytes());
    context.update(aad);
    context.update(plain);
    context.sign().as_ref().get(..NONCE_LEN)?.try_into().ok()
}

fn read(plain: &[u8]) -> Option<Sealed> {
    let [kind, korean, text @ ..] = plain else { return None };
    let (kind, text) = match *kind {
        OWN => own(text)?,
        number => (Kind::ALL.iter().copied().find(|known| code(*known) == number)?, text),
    };
    Some(Sealed { kind, korean: *korean == 1, text: String::from_utf8(text.to_vec()).ok()? })
}

/// An operator's own kind by the name that was sealed with the value, and the value: one that the configuration has no
/// longer is opened all the same.
fn own(named: &[u8]) -> Option<(Kind, &[u8])> {
    let (length, rest) = named.split_first()?;
    let (name, text) = rest.split_at_checked(usize::from(*length))?;
    let name = std::str::from_utf8(name).ok()?;
    let own = Own::named(name).or_else(|| Own::of(name, Keep::Nothing, false))?;
    Some((Kind::Own(own), text))
}

/// The number of all kinds that operators have named: the name follows.
const OWN: u8 = 255;

/// A kind's number in references; a number once given is never given to another.
const fn code(kind: Kind) -> u8 {
    match kind {
        Kind::ResidentRegistrationNumber => 1,
        Kind::ForeignerRegistrationNumber => 2,
        Kind::PaymentCardNumber => 3,
        Kind::MobileNumber => 4,
        Kind::EmailAddress => 5,
        Kind::CorporateRegistrationNumber => 6,
        Kind::DriverLicenceNumber => 7,
        Kind::BankAccountNumber => 8,
        Kind::HealthInsuranceNumber => 9,
        Kind::BusinessRegistrationNumber => 10,
        Kind::PassportNumber => 11,
        Kind::LandlineNumber => 12,
        Kind::DateOfBirth => 13,
        Kind::IpAddress => 14,
        Kind::VehicleRegistrationNumber => 15,
        Kind::PersonName => 16,
        Kind::PostalAddress => 17,
        Kind::ConnectingInformation => 18,
        Kind::SensitiveList => 19,
        Kind::StudentNumber => 20,
        Kind::StaffNumber => 21,
        Kind::MilitaryNumber => 22,
        Kind::Own(_) => OWN,
    }
}
