//! What is lost without a key file.

use crate::config::Settings;

/// What of the configuration needs keys that outlive the process, and has none, in English and Korean.
pub(super) fn doubt(settings: &Settings) -> Option<(String, String)> {
    if settings.state.key_file.is_some() {
        return None;
    }
    let is_shared = settings.state.database.as_ref().is_some_and(|database| database.starts_with("postgres"));
    let (english, korean) = match (settings.hold.is_used, is_shared) {
        (true, true) => (
            "posts that wait for approval cannot be opened after a restart or by another node, and are lost",
            "승인을 기다리는 글을 다시 시작한 뒤나 다른 노드에서는 열 수 없어 잃게 됩니다",
        ),
        (true, false) => (
            "posts that wait for approval cannot be opened after a restart, and are lost",
            "승인을 기다리는 글을 다시 시작한 뒤에는 열 수 없어 잃게 됩니다",
        ),
        (false, true) => (
            "no node opens what another has sealed in a page",
            "한 노드가 화면에 넣은 참조값을 다른 노드가 열 수 없습니다",
        ),
        (false, false) => return None,
    };
    Some((
        format!("[state] has no key_file: {english}; garim key new FILE makes one, for all nodes"),
        format!("[state]에 key_file이 없습니다. {korean}. garim key new FILE로 만들어 모든 노드에 적으십시오."),
    ))
}
