//! What may be wrong with a request's head: each has a name for the records.

/// Why a head is refused. Every one of these is read by some server in another way than by some other, or not at all,
/// so that what garim inspects and what the site sees could differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum HeadFault {
    /// An empty line before the request line (RFC 9112 section 2.2 lets a server skip it; not all do).
    #[error("an empty line stands before the request line")]
    LeadingBlankLine,
    /// A line feed without its carriage return (RFC 9112 section 2.2).
    #[error("a line ends in a bare line feed")]
    BareLineFeed,
    /// A carriage return without its line feed (RFC 9112 section 2.2).
    #[error("a carriage return stands alone")]
    BareCarriageReturn,
    /// NUL or another control byte (RFC 9110 section 5.5).
    #[error("a control byte stands in the head")]
    ControlByte,
    /// Not method, target and version with one space between them (RFC 9112 section 3).
    #[error("the request line is not method, target and version")]
    RequestLine,
    /// A method that is no word: every registered one is (RFC 9110 section 16.1.2), and a site may write down any other.
    #[error("the method is no word")]
    Method,
    /// Neither `HTTP/1.1` nor `HTTP/1.0` (RFC 9112 section 2.3).
    #[error("the version is neither HTTP/1.1 nor HTTP/1.0")]
    Version,
    /// garim is no forward proxy (RFC 9110 section 9.3.6).
    #[error("CONNECT is not for a web site")]
    Connect,
    /// Neither a path nor a URL of http or https without a user (RFC 9112 section 3.2).
    #[error("the target is neither a path nor a URL of this site")]
    Target,
    /// A `#` in the target: some cut it off, some do not (RFC 9110 section 7.1 allows none).
    #[error("the target has a fragment")]
    Fragment,
    /// `*` with another method than OPTIONS (RFC 9112 section 3.2.4).
    #[error("only OPTIONS may ask for *")]
    Asterisk,
    /// A field that goes on in the next line (RFC 9112 section 5.2).
    #[error("a field is folded")]
    Folded,
    /// A field line without a name, without a colon, or with a name that is no token (RFC 9110 section 5.1).
    #[error("a field has no proper name")]
    FieldName,
    /// White space between a field's name and its colon (RFC 9112 section 5.1).
    #[error("white space stands before a colon")]
    SpaceBeforeColon,
    /// A name such as `Content_Length`, which CGI folds onto the real one (RFC 3875 section 4.1.18).
    #[error("a field's name could be taken for that of a field about framing")]
    AmbiguousName,
    /// More than one `Content-Length`, equal or not, in one line or in several (RFC 9110 section 8.6).
    #[error("there is more than one Content-Length")]
    ContentLengthTwice,
    /// A `Content-Length` that is not digits alone, or more than anybody can count.
    #[error("the Content-Length is no number")]
    ContentLength,
    /// More than one `Transfer-Encoding`.
    #[error("there is more than one Transfer-Encoding")]
    TransferEncodingTwice,
    /// A `Transfer-Encoding` other than `chunked` (RFC 9112 section 6.1).
    #[error("the Transfer-Encoding is not chunked alone")]
    TransferEncoding,
    /// A `Transfer-Encoding` in HTTP/1.0, which does not know it (RFC 9112 section 6.1).
    #[error("HTTP/1.0 has no Transfer-Encoding")]
    TransferEncodingInOldHttp,
    /// `Content-Length` with `Transfer-Encoding`, in either order (RFC 9112 section 6.3).
    #[error("there are a Content-Length and a Transfer-Encoding")]
    TwoLengths,
    /// No `Host` in HTTP/1.1 (RFC 9112 section 3.2).
    #[error("there is no Host")]
    HostMissing,
    /// More than one `Host` (RFC 9112 section 3.2).
    #[error("there is more than one Host")]
    HostTwice,
    /// A `Host` that is not the authority of the target (RFC 9112 section 3.2.2, RFC 9113 section 8.3.1).
    #[error("Host and the target name different hosts")]
    HostDiffers,
    /// More than one `Content-Type`: a body of two kinds.
    #[error("there is more than one Content-Type")]
    ContentTypeTwice,
    /// Longer than `limits.header_bytes`, as it came or with its target in ASCII.
    #[error("the head is too long")]
    TooLong,
    /// More fields than `limits.header_count`.
    #[error("the head has too many fields")]
    TooManyFields,
    /// Not one whole head; the gate waits for the rest.
    #[error("the head is not whole")]
    Unfinished,
    /// Its first byte came, and after `limits.header_timeout` it was still not whole.
    #[error("the head did not arrive in time")]
    Timeout,
    /// The client has ended its side, or gone, within it.
    #[error("the head breaks off")]
    Cut,
    /// hyper has found a request where the gate has seen none: what follows a chunked body, or a difference between
    /// the two about where a body ends.
    #[error("the request stands where there is none")]
    Unjudged,
}

