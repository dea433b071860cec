//! The pages of garim's own login: they ask for a name, a password and a code, and say what became of it. They look like the
//! other pages, and hold no script.

use super::html::{contact, escape, heading, line, paragraph, security_policy_with};
use super::words::{code, labels};
use super::{RETRY_AFTER, Rendered, json};
use crate::account::RuleError;
use crate::config::{Language, Pages};
use crate::text::Charset;
use http::StatusCode;

const STYLE: &str = include_str!("login.css");
/// The SHA-256 of [`STYLE`] in base64 (CSP 3, section 2.3.1); a test keeps it true.
const STYLE_HASH: &str = "IIpppduD2Vetr3PAPRWUrleRig8QoNDnu+WNoepyO9Y=";

/// What a form of the login begins with, by which it is told from all else.
pub const SIGN_IN: &str = "garim-sign-in";
/// The same of the one that changes a password.
pub const CHANGE: &str = "garim-change";
/// The same of the one that signs out.
pub const SIGN_OUT: &str = "garim-sign-out";
/// The fields behind it, in this order: the name, the password, the one-time code, the new password, the same again.
pub const FIELDS: [&str; 5] = ["garim-name", "garim-password", "garim-code", "garim-new", "garim-again"];

/// What the page is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Somebody is to sign in.
    Ask,
    /// Name, password or code is wrong.
    Wrong,
    /// Too many failures, for so many minutes.
    Locked {
        /// At least 1.
        minutes: i64,
    },
    /// The password is right, and the account has one-time codes.
    NeedsCode,
    /// The account is disabled.
    Disabled,
    /// What is behind takes an account with one-time codes, and this one has none.
    NoCodes,
    /// The password is too old.
    MustChange,
    /// The new password is not taken.
    NotChanged {
        /// Why.
        why: RuleError,
    },
    /// The new password was written in two ways.
    Differ,
    /// The password was changed.
    Changed,
    /// The form came from elsewhere.
    Elsewhere,
    /// It cannot be told who it is: the store does not answer.
    Unavailable,
    /// The secrets of one-time codes cannot be opened.
    NoKey,
    /// Whether to sign out.
    MaySignOut,
    /// Signed out.
    SignedOut,
    /// There is nobody to sign out.
    NobodySignedIn,
}

impl Stage {
    const fn status(self) -> StatusCode {
        match self {
            Stage::MaySignOut | Stage::SignedOut | Stage::NobodySignedIn => StatusCode::OK,
            Stage::Elsewhere => StatusCode::FORBIDDEN,
            // RFC 6585 section 4.
            Stage::Locked { .. } => StatusCode::TOO_MANY_REQUESTS,
            Stage::Unavailable | Stage::NoKey => StatusCode::SERVICE_UNAVAILABLE,
            // RFC 9110 section 15.5.2.
            _ => StatusCode::UNAUTHORIZED,
        }
    }

    /// The word in `"error"` of the JSON answer.
    const fn name(self) -> &'static str {
        match self {
            Stage::Unavailable | Stage::NoKey => "sign-in-unavailable",
            Stage::SignedOut => "signed-out",
            _ => "sign-in",
        }
    }
}

/// All that a page of the login is made of.
#[derive(Debug, Clone, Copy)]
pub struct Login<'a> {
    /// What it is about.
    pub stage: Stage,
    /// The address that its form goes to, whole: a path alone may begin with two slashes, which names another host.
    pub action: &'a str,
    /// The account, where it is known.
    pub account: &'a str,
    /// Whether the code must be filled in.
    pub needs_code: bool,
    /// Whether something was sent that has not been forwarded.
    pub withheld: bool,
    /// Whether who follows a link from another site may have signed in already.
    pub may_go_on: bool,
}

/// Where and how it is shown.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// The reference number, to be found again in the records.
    pub id: &'a str,
    /// The time of the exchange, as it is to be shown.
    pub time: &'a str,
    /// What the site's pages say.
    pub pages: &'a Pages,
    /// The language of the page.
    pub language: Language,
    /// The site's charset.
    pub charset: Charset,
    /// Whether the caller is a script that wants JSON.
    pub wants_json: bool,
}

