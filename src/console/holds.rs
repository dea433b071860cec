//! What waits for approval: listed, shown masked, approved or refused.

use super::html::{either, escape, heading, paragraph, row, time};
use super::{Asked, csrf, may};
use crate::account::Role;
use crate::audit::kind;
use crate::body::Outgoing;
use crate::config::Language;
use crate::hold::Holds;
use crate::proxy::login::Guest;
use crate::store::{Approval, Decision, Hold, HoldError, HoldFilter, HoldState, Page};
use crate::vocab::{What, place_in_korean};
use http::{Response, StatusCode};
use std::fmt::Write;

/// So many are on a page of the list.
const LISTED: usize = 200;

/// Who sees them: who decides, and who looks on.
pub(super) const SEEN_BY: &[Role] = &[Role::Approver, Role::Viewer];

/// What waits, the oldest first: on a page what came after the last of the page before.
pub(super) async fn list(asked: &Asked<'_>, guest: &Guest, after: Option<(i64, String)>) -> Response<Outgoing> {
    if !may(guest, SEEN_BY) {
        return asked.not_for(guest);
    }
    let filter = HoldFilter { state: Some(HoldState::Waiting), ..HoldFilter::default() };
    let page = Page { after, limit: LISTED };
    let held = match asked.accounts.store().holds_in_turn(&filter, &page).await {
        Ok(held) => held,
        Err(error) => return asked.unanswered(guest, &error),
    };
    let t = |korean, english| either(asked.language, korean, english);
    let mut content = heading(t("승인을 기다리는 글", "Waiting for approval"));
    if held.is_empty() {
        content.push_str(&paragraph(t("기다리는 글이 없습니다.", "Nothing waits.")));
        return asked.page(guest, StatusCode::OK, &content);
    }
    // A page that is full may have others behind it.
    let next = held.last().filter(|_| held.len() == LISTED).map(|last| {
        let (created, id) = (last.post.created, escape(&last.post.id));
        let words = escape(t("다음", "Next"));
        format!("<p><a href=\"/holds/after/{created}/{id}\">{words}</a></p>\n")
    });
    content.push_str("<table>\n");
    content
        .push_str(&row("th", &[t("접수번호", "Reference"), t("시각", "Time"), t("경로", "Path"), t("기한", "Until")]));
    for hold in held {
        let post = &hold.post;
        let _ = writeln!(
            content,
            "<tr><td><a href=\"/holds/{id}\">{id}</a></td><td>{}</td><td>{}{}</td><td>{}</td></tr>",
            time(post.created),
            escape(&post.site),
            escape(&post.path),
            time(post.expires),
            id = escape(&post.id),
        );
    }
    content.push_str("</table>\n");
    content.push_str(&next.unwrap_or_default());
    asked.page(guest, StatusCode::OK, &content)
}

/// One of them, with what was found in it, masked.
pub(super) async fn one(asked: &Asked<'_>, guest: &Guest, id: &str) -> Response<Outgoing> {
    if !may(guest, SEEN_BY) {
        return asked.not_for(guest);
    }
    match asked.accounts.store().hold(id).await {
        Ok(Some(hold)) => {
            asked.viewed(guest, Some(("hold", &hold.post.id)));
            asked.page(guest, StatusCode::OK, &shown(asked, guest, &hold))
        }
        Ok(None) => asked.page(guest, StatusCode::NOT_FOUND, &super::html::nothing_here(asked.language)),
        Err(error) => asked.unanswered(guest, &error),
    }
}

