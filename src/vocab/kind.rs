//! Kinds of personal data, and the groups that a policy may name.

use super::Own;
use serde::Serialize;

/// A kind of personal data that garim detects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// 주민등록번호: thirteen digits given to every resident.
    ResidentRegistrationNumber,
    /// 외국인등록번호, also the domestic residence number of overseas Koreans (국내거소신고번호).
    ForeignerRegistrationNumber,
    /// 신용·체크카드번호: a payment card's primary account number.
    PaymentCardNumber,
    /// 법인등록번호: thirteen digits of a company; public, but often taken for a resident's.
    CorporateRegistrationNumber,
    /// 운전면허번호: twelve digits, or the name of a region and ten.
    DriverLicenceNumber,
    /// 계좌번호: ten to fourteen digits, grouped as each bank does.
    BankAccountNumber,
    /// 건강보험증번호: the number of a certificate of health insurance, eleven digits.
    HealthInsuranceNumber,
    /// 사업자등록번호: ten digits of a business; public, but of one person where that is a sole trader.
    BusinessRegistrationNumber,
    /// 여권번호: a letter and eight digits, or since 2021 four characters, a letter in between, and four digits.
    PassportNumber,
    /// 휴대전화번호.
    MobileNumber,
    /// 일반전화번호: fixed lines and VoIP.
    LandlineNumber,
    /// 생년월일: found by its label only.
    DateOfBirth,
    /// 전자우편 주소.
    EmailAddress,
    /// IP 주소, of version 4 or 6.
    IpAddress,
    /// 자동차등록번호: a number plate.
    VehicleRegistrationNumber,
    /// 성명: a Korean name, found by its label or title only.
    PersonName,
    /// 주소, as finely as a street and a number.
    PostalAddress,
    /// 연계정보(CI) and 중복가입확인정보(DI): a person's key between services.
    ConnectingInformation,
    /// 민감 명단: several people under a heading of welfare, health, discipline or family.
    SensitiveList,
    /// 학번.
    StudentNumber,
    /// 사번.
    StaffNumber,
    /// 군번.
    MilitaryNumber,
    /// One that an operator has added.
    Own(Own),
}

/// What a kind is called.
struct Names {
    kind: Kind,
    name: &'static str,
    returned: &'static str,
    korean: &'static str,
    english: &'static str,
}

/// A row of the table.
macro_rules! names {
    ($kind:ident, $name:literal, $korean:literal, $english:literal) => {
        Names {
            kind: Kind::$kind,
            name: $name,
            returned: concat!("returned:", $name),
            korean: $korean,
            english: $english,
        }
    };
}

/// Every kind, at the place of its variant.
const NAMES: &[Names] = &[
    names!(ResidentRegistrationNumber, "resident-registration-number", "주민등록번호", "resident registration number"),
    names!(
        ForeignerRegistrationNumber,
        "foreigner-registration-number",
        "외국인등록번호",
        "foreigner registration number"
    ),
    names!(PaymentCardNumber, "payment-card-number", "카드번호", "payment card number"),
    names!(
        CorporateRegistrationNumber,
        "corporate-registration-number",
        "법인등록번호",
        "corporate registration number"
    ),
    names!(DriverLicenceNumber, "driver-licence-number", "운전면허번호", "driver licence number"),
    names!(BankAccountNumber, "bank-account-number", "계좌번호", "bank account number"),
    names!(HealthInsuranceNumber, "health-insurance-number", "건강보험증번호", "health insurance number"),
    names!(
        BusinessRegistrationNumber,
        "business-registration-number",
        "사업자등록번호",
        "business registration number"
    ),
    names!(PassportNumber, "passport-number", "여권번호", "passport number"),
    names!(MobileNumber, "mobile-number", "휴대전화번호", "mobile number"),
    names!(LandlineNumber, "landline-number", "일반전화번호", "landline number"),
    names!(DateOfBirth, "date-of-birth", "생년월일", "date of birth"),
    names!(EmailAddress, "email-address", "전자우편주소", "e-mail address"),
    names!(IpAddress, "ip-address", "IP주소", "IP address"),
    names!(VehicleRegistrationNumber, "vehicle-registration-number", "자동차등록번호", "vehicle registration number"),
    names!(PersonName, "person-name", "성명", "person name"),
    names!(PostalAddress, "postal-address", "주소", "postal address"),
    names!(ConnectingInformation, "connecting-information", "연계정보", "connecting information"),
    names!(SensitiveList, "sensitive-list", "민감명단", "sensitive list"),
    names!(StudentNumber, "student-number", "학번", "student number"),
    names!(StaffNumber, "staff-number", "사번", "staff number"),
    names!(MilitaryNumber, "military-number", "군번", "military number"),
];

