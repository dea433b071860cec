//! In which line of the configuration each rule begins.

use std::path::Path;
use toml::de::{DeTable, DeValue};

/// The lines of the rules of a policy, in their order; none where the file does not say, as for inline tables.
pub(super) fn of_file(path: &Path, policy: &str) -> Vec<usize> {
    // It has just been read and checked.
    std::fs::read_to_string(path).map(|text| lines(&text, policy)).unwrap_or_default()
}

fn lines(text: &str, policy: &str) -> Vec<usize> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (root, _) = DeTable::parse_recoverable(text);
    let found = inner(root.get_ref(), "policy").and_then(|all| inner(all, policy));
    let Some(found) = found else { return Vec::new() };
    let Some(DeValue::Array(rules)) = found.get("rule").map(toml::Spanned::get_ref) else { return Vec::new() };
    let line = |at: usize| text.bytes().take(at).filter(|byte| *byte == b'\n').count().saturating_add(1);
    rules.iter().map(|rule| line(rule.span().start)).collect()
}

/// The table of that name in another.
fn inner<'t, 'i>(table: &'t DeTable<'i>, key: &str) -> Option<&'t DeTable<'i>> {
    match table.get(key)?.get_ref() {
        DeValue::Table(table) => Some(table),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_has_its_line() {
        let text = "\u{feff}[policy.a]\n\n[[policy.a.rule]]\nname = \"x\"\n\n[[policy.b.rule]]\n[[policy.a.rule]]\n";
        assert_eq!(lines(text, "a"), [3, 7]);
        assert_eq!(lines(text, "b"), [6]);
        assert!(lines(text, "c").is_empty() && lines("policy = 1", "a").is_empty());
    }
}
