//! The journal's latest records.

use super::html::{either, heading, paragraph, row};
use super::{Asked, may};
use crate::account::Role;
use crate::audit::{Entry, Filter, kind_word, read, verdict_word};
use crate::body::Outgoing;
use crate::config::Language;
use crate::proxy::login::Guest;
use http::{Response, StatusCode};
use std::collections::VecDeque;

/// So many are shown, of the last so many milliseconds.
const SHOWN: usize = 200;
const SPAN: i64 = 86_400_000;

/// Who reads them.
pub(super) const SEEN_BY: &[Role] = &[Role::Auditor, Role::Viewer];

/// The page; it is recorded who has read it.
pub(super) async fn page(asked: &Asked<'_>, guest: &Guest) -> Response<Outgoing> {
    if !may(guest, SEEN_BY) {
        return asked.not_for(guest);
    }
    let folder = asked.settings.state.dir.join("journal");
    let filter = Filter { from: Some(asked.now.as_millisecond().saturating_sub(SPAN)), ..Filter::default() };
    let latest = tokio::task::spawn_blocking(move || {
        let mut latest: VecDeque<Entry> = VecDeque::new();
        read(&folder, &filter, |entry| {
            if latest.len() >= SHOWN {
                latest.pop_front();
            }
            latest.push_back(entry);
            Ok(())
        })
        .map(|_| latest)
    });
    let t = |korean, english| either(asked.language, korean, english);
    let Ok(Ok(latest)) = latest.await else {
        let said = t("감사 기록을 읽을 수 없습니다.", "The audit journal cannot be read.");
        return asked.page(guest, StatusCode::SERVICE_UNAVAILABLE, &paragraph(said));
    };
    asked.viewed(guest, None);
    let mut content = heading(t("최근 하루의 감사 기록", "Records of the last day"));
    content.push_str("<table>\n");
    let named = [t("시각", "Time"), t("종류", "Kind"), t("사이트", "Site"), t("계정", "Account"), t("주소", "From")];
    content.push_str(&row(
        "th",
        &[
            &named[..],
            &[t("경로", "Path"), t("결과", "Verdict"), t("규칙·사유", "Rule, reason"), t("찾은 것", "Found")],
        ]
        .concat(),
    ));
    for entry in latest.iter().rev() {
        content.push_str(&line(entry, asked.language == Language::Korean));
    }
    content.push_str("</table>\n");
    asked.page(guest, StatusCode::OK, &content)
}

fn line(entry: &Entry, korean: bool) -> String {
    let text = |name: &str| entry.text(name).unwrap_or_default();
    let account = entry.who().unwrap_or_default();
    let why = entry.rule().or_else(|| entry.why()).or_else(|| entry.detail("why"));
    let why = why.or_else(|| entry.detail("hold")).unwrap_or_default();
    let time = entry.korean_time();
    let address = entry.address().unwrap_or_default();
    let verdict = entry.verdict().map(|word| verdict_word(word, korean)).unwrap_or_default();
    let kind = kind_word(&entry.kind, korean);
    let found = entry.found(korean);
    row("td", &[&time, &kind, text("site"), account, address, text("path"), &verdict, why, &found])
}