impl Kind {
    /// Every kind that garim knows by itself, in the order in which overlapping findings of equal confidence and length are settled.
    pub const ALL: &'static [Kind] = &{
        let mut all = [Kind::ResidentRegistrationNumber; NAMES.len()];
        let mut number = 0;
        while number < NAMES.len() {
            all[number] = NAMES[number].kind;
            assert!(all[number].index() == number, "the rows stand in the order of the variants");
            number += 1;
        }
        all
    };

    /// The bound of [`Kind::index`].
    pub const COUNT: usize = NAMES.len() + Own::MOST;

    /// Those and the operators' own.
    pub fn all() -> impl Iterator<Item = Kind> {
        Kind::ALL.iter().copied().chain(Own::all().map(Kind::Own))
    }

    /// The name used in policies, output, records and metrics.
    pub const fn name(self) -> &'static str {
        if let Kind::Own(own) = self { own.name() } else { NAMES[self.index()].name }
    }

    /// The name in records and metrics of one that came back as a sealed reference.
    pub const fn returned_name(self) -> &'static str {
        if let Kind::Own(own) = self { own.returned_name() } else { NAMES[self.index()].returned }
    }

    /// The Korean name, shown on pages and accepted in policies.
    pub const fn korean(self) -> &'static str {
        if let Kind::Own(own) = self { own.korean() } else { NAMES[self.index()].korean }
    }

    /// The English name in words, shown on pages.
    pub const fn english(self) -> &'static str {
        if let Kind::Own(own) = self { own.name() } else { NAMES[self.index()].english }
    }

    /// Whether its values are digits and separators only.
    pub const fn is_number(self) -> bool {
        match self {
            Kind::ResidentRegistrationNumber
            | Kind::ForeignerRegistrationNumber
            | Kind::PaymentCardNumber
            | Kind::CorporateRegistrationNumber
            | Kind::DriverLicenceNumber
            | Kind::BankAccountNumber
            | Kind::HealthInsuranceNumber
            | Kind::BusinessRegistrationNumber
            | Kind::MobileNumber
            | Kind::LandlineNumber
            | Kind::DateOfBirth
            | Kind::StudentNumber
            | Kind::StaffNumber
            | Kind::MilitaryNumber => true,
            Kind::PassportNumber
            | Kind::EmailAddress
            | Kind::IpAddress
            | Kind::VehicleRegistrationNumber
            | Kind::PersonName
            | Kind::PostalAddress
            | Kind::ConnectingInformation
            | Kind::SensitiveList
            | Kind::Own(_) => false,
        }
    }

    /// Whether a value of it alone says who somebody is, so that it is settled before an address or a telephone that it
    /// overlaps.
    pub const fn identifies(self) -> bool {
        matches!(
            self,
            Kind::ResidentRegistrationNumber
                | Kind::ForeignerRegistrationNumber
                | Kind::PaymentCardNumber
                | Kind::DriverLicenceNumber
                | Kind::BankAccountNumber
                | Kind::HealthInsuranceNumber
                | Kind::PassportNumber
        )
    }

    /// Whether it is looked for only where a policy names it: in most places it says nothing of a person.
    pub const fn is_optional(self) -> bool {
        matches!(self, Kind::IpAddress | Kind::StudentNumber | Kind::StaffNumber | Kind::MilitaryNumber)
    }

    /// Whether `*` means it, and a policy's default. Not what is looked for by name only, what is public (the numbers of
    /// businesses and corporations), names of people, which count beside something else, and what several findings make together.
    pub const fn is_by_star(self) -> bool {
        !self.is_optional()
            && !matches!(self, Kind::Own(own) if own.is_together())
            && !matches!(self, Kind::BusinessRegistrationNumber | Kind::CorporateRegistrationNumber | Kind::PersonName)
    }

    /// Whether a finding of it has bytes of its own that a mask can replace. What several findings make together has none: they
    /// are masked as what they are themselves.
    pub const fn has_bytes(self) -> bool {
        !matches!(self, Kind::SensitiveList) && !matches!(self, Kind::Own(own) if own.is_together())
    }

    /// The kind with this English or Korean name, if there is one.
    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.iter().copied().find(|kind| kind.name() == name || kind.korean() == name)
    }

    /// A dense number below [`Kind::COUNT`], for tables.
    pub const fn index(self) -> usize {
        match self {
            Kind::ResidentRegistrationNumber => 0,
            Kind::ForeignerRegistrationNumber => 1,
            Kind::PaymentCardNumber => 2,
            Kind::CorporateRegistrationNumber => 3,
            Kind::DriverLicenceNumber => 4,
            Kind::BankAccountNumber => 5,
            Kind::HealthInsuranceNumber => 6,
            Kind::BusinessRegistrationNumber => 7,
            Kind::PassportNumber => 8,
            Kind::MobileNumber => 9,
            Kind::LandlineNumber => 10,
            Kind::DateOfBirth => 11,
            Kind::EmailAddress => 12,
            Kind::IpAddress => 13,
            Kind::VehicleRegistrationNumber => 14,
            Kind::PersonName => 15,
            Kind::PostalAddress => 16,
            Kind::ConnectingInformation => 17,
            Kind::SensitiveList => 18,
            Kind::StudentNumber => 19,
            Kind::StaffNumber => 20,
            Kind::MilitaryNumber => 21,
            Kind::Own(own) => NAMES.len() + own.number() as usize,
        }
    }
}

