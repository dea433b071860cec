//! How garim is.

use super::html::{either, escape, heading, paragraph, row};
use super::{Asked, may};
use crate::account::Role;
use crate::body::Outgoing;
use crate::config::Window;
use crate::proxy::login::Guest;
use crate::sandbox::Workers;
use crate::store::{HoldFilter, HoldState};
use http::{Response, StatusCode};
use std::collections::BTreeMap;
use std::sync::Arc;

/// So many are listed of a window.
const LISTED: usize = 50;

/// The page; everybody with an account sees it.
pub(super) async fn page(asked: &Asked<'_>, guest: &Guest) -> Response<Outgoing> {
    let t = |korean, english| either(asked.language, korean, english);
    let filter = HoldFilter { state: Some(HoldState::Waiting), ..HoldFilter::default() };
    let waiting = asked.accounts.store().count_holds(&filter).await;
    let health = asked.proxy.keeper.as_ref().map(|keeper| keeper.journal().health()).unwrap_or_default();
    let broken =
        |why: &Option<String>| why.clone().map_or_else(|| (t("정상", "well").to_owned(), true), |why| (why, false));
    let workers = workers(asked);
    let ready = if asked.ready {
        (t("받는 중", "ready").to_owned(), true)
    } else {
        (t("받지 않음", "not ready").to_owned(), false)
    };
    let lines = [
        (t("요청", "Requests"), ready),
        (
            t("승인 대기", "Waiting for approval"),
            match waiting {
                Ok(count) => (count.to_string(), true),
                Err(error) => (error.to_string(), false),
            },
        ),
        (t("감사 기록", "Journal"), broken(&health.writing)),
        (t("봉인", "Seals"), broken(&health.sealing)),
        (t("봉인의 사본", "Copies of seals"), broken(&health.second_place)),
        (t("쓰지 못한 기록", "Records lost"), (health.lost.to_string(), health.lost == 0)),
        (t("파일을 여는 프로세스", "Workers that open files"), workers),
        (t("처리 중인 요청", "Exchanges under way"), (asked.proxy.metrics.open.get().to_string(), true)),
        (t("사이트", "Sites"), (asked.settings.sites.len().to_string(), true)),
        ("garim", (env!("CARGO_PKG_VERSION").to_owned(), true)),
    ];
    let mut content = heading(t("상태", "State")) + "<table>\n";
    for (name, (text, is_well)) in lines {
        let class = if is_well { "" } else { " class=\"bad\"" };
        content.push_str(&format!("<tr><td>{}</td><td{class}>{}</td></tr>\n", escape(name), escape(&text)));
    }
    content.push_str("</table>\n");
    if may(guest, &[Role::Viewer, Role::Auditor]) {
        content.push_str(&beyond(asked).await);
    }
    asked.page(guest, StatusCode::OK, &content)
}

/// How many workers there are, and whether any can be started.
fn workers(asked: &Asked<'_>) -> (String, bool) {
    let t = |korean, english| either(asked.language, korean, english);
    let Some(opener) = asked.proxy.opener.load_full() else { return (t("쓰지 않음", "none").to_owned(), true) };
    let Workers { busy, idle, most } = opener.pool.workers();
    let words =
        format!("{} {busy}, {} {idle} ({} {most})", t("여는 중", "busy"), t("쉬는 중", "idle"), t("최대", "at most"));
    (words, true)
}

/// Who is beyond a limit of a window now.
async fn beyond(asked: &Asked<'_>) -> String {
    let t = |korean, english| either(asked.language, korean, english);
    let Some(totals) = &asked.proxy.totals else { return String::new() };
    let mut content = format!("<h2>{}</h2>\n", escape(t("합계를 넘은 접속", "Beyond a total over time")));
    let windows: BTreeMap<&str, &Arc<Window>> =
        asked.settings.sites.iter().flat_map(|site| site.windows.iter()).map(|one| (one.key.as_str(), one)).collect();
    let mut rows = String::new();
    for window in windows.into_values() {
        match totals.beyond(window, asked.now.as_millisecond(), LISTED).await {
            Ok(over) => over.into_iter().for_each(|(key, totals)| {
                let (values, bytes) = (totals.values.to_string(), totals.bytes.to_string());
                rows.push_str(&row("td", &[&window.key, &key, &values, &bytes]));
            }),
            Err(error) => {
                tracing::error!(%error, "the console cannot ask the store");
                return content + &paragraph(t("저장소가 응답하지 않습니다.", "The store does not answer."));
            }
        }
    }
    if rows.is_empty() {
        return content + &paragraph(t("없습니다.", "Nobody."));
    }
    let head = [t("창", "Window"), t("누구", "Who"), t("서로 다른 값", "Different values"), t("바이트", "Bytes")];
    content.push_str(&format!("<table>\n{}{rows}</table>\n", row("th", &head)));
    content
}
