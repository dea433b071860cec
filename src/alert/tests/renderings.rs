//! JSON, mail, RFC 5424, CEF and the draft of a notice.

use super::*;
use crate::config::alert::{Framing, Mail, MailTls, Peer};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

fn mail() -> Mail {
    Mail {
        to: Peer { host: "mail.example.go.kr".to_owned(), port: 25 },
        tls: MailTls::Never,
        login: None,
        from: "garim@example.go.kr".parse().expect("an address"),
        recipients: ["a@example.go.kr", "b@example.go.kr"].map(|to| to.parse().expect("an address")).into(),
    }
}

/// The fields, unfolded, and the body.
fn opened(letter: &str) -> (Vec<(String, String)>, String) {
    let (head, body) = letter.split_once("\r\n\r\n").expect("a head");
    let head = head.replace("\r\n ", " ");
    let fields = head.split("\r\n").map(|line| line.split_once(": ").expect("a field"));
    let body: Vec<u8> = STANDARD.decode(body.replace("\r\n", "")).expect("base64");
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    (fields, String::from_utf8(body).expect("UTF-8"))
}

fn words(subject: &str) -> String {
    let word = |word: &str| {
        assert!(word.len() <= 75, "{word}");
        let coded = word.strip_prefix("=?utf-8?B?").and_then(|rest| rest.strip_suffix("?=")).expect("an encoded word");
        String::from_utf8(STANDARD.decode(coded).expect("base64")).expect("whole letters")
    };
    subject.split(' ').map(word).collect()
}

#[test]
fn json_says_it_for_programs_and_for_chats() {
    let value: serde_json::Value = serde_json::from_str(&json(&message(leak()))).expect("JSON");
    assert_eq!(value["event"], "leaked");
    assert_eq!(value["severity"], "critical");
    assert_eq!(value["time"], "2026-11-26T15:00:00+09:00");
    assert_eq!(value["found"][0]["kind"], "resident-registration-number");
    assert_eq!((value["found"][1]["count"].as_u64(), value["people"].as_u64()), (Some(3), Some(3)));
    assert_eq!(value["breach"]["grounds"], serde_json::json!(["unique-identifiers"]));
    assert_eq!(value["breach"]["due"], "2026-11-29T15:00:00+09:00");
    let text = value["text"].as_str().expect("a text");
    let said = "[garim] 개인정보가 걸러지지 않고 나갔습니다: www.example.go.kr (주민등록번호 2건, 휴대전화번호 3건) [유출 신고 검토]";
    assert!(text.starts_with(said) && text.contains("[garim] personal data went through"), "{text}");
    let test: serde_json::Value =
        serde_json::from_str(&json(&message(Alert::new(AlertEvent::Test, when())))).expect("JSON");
    assert_eq!((&test["breach"], &test["site"]), (&serde_json::Value::Null, &serde_json::Value::Null));
}

#[test]
fn json_of_hostile_texts_mentions_nobody_and_stays_short() {
    let json = json(&hostile());
    let value: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let text = value["text"].as_str().expect("a text");
    for bad in ["<!channel>", "@all", "](http", "\u{1b}", "\u{202e}", "\r", "\0"] {
        assert!(!text.contains(bad), "{bad:?}");
    }
    assert_eq!(value["places"].as_array().map(Vec::len), Some(LISTED));
    assert!(json.len() < 100_000, "{}", json.len());
}

#[test]
fn mail_is_seven_bit_and_says_both_languages() {
    let letter = letter(&message(leak()), &mail(), when(), 7);
    assert!(letter.is_ascii() && letter.split("\r\n").all(|line| line.len() <= 76 && !line.contains(['\r', '\n'])));
    let (fields, body) = opened(&letter);
    let field = |name: &str| fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
    assert_eq!(field("From"), Some("garim@example.go.kr"));
    assert_eq!(field("To"), Some("a@example.go.kr, b@example.go.kr"));
    assert_eq!(field("Date"), Some("Thu, 26 Nov 2026 15:00:00 +0900"));
    assert_eq!(field("Auto-Submitted"), Some("auto-generated"));
    let id = field("Message-ID").expect("an id");
    assert!(id.starts_with("<1795672800123.") && id.ends_with(".7@example.go.kr>"), "{id}");
    let subject = words(field("Subject").expect("a subject"));
    assert!(
        subject.starts_with("[garim] 개인정보가 걸러지지 않고 나갔습니다: www.example.go.kr (주민등록번호 2건"),
        "{subject}"
    );
    for said in
        ["\r\n찾은 것: 주민등록번호 2건", "\r\nfound: 2 resident registration number", "900101-1******", "K7Q2-9XDM"]
    {
        assert!(body.contains(said), "{said}: {body}");
    }
}

