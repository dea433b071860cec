//! Kinds of personal data, the groups that a policy may name, and the reasons for which something cannot be inspected.

use serde::Serialize;

/// A kind of personal data that garim detects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// 주민등록번호: thirteen digits given to every resident.
    ResidentRegistrationNumber,
    /// 외국인등록번호, also the domestic residence number of overseas Koreans (국내거소신고번호).
    ForeignerRegistrationNumber,
    /// 신용·체크카드번호: a payment card's primary account number.
    PaymentCardNumber,
    /// 휴대전화번호.
    MobileNumber,
    /// 전자우편 주소.
    EmailAddress,
}

impl Kind {
    /// Every kind, in the order in which overlapping findings of equal confidence and length are settled.
    pub const ALL: &'static [Kind] = &[
        Kind::ResidentRegistrationNumber,
        Kind::ForeignerRegistrationNumber,
        Kind::PaymentCardNumber,
        Kind::MobileNumber,
        Kind::EmailAddress,
    ];

    /// The name used in policies, output, records and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::ResidentRegistrationNumber => "resident-registration-number",
            Kind::ForeignerRegistrationNumber => "foreigner-registration-number",
            Kind::PaymentCardNumber => "payment-card-number",
            Kind::MobileNumber => "mobile-number",
            Kind::EmailAddress => "email-address",
        }
    }

    /// The name in records and metrics of one that came back as a sealed reference.
    pub const fn returned_name(self) -> &'static str {
        match self {
            Kind::ResidentRegistrationNumber => "returned:resident-registration-number",
            Kind::ForeignerRegistrationNumber => "returned:foreigner-registration-number",
            Kind::PaymentCardNumber => "returned:payment-card-number",
            Kind::MobileNumber => "returned:mobile-number",
            Kind::EmailAddress => "returned:email-address",
        }
    }

    /// The Korean name, shown on pages and accepted in policies.
    pub const fn korean(self) -> &'static str {
        match self {
            Kind::ResidentRegistrationNumber => "주민등록번호",
            Kind::ForeignerRegistrationNumber => "외국인등록번호",
            Kind::PaymentCardNumber => "카드번호",
            Kind::MobileNumber => "휴대전화번호",
            Kind::EmailAddress => "전자우편주소",
        }
    }

    /// The English name in words, shown on pages.
    pub const fn english(self) -> &'static str {
        match self {
            Kind::ResidentRegistrationNumber => "resident registration number",
            Kind::ForeignerRegistrationNumber => "foreigner registration number",
            Kind::PaymentCardNumber => "payment card number",
            Kind::MobileNumber => "mobile number",
            Kind::EmailAddress => "e-mail address",
        }
    }

    /// The kind with this English or Korean name, if there is one.
    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.iter().copied().find(|kind| kind.name() == name || kind.korean() == name)
    }

    /// A dense number below `Kind::ALL.len()`, for tables.
    pub const fn index(self) -> usize {
        self as usize
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
}

impl Group {
    /// Every group.
    pub const ALL: &'static [Group] = &[Group::UniqueIdentifiers, Group::Financial, Group::Contact];

    /// The name used in policies, with its `@`.
    pub const fn name(self) -> &'static str {
        match self {
            Group::UniqueIdentifiers => "@unique-identifiers",
            Group::Financial => "@financial",
            Group::Contact => "@contact",
        }
    }

    /// The kinds in it.
    pub const fn kinds(self) -> &'static [Kind] {
        match self {
            Group::UniqueIdentifiers => &[Kind::ResidentRegistrationNumber, Kind::ForeignerRegistrationNumber],
            Group::Financial => &[Kind::PaymentCardNumber],
            Group::Contact => &[Kind::MobileNumber, Kind::EmailAddress],
        }
    }
}

/// Why something could not be inspected. Written `uninspectable:NAME` in a policy; `uninspectable` names them all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// A switched protocol (101), whose bytes garim does not read.
    Upgrade,
    /// A body or file that is not text: an image, a document, an archive, an unknown format.
    Binary,
    /// It breaks its own syntax: a multipart body without an end, bad percent escapes, trailing bytes.
    Damaged,
    /// XML with a document type declaration, whose entities may say anything.
    Entities,
    /// A content coding that is unknown, broken, or expands beyond its ceiling.
    Coding,
    /// A charset garim does not read, or bytes that are not in the charset they claim.
    Charset,
    /// Beyond a limit of size or of number.
    TooLarge,
    /// A mask that garim wrote into a form control or a link has come back; forwarding it would overwrite the real value.
    MaskReturned,
    /// A sealed reference that does not open: too old, of another session or site, cut, or made up.
    Reference,
}

impl Reason {
    /// Every reason.
    pub const ALL: &'static [Reason] = &[
        Reason::Upgrade,
        Reason::Binary,
        Reason::Damaged,
        Reason::Entities,
        Reason::Coding,
        Reason::Charset,
        Reason::TooLarge,
        Reason::MaskReturned,
        Reason::Reference,
    ];

    /// The name used after `uninspectable:` in policies, and in records and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Reason::Upgrade => "upgrade",
            Reason::Binary => "binary",
            Reason::Damaged => "damaged",
            Reason::Entities => "entities",
            Reason::Coding => "coding",
            Reason::Charset => "charset",
            Reason::TooLarge => "too-large",
            Reason::MaskReturned => "mask-returned",
            Reason::Reference => "reference",
        }
    }

    /// The full name, as a policy writes it.
    pub const fn full_name(self) -> &'static str {
        match self {
            Reason::Upgrade => "uninspectable:upgrade",
            Reason::Binary => "uninspectable:binary",
            Reason::Damaged => "uninspectable:damaged",
            Reason::Entities => "uninspectable:entities",
            Reason::Coding => "uninspectable:coding",
            Reason::Charset => "uninspectable:charset",
            Reason::TooLarge => "uninspectable:too-large",
            Reason::MaskReturned => "uninspectable:mask-returned",
            Reason::Reference => "uninspectable:reference",
        }
    }
}
