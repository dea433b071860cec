//! What of the policy is let be at a site until a day: listed, and for whoever administers the policy made and ended.

use super::html::{either, escape, heading, paragraph, row, time};
use super::{Asked, Fields, csrf, may};
use crate::account::Role;
use crate::body::Outgoing;
use crate::proxy::excepted;
use crate::proxy::login::Guest;
use crate::store::{Excepted, Exception};
use crate::vocab::Direction;
use http::{Response, StatusCode};
use std::fmt::Write;

/// Who sees them.
pub(super) const SEEN_BY: &[Role] = &[Role::PolicyAdmin, Role::Viewer, Role::Auditor];

/// So many of those that are over are shown: the latest.
const OVER: usize = 100;

/// The page.
pub(super) async fn page(asked: &Asked<'_>, guest: &Guest) -> Response<Outgoing> {
    if !may(guest, SEEN_BY) {
        return asked.not_for(guest);
    }
    let all = match asked.accounts.store().exceptions(None).await {
        Ok(all) => all,
        Err(error) => return asked.unanswered(guest, &error),
    };
    let t = |korean, english| either(asked.language, korean, english);
    let now = asked.now.as_millisecond();
    let (holding, over): (Vec<&Exception>, Vec<&Exception>) = all.iter().partition(|one| one.until > now);
    let mut content = heading(t("정책의 예외", "Exceptions from the policy"));
    if holding.is_empty() {
        content.push_str(&paragraph(t("지금은 예외가 없습니다.", "There is none now.")));
    } else {
        content.push_str(&table(asked, guest, &holding));
    }
    if may(guest, &[Role::PolicyAdmin]) {
        content.push_str(&form(asked, guest));
    }
    if !over.is_empty() {
        let _ = writeln!(content, "<h2>{}</h2>", escape(t("끝난 예외", "Over")));
        let latest: Vec<&Exception> = over.into_iter().rev().take(OVER).collect();
        content.push_str(&table(asked, guest, &latest));
    }
    asked.page(guest, StatusCode::OK, &content)
}

fn table(asked: &Asked<'_>, guest: &Guest, listed: &[&Exception]) -> String {
    let t = |korean, english| either(asked.language, korean, english);
    let head = [
        t("사이트", "Site"),
        t("규칙이나 종류", "Rule or kind"),
        t("끝", "Until"),
        t("만든 사람", "By"),
        t("만든 때", "Made"),
        t("사유", "Reason"),
        t("끝낸 사람", "Ended by"),
    ];
    let mut table = format!("<table>\n{}", row("th", &head));
    for one in listed {
        let what = match &one.excepted {
            Excepted::Rule(rule) => format!("{}: {rule}", t("규칙", "rule")),
            Excepted::Kind(word, on) => format!("{}: {word}{}", t("종류", "kind"), way(asked, *on)),
        };
        let (until, made) = (time(one.until), time(one.created));
        let cells = [&one.site, &what, &until, &one.by, &made, &one.reason];
        let cells: String = cells.iter().map(|cell| format!("<td>{}</td>", escape(cell))).collect();
        let _ = writeln!(table, "<tr>{cells}<td>{}</td></tr>", ended(asked, guest, one));
    }
    table + "</table>\n"
}

