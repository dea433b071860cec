//! The pages garim itself shows: refusals and errors, in the reader's language and the site's charset, as HTML or JSON.
//!
//! Nothing here holds a value that was found: a [`Notice`] carries masked forms only, and every text is escaped.

mod ask;
mod english;
mod html;
mod json;
mod korean;
pub mod login;
mod own;
mod words;

#[cfg(test)]
mod tests;

pub use ask::{language, wants_json};

use crate::config::{Language, Pages};
use crate::policy::Reported;
use crate::text::Charset;
use crate::vocab::{Direction, Part, Reason, What};
use http::StatusCode;

/// Seconds after which a caller may try again when garim has no room (`Retry-After`, RFC 9110 section 10.2.3).
const RETRY_AFTER: &str = "60";

/// What has happened to an exchange that garim answers itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A rule of the policy refused it because of personal data.
    Blocked,
    /// A rule of the policy, or none, refused it because it could not be inspected.
    CannotInspect(Reason),
    /// A mask that garim wrote into a form came back; forwarding it would have overwritten the real value.
    MaskReturned,
    /// Stars that garim may have shown came back as a value; forwarding them might have overwritten the real one.
    StarsReturned,
    /// A sealed reference of a page came back and does not open: the page was open too long, or in another session.
    Reference,
    /// A rule of the policy does not take files of this type.
    FileType,
    /// A rule of the policy is about who may ask for this.
    NoAccess,
    /// The page is gone for good.
    Gone,
    /// The page would have listed a folder.
    Listing,
    /// Whoever asks was shown too much within a time.
    TooMuch,
    /// The writer is asked first.
    Warned,
    /// The reader is asked for a reason first.
    AskReason,
    /// A post waits for approval.
    Held,
    /// It is approved, and may be sent.
    Approved,
    /// It is approved, and is to be sent by who wrote it: whoever asks has not signed in at the site as that.
    SignInFirst,
    /// It was refused.
    HoldRefused,
    /// Nobody has decided in time.
    HoldExpired,
    /// It is approved, and garim sends it.
    Forwarding,
    /// It was sent, and the site did not take it.
    HoldFailed,
    /// It is approved, and could not be sent.
    HoldUnsent,
    /// It is approved, and who is asked now cannot open it: its key is not there, or its body lies on another node.
    HoldShut,
    /// It was sent, and what the site answered is not known.
    HoldUnknown,
    /// It was sent.
    Sent,
    /// What the reader had been asked about waits no longer.
    TooLate,
    /// No post is known under this address of a receipt.
    NoReceipt,
    /// No room to inspect it: the budget is spent, or the disk for the spool is full.
    Overload,
    /// The request breaks HTTP or its own syntax, before any policy is asked.
    BadRequest,
    /// The request is beyond a limit of size.
    TooLarge,
    /// The request did not arrive in time.
    Timeout,
    /// The site behind cannot be reached, or broke off.
    SiteDown,
    /// The site behind did not answer in time.
    SiteSlow,
    /// No site of this name is behind garim.
    NoSuchSite,
}

impl Outcome {
    /// The page for a refusal by policy, from what its verdict was about.
    pub fn refusal(what: Option<What>) -> Outcome {
        match what {
            Some(What::Uninspectable(Reason::MaskReturned)) => Outcome::MaskReturned,
            Some(What::Uninspectable(Reason::StarsReturned)) => Outcome::StarsReturned,
            Some(What::Uninspectable(Reason::Reference)) => Outcome::Reference,
            Some(What::Uninspectable(reason)) => Outcome::CannotInspect(reason),
            Some(What::File(_)) => Outcome::FileType,
            Some(What::Kind(_) | What::Returned(_)) | None => Outcome::Blocked,
        }
    }

