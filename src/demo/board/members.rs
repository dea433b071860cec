//! The members' register, which has no key but the resident number: it stands in links, picture names, scripts and
//! forms, as it did everywhere in those days. Every number is synthetic.

/// Somebody in the register.
pub(super) struct Member {
    /// The resident number, as everyone writes it.
    pub number: &'static str,
    pub name: &'static str,
    pub office: &'static str,
}

/// The register.
pub(super) const MEMBERS: [Member; 3] = [
    Member { number: "870815-1413505", name: "김통장", office: "가림1동 3통장" },
    Member { number: "700313-2537271", name: "이통장", office: "가림1동 7통장" },
    Member { number: "750707-1695961", name: "박통장", office: "가림2동 1통장" },
];

/// Everyone has the same picture: 48 by 60 grey pixels.
pub(super) const PHOTO: &[u8] = include_bytes!("photo.jpg");

/// The member with this number.
pub(super) fn find(number: &str) -> Option<&'static Member> {
    MEMBERS.iter().find(|member| member.number == number)
}
