//! What of `[[site]]` is about answers beside their contents: headers, search engines, listings, a notice.

use super::reader::{Table, Value};
use super::rules::paths;
use super::settings::{Banner, Hygiene};
use super::shadow::Reach;
use super::templates::Template;
use super::{expected, words};
use crate::policy::Paths;
use std::sync::Arc;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);
/// The longest `robots.txt` addition, in bytes.
const ROBOTS: u64 = 100 << 10;

/// Reads it from the table of a site; `around` is the HTML of its banner.
pub(super) fn hygiene(table: &Table<'_>, around: Option<Arc<Template>>) -> Hygiene {
    let mut hygiene = Hygiene { gone: globs(table, "gone"), ..Hygiene::default() };
    if let Some(headers) = table.table("headers", "headers of [[site]]") {
        hygiene.hsts = headers.get("hsts").and_then(|value| value.duration(DAY..=3_650 * DAY));
        hygiene.secure_cookies = headers.get("secure_cookies").and_then(|value| value.truth()).unwrap_or(false);
        headers.finish(&[]);
    }
    if let Some(robots) = table.table("robots", "robots of [[site]]") {
        hygiene.noindex = globs(&robots, "noindex");
        if let Some(value) = robots.get("noindex")
            && hygiene.noindex.as_ref().is_some_and(|paths| paths.hold("/") && paths.hold("/a/b"))
        {
            value.book.doubtful(&value.span, words::noindex_of_all());
        }
        hygiene.robots_add = robots.get("add").and_then(|value| value.text_of_file(ROBOTS));
        robots.finish(&[]);
    }
    hygiene.no_listings = table.choice("listing", &[("block", true), ("pass", false)]).unwrap_or(false);
    if let Some(banner) = table.table("banner", "banner of [[site]]") {
        let paths = banner.need("path", expected::GLOBS).and_then(|value| of_value(&value));
        let text = banner.get("text").and_then(|value| value.text(expected::TEXT)).map(str::to_owned);
        banner.finish(&[]);
        hygiene.banner = paths.map(|paths| Banner { paths, text, around });
    } else if around.is_some() {
        table.book.wrong(&table.place_of("pages"), words::banner_without_path());
    }
    hygiene
}

fn globs(table: &Table<'_>, key: &'static str) -> Option<Paths> {
    table.get(key).and_then(|value| of_value(&value))
}

fn of_value(value: &Value<'_>) -> Option<Paths> {
    paths(value, &mut Reach { span: value.span.clone(), paths: Vec::new() })
}
