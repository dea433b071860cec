//! E-mail addresses.

use super::*;

fn address(text: &str, hosts: &[&str]) -> Option<String> {
    let at = text.rfind('@')?;
    let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
    let context = Context {
        before: "",
        after: "",
        label: "",
        column: "",
        stands: Stands::Text,
        alone: false,
        today: TODAY,
        hosts: &hosts,
    };
    let found = email(&text[..at], &text[at + 1..], &context)?;
    assert_eq!(found.confidence, Certain);
    Some(text[at - found.local_chars..at + 1 + found.domain_chars].to_owned())
}

#[test]
fn addresses() {
    for (text, expected) in [
        ("kim@example.com", "kim@example.com"),
        ("메일:kim.cs+a@mail.example.co.kr입니다", "kim.cs+a@mail.example.co.kr"),
        ("(kim@example.org).", "kim@example.org"),
        ("mailto:kim@example.com?subject=a", "kim@example.com"),
        ("kim@example.com.Then", "kim@example.com"),
        ("**kim@example.com**", "kim@example.com"),
        ("KIM@EXAMPLE.COM", "KIM@EXAMPLE.COM"),
        ("kim@example.com: 010", "kim@example.com"),
        ("..kim@example.com-", "kim@example.com"),
        ("a@b.kr", "a@b.kr"),
        ("help@example.com", "help@example.com"),
    ] {
        assert_eq!(address(text, &["www.example.go.kr"]).as_deref(), Some(expected), "{text}");
    }
    let long = format!("{}@example.com", "a".repeat(64));
    assert_eq!(address(&long, &[]), Some(long.clone()));
}

#[test]
fn no_addresses() {
    let long = format!("{}@example.com", "a".repeat(65));
    for text in [
        "@example.com",
        "kim@",
        "kim@localhost",
        "kim@example.notatld",
        "kim@-.com",
        "kim@.com",
        "img@2x.png",
        "icon@2x.md",
        "jquery@3.6.0.min.js",
        "git@example.com:team/repo.git",
        "root@example.com:/etc/hosts",
        "https://user:word@example.com/",
        "ftp://user@example.com/",
        "ab***@example.com",
        "ab***c@example.com",
        "webmaster@example.go.kr",
        "Help@www.example.go.kr",
        "@media screen",
        "...@example.com",
        &long,
    ] {
        assert_eq!(address(text, &["www.example.go.kr"]), None, "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_around_an_at_sign_panics(before in ".{0,80}", after in ".{0,80}") {
        let context = Context { before: "", after: "", label: "", column: "", stands: Stands::Text, alone: false, today: TODAY, hosts: &[] };
        if let Some(found) = email(&before, &after, &context) {
            proptest::prop_assert!(found.local_chars <= before.chars().count() && found.domain_chars <= after.chars().count());
        }
    }
}
