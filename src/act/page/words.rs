//! What a page says: one type for the texts of an outcome, one for the labels, and the choice of the language.

use super::{Choice, Notice, Outcome, Sent, english, korean};
use crate::config::Language;
use crate::vocab::{Direction, Reason, What};

/// The texts of one outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Words {
    /// The outcome: the title and the only `h1`.
    pub title: &'static str,
    /// Why, in a sentence or two.
    pub why: &'static str,
    /// What the reader can do: three steps at most.
    pub steps: &'static [&'static str],
}

/// The fixed labels of a page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Labels {
    pub nothing_stored: &'static str,
    pub may_be_stored: &'static str,
    pub steps: &'static str,
    pub found: &'static str,
    /// What was found beyond the list; `{}` is the number.
    pub more: &'static str,
    pub post_hidden: &'static str,
    pub post_as_it_is: &'static str,
    pub receipt: &'static str,
    pub send: &'static str,
    pub said: &'static str,
    pub answer: &'static str,
    pub reason: &'static str,
    pub give: &'static str,
    pub own_text: &'static str,
    pub own_text_hint: &'static str,
    pub duty: &'static str,
    pub duty_text: &'static str,
    pub contact: &'static str,
    pub office: &'static str,
    pub phone: &'static str,
    pub mail: &'static str,
    pub hours: &'static str,
    pub reference: &'static str,
    pub time: &'static str,
}

/// The texts of a notice.
pub(super) fn words(notice: &Notice) -> Words {
    match notice.language {
        Language::Korean => korean::words(notice),
        Language::English => english::words(notice),
    }
}

/// The labels of a language.
pub(super) fn labels(language: Language) -> &'static Labels {
    match language {
        Language::Korean => &korean::LABELS,
        Language::English => &english::LABELS,
    }
}

/// The language's code (BCP 47), for `lang` and `Content-Language`.
pub(super) const fn code(language: Language) -> &'static str {
    match language {
        Language::Korean => "ko",
        Language::English => "en",
    }
}

/// The sentence about the site's data; empty where there was nothing to store, or the page itself tells what became of it.
pub(super) fn about_data(notice: &Notice) -> &'static str {
    match notice.sent {
        _ if tells_itself(notice.outcome) => "",
        Sent::Nothing => "",
        Sent::Withheld => labels(notice.language).nothing_stored,
        Sent::Reached => labels(notice.language).may_be_stored,
    }
}

/// Whether the page is about something sent before, not about the word that asked for it.
pub(super) fn tells_itself(outcome: Outcome) -> bool {
    matches!(
        outcome,
        Outcome::AskReason
            | Outcome::TooLate
            | Outcome::NoReceipt
            | Outcome::Approved
            | Outcome::SignInFirst
            | Outcome::Forwarding
            | Outcome::HoldRefused
            | Outcome::HoldExpired
            | Outcome::HoldFailed
            | Outcome::HoldUnsent
            | Outcome::HoldShut
            | Outcome::HoldUnknown
            | Outcome::Sent
    )
}

/// Whether the reader may post it with what was found hidden.
pub(super) fn can_hide(notice: &Notice) -> bool {
    notice.asks.is_some_and(|asks| matches!(asks.choice, Choice::Post { can_hide: true, .. }))
}

/// Whether the office's duty to protect personal data is the reason, so that the page names it.
pub(super) fn names_duty(outcome: Outcome) -> bool {
    matches!(
        outcome,
        Outcome::Blocked | Outcome::CannotInspect(_) | Outcome::Warned | Outcome::AskReason | Outcome::Held
    )
}

/// What was found, in words.
pub(super) fn what(what: What, language: Language) -> &'static str {
    match language {
        Language::Korean => what.korean(),
        Language::English => what.english(),
    }
}

/// How the masked form is said aloud: stars become their number. `900101-*******` is "900101-, 7 characters hidden".
pub(super) fn spoken(masked: &str, language: Language) -> String {
    let mut said = String::new();
    let mut hidden = 0_usize;
    let say = |hidden: usize, said: &mut String| {
        if hidden > 0 {
            match language {
                Language::Korean => said.push_str(&format!(" 가린 글자 {hidden}개 ")),
                Language::English => said.push_str(&format!(" {hidden} characters hidden ")),
            }
        }
    };
    for letter in masked.chars() {
        if matches!(letter, '*' | '＊') {
            hidden = hidden.saturating_add(1);
        } else {
            say(hidden, &mut said);
            hidden = 0;
            said.push(letter);
        }
    }
    say(hidden, &mut said);
    said.trim().to_owned()
}

/// What both languages tell apart in a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// A post, with an attachment in question.
    File,
    /// A post.
    Post,
    /// A request that only asks for something.
    Request,
    /// The site's answer.
    Answer,
}

impl Case {
    pub(super) fn of(notice: &Notice) -> Case {
        match (notice.direction, notice.sent) {
            (Direction::Download, _) => Case::Answer,
            (Direction::Upload, Sent::Nothing) => Case::Request,
            (Direction::Upload, _) if notice.about_file() => Case::File,
            (Direction::Upload, _) => Case::Post,
        }
    }
}

/// Whether a file whose password or packing is undone may pass.
pub(super) const fn may_be_opened(reason: Reason) -> bool {
    matches!(reason, Reason::Binary | Reason::Damaged | Reason::Coding)
}