/// Writes the page.
pub fn login(login: &Login<'_>, frame: &Frame<'_>) -> Rendered {
    let euc_kr = frame.charset == Charset::Cp949;
    let (content_type, body) = match (frame.wants_json, euc_kr) {
        (true, _) => ("application/json; charset=utf-8", object(login, frame).into_bytes()),
        (false, false) => ("text/html; charset=utf-8", page(login, frame, "utf-8").into_bytes()),
        (false, true) => {
            let page = page(login, frame, "euc-kr");
            ("text/html; charset=euc-kr", encoding_rs::EUC_KR.encode(&page).0.into_owned())
        }
    };
    let status = login.stage.status();
    Rendered { status, content_type, headers: headers(frame, status), body }
}

fn headers(frame: &Frame<'_>, status: StatusCode) -> Vec<(&'static str, String)> {
    let mut headers = vec![
        ("cache-control", "no-store".to_owned()),
        ("content-language", code(frame.language).to_owned()),
        ("content-security-policy", security_policy_with(STYLE_HASH)),
        // Under "no-referrer" a browser says `Origin: null` of the form, and garim could not tell whose it is.
        ("referrer-policy", "same-origin".to_owned()),
        ("x-content-type-options", "nosniff".to_owned()),
    ];
    if status == StatusCode::UNAUTHORIZED {
        // RFC 9110 section 11.6.1 asks for a challenge; browsers pass over a scheme that they do not know.
        headers.push(("www-authenticate", "Garim realm=\"garim\"".to_owned()));
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.push(("retry-after", RETRY_AFTER.to_owned()));
    }
    headers
}

fn object(login: &Login<'_>, frame: &Frame<'_>) -> String {
    let (title, _) = words(login.stage, frame.language);
    let title = title.trim_end_matches('.');
    let message = if login.withheld { format!("{title}. {}", withheld(frame.language)) } else { format!("{title}.") };
    match &frame.pages.block_json {
        Some(template) => json::fill(template, &message, frame.id),
        None => {
            serde_json::json!({ "error": login.stage.name(), "message": message, "reference": frame.id }).to_string()
        }
    }
}

fn page(login: &Login<'_>, frame: &Frame<'_>, charset: &str) -> String {
    let labels = labels(frame.language);
    let (title, why) = words(login.stage, frame.language);
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"{charset}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<title>{title}</title>\n<style>{}</style>\n<style>{STYLE}</style>\n</head>\n\
         <body>\n<main>\n<h1 id=\"outcome\" tabindex=\"-1\">{title}</h1>\n",
        code(frame.language),
        super::html::STYLE,
        title = escape(title),
    );
    if login.withheld {
        paragraph(&mut page, "data", withheld(frame.language));
    }
    paragraph(&mut page, "why", &why);
    if let Stage::MaySignOut = login.stage {
        paragraph(&mut page, "data", login.account);
    }
    form(&mut page, login, frame.language);
    contact(&mut page, labels, &frame.pages.contact);
    page.push_str("<hr>\n<dl>\n");
    line(&mut page, labels.reference, &escape(frame.id));
    line(&mut page, labels.time, &escape(frame.time));
    page.push_str("</dl>\n</main>\n</body>\n</html>\n");
    page
}

