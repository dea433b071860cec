//! What of a value stays to be seen, and how that is written in this charset and syntax.
//!
//! Each kind has one fixed rule: two systems that hide different digits let a reader put the value together again.
//!
//! | kind | seen |
//! | --- | --- |
//! | resident, foreigner registration number | `900101-*******` |
//! | payment card number | `4000-00**-****-****` |
//! | mobile number | `010-****-5678` |
//! | e-mail address | `ab***@example.com`; a local part of one or two characters not at all |
//! | landline number | `02-***-5678` |
//! | passport number | `M1*******` |
//! | driver's licence number | `11-12-******-**` |
//! | health insurance number | `1-**********` |
//! | bank account number | `110-***********`, the first three |
//! | business, corporate registration number | `123-45-*****`, `110111-*******` |
//! | date of birth | nothing |
//! | IP address | `211.115.***.36`; the last group of version 6 hidden |
//! | vehicle registration number | `12가****` |
//! | person's name | `홍*동`, `남궁*수`, `김*` |
//! | postal address | `서울특별시 종로구 ***`: down to the district |
//! | connecting information | the first seven characters |
//! | student, staff, military number | all but the last four |
//! | an operator's own kind | as its `mask` says |

mod pen;
mod returning;
mod starred;
#[cfg(test)]
mod tests;
mod words;

pub use pen::Pen;
pub use returning::{mark, returned};
pub use starred::starred;

use crate::vocab::{Keep, Kind, Stands};
use std::ops::Range;

/// How hidden characters are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Style {
    /// Stars, for what people read.
    Star,
    /// The returning mark, for what a browser sends back or follows: stars and tildes in turn, which nobody types.
    /// When it comes back ([`returned`]), the request is refused instead of overwriting the real value.
    Returning,
}

impl Style {
    /// The style for a value that stands there.
    pub fn at(stands: Stands) -> Style {
        match stands {
            Stands::FormControl | Stands::Url | Stands::ScriptString => Style::Returning,
            Stands::Text | Stands::Comment | Stands::Attribute | Stands::JsonString | Stands::JsonNumber => Style::Star,
        }
    }
}

/// Which characters of a value are hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    range: Range<usize>,
    kept: Vec<usize>,
}

impl Hidden {
    /// Whether the digit (or the character of an address) with this number, from 0, is hidden.
    pub fn hides(&self, number: usize) -> bool {
        self.range.contains(&number) && !self.kept.contains(&number)
    }
}

/// Which characters of a value are hidden: one fixed rule per kind. `value` is the digits of the match without their
/// separators, or the whole text of what is no number: the address `local@domain`, the name, the plate.
///
/// The returning mark needs four characters to be told from decoration, so it hides more where stars would hide
/// fewer: of what is no number everything (but an at sign), of a mobile number with a short exchange all after the prefix.
pub fn hidden(kind: Kind, value: &str, style: Style) -> Hidden {
    let length = value.chars().count();
    if style == Style::Returning && !kind.is_number() {
        let at = value.chars().position(|character| character == '@');
        return Hidden { range: 0..length, kept: at.into_iter().collect() };
    }
    let range = match kind {
        // Of a number whose birth was hidden already, what is left is the secret part.
        Kind::ResidentRegistrationNumber | Kind::ForeignerRegistrationNumber if length < 13 => 0..length,
        Kind::ResidentRegistrationNumber | Kind::ForeignerRegistrationNumber => 6..length,
        Kind::PaymentCardNumber | Kind::CorporateRegistrationNumber => 6..length,
        // After the name of a region, which is no digit, the year comes first.
        Kind::DriverLicenceNumber if length < 12 => 2..length,
        Kind::DriverLicenceNumber => 4..length,
        Kind::BankAccountNumber => 3..length,
        Kind::HealthInsuranceNumber => 1..length,
        Kind::BusinessRegistrationNumber => 5..length,
        Kind::PassportNumber => 2..length,
        Kind::MobileNumber => telephone(mobile_parts(value), length, style),
        Kind::LandlineNumber => telephone(landline_parts(value), length, style),
        Kind::DateOfBirth | Kind::SensitiveList => 0..length,
        Kind::EmailAddress => {
            let local = value.chars().take_while(|character| *character != '@').count();
            if local > 2 { 2..local } else { 0..local }
        }
        Kind::IpAddress => words::address_part(value),
        Kind::VehicleRegistrationNumber => length.saturating_sub(4)..length,
        Kind::PersonName => words::given_name(value),
        Kind::PostalAddress => words::below_district(value)..length,
        Kind::ConnectingInformation => 7..length,
        Kind::StudentNumber | Kind::StaffNumber | Kind::MilitaryNumber => length.saturating_sub(4)..length,
        Kind::Own(own) => match own.keep() {
            Keep::Nothing => 0..length,
            Keep::First(kept) => usize::from(kept)..length,
            Keep::Last(kept) => 0..length.saturating_sub(usize::from(kept)),
        },
    };
    // Of an operator's own kinds garim knows no more than that separators are none of their secret.
    let separators = || value.chars().zip(0..).filter(|(character, _)| !character.is_alphanumeric());
    let kept = if let Kind::Own(_) = kind { separators().map(|(_, number)| number).collect() } else { Vec::new() };
    Hidden { range, kept }
}

