//! What paths a server may take a request's target for. Pure. Whoever compared one reading only would let through every other:
//! servers undo escapes twice, drop `;parameters`, take `\` for `/`, and walk `..` before or after that.

use crate::inspect::percent;
use std::collections::BTreeSet;

/// The most readings of one path that are looked at, and the longest that is read in more ways than one, in bytes.
const MOST: usize = 256;
const LONGEST: usize = 4 << 10;

/// Every path that a target without its query may be read as, the plain one first; `None` where there are too many to tell.
/// Bytes that are not UTF-8 are also read as CP949.
pub(super) fn readings(path: &str) -> Option<Vec<String>> {
    let mut all = vec![path.to_owned()];
    if is_plain(path) {
        return Some(all);
    }
    if path.len() > LONGEST {
        return None;
    }
    // Each server takes some of these steps, in an order of its own, and some of them twice.
    const STEPS: [fn(&str) -> String; 6] = [slashes, parameters, merged, walked, trimmed, printable];
    let mut seen: BTreeSet<String> = BTreeSet::from([path.to_owned()]);
    let mut next = 0;
    while let Some(one) = all.get(next).cloned() {
        let made = STEPS.iter().map(|step| step(&one)).chain(decoded(&one));
        for reading in made.collect::<Vec<_>>() {
            if seen.insert(reading.clone()) {
                all.push(reading);
            }
        }
        if all.len() > MOST {
            return None;
        }
        next += 1;
    }
    Some(all)
}

/// Whether a path has no letter that may mean more than itself.
fn is_plain(path: &str) -> bool {
    let more = |letter: char| matches!(letter, '%' | '\\' | ';') || dropped(letter);
    !path.contains(more)
        && !["//", "/.", "./", " /", "\u{a0}/", "::$"].iter().any(|mark| path.contains(mark))
        && !path.ends_with(['.', ' ', '\u{a0}'])
}

/// A path has no reading that all servers share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ambiguous;

/// The path that rules are asked about: decoded, and without what servers drop. No browser sends `.` and `..`, in whatever
/// disguise, for it walks them itself (WHATWG URL, section 4.4); servers differ about where they lead.
///
/// # Errors
/// When it has such a segment in any reading, or too many readings.
pub(crate) fn plain(path: &str) -> Result<String, Ambiguous> {
    if is_plain(path) {
        return Ok(path.to_owned());
    }
    let dots = |reading: &String| reading.split('/').any(|segment| matches!(segment, "." | ".."));
    if readings(path).is_none_or(|readings| readings.iter().any(dots)) {
        return Err(Ambiguous);
    }
    let mut plain = path.to_owned();
    loop {
        let undone = decoded(&plain).into_iter().next().unwrap_or_default();
        let next = trimmed(&merged(&parameters(&slashes(&printable(&undone)))));
        if next == plain {
            return Ok(plain);
        }
        plain = next;
    }
}

/// The path with one layer of escapes undone.
fn decoded(path: &str) -> Vec<String> {
    let undone = overlong(&unicode(&percent::decode(path.as_bytes(), false).0));
    match String::from_utf8(undone) {
        Ok(text) => vec![text],
        Err(bad) => vec![
            String::from_utf8_lossy(bad.as_bytes()).into_owned(),
            encoding_rs::EUC_KR.decode_without_bom_handling(bad.as_bytes()).0.into_owned(),
        ],
    }
}

/// Undoes `%uXXXX`, as IIS does.
fn unicode(bytes: &[u8]) -> Vec<u8> {
    let (mut out, mut rest) = (Vec::with_capacity(bytes.len()), bytes);
    while let Some((first, after)) = rest.split_first() {
        let said = rest.strip_prefix(b"%u").or_else(|| rest.strip_prefix(b"%U")).and_then(|digits| digits.get(..4));
        let letter = said
            .filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))
            .and_then(|digits| u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok())
            .and_then(char::from_u32);
        match letter {
            Some(letter) => {
                out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                rest = rest.get(6..).unwrap_or_default();
            }
            None => {
                out.push(*first);
                rest = after;
            }
        }
    }
    out
}

/// Undoes the two-byte forms of ASCII that UTF-8 forbids (RFC 3629 section 3) and old servers take.
fn overlong(bytes: &[u8]) -> Vec<u8> {
    let (mut out, mut rest) = (Vec::with_capacity(bytes.len()), bytes);
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match (first, after.first()) {
            (0xC0 | 0xC1, Some(second @ 0x80..=0xBF)) => {
                out.push((first & 1) << 6 | second & 0x3F);
                rest = after.get(1..).unwrap_or_default();
            }
            _ => out.push(*first),
        }
    }
    out
}

fn slashes(path: &str) -> String {
    path.replace('\\', "/")
}

/// Without `;x=1` (RFC 3986 section 3.3), as Java servers read a path; and without the streams of NTFS, `::$DATA`.
fn parameters(path: &str) -> String {
    let of_segment = |segment: &str| {
        let cut = segment.split(';').next().unwrap_or_default();
        cut.split("::$").next().unwrap_or_default().to_owned()
    };
    path.split('/').map(of_segment).collect::<Vec<_>>().join("/")
}