fn form(page: &mut String, login: &Login<'_>, language: Language) {
    let words = match language {
        Language::Korean => &KOREAN,
        Language::English => &ENGLISH,
    };
    let begin = |page: &mut String, name: &str| {
        // Whatever charset the page is in, the form comes back in UTF-8.
        page.push_str(&format!(
            "<form method=\"post\" enctype=\"text/plain\" accept-charset=\"utf-8\" action=\"{}\">\n\
             <input type=\"hidden\" name=\"{name}\" value=\"1\">\n",
            escape(login.action)
        ));
    };
    let [name, password, one_time, new, again] = FIELDS;
    match login.stage {
        Stage::MaySignOut => {
            begin(page, SIGN_OUT);
            page.push_str(&format!("<p><button>{}</button></p>\n</form>\n", escape(words.sign_out)));
        }
        Stage::MustChange | Stage::NotChanged { .. } | Stage::Differ => {
            begin(page, CHANGE);
            field(page, name, words.name, "text", "autocomplete=\"username\" autocapitalize=\"none\"", login.account);
            field(page, password, words.password, "password", "autocomplete=\"current-password\"", "");
            page.push_str(&format!("<input type=\"hidden\" name=\"{one_time}\" value=\"\">\n"));
            field(page, new, words.new, "password", "autocomplete=\"new-password\"", "");
            field(page, again, words.again, "password", "autocomplete=\"new-password\"", "");
            page.push_str(&format!("<p class=\"hint\">{}</p>\n", escape(words.rule)));
            page.push_str(&format!("<p><button>{}</button></p>\n</form>\n", escape(words.change)));
        }
        Stage::SignedOut | Stage::NobodySignedIn | Stage::NoKey => {}
        _ => {
            begin(page, SIGN_IN);
            field(page, name, words.name, "text", "autocomplete=\"username\" autocapitalize=\"none\"", login.account);
            field(page, password, words.password, "password", "autocomplete=\"current-password\"", "");
            let must = login.needs_code || login.stage == Stage::NeedsCode;
            let label = if must { words.code } else { words.code_if_any };
            let digits = "inputmode=\"numeric\" autocomplete=\"one-time-code\" maxlength=\"10\"";
            input(page, one_time, label, "text", digits, "", must);
            page.push_str(&format!("<p><button>{}</button></p>\n</form>\n", escape(words.sign_in)));
        }
    }
    if login.may_go_on {
        heading(page, words.already);
        page.push_str(&format!("<p><a href=\"{}\">{}</a></p>\n", escape(login.action), escape(words.go_on)));
    }
}

fn field(page: &mut String, name: &str, label: &str, kind: &str, more: &str, value: &str) {
    input(page, name, label, kind, more, value, true);
}

fn input(page: &mut String, name: &str, label: &str, kind: &str, more: &str, value: &str, required: bool) {
    let required = if required { " required" } else { "" };
    page.push_str(&format!(
        "<label for=\"{name}\">{}</label>\n<input id=\"{name}\" name=\"{name}\" type=\"{kind}\" value=\"{}\" {more}{required}>\n",
        escape(label),
        escape(value)
    ));
}

struct Labels {
    name: &'static str,
    password: &'static str,
    code: &'static str,
    code_if_any: &'static str,
    new: &'static str,
    again: &'static str,
    rule: &'static str,
    sign_in: &'static str,
    change: &'static str,
    sign_out: &'static str,
    already: &'static str,
    go_on: &'static str,
}

const KOREAN: Labels = Labels {
    name: "아이디",
    password: "비밀번호",
    code: "인증번호(인증 앱의 여섯 자리)",
    code_if_any: "인증번호(쓰는 계정만)",
    new: "새 비밀번호",
    again: "새 비밀번호 한 번 더",
    rule: "영문 대문자·소문자·숫자·특수문자 가운데 두 종류면 10자, 세 종류면 8자 이상입니다. 연속된 글자, 아이디, 날짜는 쓸 수 없습니다.",
    sign_in: "로그인",
    change: "비밀번호 바꾸기",
    sign_out: "로그아웃",
    already: "이미 로그인하셨다면",
    go_on: "다른 누리집의 링크로 오셨습니다. 이 링크를 누르면 이어집니다.",
};

const ENGLISH: Labels = Labels {
    name: "Name",
    password: "Password",
    code: "One-time code (six digits of the app)",
    code_if_any: "One-time code (if the account has one)",
    new: "New password",
    again: "New password once more",
    rule: "10 characters of two classes (capital letters, small letters, digits, others), or 8 of three; no sequences, not the name, no date.",
    sign_in: "Sign in",
    change: "Change the password",
    sign_out: "Sign out",
    already: "If you have signed in already",
    go_on: "You came by a link from another site. This link goes on.",
};