#[test]
fn mail_of_hostile_texts_has_no_field_of_theirs() {
    let (fields, body) = opened(&letter(&hostile(), &mail(), when(), 1));
    let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
    let own = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"];
    assert_eq!(names[..8], own);
    assert_eq!(names.len(), 9);
    assert!(!words(&fields[2].1).chars().any(char::is_control));
    assert!(!body.replace("\r\n", "").chars().any(char::is_control));
}

#[test]
fn rfc_5424_lines() {
    let line = rfc5424(&message(leak()));
    let process = std::process::id();
    let head =
        format!("<106>1 2026-11-26T15:00:00+09:00 front-1 garim {process} leaked [garim@32473 event=\"leaked\" ");
    assert!(line.starts_with(&head), "{line}");
    assert!(line.contains(" found=\"resident-registration-number 2, mobile-number 3\""), "{line}");
    assert!(line.contains(" breach=\"unique-identifiers\" due=\"2026-11-29T15:00:00+09:00\""), "{line}");
    assert!(line.contains("] \u{feff}개인정보가 걸러지지"), "{line}");
    assert_eq!(framed("가", Framing::OctetCounting), "3 가".as_bytes());
    assert_eq!(framed("가", Framing::Newline), "가\n".as_bytes());
    let mut test = message(Alert::new(AlertEvent::Test, when()));
    test.node = "서버 가".to_owned();
    assert!(rfc5424(&test).starts_with("<110>1 2026-11-26T15:00:00+09:00 - garim "), "{}", rfc5424(&test));
}

/// Reads structured data as section 6.3 says, and gives its parameters and what follows it.
fn structured(line: &str) -> (Vec<(String, String)>, &str) {
    let start = line.find(" [").expect("structured data") + 2;
    let mut params = Vec::new();
    let mut rest = line[start..].split_once(' ').expect("an id").1;
    loop {
        let (name, value) = rest.split_once("=\"").expect("a parameter");
        let mut letters = value.char_indices();
        let mut read = String::new();
        let end = loop {
            match letters.next().expect("an end") {
                (_, '\\') => read.push(letters.next().expect("an escaped letter").1),
                (at, '"') => break at,
                (_, ']') => panic!("a bare bracket"),
                (_, letter) => read.push(letter),
            }
        };
        params.push((name.to_owned(), read));
        let after = &value[end + 1..];
        match after.strip_prefix(' ') {
            Some(next) => rest = next,
            None => return (params, after.strip_prefix(']').expect("the end of it")),
        }
    }
}

#[test]
fn rfc_5424_of_hostile_texts_is_one_line_that_reads_back() {
    let line = rfc5424(&hostile());
    assert!(line.len() <= LONGEST && !line.chars().any(char::is_control), "{}", line.len());
    let (params, text) = structured(&line);
    assert!(text.starts_with(" \u{feff}"));
    let site = &params.iter().find(|(name, _)| name == "site").expect("a site").1;
    assert!(site.starts_with("a|b\\c=d\"e]f  <134>1 - evil  [31m 가나다 "), "{site}");
    assert!(params.iter().any(|(name, _)| name == "breach"));
}

#[test]
fn cef_lines() {
    let line = cef(&message(leak()));
    let head = "<106>Nov 26 15:00:00 front-1 CEF:0|garim|garim|";
    assert!(line.starts_with(head), "{line}");
    let said = "|leaked|personal data went through: www.example.go.kr (2 resident registration number, 3 mobile number) \
                [a breach report may be due]|10|rt=1795672800123 cnt=1 dhost=www.example.go.kr externalId=K7Q2-9XDM ";
    assert!(line.contains(said), "{line}");
    assert!(line.contains(" cn1Label=people cn1=3 ") && line.contains("Label=rule cs3=rule 3 "), "{line}");
    assert!(line.contains("Label=masked ") && line.contains(" msg=개인정보가"), "{line}");
}