    /// The word in `"error"` of the JSON answer.
    pub const fn name(self) -> &'static str {
        match self {
            Outcome::Blocked => "blocked",
            Outcome::CannotInspect(_) => "cannot-inspect",
            Outcome::MaskReturned => "mask-returned",
            Outcome::StarsReturned => "stars-returned",
            Outcome::Reference => "reference",
            Outcome::FileType => "file-type",
            Outcome::NoAccess => "no-access",
            Outcome::Gone => "gone",
            Outcome::Listing => "listing",
            Outcome::TooMuch => "too-much",
            Outcome::Warned => "warned",
            Outcome::AskReason => "ask-reason",
            Outcome::Held => "held",
            Outcome::Approved => "approved",
            Outcome::SignInFirst => "sign-in-first",
            Outcome::HoldRefused => "hold-refused",
            Outcome::HoldExpired => "hold-expired",
            Outcome::Forwarding => "forwarding",
            Outcome::HoldFailed => "hold-failed",
            Outcome::HoldUnsent => "hold-unsent",
            Outcome::HoldShut => "hold-shut",
            Outcome::HoldUnknown => "hold-unknown",
            Outcome::Sent => "sent",
            Outcome::TooLate => "too-late",
            Outcome::NoReceipt => "no-receipt",
            Outcome::Overload => "overload",
            Outcome::BadRequest => "bad-request",
            Outcome::TooLarge => "too-large",
            Outcome::Timeout => "timeout",
            Outcome::SiteDown => "site-down",
            Outcome::SiteSlow => "site-slow",
            Outcome::NoSuchSite => "no-such-site",
        }
    }

    /// The status of the answer. A refusal by policy has the site's own, 403 by default; a question has it for scripts alone, and
    /// else 409.
    pub fn status(self, pages: &Pages, wants_json: bool) -> StatusCode {
        match self {
            Outcome::Blocked
            | Outcome::CannotInspect(_)
            | Outcome::MaskReturned
            | Outcome::StarsReturned
            | Outcome::Reference
            | Outcome::FileType
            | Outcome::NoAccess
            | Outcome::Listing
            | Outcome::TooLate => own(pages).unwrap_or(StatusCode::FORBIDDEN),
            // RFC 9110 section 15.5.10: whoever asked can resolve it, and go on.
            Outcome::Warned | Outcome::AskReason => own(pages).filter(|_| wants_json).unwrap_or(StatusCode::CONFLICT),
            // RFC 6585 section 4.
            Outcome::TooMuch => StatusCode::TOO_MANY_REQUESTS,
            // RFC 9110 section 15.3.3: it was taken, and will be looked at.
            Outcome::Held => StatusCode::ACCEPTED,
            Outcome::Approved
            | Outcome::Forwarding
            | Outcome::SignInFirst
            | Outcome::HoldRefused
            | Outcome::HoldExpired
            | Outcome::HoldFailed
            | Outcome::HoldUnsent
            | Outcome::HoldShut
            | Outcome::HoldUnknown
            | Outcome::Sent => StatusCode::OK,
            Outcome::NoReceipt => StatusCode::NOT_FOUND,
            // RFC 9110 section 15.5.11: search engines take it out.
            Outcome::Gone => StatusCode::GONE,
            Outcome::Overload => StatusCode::SERVICE_UNAVAILABLE,
            Outcome::BadRequest => StatusCode::BAD_REQUEST,
            Outcome::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Outcome::Timeout => StatusCode::REQUEST_TIMEOUT,
            Outcome::SiteDown => StatusCode::BAD_GATEWAY,
            Outcome::SiteSlow => StatusCode::GATEWAY_TIMEOUT,
            Outcome::NoSuchSite => StatusCode::MISDIRECTED_REQUEST,
        }
    }
}

/// The site's own status of refusals.
fn own(pages: &Pages) -> Option<StatusCode> {
    pages.block_status.and_then(|code| StatusCode::from_u16(code).ok())
}

/// What has become of what the reader sent. It decides what the page says about the site's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// The request only asked for something (GET, HEAD): there was nothing to store.
    Nothing,
    /// It was to change something, and nothing of it has reached the site.
    Withheld,
    /// It was to change something, and has reached the site, which may have acted on it.
    Reached,
}

