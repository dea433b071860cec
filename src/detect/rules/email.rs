//! 전자우편 주소, the e-mail address: what stands on both sides of an at sign.
//!
//! The grammar is that of addresses people have, not all of RFC 5321: a local part of `A-Z a-z 0-9 . _ % + -` up to 64
//! characters, labels up to 63 (RFC 1035, 2.3.4), and a top-level domain that exists.

use crate::detect::{Context, EmailMatch, tld};
use crate::vocab::Confidence;

/// RFC 5321, 4.5.3.1.1.
const LONGEST_LOCAL: usize = 64;
/// RFC 1035, 2.3.4.
const LONGEST_LABEL: usize = 63;
/// RFC 1035, 2.3.4, without the root.
const LONGEST_DOMAIN: usize = 253;

/// Mailboxes of an office, not of a person (RFC 2142 and custom); no finding on the site's own domain.
const ROLES: &[&str] = &[
    "abuse",
    "admin",
    "administrator",
    "cs",
    "contact",
    "customer",
    "faq",
    "help",
    "helpdesk",
    "hostmaster",
    "info",
    "mail",
    "manager",
    "master",
    "minwon",
    "news",
    "newsletter",
    "no-reply",
    "noreply",
    "office",
    "postmaster",
    "pr",
    "press",
    "privacy",
    "root",
    "sales",
    "security",
    "service",
    "support",
    "sysop",
    "web",
    "webadmin",
    "webmaster",
    "www",
];

/// Ends of file names that follow something like an address: `user@host.example.com.png`.
const FILE_ENDS: &[&str] =
    &["png", "jpg", "jpeg", "gif", "webp", "svg", "css", "js", "json", "map", "html", "pdf", "zip"];

pub(in crate::detect) fn find(before: &str, after: &str, context: &Context<'_>) -> Option<EmailMatch> {
    let local = local_part(before)?;
    let domain = domain(after)?;
    let rest = after.get(domain.len()..)?;
    if is_masked_before(before, local)
        || is_user_of_a_url(before, local)
        || is_remote_path(rest)
        || is_image_scale(domain)
    {
        return None;
    }
    if is_role(local) && context.hosts.iter().any(|host| is_of_site(domain, host)) {
        return None;
    }
    Some(EmailMatch { local_chars: local.len(), domain_chars: domain.len(), confidence: Confidence::Certain })
}

/// The local part at the end of the text. All its characters are ASCII, so that bytes are characters.
fn local_part(before: &str) -> Option<&str> {
    let is_local =
        |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '%' | '+' | '-');
    let start = before.trim_end_matches(is_local).len();
    let local = before.get(start..)?.trim_start_matches(['.', '%', '+', '-']);
    let fits = (1..=LONGEST_LOCAL).contains(&local.len());
    (fits && local.bytes().any(|byte| byte.is_ascii_alphanumeric())).then_some(local)
}

/// The domain at the beginning of the text, up to a top-level domain that exists. A sentence that goes on without a
/// space (`ab@example.com.Then`) is cut off.
fn domain(after: &str) -> Option<&str> {
    let is_domain = |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '-');
    let length = after.find(|character| !is_domain(character)).unwrap_or(after.len());
    let mut domain = after.get(..length.min(LONGEST_DOMAIN))?.trim_end_matches(['.', '-']);
    if domain.rsplit('.').next().is_some_and(|last| FILE_ENDS.iter().any(|end| last.eq_ignore_ascii_case(end))) {
        return None;
    }
    while let Some((_, last)) = domain.rsplit_once('.') {
        if tld::exists(last) && domain.split('.').all(is_label) {
            return Some(domain);
        }
        domain = domain.rsplit_once('.')?.0.trim_end_matches(['.', '-']);
    }
    None
}

fn is_label(label: &str) -> bool {
    (1..=LONGEST_LABEL).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
}

/// `ab***@example.com` or `ab***c@example.com`: already masked. In `**ab@example.com**` the stars are emphasis.
fn is_masked_before(before: &str, local: &str) -> bool {
    let Some(rest) = before.strip_suffix(local) else { return false };
    let letters = rest.trim_end_matches(['*', '●', '○', '■', '＊', '#', '~']);
    letters.len() < rest.len() && letters.chars().next_back().is_some_and(|character| character.is_ascii_alphanumeric())
}

/// `https://user:pass@host.com/`: the at sign ends a URL's user (RFC 3986, 3.2.1).
fn is_user_of_a_url(before: &str, local: &str) -> bool {
    let Some(rest) = before.strip_suffix(local) else { return false };
    let word = rest
        .rsplit(|character: char| character.is_whitespace() || matches!(character, '"' | '\'' | '<' | '>' | '('))
        .next();
    word.is_some_and(|word| word.rsplit_once("://").is_some_and(|(_, user)| !user.contains(['/', '?', '#'])))
}

/// `git@example.com:team/repo.git`: a path on another machine, as ssh writes it.
fn is_remote_path(rest: &str) -> bool {
    let mut rest = rest.chars();
    rest.next() == Some(':')
        && rest.next().is_some_and(|next| next.is_ascii_alphabetic() || matches!(next, '/' | '~' | '.'))
}

/// `img@2x.png`, where by accident the end is a country's (`icon@2x.md`).
fn is_image_scale(domain: &str) -> bool {
    let first = domain.split('.').next().unwrap_or(domain);
    first
        .strip_suffix(['x', 'X'])
        .is_some_and(|scale| scale.len() == 1 && scale.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_role(local: &str) -> bool {
    ROLES.iter().any(|role| local.eq_ignore_ascii_case(role))
}

/// Whether the domain is the host's own: the same, or the part after `www.` or another first label.
fn is_of_site(domain: &str, host: &str) -> bool {
    let host = host.split(':').next().unwrap_or(host).trim_end_matches('.').to_ascii_lowercase();
    let domain = domain.to_ascii_lowercase();
    let below = |longer: &str, shorter: &str| longer.strip_suffix(shorter).is_some_and(|rest| rest.ends_with('.'));
    host == domain || below(&host, &domain) || below(&domain, &host)
}