/// Which way, where only one is meant.
fn way(asked: &Asked<'_>, on: Option<Direction>) -> &'static str {
    match on {
        None => "",
        Some(Direction::Upload) => either(asked.language, " (올리는 글에서만)", " (posts only)"),
        Some(Direction::Download) => either(asked.language, " (보여 주는 화면에서만)", " (pages only)"),
    }
}

/// Who has ended one, or the button that ends it.
fn ended(asked: &Asked<'_>, guest: &Guest, one: &Exception) -> String {
    let holds = one.until > asked.now.as_millisecond();
    match &one.ended_by {
        Some(by) => escape(by),
        None if holds && may(guest, &[Role::PolicyAdmin]) => format!(
            "<form method=\"post\" enctype=\"text/plain\" action=\"/exceptions/{}/end\">\
             <input type=\"hidden\" name=\"csrf\" value=\"{}\"><button>{}</button></form>",
            escape(&one.id),
            csrf(guest),
            escape(either(asked.language, "끝내기", "End it")),
        ),
        None => String::new(),
    }
}

/// The form that makes one.
fn form(asked: &Asked<'_>, guest: &Guest) -> String {
    let t = |korean, english| escape(either(asked.language, korean, english));
    let sites: String = asked.settings.sites.iter().map(|site| option(&site.name, &site.name)).collect();
    let mut rules: Vec<&str> =
        asked.settings.sites.iter().flat_map(|site| &site.policy.rules).map(|rule| &*rule.name).collect();
    rules.sort_unstable();
    rules.dedup();
    let rules: String = rules.into_iter().map(|rule| option(rule, rule)).collect();
    let field = |name: &str, words: String, hint: &str| {
        format!(
            "<p><label>{words} <input name=\"{name}\" maxlength=\"300\" placeholder=\"{hint}\" autocomplete=\"off\"></label></p>\n"
        )
    };
    format!(
        "<h2>{}</h2>\n<form method=\"post\" enctype=\"text/plain\" action=\"/exceptions/add\">\
         <input type=\"hidden\" name=\"csrf\" value=\"{}\">\n<p><label>{} <select name=\"site\">{sites}</select></label></p>\n\
         <p><label>{} <select name=\"rule\">{}{rules}</select></label></p>\n{}<p><label>{} <select name=\"on\">{}{}{}</select></label></p>\n{}{}<p><button>{}</button></p></form>\n",
        t("예외 만들기", "Make an exception"),
        csrf(guest),
        t("사이트", "Site"),
        t("규칙(그동안 없는 것으로 함)", "Rule (decides nothing meanwhile)"),
        option("", "-"),
        field(
            "kind",
            t("또는 종류(기록하고 통과)", "or a kind (passes, with a record)"),
            "mobile-number, @contact, uninspectable:encrypted"
        ),
        t("종류의 방향", "Which way, of a kind"),
        option("", either(asked.language, "글과 화면 모두", "posts and pages")),
        option(Direction::Upload.name(), either(asked.language, "올리는 글에서만", "posts only")),
        option(Direction::Download.name(), either(asked.language, "보여 주는 화면에서만", "pages only")),
        field("until", t("마지막 날이나 기간(1년까지)", "Last day or length (at most a year)"), "2026-12-31, 3d, 12h"),
        field("reason", t("사유", "Reason"), ""),
        t("만들기", "Make it"),
    )
}

fn option(value: &str, words: &str) -> String {
    format!("<option value=\"{}\">{}</option>", escape(value), escape(words))
}

/// Makes one. It is in force, and in the journal, a moment later.
pub(super) async fn add(asked: &Asked<'_>, guest: &Guest, filled: &Fields) -> Response<Outgoing> {
    if !may(guest, &[Role::PolicyAdmin]) {
        return asked.not_for(guest);
    }
    let names = ["site", "rule", "kind", "on", "until", "reason"];
    let [site, rule, kind, on, until, reason] = names.map(|name| filled.get(name));
    let wanted = excepted::Asked { site, rule, kind, on, until, reason };
    let exception = match wanted.checked(asked.settings, &guest.current.account, asked.now.as_millisecond()) {
        Ok(exception) => exception,
        Err(senseless) => return asked.page(guest, StatusCode::BAD_REQUEST, &paragraph(&senseless.to_string())),
    };
    match asked.accounts.store().add_exception(&exception).await {
        Ok(_) => asked.back("/exceptions", None),
        Err(error) => asked.unanswered(guest, &error),
    }
}

/// Ends one.
pub(super) async fn end(asked: &Asked<'_>, guest: &Guest, id: &str) -> Response<Outgoing> {
    if !may(guest, &[Role::PolicyAdmin]) {
        return asked.not_for(guest);
    }
    match asked.accounts.store().end_exception(id, &guest.current.account, asked.now.as_millisecond()).await {
        Ok(true) => asked.back("/exceptions", None),
        Ok(false) => {
            let said = "이미 끝났거나 없는 예외입니다.";
            let said = either(asked.language, said, "It is over already, or there is none of this number.");
            asked.page(guest, StatusCode::CONFLICT, &paragraph(said))
        }
        Err(error) => asked.unanswered(guest, &error),
    }
}