/// All that a page is made of.
#[derive(Debug, Clone, Copy)]
pub struct Notice<'a> {
    /// What has happened.
    pub outcome: Outcome,
    /// `Upload` when the request was refused, `Download` when the site's answer was withheld.
    pub direction: Direction,
    /// What has become of what the reader sent.
    pub sent: Sent,
    /// What was found, masked; the caller bounds it.
    pub found: &'a [Reported],
    /// How many findings there are beyond `found`.
    pub more: u64,
    /// The reader's own text, as (field, text), **already masked**; the caller bounds it. Given back because a browser
    /// may have lost it.
    pub own_text: &'a [(String, String)],
    /// What is asked of the reader, if something is.
    pub asks: Option<Asks<'a>>,
    /// What there is to tell of a post that was held.
    pub receipt: Receipt<'a>,
    /// The reference number, to be found again in the records.
    pub id: &'a str,
    /// The time of the exchange, as it is to be shown.
    pub time: &'a str,
    /// What the site's pages say.
    pub pages: &'a Pages,
    /// The language of the page.
    pub language: Language,
    /// The site's charset: a page is EUC-KR on a CP949 site, else UTF-8. JSON is always UTF-8.
    pub charset: Charset,
    /// Whether the caller is a script that wants JSON.
    pub wants_json: bool,
}

/// What the writer of a post that was held is told beside its outcome; by default nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Receipt<'a> {
    /// What whoever decided has said; empty for nothing.
    pub said: &'a str,
    /// The status code of what the site answered.
    pub status: Option<u16>,
    /// What the site's answer says, as plain text, **already masked**; the caller bounds it.
    pub answer: &'a str,
}

/// What a page asks of its reader, and how the word comes back: as a form in `text/plain`, which no site's own forms are.
#[derive(Debug, Clone, Copy)]
pub struct Asks<'a> {
    /// The path and query that the word is sent to.
    pub action: &'a str,
    /// Under which token it waits.
    pub token: &'a str,
    /// Between what the reader chooses.
    pub choice: Choice,
}

/// Between what a reader chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// To post it with that hidden, or as it is, or to edit it.
    Post {
        /// Whether all of it can be hidden.
        can_hide: bool,
        /// Whether it may be posted as it is.
        as_it_is: bool,
    },
    /// To say why.
    Reason,
    /// Nothing yet: `action` is where to ask again.
    Wait,
    /// To send what was approved.
    Send,
}

impl Notice<'_> {
    /// Whether something in an attached file is part of the reason.
    fn about_file(&self) -> bool {
        self.found.iter().any(|found| matches!(found.place.part, Part::File { .. }))
    }
}

/// An answer, ready to be sent. For a HEAD request the body is left out by whoever sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// Its status.
    pub status: StatusCode,
    /// Its `Content-Type`.
    pub content_type: &'static str,
    /// Its other fields, framing aside; names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// Its content, in the charset that `content_type` names.
    pub body: Vec<u8>,
}

/// Writes the page.
pub fn render(notice: &Notice) -> Rendered {
    let words = words::words(notice);
    let euc_kr = notice.charset == Charset::Cp949;
    let (content_type, body) = match (notice.wants_json, euc_kr) {
        (true, _) => ("application/json; charset=utf-8", json::write(notice, &words).into_bytes()),
        (false, false) => ("text/html; charset=utf-8", written(notice, &words, "utf-8").into_bytes()),
        (false, true) => {
            let page = written(notice, &words, "euc-kr");
            ("text/html; charset=euc-kr", encoding_rs::EUC_KR.encode(&page).0.into_owned())
        }
    };
    let status = notice.outcome.status(notice.pages, notice.wants_json);
    Rendered { status, content_type, headers: headers(notice, status), body }
}

/// The page as HTML: the site's own, or garim's.
fn written(notice: &Notice, words: &words::Words, charset: &str) -> String {
    match own::template(notice) {
        Some(template) => own::write(template, notice, words, charset),
        None => html::write(notice, words, charset),
    }
}

fn headers(notice: &Notice, status: StatusCode) -> Vec<(&'static str, String)> {
    let mut headers = vec![
        ("cache-control", "no-store".to_owned()),
        ("content-language", words::code(notice.language).to_owned()),
        ("content-security-policy", html::security_policy(notice.asks.is_some(), own::template(notice).is_some())),
        // The address itself may hold what was refused.
        ("referrer-policy", "no-referrer".to_owned()),
        ("x-content-type-options", "nosniff".to_owned()),
    ];
    if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.push(("retry-after", RETRY_AFTER.to_owned()));
    }
    headers
}
