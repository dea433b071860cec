//! Elements and attributes by which a place is told.

use crate::text::packed::{Packed, packed};

/// Attributes that are addresses.
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
/// Elements whose `value` is sent back.
pub(super) const CONTROLS: &[&[u8]] = &[b"input", b"option", b"button", b"param", b"select", b"data"];

/// Attributes that people read, beside those that begin with `aria-`; what stands in all others is for scripts.
pub(super) const FOR_PEOPLE: &[&[u8]] =
    &[b"title", b"alt", b"placeholder", b"label", b"summary", b"abbr", b"content", b"standby", b"prompt"];

/// An option of a list.
pub(super) const OPTION: Packed = packed(b"option");
/// Elements whose text is no markup, or is a form control's.
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