impl HeadFault {
    /// Every fault, once.
    pub const ALL: [HeadFault; 31] = [
        HeadFault::LeadingBlankLine,
        HeadFault::BareLineFeed,
        HeadFault::BareCarriageReturn,
        HeadFault::ControlByte,
        HeadFault::RequestLine,
        HeadFault::Method,
        HeadFault::Version,
        HeadFault::Connect,
        HeadFault::Target,
        HeadFault::Fragment,
        HeadFault::Asterisk,
        HeadFault::Folded,
        HeadFault::FieldName,
        HeadFault::SpaceBeforeColon,
        HeadFault::AmbiguousName,
        HeadFault::ContentLengthTwice,
        HeadFault::ContentLength,
        HeadFault::TransferEncodingTwice,
        HeadFault::TransferEncoding,
        HeadFault::TransferEncodingInOldHttp,
        HeadFault::TwoLengths,
        HeadFault::HostMissing,
        HeadFault::HostTwice,
        HeadFault::HostDiffers,
        HeadFault::ContentTypeTwice,
        HeadFault::TooLong,
        HeadFault::TooManyFields,
        HeadFault::Unfinished,
        HeadFault::Timeout,
        HeadFault::Cut,
        HeadFault::Unjudged,
    ];

    /// The word used in records and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            HeadFault::LeadingBlankLine => "head:leading-blank-line",
            HeadFault::BareLineFeed => "head:bare-line-feed",
            HeadFault::BareCarriageReturn => "head:bare-carriage-return",
            HeadFault::ControlByte => "head:control-byte",
            HeadFault::RequestLine => "head:request-line",
            HeadFault::Method => "head:method",
            HeadFault::Version => "head:version",
            HeadFault::Connect => "head:connect",
            HeadFault::Target => "head:target",
            HeadFault::Fragment => "head:fragment",
            HeadFault::Asterisk => "head:asterisk",
            HeadFault::Folded => "head:folded",
            HeadFault::FieldName => "head:field-name",
            HeadFault::SpaceBeforeColon => "head:space-before-colon",
            HeadFault::AmbiguousName => "head:ambiguous-name",
            HeadFault::ContentLengthTwice => "head:content-length-twice",
            HeadFault::ContentLength => "head:content-length",
            HeadFault::TransferEncodingTwice => "head:transfer-encoding-twice",
            HeadFault::TransferEncoding => "head:transfer-encoding",
            HeadFault::TransferEncodingInOldHttp => "head:transfer-encoding-in-http-1.0",
            HeadFault::TwoLengths => "head:content-length-and-transfer-encoding",
            HeadFault::HostMissing => "head:host-missing",
            HeadFault::HostTwice => "head:host-twice",
            HeadFault::HostDiffers => "head:host-differs",
            HeadFault::ContentTypeTwice => "head:content-type-twice",
            HeadFault::TooLong => "head:too-long",
            HeadFault::TooManyFields => "head:too-many-fields",
            HeadFault::Unfinished => "head:unfinished",
            HeadFault::Timeout => "head:timeout",
            HeadFault::Cut => "head:cut",
            HeadFault::Unjudged => "head:unjudged",
        }
    }
}