/// The exchange, or all after the prefix where the returning mark would be too short.
fn telephone((prefix, exchange): (usize, usize), length: usize, style: Style) -> Range<usize> {
    let short = exchange.saturating_sub(prefix) < returning::FEWEST;
    prefix..if style == Style::Returning && short { length } else { exchange }
}

/// Where the prefix (`010`, with the country's code if there is one) and the exchange of a mobile number end.
fn mobile_parts(value: &str) -> (usize, usize) {
    let national = value.strip_prefix("0082").or_else(|| value.strip_prefix("82")).unwrap_or(value);
    let country = value.len().saturating_sub(national.len());
    let prefix = country.saturating_add(if national.starts_with('0') { 3 } else { 2 });
    (prefix, value.len().saturating_sub(4).max(prefix))
}

/// Where the area code and the exchange of a landline end, the country's code left out of neither.
fn landline_parts(value: &str) -> (usize, usize) {
    let national = value.strip_prefix("82").unwrap_or(value);
    let country = value.len().saturating_sub(national.len());
    let area = match national {
        _ if national.starts_with("050") && national.len() > 10 => 4,
        _ if national.starts_with("02") => 2,
        _ if national.starts_with('2') && country > 0 => 1,
        _ if country > 0 && !national.starts_with('0') => 2,
        _ => 3,
    };
    let prefix = country.saturating_add(area);
    (prefix, value.len().saturating_sub(4).max(prefix))
}

/// The masked form for people and records, `900101-*******`. `value` as for [`hidden`].
pub fn shown(kind: Kind, value: &str) -> String {
    let hidden = hidden(kind, value, Style::Star);
    // No break stands before the first character.
    let breaks: [usize; 4] = match kind {
        Kind::ResidentRegistrationNumber | Kind::ForeignerRegistrationNumber if value.len() < 13 => [0; 4],
        Kind::ResidentRegistrationNumber | Kind::ForeignerRegistrationNumber | Kind::CorporateRegistrationNumber => {
            [6, 0, 0, 0]
        }
        Kind::PaymentCardNumber if matches!(value.len(), 14 | 15) => [4, 10, 0, 0],
        Kind::PaymentCardNumber => [4, 8, 12, 16],
        Kind::DriverLicenceNumber if value.len() < 12 => [2, 8, 0, 0],
        Kind::DriverLicenceNumber => [2, 4, 10, 0],
        Kind::BusinessRegistrationNumber => [3, 5, 0, 0],
        Kind::BankAccountNumber => [3, 0, 0, 0],
        Kind::HealthInsuranceNumber => [1, 0, 0, 0],
        Kind::MobileNumber => {
            let (prefix, exchange) = mobile_parts(value);
            let country = if value.starts_with("0082") { 4 } else { 2 };
            let national = if value.starts_with("82") || value.starts_with("0082") { country } else { 0 };
            [national, prefix, exchange, 0]
        }
        Kind::LandlineNumber => {
            let (prefix, exchange) = landline_parts(value);
            [if value.starts_with("82") { 2 } else { 0 }, prefix, exchange, 0]
        }
        _ => [0; 4],
    };
    let mut text = String::with_capacity(value.len().saturating_add(4));
    if matches!(kind, Kind::MobileNumber | Kind::LandlineNumber) && value.starts_with("82") {
        text.push('+');
    }
    for (number, character) in value.chars().enumerate() {
        if number > 0 && breaks.contains(&number) {
            text.push('-');
        }
        text.push(if hidden.hides(number) && !character.is_whitespace() { '*' } else { character });
    }
    text
}
