//! Whether a breach report is suggested, until when it is due, and the items of the notice.
//!
//! Personal Information Protection Act (개인정보 보호법), article 34; its Enforcement Decree, articles 39 (the people concerned
//! are told within 72 hours) and 40 (the Commission or KISA is told within 72 hours if it is 1,000 people or more, unique
//! identifiers or sensitive data, or unlawful access from outside). garim sees what went through, not why: the last of these,
//! and whether it was a breach at all, is for people to say.

use super::words::{self, clock, pick};
use super::{Counts, Message, SHOWN};
use crate::config::Language;
use crate::config::alert::Thresholds;
use crate::vocab::{Group, Kind};
use jiff::{SignedDuration, Timestamp};

/// Why a report is suggested: a count that has reached its threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// So many people.
    People(u64),
    /// So many unique identifiers (고유식별정보).
    UniqueIdentifiers(u64),
    /// So many lists with sensitive data (민감정보).
    Sensitive(u64),
}

impl Ground {
    /// The word in messages for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Ground::People(_) => "people",
            Ground::UniqueIdentifiers(_) => "unique-identifiers",
            Ground::Sensitive(_) => "sensitive",
        }
    }

    fn said(self, language: Language) -> String {
        match self {
            Ground::People(count) => pick(language, format!("정보주체 {count}명"), format!("{count} people")),
            Ground::UniqueIdentifiers(count) => {
                pick(language, format!("고유식별정보 {count}건"), format!("{count} unique identifiers"))
            }
            Ground::Sensitive(count) => {
                pick(language, format!("민감정보 {count}건"), format!("{count} lists with sensitive data"))
            }
        }
    }
}

/// A report is suggested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// Why; at least one.
    pub grounds: Vec<Ground>,
}

/// The draft of a notice, in both languages. What garim cannot know is marked to be filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// 한국어.
    pub korean: String,
    /// English.
    pub english: String,
}

impl Breach {
    /// Whether what went through reaches a threshold; one of 0 is never reached.
    pub fn of(counts: &Counts, thresholds: &Thresholds) -> Option<Breach> {
        let sum = |group: Group| {
            let each = counts.kinds.iter().filter(|(kind, _)| group.kinds().contains(kind)).map(|(_, count)| *count);
            each.fold(0, u64::saturating_add)
        };
        let (unique, sensitive) = (sum(Group::UniqueIdentifiers), sum(Group::Sensitive));
        let all = [
            (counts.people(), thresholds.people, Ground::People(counts.people())),
            (unique, thresholds.unique_identifiers, Ground::UniqueIdentifiers(unique)),
            (sensitive, thresholds.sensitive, Ground::Sensitive(sensitive)),
        ];
        let reached = all.into_iter().filter(|(count, least, _)| *least > 0 && count >= least);
        let grounds: Vec<Ground> = reached.map(|(.., ground)| ground).collect();
        (!grounds.is_empty()).then_some(Breach { grounds })
    }

    /// Until when: 72 hours from when it came to be known.
    pub fn deadline(known: Timestamp) -> Timestamp {
        known.checked_add(SignedDuration::from_hours(72)).unwrap_or(Timestamp::MAX)
    }

    /// The items of the notice (article 34 (1) of the Act) with what is known filled in.
    pub fn draft(&self, message: &Message) -> Draft {
        Draft { korean: self.written(message, Language::Korean), english: self.written(message, Language::English) }
    }