impl Serialize for Kind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// A group of kinds that a policy names with `@`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Group {
    /// 고유식별정보 (Personal Information Protection Act, article 24): resident, foreigner, passport, licence numbers.
    UniqueIdentifiers,
    /// Cards and accounts.
    Financial,
    /// Telephone numbers and e-mail.
    Contact,
    /// 민감정보 (article 23): lists of people with sensitive facts.
    Sensitive,
}

impl Group {
    /// Every group.
    pub const ALL: &'static [Group] = &[Group::UniqueIdentifiers, Group::Financial, Group::Contact, Group::Sensitive];

    /// The name used in policies, with its `@`.
    pub const fn name(self) -> &'static str {
        match self {
            Group::UniqueIdentifiers => "@unique-identifiers",
            Group::Financial => "@financial",
            Group::Contact => "@contact",
            Group::Sensitive => "@sensitive",
        }
    }

    /// The kinds in it.
    pub const fn kinds(self) -> &'static [Kind] {
        match self {
            Group::UniqueIdentifiers => &[
                Kind::ResidentRegistrationNumber,
                Kind::ForeignerRegistrationNumber,
                Kind::PassportNumber,
                Kind::DriverLicenceNumber,
            ],
            Group::Financial => &[Kind::PaymentCardNumber, Kind::BankAccountNumber],
            Group::Contact => &[Kind::MobileNumber, Kind::LandlineNumber, Kind::EmailAddress],
            Group::Sensitive => &[Kind::SensitiveList],
        }
    }
}
