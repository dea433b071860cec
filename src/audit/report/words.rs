//! The words of the check sheet, in both languages.

/// In which language a report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// Korean.
    #[default]
    Korean,
    /// English.
    English,
}

/// A word in both languages: Korean, English.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word(pub &'static str, pub &'static str);

impl Word {
    pub fn of(self, language: Language) -> &'static str {
        match language {
            Language::Korean => self.0,
            Language::English => self.1,
        }
    }
}

macro_rules! words {
    ($($name:ident: $korean:literal, $english:literal;)*) => {
        $(pub(super) const $name: Word = Word($korean, $english);)*
    };
}

words! {
    TITLE: "개인정보 접속기록 월별 점검표", "Monthly check of access records";
    BASIS: "근거: 개인정보의 안전성 확보조치 기준 제8조(접속기록을 월 1회 이상 점검)", "Basis: Standards for Safety Measures of Personal Information, article 8 (checked at least once a month)";
    MONTH: "점검 대상 월", "Month";
    MADE: "작성 시각(한국)", "Made at (Korea)";
    RECORDS: "기록 수", "Records";
    HOURS: "업무 시간", "Office hours";
    WEEKDAYS: "월요일–금요일", "Monday to Friday";
    INTEGRITY: "위·변조 점검", "Integrity";
    INTACT: "이상 없음", "Intact";
    BROKEN: "변조 또는 유실 발견", "Altered or lost records found";
    UNKNOWN: "확인할 수 없음", "Cannot be told";
    CHECKED: "점검한 기록/구획/봉인", "Records/segments/seals checked";
    KEYS: "봉인 공개키", "Public keys of seals";
    REMARKS: "위·변조 점검 결과(순번 누락 포함)", "What the check found (gaps in sequence among them)";
    PLACE: "위치", "Where";
    WHAT: "내용", "What";
    DAYS: "일별 기록", "By day";
    DAY: "날짜", "Day";
    TOTAL: "합계", "Total";
    KINDS: "종류별 기록", "By kind";
    KIND: "종류", "Kind";
    COUNT: "건수", "Count";
    VERDICTS: "처리 결과별", "By verdict";
    VERDICT: "처리 결과", "Verdict";
    ACCOUNTS: "계정별(많은 순)", "Accounts (most first)";
    ACCOUNT: "계정", "Account";
    ADDRESSES: "접속지별(많은 순)", "Addresses (most first)";
    ADDRESS: "접속지", "Address";
    OUTSIDE: "업무 시간 외 개인정보 조회", "Privileged views outside office hours";
    DOWNLOADS: "다운로드·내보내기와 사유", "Downloads and exports, and their reasons";
    HOLDS: "보류와 승인", "Holds and approvals";
    LOGINS: "로그인 실패", "Failed logins";
    CHANGES: "정책·계정·열쇠 변경과 보존 기간 경과분 삭제", "Changes of policy, accounts and keys; retention";
    STARTS: "시작, 종료, 유실, 시계 변경, 봉인 전달", "Starts, stops, lost records, clock, seals";
    TIME: "시각(한국)", "Time (Korea)";
    SITE: "누리집", "Site";
    PATH: "경로", "Path";
    REASON: "사유", "Reason";
    FOUND: "찾은 것", "Found";
    WHOSE: "정보주체(값의 해시)", "Whose (keyed hash)";
    DETAIL: "그 밖", "Other";
    NONE: "없음", "None";
    MORE: "건 더 있음(내보내기로 확인)", "more; see an export";
    OPINION: "점검 의견", "Remarks of the checker";
    CHECKER: "점검자", "Checked by";
    APPROVER: "확인자(개인정보 보호책임자)", "Confirmed by (privacy officer)";
    SIGN: "날짜와 서명", "Date and signature";
    OTHERS: "그 밖의 값", "All others";
}

/// The Korean name of a kind of record.
pub(super) fn kind(kind: &str, language: Language) -> String {
    let korean = match kind {
        "start" => "시작",
        "stop" => "종료",
        "segment" => "새 구획",
        "exchange" => "요청과 응답",
        "view" => "개인정보 조회",
        "hold" => "보류",
        "approval" => "승인·반려",
        "export" => "내보내기",
        "policy" => "정책 변경",
        "login" => "로그인",
        "account" => "계정 변경",
        "key" => "열쇠 변경",
        "retention" => "보존 기간 경과 삭제",
        "lost" => "기록하지 못함",
        "alert" => "알림",
        "clock" => "시계 변경",
        "seal" => "봉인 전달",
        _ => return kind.to_owned(),
    };
    if language == Language::Korean { format!("{korean} ({kind})") } else { kind.to_owned() }
}