fn merged(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for letter in path.chars() {
        if letter != '/' || !out.ends_with('/') {
            out.push(letter);
        }
    }
    out
}

/// `.` and `..` walked (RFC 3986 section 5.2.4).
fn walked(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let last = path.rsplit('/').next().unwrap_or_default();
    for segment in path.trim_start_matches('/').split('/') {
        match segment {
            "." => {}
            ".." => drop(kept.pop()),
            segment => kept.push(segment),
        }
    }
    if matches!(last, "." | "..") {
        kept.push("");
    }
    format!("/{}", kept.join("/"))
}

/// Segments without the dots and spaces at their end, which Windows drops.
fn trimmed(path: &str) -> String {
    let spaces = [' ', '\u{a0}'];
    let of_segment = |segment: &str| match segment.trim_end_matches(spaces) {
        dots @ ("." | "..") => dots.to_owned(),
        _ => segment.trim_end_matches(['.', ' ', '\u{a0}']).to_owned(),
    };
    path.split('/').map(of_segment).collect::<Vec<_>>().join("/")
}

fn dropped(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{ad}')
}

fn printable(path: &str) -> String {
    path.chars().filter(|letter| !dropped(*letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_a_server_may_take_for_a_path_is_among_its_readings() {
        for path in [
            "/admin/list",
            "/%61dmin/list",
            "/%2561dmin/list",
            "/%252561dmin/list",
            "//admin/list",
            "/./admin/list",
            "/x/../admin/list",
            "/x/%2e%2e/admin/list",
            "/x/..%2fadmin/list",
            "/x/..%252fadmin/list",
            "/x//../admin/list",
            "/x/..;/admin/list",
            "/x/..;a=b/admin/list",
            "/admin;jsessionid=1/list",
            "/admin;/list;x=1",
            "/;x=1/admin/list",
            "/;/admin/list",
            "/.;/admin/list",
            "/\\admin/list",
            "\\admin\\list",
            "/x\\..\\admin/list",
            "/x/..%5cadmin%5clist",
            "/admin./list",
            "/admin%20/list",
            "/admin/list::$DATA",
            "/ad%00min/list",
            "/admin/list%00",
            "/%u0061dmin/list",
            "/%c1%a1dmin/list",
            "/x/..%c0%afadmin/list",
            "/../admin/list",
            "/x/.%2e/./admin//list",
            "/%61dmin/list;%2f..%2fpublic",
            "/admin%3b/list",
        ] {
            let readings = readings(path).expect("few");
            assert!(readings.iter().any(|reading| reading == "/admin/list"), "{path}: {readings:?}");
        }
    }

    #[test]
    fn an_ordinary_path_is_read_in_few_ways() {
        let of = |path: &str| readings(path).expect("few");
        assert_eq!(of("/board/list"), ["/board/list"]);
        assert_eq!(of("/board/a.b.do"), ["/board/a.b.do"]);
        assert_eq!(of("/%EA%B4%80%EB%A6%AC/1").last().map(String::as_str), Some("/관리/1"));
        assert!(of("/%B0%FC%B8%AE/1").contains(&"/관리/1".to_owned()), "in EUC-KR");
        assert_eq!(of("/upload/2026-11-26 10:00 공지.hwp").len(), 1);
        assert_eq!(readings(&format!("/{}.", "a".repeat(LONGEST))), None);
    }

    #[test]
    fn rules_are_asked_about_one_reading() {
        for (path, asked) in [
            ("/board/a.b.do", "/board/a.b.do"),
            ("//board//1", "/board/1"),
            ("/board;jsessionid=1/list.do;x", "/board/list.do"),
            ("/%EA%B4%80%EB%A6%AC/100%25", "/관리/100%"),
            ("/%2561dmin", "/admin"),
            ("\\board\\1", "/board/1"),
            ("/board./a b ", "/board/a b"),
            ("/%B0%FC/1", "/\u{fffd}\u{fffd}/1"),
        ] {
            assert_eq!(plain(path).as_deref(), Ok(asked), "{path}");
        }
        for path in [
            "/a/../b",
            "/./a",
            "/a/..",
            "/a/%2e%2E/b",
            "/a/..;x/b",
            "/a/..%5cb",
            "/a/..%255cb",
            "/a/.%00./b",
            "/a/%2e",
            "/a/..%20/b",
        ] {
            assert_eq!(plain(path), Err(Ambiguous), "{path}");
        }
        assert_eq!(plain("/a/.well-known/...x"), Ok("/a/.well-known/...x".to_owned()));
    }

    proptest! {
        #[test]
        fn nothing_makes_it_long(path in "[/.;%\\\\a-c25eu:\\x00 ]{0,60}") {
            prop_assert!(readings(&path).is_none_or(|readings| readings.len() <= MOST));
            // What rules are asked about is a reading, and reads as itself.
            if let Ok(one) = plain(&path) {
                prop_assert_eq!(plain(&one), Ok(one));
            }
        }
    }
}
