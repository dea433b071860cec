//! What a record says, in words for people: who, whose data (by keyed hash), what was done and why. In Korean or English; the word
//! that the record itself has stays beside the Korean one.

use super::read::Entry;
use crate::vocab::{What, place_in_korean};
use serde_json::Value;

/// So many hashes are written out on a line for people; how many more there are is said. An export has all.
const HASHES: usize = 20;

/// What has a name of its own elsewhere, or is the chain's.
const ELSEWHERE: [&str; 16] = [
    "seq", "time", "up", "kind", "site", "account", "address", "method", "path", "verdict", "rule", "reason", "prev",
    "mac", "findings", "body",
];

/// What of an exchange is told as a detail.
const OF_EXCHANGE: [&str; 7] = ["id", "protocol", "status", "outcome", "consent", "beyond", "recalled"];

impl Entry {
    /// Who did it: the account of the site, or of garim.
    pub fn who(&self) -> Option<&str> {
        self.text("account").or_else(|| self.text("operator"))
    }

    /// Why: what a person gave as the reason, else what garim found wrong.
    pub fn why(&self) -> Option<&str> {
        self.text("why").or_else(|| self.text("reason"))
    }

    /// Whose data it was: the keyed hashes of the values, each once.
    pub fn whose(&self) -> Vec<&str> {
        let side = |name: &str| self.body_of(name, "values");
        let findings = self.value.get("findings").and_then(Value::as_array).into_iter().flatten();
        let hashes = findings.filter_map(|found| found.get("hashes")?.as_array()).flatten();
        let sides = side("upload").into_iter().chain(side("download")).flatten();
        let mut all: Vec<&str> = hashes.chain(sides).filter_map(Value::as_str).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The same for a line: not endless.
    pub fn whose_shown(&self) -> String {
        let all = self.whose();
        let mut shown = all.iter().take(HASHES).copied().collect::<Vec<_>>().join(" ");
        if let Some(more) = all.len().checked_sub(HASHES).filter(|more| *more > 0) {
            shown.push_str(&format!(" +{more}"));
        }
        shown
    }

    /// What was found, how often and where the first stands, and what became of it in each direction.
    pub fn found(&self, korean: bool) -> String {
        let mut parts = Vec::new();
        for (side, in_korean, in_english) in [("upload", "올림", "posted"), ("download", "내보냄", "shown")] {
            let Some(found) = self.body_of(side, "found") else { continue };
            let name = if korean { in_korean } else { in_english };
            let verdict = self.value.get("body").and_then(|body| body.get(side)?.get("verdict")?.as_str());
            let verdict = verdict.map(|word| verdict_word(word, korean)).unwrap_or_default();
            parts.push(format!("{name} [{verdict}]: {}", listed(found, "first", korean)));
        }
        if let Some(found) = self.value.get("body").and_then(|body| body.get("in_head")?.as_array()) {
            let name = if korean { "머리말" } else { "in the head" };
            parts.push(format!("{name}: {}", listed(found, "first", korean)));
        }
        if let Some(found) = self.value.get("findings").and_then(Value::as_array) {
            parts.push(listed(found, "place", korean));
        }
        parts.join("; ")
    }

    /// Everything else that it says, by name.
    pub fn details(&self, korean: bool) -> Vec<(String, String)> {
        let own = self.value.as_object().into_iter().flatten();
        let own = own.filter(|(name, _)| !ELSEWHERE.contains(&name.as_str()) && name.as_str() != "detail");
        let of = |name: &str| self.value.get(name).and_then(Value::as_object).into_iter().flatten();
        let body = of("body").filter(|(name, _)| OF_EXCHANGE.contains(&name.as_str()));
        let all = own.chain(of("detail")).chain(body);
        all.filter_map(|(name, value)| {
            let value = match value {
                // Recorded before it was answered, there is none yet.
                Value::Number(status) if name == "status" && status.as_u64() == Some(0) => return None,
                Value::String(text) => text.clone(),
                Value::Number(_) | Value::Bool(_) => value.to_string(),
                Value::Object(range) if name == "doubt" => format!("{}–{}", range.get("from")?, range.get("to")?),
                _ => return None,
            };
            let value = match name.as_str() {
                "outcome" if korean => outcome_word(&value),
                "consent" if korean => consent_word(&value),
                "beyond" | "recalled" if korean && value == "true" => "예".to_owned(),
                _ => value,
            };
            Some((if korean { detail_word(name) } else { name }.to_owned(), value))
        })
        .collect()
    }

    /// What was decided about the direction in which a value stands: of both, the one that lets more out.
    pub fn verdict_of(&self, hash: &str) -> Option<&str> {
        let stands = |side: &str| {
            let holds =
                self.body_of(side, "values").is_some_and(|all| all.iter().any(|one| one.as_str() == Some(hash)));
            holds.then(|| self.value.get("body")?.get(side)?.get("verdict")?.as_str()).flatten()
        };
        let sides = [stands("upload"), stands("download")].into_iter().flatten();
        let strict = |verdict: &&str| match *verdict {
            "pass" | "log" => 0,
            "mask" => 1,
            _ => 2,
        };
        sides.min_by_key(strict).or_else(|| self.verdict())
    }

    /// Whether personal data went out in it that nothing hid.
    pub fn is_view(&self) -> bool {
        let shown = self.body_of("download", "values").is_some_and(|values| !values.is_empty());
        let verdict = self.value.get("body").and_then(|body| body.get("download")?.get("verdict")?.as_str());
        shown && matches!(verdict, Some("pass" | "log"))
    }

    fn body_of(&self, side: &str, name: &str) -> Option<&Vec<Value>> {
        self.value.get("body")?.get(side)?.get(name)?.as_array()
    }
}

fn listed(found: &[Value], place: &str, korean: bool) -> String {
    let one = |found: &Value| {
        let kind = data_word(found.get("kind").and_then(Value::as_str).unwrap_or_default(), korean);
        let count = found.get("count").and_then(Value::as_u64).unwrap_or(1);
        let place = found.get(place).and_then(Value::as_str);
        let place = place.map(|place| if korean { place_in_korean(place) } else { place.to_owned() });
        let place = place.map(|place| format!(" ({place})")).unwrap_or_default();
        let masked = found.get("masked").and_then(Value::as_str).map(|text| format!(" {text}")).unwrap_or_default();
        format!("{kind} ×{count}{masked}{place}")
    };
    found.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn data_word(name: &str, korean: bool) -> String {
    match What::from_name(name).filter(|_| korean) {
        Some(what @ What::Uninspectable(_)) => format!("{} ({name})", what.korean()),
        Some(what @ What::Returned(_)) => format!("{}(되돌아옴)", what.korean()),
        Some(what) => what.korean().to_owned(),
        None => name.to_owned(),
    }
}

/// What was done, in words.
pub fn verdict_word(word: &str, korean: bool) -> String {
    let in_korean = match word {
        "pass" => "통과",
        "log" => "기록하고 통과",
        "mask" => "가림",
        "warn" => "경고",
        "ask-reason" => "사유 물음",
        "hold" | "held" => "보류",
        "block" => "차단",
        "approved" => "승인",
        "approved-first" => "두 사람 중 첫 승인",
        "refused" => "반려",
        "released" => "올림",
        "expired" => "기한 지남",
        "destroyed" => "파기",
        "deleted" => "삭제",
        "failed" => "실패",
        "locked" => "잠김",
        "in" => "로그인",
        "out" => "로그아웃",
        "password-changed" | "password" => "비밀번호 변경",
        "taken" => "적용",
        "excepted" => "예외 시작",
        "exception-over" => "예외 끝",
        "add" => "계정 추가",
        "grant" => "역할 부여",
        "revoke" => "역할 회수",
        "unlock" => "잠금 해제",
        "totp" => "인증번호 등록",
        "totp-off" => "인증번호 해제",
        "closed" => "처리됨",
        "disable" => "계정 중지",
        "enable" => "계정 재개",
        _ => return word.to_owned(),
    };
    if korean { format!("{in_korean} ({word})") } else { word.to_owned() }
}

/// How an exchange ended, in Korean.
fn outcome_word(word: &str) -> String {
    let in_korean = match word {
        "answered" => "응답함",
        "request-refused" => "요청을 막음",
        "answer-refused" => "응답을 막음",
        "no-access" => "접근을 막음",
        "sign-in" => "로그인 화면",
        "asked" => "되물음",
        "held" => "보류함",
        "bad-request" => "잘못된 요청",
        "no-such-site" => "없는 사이트",
        "client-gone" => "접속이 끊김",
        "client-gone-in-answer" => "응답 도중 접속이 끊김",
        "answer-broken" => "응답이 끊김",
        "site-down" => "누리집에 닿지 않음",
        "site-slow" => "누리집이 늦음",
        "overload" => "과부하",
        "upgraded" => "연결 전환",
        "under-way" => "보내는 중",
        "interrupted" => "중단됨",
        _ => return word.to_owned(),
    };
    format!("{in_korean} ({word})")
}

/// What somebody agreed to, in Korean.
fn consent_word(word: &str) -> String {
    let in_korean = match word {
        "as-it-is" => "그대로 올리기",
        "hidden" => "가리고 올리기",
        "released" => "승인된 글 올리기",
        "reason" => "사유를 적고 내려받기",
        _ => return word.to_owned(),
    };
    format!("{in_korean} ({word})")
}

/// The Korean name of a detail.
fn detail_word(name: &str) -> &str {
    match name {
        "id" | "hold" => "접수번호",
        "gate" => "관문",
        "exception" => "예외 번호",
        "until" => "기한",
        "why" => "까닭",
        "name" => "대상 계정",
        "role" => "역할",
        "file" => "파일",
        "from" => "부터",
        "to" => "까지",
        "kinds" => "종류",
        "of" => "찾은 계정",
        "value-hash" => "찾은 값의 해시",
        "config" => "설정의 해시",
        "version" => "판",
        "node" => "노드",
        "what" => "대상",
        "count" => "건수",
        "before" => "이때 이전",
        "status" => "응답 코드",
        "failure" => "실패 까닭",
        "outcome" => "끝난 모양",
        "protocol" => "규약",
        "consent" => "동의",
        "beyond" => "합계 초과",
        "recalled" => "전에 검사한 것과 같은 응답",
        "by" => "처리한 쪽",
        "incident" => "사고 번호",
        "format" => "형식",
        "start" => "시작 번호",
        "segment" => "구획",
        "torn" => "쓰다 만 바이트",
        "root" => "열쇠 표지",
        "public" => "봉인 공개키",
        "seals" => "봉인 수",
        "seal" => "마지막 봉인",
        "place" => "장소",
        "on" => "방향",
        "doubt" => "디스크가 받지 못했을 수 있는 순번",
        "records" => "기록 수",
        "error" => "오류",
        _ => name,
    }
}
