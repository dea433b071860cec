//! Who is asking, as far as the configuration tells people apart.

use super::Network;
use crate::policy::{Paths, Roles};
use std::path::PathBuf;
use std::time::Duration;

/// How the site's own accounts are known: by its login form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Naming {
    /// The path that the login form is posted to.
    pub login: String,
    /// The field that holds the account's name.
    pub field: String,
    /// The statuses by which the site says that somebody has signed in.
    pub ok: Vec<u16>,
    /// Whether it is a sign-in only where the site gives a new session with it.
    pub new_session: bool,
    /// For how long a session bears a name.
    pub lasts: Duration,
    /// Where somebody signs out.
    pub logout: Option<Logout>,
    /// Whether its server takes `;jsessionid=…` out of paths: its session cookie is `JSESSIONID`.
    pub java: bool,
}

/// Where somebody signs out of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logout {
    /// The path.
    pub path: String,
    /// The statuses by which the site says that it is done; empty for every 2xx and 3xx.
    pub ok: Vec<u16>,
}

/// `[role.NAME]`: who has it.
#[derive(Debug, Clone)]
pub struct Role {
    /// Its name in rules and records.
    pub name: String,
    /// The set of it alone.
    pub bit: Roles,
    /// Who fits one of these has it.
    pub any: Vec<Member>,
}

/// One way to have a role: all that is said must hold.
#[derive(Debug, Clone)]
pub struct Member {
    /// The client has one of these addresses, seen through trusted proxies; empty for any.
    pub addresses: Vec<Network>,
    /// Only for these paths.
    pub paths: Option<Paths>,
    /// A header field, by its name in lower case, stands exactly once and has this value.
    pub header: Option<(String, String)>,
    /// Whose header is believed: the other end of the connection.
    pub from: Vec<Network>,
    /// All these stand in the subject of a certificate that the client has shown; empty for none.
    pub client_cert: Vec<Attribute>,
    /// Who has signed in at a gate as one of these; empty for any.
    pub accounts: Vec<String>,
    /// Who has signed in at a gate and has one of these roles.
    pub account_roles: Option<crate::store::Roles>,
}

/// The authorities whose certificates a site's clients may show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientCa {
    /// A PEM file of them.
    pub file: PathBuf,
    /// Where the configuration says so, `FILE:LINE:COLUMN`.
    pub place: String,
}

/// One attribute of a certificate's subject, with its whole value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Its type.
    pub of: AttributeType,
    /// Its value, letter by letter.
    pub value: String,
}

/// The types of attributes that can be named (RFC 4519, RFC 2985).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttributeType {
    /// `CN`.
    CommonName,
    /// `OU`.
    OrganizationalUnit,
    /// `O`.
    Organization,
    /// `L`.
    Locality,
    /// `ST`.
    StateOrProvince,
    /// `C`.
    Country,
    /// `DC`.
    DomainComponent,
    /// `UID`.
    UserId,
    /// `serialNumber`: of the subject, not of the certificate.
    SerialNumber,
    /// `title`.
    Title,
    /// `emailAddress`.
    EmailAddress,
}

impl AttributeType {
    /// All of them.
    pub const ALL: &'static [AttributeType] = &[
        AttributeType::CommonName,
        AttributeType::OrganizationalUnit,
        AttributeType::Organization,
        AttributeType::Locality,
        AttributeType::StateOrProvince,
        AttributeType::Country,
        AttributeType::DomainComponent,
        AttributeType::UserId,
        AttributeType::SerialNumber,
        AttributeType::Title,
        AttributeType::EmailAddress,
    ];

    /// The name that a configuration has for it (RFC 4514 section 3, where it has one).
    pub const fn name(self) -> &'static str {
        match self {
            AttributeType::CommonName => "CN",
            AttributeType::OrganizationalUnit => "OU",
            AttributeType::Organization => "O",
            AttributeType::Locality => "L",
            AttributeType::StateOrProvince => "ST",
            AttributeType::Country => "C",
            AttributeType::DomainComponent => "DC",
            AttributeType::UserId => "UID",
            AttributeType::SerialNumber => "serialNumber",
            AttributeType::Title => "title",
            AttributeType::EmailAddress => "emailAddress",
        }
    }

    /// Its object identifier.
    pub const fn oid(self) -> &'static str {
        match self {
            AttributeType::CommonName => "2.5.4.3",
            AttributeType::OrganizationalUnit => "2.5.4.11",
            AttributeType::Organization => "2.5.4.10",
            AttributeType::Locality => "2.5.4.7",
            AttributeType::StateOrProvince => "2.5.4.8",
            AttributeType::Country => "2.5.4.6",
            AttributeType::DomainComponent => "0.9.2342.19200300.100.1.25",
            AttributeType::UserId => "0.9.2342.19200300.100.1.1",
            AttributeType::SerialNumber => "2.5.4.5",
            AttributeType::Title => "2.5.4.12",
            AttributeType::EmailAddress => "1.2.840.113549.1.9.1",
        }
    }
}
