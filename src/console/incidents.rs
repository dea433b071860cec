//! What went through and may have to be reported within 72 hours: listed, shown with the draft of a report, closed. No value stands in it.

use super::html::{either, escape, heading, paragraph, row, time};
use super::{Asked, Fields, csrf, may};
use crate::account::Role;
use crate::act;
use crate::alert::Breach;
use crate::alert::incident::{self, Closed};
use crate::audit::kind;
use crate::body::Outgoing;
use crate::config::Language;
use crate::proxy::login::Guest;
use crate::store::{Incident, IncidentFilter, Page, Store, StoreError};
use crate::vocab::Direction;
use http::{Response, StatusCode};
use jiff::Timestamp;
use std::collections::VecDeque;
use std::fmt::Write;

/// So many of those that are open are shown, the first whose time runs out; and so many of those that are closed, the latest.
const OPEN: usize = 200;
const CLOSED: usize = 100;
/// So many are read at a time.
const AT_ONCE: usize = 500;

/// Who sees them: who closes them, and who looks on.
pub(super) const SEEN_BY: &[Role] = &[Role::Approver, Role::Auditor, Role::Viewer];
/// Who may say what came of one, as at the command line.
const CLOSED_BY: &[Role] = &[Role::Approver, Role::Auditor];

/// All that are shown of the list.
#[derive(Default)]
struct Listed {
    /// The newest first.
    open: VecDeque<Incident>,
    /// How many more are open, newer than those.
    more: usize,
    closed: Vec<Incident>,
}

async fn listed(store: &Store) -> Result<Listed, StoreError> {
    let (mut listed, mut page) = (Listed::default(), Page::first(AT_ONCE));
    loop {
        let some = store.incidents(&IncidentFilter::default(), &page).await?;
        let Some(last) = some.last() else { return Ok(listed) };
        page.after = Some((last.time, last.id.clone()));
        for one in some {
            if incident::is_open(&one) {
                listed.open.push_back(one);
                if listed.open.len() > OPEN {
                    listed.open.pop_front();
                    listed.more = listed.more.saturating_add(1);
                }
            } else if listed.closed.len() < CLOSED && incident::closing(&one).is_some() {
                listed.closed.push(one);
            }
        }
    }
}

/// The list.
pub(super) async fn list(asked: &Asked<'_>, guest: &Guest) -> Response<Outgoing> {
    if !may(guest, SEEN_BY) {
        return asked.not_for(guest);
    }
    let listed = match listed(asked.accounts.store()).await {
        Ok(listed) => listed,
        Err(error) => return asked.unanswered(guest, &error),
    };
    let t = |korean, english| either(asked.language, korean, english);
    let mut content = heading(t("유출 건: 신고·통지를 판단할 것", "Incidents: what may have to be reported"));
    if listed.open.is_empty() {
        content.push_str(&paragraph(t("처리할 건이 없습니다.", "None is open.")));
    } else {
        content.push_str(&table(asked, listed.open.iter().rev()));
    }
    if listed.more > 0 {
        let more = t("그보다 나중의 건이 더 있습니다:", "More are open, newer than these:");
        content.push_str(&paragraph(&format!("{more} {}", listed.more)));
    }
    if !listed.closed.is_empty() {
        let _ = writeln!(content, "<h2>{}</h2>", escape(t("처리된 건", "Closed")));
        content.push_str(&table(asked, listed.closed.iter()));
    }
    asked.page(guest, StatusCode::OK, &content)
}

fn table<'i>(asked: &Asked<'_>, all: impl Iterator<Item = &'i Incident>) -> String {
    let t = |korean, english| either(asked.language, korean, english);
    let head = [
        t("접수번호", "Reference"),
        t("시각", "Time"),
        t("방향", "Which way"),
        t("경로", "Path"),
        t("접속 주소", "From"),
        t("찾은 것", "Found"),
        t("상태", "State"),
    ];
    let mut table = format!("<table>\n{}", row("th", &head));
    for one in all {
        let place = format!("{}{}", one.site, one.path);
        let cells = [&time(one.time), way(asked, one.direction), &place, &one.address, &found(asked, one)];
        let cells: String = cells.iter().map(|cell| format!("<td>{}</td>", escape(cell))).collect();
        let (state, is_well) = state(asked, one);
        let class = if is_well { "" } else { " class=\"bad\"" };
        let _ = writeln!(
            table,
            "<tr><td><a href=\"/incidents/{id}\">{id}</a></td>{cells}<td{class}>{}</td></tr>",
            escape(&state),
            id = escape(&one.id),
        );
    }
    table + "</table>\n"
}