fn withheld(language: Language) -> &'static str {
    match language {
        Language::Korean => {
            "보내신 내용은 누리집에 전달하지 않았습니다. 로그인한 뒤 앞 화면으로 돌아가 다시 보내 주세요."
        }
        Language::English => {
            "What you sent has not been passed on to the site. Sign in, then go back and send it again."
        }
    }
}

/// The title, and what is said below it.
fn words(stage: Stage, language: Language) -> (&'static str, String) {
    let korean = language == Language::Korean;
    let both = |korean_title, korean_why: &str, title, why: &str| {
        if korean { (korean_title, korean_why.to_owned()) } else { (title, why.to_owned()) }
    };
    match stage {
        Stage::Ask => both(
            "로그인이 필요한 화면입니다",
            "담당자 계정으로 로그인해 주세요. 누가 언제 썼는지 기록됩니다.",
            "This page needs a sign-in",
            "Please sign in with your account. Who uses it and when is recorded.",
        ),
        Stage::Wrong => both(
            "로그인하지 못했습니다",
            "아이디, 비밀번호 또는 인증번호가 맞지 않습니다. 인증번호는 한 번만 쓸 수 있습니다.",
            "Not signed in",
            "Name, password or code is wrong. A code is good once.",
        ),
        Stage::Locked { minutes } => both(
            "여러 번 틀려 잠겼습니다",
            &format!("{minutes}분 뒤에 다시 하거나 관리자에게 풀어 달라고 요청해 주세요."),
            "Locked after too many failures",
            &format!("Please try again in {minutes} minutes, or ask your administrator to unlock it."),
        ),
        Stage::NeedsCode => both(
            "인증번호를 입력해 주세요",
            "이 계정은 인증 앱의 번호가 함께 필요합니다. 비밀번호와 함께 다시 입력해 주세요.",
            "A one-time code is needed",
            "This account needs the code of its authenticator app, too. Please fill in both.",
        ),
        Stage::Disabled => both(
            "사용이 중지된 계정입니다",
            "다른 계정으로 로그인하거나 관리자에게 문의해 주세요.",
            "The account is disabled",
            "Please use another account, or ask your administrator.",
        ),
        Stage::NoCodes => both(
            "인증번호를 쓰는 계정만 볼 수 있습니다",
            "이 계정은 인증 앱이 등록되어 있지 않습니다. 관리자에게 등록해 달라고 요청해 주세요.",
            "Only for accounts with one-time codes",
            "This account has none. Please ask your administrator for one (garim user totp).",
        ),
        Stage::MustChange => both(
            "비밀번호를 바꿀 때가 되었습니다",
            "비밀번호의 사용 기간이 지났습니다. 바꾼 뒤에 다시 로그인해 주세요.",
            "The password has to be changed",
            "It is older than is allowed. Change it, then sign in again.",
        ),
        Stage::NotChanged { why } => {
            let why = why.to_string();
            let (english, in_korean) = why.split_once(" / ").unwrap_or((&why, &why));
            both("비밀번호를 바꾸지 못했습니다", in_korean, "The password was not changed", english)
        }
        Stage::Differ => both(
            "비밀번호를 바꾸지 못했습니다",
            "새 비밀번호 두 개가 서로 다릅니다.",
            "The password was not changed",
            "The two new passwords are not the same.",
        ),
        Stage::Changed => both(
            "비밀번호를 바꾸었습니다",
            "새 비밀번호로 로그인해 주세요.",
            "The password was changed",
            "Please sign in with the new one.",
        ),
        Stage::Elsewhere => both(
            "다른 곳에서 온 로그인은 받지 않습니다",
            "이 화면에서 직접 로그인해 주세요.",
            "A sign-in from elsewhere is not taken",
            "Please sign in on this page itself.",
        ),
        Stage::Unavailable => both(
            "지금은 로그인을 확인할 수 없습니다",
            "계정을 보관하는 곳이 응답하지 않아 화면을 열지 않았습니다. 몇 분 뒤에 다시 해 주세요.",
            "Sign-ins cannot be checked now",
            "The store of the accounts does not answer, so the page stays closed. Please try again in a few minutes.",
        ),
        Stage::NoKey => both(
            "인증번호를 확인할 수 없습니다",
            "인증번호 열쇠를 열 수 없습니다. 관리자에게 아래 접수번호를 알려 주세요.",
            "One-time codes cannot be checked",
            "Their key cannot be opened. Please give your administrator the reference below.",
        ),
        Stage::MaySignOut => both("로그아웃할까요?", "로그인한 계정:", "Sign out?", "Signed in as:"),
        Stage::SignedOut => {
            both("로그아웃했습니다", "다시 쓰려면 로그인이 필요합니다.", "Signed out", "To go on, sign in again.")
        }
        Stage::NobodySignedIn => both(
            "로그인하지 않았습니다",
            "로그아웃할 것이 없습니다.",
            "Not signed in",
            "There is nothing to sign out of.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    const STAGES: [Stage; 16] = [
        Stage::Ask,
        Stage::Wrong,
        Stage::Locked { minutes: 10 },
        Stage::NeedsCode,
        Stage::Disabled,
        Stage::NoCodes,
        Stage::MustChange,
        Stage::NotChanged { why: RuleError::Sequence },
        Stage::Differ,
        Stage::Changed,
        Stage::Elsewhere,
        Stage::Unavailable,
        Stage::NoKey,
        Stage::MaySignOut,
        Stage::SignedOut,
        Stage::NobodySignedIn,
    ];

    fn shown(stage: Stage, language: Language, charset: Charset, wants_json: bool) -> (Rendered, String) {
        let pages = Pages::default();
        let frame = Frame { id: "abc", time: "now", pages: &pages, language, charset, wants_json };
        let asked = Login {
            stage,
            action: "https://a.kr//evil\"><script>",
            account: "<kim>",
            needs_code: true,
            withheld: true,
            may_go_on: true,
        };
        let rendered = login(&asked, &frame);
        let encoding = if rendered.content_type.ends_with("euc-kr") { encoding_rs::EUC_KR } else { encoding_rs::UTF_8 };
        let text = encoding.decode_without_bom_handling_and_without_replacement(&rendered.body).expect("its charset");
        let text = text.into_owned();
        (rendered, text)
    }

    #[test]
    fn every_page_is_escaped_and_in_its_language() {
        for stage in STAGES {
            for charset in [Charset::Utf8, Charset::Cp949] {
                for language in [Language::Korean, Language::English] {
                    let (_, page) = shown(stage, language, charset, false);
                    assert!(
                        !page.contains("<script>") && !page.contains("<kim>") && !page.contains("//evil\""),
                        "{page}"
                    );
                    let title = page.split("<title>").nth(1).and_then(|rest| rest.split('<').next()).expect("a title");
                    let korean = title.chars().any(|letter| ('가'..='힣').contains(&letter));
                    assert_eq!(korean, language == Language::Korean, "{title}");
                    assert!(page.contains(if korean { "전달하지 않았습니다" } else { "not been passed on" }), "{page}");
                }
            }
        }
    }

    #[test]
    fn the_style_is_the_one_that_the_security_policy_names() {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, STYLE.as_bytes());
        assert_eq!(STANDARD.encode(digest.as_ref()), STYLE_HASH);
        let (rendered, _) = shown(Stage::Ask, Language::Korean, Charset::Utf8, false);
        let policy = rendered.headers.iter().find(|(name, _)| *name == "content-security-policy").expect("a policy");
        assert!(policy.1.contains(STYLE_HASH) && policy.1.contains("default-src 'none'"), "{}", policy.1);
    }

    #[test]
    fn scripts_get_json_and_statuses_say_what_it_is() {
        let (rendered, text) = shown(Stage::Ask, Language::English, Charset::Cp949, true);
        let object: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!((rendered.status, object["error"].as_str()), (StatusCode::UNAUTHORIZED, Some("sign-in")));
        assert!(rendered.headers.iter().any(|(name, _)| *name == "www-authenticate"));
        let (rendered, _) = shown(Stage::Unavailable, Language::English, Charset::Utf8, false);
        assert_eq!(rendered.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(rendered.headers.iter().any(|(name, _)| *name == "retry-after"));
    }
}
