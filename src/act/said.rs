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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_line_without_values() {
        assert_eq!(message(" a\n\u{1b}[2Jb  c ").as_deref(), Some("a [2Jb c"));
        assert_eq!(message(" \n"), None);
        let kept = message("010-1234-5678 번호를 지워 주세요").expect("a message");
        assert!(kept.contains("010-****-5678") && !kept.contains("1234"), "{kept}");
        assert_eq!(message(&"가".repeat(MESSAGE + 9)).expect("a message").chars().count(), MESSAGE);
    }
}