#[test]
fn cef_of_hostile_texts_keeps_its_fields_apart() {
    let line = cef(&hostile());
    assert!(line.len() <= LONGEST && !line.chars().any(char::is_control), "{}", line.len());
    let unescaped = |letter: char| {
        let mut before = ' ';
        let mut count = 0;
        for now in line.chars() {
            if now == letter && before != '\\' {
                count += 1;
            }
            before = if before == '\\' && now == '\\' { ' ' } else { now };
        }
        count
    };
    let keys = ["rt", "cnt", "dhost", "externalId", "reason", "cn1Label", "cn1", "msg"];
    let custom: Vec<String> = (1..=6).flat_map(|n| [format!("cs{n}Label"), format!("cs{n}")]).collect();
    let known = |key: &&str| keys.contains(key) || custom.iter().any(|own| own == key);
    let (head, extension) = line.split_once("|10|").expect("a severity");
    assert!(head.contains("a\\|b\\\\c=d"), "{head}");
    let bare = extension.match_indices('=').filter(|(at, _)| !extension[..*at].ends_with('\\'));
    for (at, _) in bare {
        let key = extension[..at].rsplit(' ').next().expect("a key");
        assert!(known(&key), "{key}: {extension}");
    }
    assert!(unescaped('=') >= 10);
}

#[test]
fn thresholds_decide_whether_a_report_is_suggested() {
    let thresholds = AlertSettings::default().breach;
    let of =
        |kind, count| Breach::of(&Counts { kinds: [(kind, count)].into(), people: None, values: None }, &thresholds);
    assert_eq!(of(Kind::EmailAddress, 999), None);
    assert_eq!(of(Kind::EmailAddress, 1_000).map(|it| it.grounds), Some(vec![Ground::People(1_000)]));
    assert_eq!(of(Kind::PassportNumber, 1).map(|it| it.grounds), Some(vec![Ground::UniqueIdentifiers(1)]));
    assert_eq!(of(Kind::SensitiveList, 1).map(|it| it.grounds), Some(vec![Ground::Sensitive(1)]));
    let never = Thresholds { people: 0, unique_identifiers: 0, sensitive: 0 };
    let many = Counts {
        kinds: [(Kind::PassportNumber, u64::MAX), (Kind::DriverLicenceNumber, 5)].into(),
        people: None,
        values: None,
    };
    assert_eq!(Breach::of(&many, &never), None);
    assert!(Breach::of(&many, &thresholds).is_some());
    let blocked = Alert { event: AlertEvent::Blocked, ..leak() };
    assert_eq!(message(blocked).breach, None, "only what passed is a leak");
}

#[test]
fn the_draft_fills_in_what_is_known_and_marks_the_rest() {
    let known = message(leak());
    let draft = known.breach.as_ref().expect("a breach").draft(&known);
    for said in [
        "기한: 2026-11-29 15:00:00 (KST)",
        "검토할 까닭: 고유식별정보 2건",
        "1. 유출된 개인정보의 항목: 주민등록번호 2건, 휴대전화번호 3건 (정보주체 3명)",
        "2. 유출된 시점과 경위: 2026-11-26 15:00:00 (KST), www.example.go.kr, 게시글 12",
        "3. 정보주체가 피해를 줄이기 위하여 할 수 있는 방법: 명의도용 확인",
        "4. 기관의 대응조치와 피해 구제절차: ",
        "5. 담당 부서와 연락처: [채워 넣을 것]",
    ] {
        assert!(draft.korean.contains(said), "{said}\n{}", draft.korean);
    }
    for said in ["Due: 2026-11-29 15:00:00 (KST)", "2 unique identifiers", "5. Whom to ask: [to be filled in]"] {
        assert!(draft.english.contains(said), "{said}\n{}", draft.english);
    }
    let contact =
        Contact { office: "개인정보보호팀".to_owned(), phone: "02-000-0000".to_owned(), ..Contact::default() };
    let known = Message { contact, ..known };
    let draft = known.breach.as_ref().expect("a breach").draft(&known);
    assert!(draft.korean.ends_with("5. 담당 부서와 연락처: 개인정보보호팀, 02-000-0000"), "{}", draft.korean);
}

#[test]
fn places_are_in_the_language_of_the_text() {
    let message = message(leak());
    let (korean, english) = (message.text(Language::Korean), message.text(Language::English));
    assert!(korean.contains("곳: 게시글 12, 시트 '명단'") && !korean.contains("post 12"), "{korean}");
    assert!(english.contains("places: post 12, sheet '명단'") && !english.contains("게시글 12"), "{english}");
}