fn way(asked: &Asked<'_>, direction: Direction) -> &'static str {
    match direction {
        Direction::Upload => either(asked.language, "올림", "posted"),
        Direction::Download => either(asked.language, "내보냄", "shown"),
    }
}

/// Kinds and how many different values of each.
fn found(asked: &Asked<'_>, one: &Incident) -> String {
    let kinds = incident::alert(one).counts.kinds;
    let named = kinds.iter().map(|(kind, count)| match asked.language {
        Language::Korean => format!("{} {count}", kind.korean()),
        Language::English => format!("{} {count}", kind.english()),
    });
    named.collect::<Vec<_>>().join(", ")
}

/// Until when it is due, or what came of it; and whether its time is not over.
fn state(asked: &Asked<'_>, one: &Incident) -> (String, bool) {
    let t = |korean, english| either(asked.language, korean, english);
    if let Some(Closed { by, when, why }) = incident::closing(one) {
        return (format!("{} {by} {}: {why}", t("처리됨", "closed by"), time(when.as_millisecond())), true);
    }
    let due = Breach::deadline(Timestamp::from_millisecond(one.time).unwrap_or_default());
    let is_over = incident::is_over(one, asked.now);
    let over = if is_over { t(" (지남)", " (over)") } else { "" };
    (format!("{} {}{over}", t("신고 기한", "due"), time(due.as_millisecond())), !is_over)
}

/// One of them, with the draft of a report where it reaches a threshold.
pub(super) async fn one(asked: &Asked<'_>, guest: &Guest, id: &str) -> Response<Outgoing> {
    if !may(guest, SEEN_BY) {
        return asked.not_for(guest);
    }
    match asked.accounts.store().incident(id).await {
        Ok(Some(one)) => {
            asked.viewed(guest, Some(("incident", id)));
            asked.page(guest, StatusCode::OK, &shown(asked, guest, &one))
        }
        Ok(None) => asked.page(guest, StatusCode::NOT_FOUND, &super::html::nothing_here(asked.language)),
        Err(error) => asked.unanswered(guest, &error),
    }
}

fn shown(asked: &Asked<'_>, guest: &Guest, one: &Incident) -> String {
    let t = |korean, english| either(asked.language, korean, english);
    let mut content = heading(&one.id) + &table(asked, std::iter::once(one));
    if incident::is_open(one) && may(guest, CLOSED_BY) {
        let _ = writeln!(
            content,
            "<form method=\"post\" enctype=\"text/plain\" action=\"/incidents/{}/close\">\
             <input type=\"hidden\" name=\"csrf\" value=\"{}\">\
             <label>{} <input name=\"why\" maxlength=\"500\" autocomplete=\"off\" required></label> <button>{}</button></form>",
            escape(&one.id),
            csrf(guest),
            escape(t("신고·통지 결과나 하지 않은 까닭", "What came of it: reported and told, or why not")),
            escape(t("처리 끝", "Close")),
        );
    }
    let message = incident::message(one, asked.settings);
    let _ = writeln!(content, "<pre>{}</pre>", super::html::lines(&message.text(asked.language)));
    content
}

/// Says what came of one, so that nobody is reminded any more; it is recorded.
pub(super) async fn close(asked: &Asked<'_>, guest: &Guest, id: &str, filled: &Fields) -> Response<Outgoing> {
    if !may(guest, CLOSED_BY) {
        return asked.not_for(guest);
    }
    let told = |status, korean, english| asked.page(guest, status, &paragraph(either(asked.language, korean, english)));
    let Some(why) = act::reason(&filled.get("why")) else {
        let korean =
            "처리하지 않았습니다. 신고·통지한 결과나 하지 않은 까닭을 말로 적어 주세요. 점이나 숫자만으로는 안 됩니다.";
        let english =
            "Not closed: say in words what came of it, or why nothing was reported. Dots or digits alone say nothing.";
        return told(StatusCode::BAD_REQUEST, korean, english);
    };
    let store = asked.accounts.store();
    let one = match store.incident(id).await {
        Ok(Some(one)) => one,
        Ok(None) => return asked.page(guest, StatusCode::NOT_FOUND, &super::html::nothing_here(asked.language)),
        Err(error) => return asked.unanswered(guest, &error),
    };
    let closed = Closed { by: guest.current.account.clone(), when: asked.now, why };
    let settled = match incident::closed(&one, &closed) {
        Some(findings) => store.settle_incident(&one, &findings).await,
        None => Ok(false),
    };
    match settled {
        Ok(true) => {
            asked.tell(kind::ALERT, guest, Some("closed"), (Some(("incident", id)), Some(&closed.why)));
            asked.back(&format!("/incidents/{id}"), None)
        }
        Ok(false) => told(StatusCode::CONFLICT, "이미 처리된 건입니다.", "It is closed already."),
        Err(error) => asked.unanswered(guest, &error),
    }
}
