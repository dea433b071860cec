//! How garim is.

use super::Asked;
use super::html::{either, escape, heading};
use crate::body::Outgoing;
use crate::proxy::login::Guest;
use crate::store::{HoldFilter, HoldState};
use http::{Response, StatusCode};

/// The page; everybody with an account sees it.
pub(super) async fn page(asked: &Asked<'_>, guest: &Guest) -> Response<Outgoing> {
    let t = |korean, english| either(asked.language, korean, english);
    let filter = HoldFilter { state: Some(HoldState::Waiting), ..HoldFilter::default() };
    let waiting = asked.accounts.store().count_holds(&filter).await;
    let health = asked.proxy.keeper.as_ref().map(|keeper| keeper.journal().health()).unwrap_or_default();
    let broken =
        |why: &Option<String>| why.clone().map_or_else(|| (t("정상", "well").to_owned(), true), |why| (why, false));
    let workers = match asked.proxy.opener.load().is_some() {
        true => asked.settings.documents.workers.to_string(),
        false => t("쓰지 않음", "none").to_owned(),
    };
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
        (t("파일을 여는 프로세스", "Workers that open files"), (workers, true)),
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
    asked.page(guest, StatusCode::OK, &content)
}