fn shown(asked: &Asked<'_>, guest: &Guest, hold: &Hold) -> String {
    let t = |korean, english| either(asked.language, korean, english);
    let post = &hold.post;
    let mut content = heading(&post.id);
    content.push_str("<table>\n");
    let place = format!("{}{}", post.site, post.path);
    let mut lines = vec![
        (t("상태", "State"), t(hold.state.korean(), hold.state.name()).to_owned()),
        (t("시각", "Time"), time(post.created)),
        (t("기한", "Until"), time(post.expires)),
        (t("경로", "Path"), place),
        (t("접속 주소", "From"), post.address.clone()),
    ];
    let said = |one: &Approval| match &one.message {
        Some(message) => format!("{} {}: {message}", one.who, time(one.when)),
        None => format!("{} {}", one.who, time(one.when)),
    };
    lines.extend(hold.approvals.iter().map(|one| (t("승인", "Approved by"), said(one))));
    lines.extend(hold.refusal.iter().map(|one| (t("거부", "Refused by"), said(one))));
    if post.two_persons {
        lines.push((t("승인할 사람", "Approvals needed"), "2".to_owned()));
    }
    for (name, text) in lines {
        content.push_str(&row("td", &[name, &text]));
    }
    content.push_str("</table>\n");
    if matches!(hold.state, HoldState::Waiting | HoldState::Approved)
        && Holds::is_shut(&asked.proxy.sites.load().ring, hold)
    {
        let korean = "이 서버의 key_file에 있는 열쇠로는 이 글을 열 수 없습니다. 승인해도 올라가지 않습니다.";
        let english = "No key in this node's key_file opens this post: approved, it could not be sent.";
        let _ = writeln!(content, "<p class=\"bad\">{}</p>", escape(t(korean, english)));
    }
    content.push_str("<table>\n");
    content.push_str(&row("th", &[t("찾은 것", "Found"), t("가린 값", "Masked"), t("자리", "Place")]));
    let findings: serde_json::Value = serde_json::from_str(&post.findings).unwrap_or_default();
    for (kind, count) in findings.get("counts").and_then(|counts| counts.as_object()).into_iter().flatten() {
        content.push_str(&row("td", &[kind_word(kind, asked.language), &format!("× {count}"), ""]));
    }
    for found in findings.get("first").and_then(|first| first.as_array()).into_iter().flatten() {
        let text = |name: &str| found.get(name).and_then(|text| text.as_str()).unwrap_or_default();
        // What was held by an older version has its place in English alone.
        let korean = Some(text("place_ko")).filter(|place| !place.is_empty());
        let korean = korean.map_or_else(|| place_in_korean(text("place")), str::to_owned);
        let kind = kind_word(text("kind"), asked.language);
        let place = if asked.language == Language::Korean { korean.as_str() } else { text("place") };
        content.push_str(&row("td", &[kind, text("masked"), place]));
    }
    content.push_str("</table>\n");
    if hold.state == HoldState::Waiting && decides(asked, guest, hold) {
        for (action, words) in [("approve", t("승인", "Approve")), ("refuse", t("거부", "Refuse"))] {
            let _ = writeln!(
                content,
                "<form method=\"post\" enctype=\"text/plain\" action=\"/holds/{}/{action}\">\
                 <input type=\"hidden\" name=\"csrf\" value=\"{}\">\
                 <label>{} <input name=\"message\" maxlength=\"500\" autocomplete=\"off\"></label> \
                 <button>{words}</button></form>",
                escape(&post.id),
                csrf(guest),
                escape(t("글쓴이에게 할 말(없어도 됨)", "To the writer (optional)")),
            );
        }
    }
    content
}

/// A kind as people call it; what is no kind of garim's stays as it is.
fn kind_word(name: &str, language: Language) -> &str {
    What::from_name(name).map_or(name, |what| either(language, what.korean(), what.english()))
}

/// Whether it is for this account to decide: the role, and what the configuration says of the path.
fn decides(asked: &Asked<'_>, guest: &Guest, hold: &Hold) -> bool {
    may(guest, &[Role::Approver]) && asked.settings.hold.may_approve(&guest.current.account, &hold.post.path)
}

/// Approves or refuses one; it is recorded.
pub(super) async fn decide(
    asked: &Asked<'_>,
    guest: &Guest,
    id: &str,
    approve: bool,
    message: Option<&str>,
) -> Response<Outgoing> {
    let (store, now) = (asked.accounts.store(), asked.now.as_millisecond());
    let hold = match store.hold(id).await {
        Ok(Some(hold)) => hold,
        Ok(None) => return asked.page(guest, StatusCode::NOT_FOUND, &super::html::nothing_here(asked.language)),
        Err(error) => return asked.unanswered(guest, &error),
    };
    if !decides(asked, guest, &hold) {
        return asked.not_for(guest);
    }
    let who = &guest.current.account;
    let done = match approve {
        true => store.approve_hold(id, who, message, now).await.map(|decision| match decision {
            Decision::Approved => "approved",
            Decision::NeedsAnother => "approved-first",
        }),
        false => store.refuse_hold(id, who, message, now).await.map(|()| "refused"),
    };
    match done {
        Ok(verdict) => {
            asked.tell(kind::APPROVAL, guest, Some(verdict), (Some(("hold", id)), message));
            asked.back(&format!("/holds/{id}"), None)
        }
        Err(HoldError::Store(error)) => asked.unanswered(guest, &error),
        Err(error) => asked.page(guest, StatusCode::CONFLICT, &paragraph(&error.to_string())),
    }
}