    fn written(&self, message: &Message, language: Language) -> String {
        let known = message.alert.when;
        let grounds: Vec<String> = self.grounds.iter().map(|ground| ground.said(language)).collect();
        let (grounds, deadline) = (grounds.join(", "), clock(Breach::deadline(known)));
        let head = pick(
            language,
            format!(
                "== 개인정보 유출등 신고·통지 초안 ==\n\
                 자동으로 만든 초안입니다. 유출인지, 신고·통지할 일인지는 개인정보 보호책임자가 판단하십시오.\n\
                 검토할 까닭: {grounds}. 외부의 불법적인 접근 때문이라면 수와 관계없이 신고 대상입니다.\n\
                 기한: {deadline}. garim이 안 때({})부터 72시간. 개인정보보호위원회나 한국인터넷진흥원(privacy.go.kr, 국번 없이 118)에 \
                 신고하고 정보주체에게 알립니다(개인정보 보호법 제34조, 시행령 제39조·제40조).",
                clock(known)
            ),
            format!(
                "== Draft of a breach report and notice ==\n\
                 Made automatically. Whether it is a breach, and is to be reported, is for the privacy officer to say.\n\
                 Why to look into it: {grounds}. If it was unlawful access from outside, it is to be reported whatever the number.\n\
                 Due: {deadline}, 72 hours from when garim knew ({}): report it to the Personal Information Protection \
                 Commission or KISA (privacy.go.kr, telephone 118), and tell the people concerned (Personal Information Protection \
                 Act, article 34; Enforcement Decree, articles 39 and 40).",
                clock(known)
            ),
        );
        let items = [
            ("유출된 개인정보의 항목", "Items of personal data", items(message, language)),
            ("유출된 시점과 경위", "When and how", circumstances(message, language)),
            (
                "정보주체가 피해를 줄이기 위하여 할 수 있는 방법",
                "What the people concerned can do",
                advice(message, language),
            ),
            ("기관의 대응조치와 피해 구제절차", "What the office does, and redress", measures(language)),
            ("담당 부서와 연락처", "Whom to ask", contact(message, language)),
        ];
        let mut draft = head;
        for (number, (korean, english, said)) in (1..).zip(items) {
            draft.push_str(&format!("\n{number}. {}: {said}", pick(language, korean, english)));
        }
        draft
    }
}

fn to_be_filled(language: Language) -> &'static str {
    pick(language, "[채워 넣을 것]", "[to be filled in]")
}

fn items(message: &Message, language: Language) -> String {
    let (kinds, people) = (words::kinds(message, language), message.alert.counts.people());
    match (kinds.is_empty(), message.alert.counts.people.is_some()) {
        (true, _) => to_be_filled(language).to_owned(),
        (false, true) => pick(language, format!("{kinds} (정보주체 {people}명)"), format!("{kinds} ({people} people)")),
        (false, false) => pick(
            language,
            format!("{kinds} (정보주체 수 {})", to_be_filled(language)),
            format!("{kinds} (number of people {})", to_be_filled(language)),
        ),
    }
}

fn circumstances(message: &Message, language: Language) -> String {
    let alert = &message.alert;
    let mut said = clock(alert.when);
    if message.times > 1 {
        said.push_str(&format!(" – {}", clock(message.last)));
    }
    let places = alert.places.iter().map(|spot| spot.of(language));
    let texts = alert.site.as_deref().into_iter().chain(places).chain(alert.reference.as_deref());
    for text in texts.take(8) {
        said.push_str(", ");
        said.push_str(&words::shown(text, SHOWN));
    }
    let how = pick(language, "경위 ", "how it came about ");
    format!("{said}; {how}{}", to_be_filled(language))
}

/// What is usually advised, by what went out.
fn advice(message: &Message, language: Language) -> String {
    let has = |kinds: &[Kind]| kinds.iter().any(|kind| message.alert.counts.kinds.contains_key(kind));
    let mut said = Vec::new();
    if has(&[Kind::ResidentRegistrationNumber, Kind::ForeignerRegistrationNumber]) {
        said.push(pick(
            language,
            "명의도용 확인(msafer.or.kr)",
            "check for use of the identity by others (msafer.or.kr)",
        ));
    }
    if has(&[Kind::PassportNumber, Kind::DriverLicenceNumber]) {
        said.push(pick(language, "여권·운전면허증 재발급", "have passport or driving licence issued anew"));
    }
    if has(Group::Financial.kinds()) {
        said.push(pick(
            language,
            "카드·계좌의 거래 정지나 재발급, 거래 내역 확인",
            "block or replace the card or account, look through its transactions",
        ));
    }
    if has(Group::Contact.kinds()) {
        said.push(pick(language, "스미싱·보이스피싱 주의", "beware of fraud by message and telephone"));
    }
    said.push(to_be_filled(language));
    said.join("; ")
}

fn measures(language: Language) -> String {
    let said = pick(
        language,
        "garim의 감사 기록을 보전함; 게시물의 삭제·비공개, 검색 엔진의 저장본 삭제 요청 여부 ",
        "garim's audit journal is kept; whether the post was removed or hidden, and search engines asked to forget it ",
    );
    format!("{said}{}", to_be_filled(language))
}

fn contact(message: &Message, language: Language) -> String {
    let contact = &message.contact;
    let parts = [&contact.office, &contact.phone, &contact.mail, &contact.hours];
    let known: Vec<String> =
        parts.into_iter().filter(|part| !part.is_empty()).map(|part| words::shown(part, SHOWN)).collect();
    if known.is_empty() { to_be_filled(language).to_owned() } else { known.join(", ") }
}
