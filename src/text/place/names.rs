//! Names of elements and attributes that say where a value stands.

use crate::text::packed::{Packed, packed};

/// Attributes whose values are addresses.
pub(super) const URLS: &[&[u8]] = &[
    b"href",
    b"src",
    b"action",
    b"formaction",
    b"cite",
    b"background",
    b"data",
    b"poster",
    b"srcset",
    b"longdesc",
    b"usemap",
    b"codebase",
    b"classid",
    b"manifest",
    b"ping",
    b"xlink:href",
    b"icon",
    b"profile",
    b"archive",
    b"imagesrcset",
    b"lowsrc",
    b"dynsrc",
    b"data-url",
    b"data-href",
    b"data-src",
];

/// What an address that is a script begins with.
pub(super) const SCHEME: &[u8] = b"javascript:";

/// Elements whose values are sent back.
pub(super) const CONTROLS: &[&[u8]] = &[b"input", b"option", b"button", b"param", b"select", b"data"];

pub(super) const OPTION: Packed = packed(b"option");
/// Elements whose text is no markup, or is a form control's; last the one whose text is both.
pub(super) const TEXTS: &[Packed] = &[
    packed(b"script"),
    packed(b"style"),
    packed(b"textarea"),
    packed(b"title"),
    packed(b"xmp"),
    packed(b"iframe"),
    packed(b"noembed"),
    packed(b"noframes"),
    OPTION,
];
