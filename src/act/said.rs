//! What somebody who decides says to a writer.

use crate::config;
use crate::inspect::{Beyond, Lens, clean};
use std::sync::Arc;

/// The longest message, in characters.
const MESSAGE: usize = 500;

/// What texts are looked at with that belong to no site.
pub fn own_lens() -> Arc<Lens> {
    let beyond = Beyond { stars: true, ..Beyond::default() };
    Arc::new(Lens { today: config::today(), hosts: Arc::new([]), seal: None, beyond })
}

/// A message as it is kept and shown to a writer: on one line, not endless, without personal data and control characters; `None`
/// if nothing is left.
pub fn message(text: &str) -> Option<String> {
    let printable: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    let one: String = printable.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MESSAGE).collect();
    (!one.is_empty()).then(|| clean(&one, &own_lens()))
}

/// Why something is done, as it is kept; `None` if it says nothing ([`says_why`]).
pub fn reason(text: &str) -> Option<String> {
    message(text).filter(|_| says_why(text))
}

/// Whether a text can be a reason: it has two different letters at least. Dots, digits, and syllables that are not finished
/// (ㅋㅋ, ㅇㅇ) are what is typed to get past the question.
pub fn says_why(text: &str) -> bool {
    let is_letter = |letter: &char| letter.is_alphabetic() && !matches!(letter, '\u{3130}'..='\u{318f}');
    let mut letters = text.chars().filter(is_letter);
    let first = letters.next();
    letters.any(|letter| Some(letter) != first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_has_letters() {
        for text in ["민원 확인", "감사", "audit", "2026년 점검", "é1ñ"] {
            assert!(says_why(text) && reason(text).is_some(), "{text}");
        }
        for text in ["", " ", "..", "...", "-", "123", "ㅋㅋㅋ", "ㅇㅇ", "ㅁㄴㅇㄹ", "aaaa", "가", "\u{200b}\u{200b}"]
        {
            assert!(!says_why(text) && reason(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_message_is_one_line_without_values() {
        assert_eq!(message(" a\n\u{1b}[2Jb  c ").as_deref(), Some("a [2Jb c"));
        assert_eq!(message(" \n"), None);
        let kept = message("010-1234-5678 번호를 지워 주세요").expect("a message");
        assert!(kept.contains("010-****-5678") && !kept.contains("1234"), "{kept}");
        assert_eq!(message(&"가".repeat(MESSAGE + 9)).expect("a message").chars().count(), MESSAGE);
    }
}
