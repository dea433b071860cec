//! A page of the site's own, with garim's words in its places.

use super::words::{Words, about_data, code, labels};
use super::{Notice, Outcome, html};
use crate::config::{PageOf, Piece, Slot, Template};

/// Which of the site's own pages is shown for an outcome.
pub(super) const fn page_of(outcome: Outcome) -> PageOf {
    match outcome {
        Outcome::Blocked
        | Outcome::CannotInspect(_)
        | Outcome::MaskReturned
        | Outcome::StarsReturned
        | Outcome::Reference
        | Outcome::FileType
        | Outcome::NoAccess
        | Outcome::Listing
        | Outcome::TooMuch => PageOf::Block,
        Outcome::Warned => PageOf::Warn,
        Outcome::AskReason => PageOf::AskReason,
        Outcome::Held
        | Outcome::Approved
        | Outcome::SignInFirst
        | Outcome::HoldRefused
        | Outcome::HoldExpired
        | Outcome::Forwarding
        | Outcome::HoldFailed
        | Outcome::HoldUnsent
        | Outcome::HoldShut
        | Outcome::HoldUnknown
        | Outcome::Sent => PageOf::Hold,
        Outcome::Gone
        | Outcome::TooLate
        | Outcome::NoReceipt
        | Outcome::Overload
        | Outcome::BadRequest
        | Outcome::TooLarge
        | Outcome::Timeout
        | Outcome::SiteDown
        | Outcome::SiteSlow
        | Outcome::NoSuchSite => PageOf::Error,
    }
}

/// The site's own page for a notice, if it has one.
pub(super) fn template<'a>(notice: &Notice<'a>) -> Option<&'a Template> {
    notice.pages.templates.page(page_of(notice.outcome))
}

/// Fills it in. Whatever is filled in is escaped; `charset` is what `{{charset}}` says.
pub(super) fn write(template: &Template, notice: &Notice, words: &Words, charset: &str) -> String {
    let mut page = String::new();
    for piece in template.pieces() {
        match piece {
            Piece::Html(own) => page.push_str(own),
            Piece::Slot(slot) => fill(&mut page, *slot, notice, words, charset),
        }
    }
    page
}

fn fill(page: &mut String, slot: Slot, notice: &Notice, words: &Words, charset: &str) {
    match slot {
        Slot::Title => page.push_str(&html::escape(words.title)),
        Slot::Stored => page.push_str(&html::escape(about_data(notice))),
        Slot::Why => page.push_str(&html::escape(words.why)),
        Slot::Steps => {
            html::receipt(page, labels(notice.language), &notice.receipt);
            html::list_of_steps(page, words.steps);
        }
        Slot::Found => html::found(page, notice),
        Slot::Form => html::form(page, notice),
        Slot::Text => html::own_text(page, notice),
        Slot::Duty => html::duty(page, notice),
        Slot::Contact => html::contact(page, labels(notice.language), &notice.pages.contact),
        Slot::Id => page.push_str(&html::escape(notice.id)),
        Slot::Time => page.push_str(&html::escape(notice.time)),
        Slot::Language => page.push_str(code(notice.language)),
        Slot::Charset => page.push_str(charset),
    }
}
