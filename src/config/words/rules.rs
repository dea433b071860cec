//! Mistakes in roles, in the conditions of rules, and in what is added to a site's answers.

use super::{Expected, Words};
use std::path::Path;

pub(in crate::config) fn public_is_a_role() -> Words {
    Words::new(
        "\"public\" is everybody who has no other role; give this one another name",
        "\"public\"은 다른 역할이 없는 모든 사람입니다. 다른 이름을 쓰십시오.",
    )
}

pub(in crate::config) fn too_many_roles(most: usize) -> Words {
    Words::new(format!("at most {most} roles"), format!("역할은 {most}개까지입니다."))
}

pub(in crate::config) fn header_from_anybody() -> Words {
    Words::new(
        "anybody can send a header; say in \"from\" whose is believed, as [\"10.0.0.9/32\"]",
        "헤더는 누구나 보낼 수 있습니다. [\"10.0.0.9/32\"]처럼 누가 보낸 것을 믿을지 \"from\"에 적으십시오.",
    )
}

pub(in crate::config) fn from_without_header() -> Words {
    Words::new(
        "\"from\" says whose header is believed; without \"header\" it means nothing, perhaps \"address\" is meant",
        "\"from\"은 누가 보낸 헤더를 믿을지 적는 곳입니다. \"header\"가 없으면 뜻이 없습니다. \"address\"를 뜻하셨을 수 있습니다.",
    )
}

pub(in crate::config) fn role_of_anybody() -> Words {
    Words::new(
        "everybody would have this role; expected \"address\", \"header\", \"client_cert\", \"account\" or \"account_role\"",
        "누구나 이 역할이 됩니다. \"address\", \"header\", \"client_cert\", \"account\", \"account_role\" 가운데 하나가 있어야 합니다.",
    )
}

pub(in crate::config) fn account_without_gate() -> Words {
    Words::new(
        "nobody can sign in to garim without a [gate.NAME]; add one, or take \"account\" and \"account_role\" out",
        "[gate.이름]이 없으면 garim에 로그인할 곳이 없습니다. 추가하거나 \"account\"와 \"account_role\"을 지우십시오.",
    )
}

pub(in crate::config) fn nobody_asks_for_certificates() -> Words {
    Words::new(
        "no site asks its clients for a certificate, so that nobody would have this role; say client_ca = FILE in a [[site]]",
        "접속하는 쪽의 인증서를 받는 사이트가 없어 아무도 이 역할이 되지 못합니다. [[site]]에 client_ca = 파일을 적으십시오.",
    )
}

pub(in crate::config) fn several_attributes() -> Words {
    Words::new(
        "several attributes are a list: expected client_cert = [\"OU=Privacy Office\", \"O=Example\"], all of which must stand there",
        "속성이 여럿이면 client_cert = [\"OU=Privacy Office\", \"O=Example\"]처럼 목록으로 적으십시오. 모두 있어야 합니다.",
    )
}

pub(in crate::config) fn only_on(what: &str, on: &str) -> Words {
    Words::new(
        format!("\"{what}\" is for on = \"{on}\" alone; take \"on\" out"),
        format!("\"{what}\"은(는) on = \"{on}\"에만 씁니다. \"on\"을 지우십시오."),
    )
}

pub(in crate::config) fn only_about_access(action: &str, expected: Expected) -> Words {
    Words::new(
        format!(
            "a rule without \"find\" is about access alone, where \"{action}\" means nothing; expected {}",
            expected.0
        ),
        format!("\"find\"가 없는 규칙은 접근만 다루므로 \"{action}\"은(는) 뜻이 없습니다. 필요한 값: {}.", expected.1),
    )
}

pub(in crate::config) fn needs_find(key: &str) -> Words {
    Words::new(
        format!(
            "a rule without \"find\" is about access alone, where \"{key}\" means nothing; add \"find\", or take it out"
        ),
        format!(
            "\"find\"가 없는 규칙은 접근만 다루므로 \"{key}\"은(는) 뜻이 없습니다. \"find\"를 더하거나 이것을 지우십시오."
        ),
    )
}

pub(in crate::config) fn offer_without_block() -> Words {
    Words::new(
        "\"offer\" is for action = \"block\" alone (a warning offers to hide it by itself); take it out",
        "\"offer\"는 action = \"block\"에만 씁니다(warn은 그냥 두어도 가려서 올리기를 묻습니다). 지우십시오.",
    )
}

pub(in crate::config) fn offer_of_download() -> Words {
    Words::new(
        "\"offer\" is for what is posted, and this rule is on = \"download\"; take it out",
        "\"offer\"는 올리는 글에만 쓰는데 이 규칙은 on = \"download\"입니다. 지우십시오.",
    )
}

pub(in crate::config) fn nothing_to_hide() -> Words {
    Words::new(
        "nothing in \"find\" can be hidden (what is uninspectable, or made of several findings, has no bytes of its own); take \"offer\" out",
        "\"find\"에 가릴 수 있는 것이 없습니다(검사하지 못한 것이나 여러 정보가 모인 것은 그 자체로 가릴 수 없습니다). \"offer\"를 지우십시오.",
    )
}

pub(in crate::config) fn file_name_without_find() -> Words {
    Words::new(
        "\"file_name\" says in which files something is found; add \"find\", as [\"*\"]",
        "\"file_name\"은 어떤 파일 안에서 찾을지 적는 곳입니다. [\"*\"]처럼 \"find\"를 더하십시오.",
    )
}

pub(in crate::config) fn noindex_of_all() -> Words {
    Words::new(
        "search engines are told to keep nothing of the whole site; name the paths that are meant",
        "누리집 전체를 검색에서 빼게 됩니다. 뺄 경로만 적으십시오.",
    )
}

pub(in crate::config) fn kept_too_short() -> Words {
    Words::new(
        "access records are to be kept for a year at least, two with unique identifiers or of 50,000 people \
         (Standards for Safety Measures of Personal Information, article 8)",
        "접속기록은 1년 이상, 고유식별정보를 다루거나 5만 명 이상이면 2년 이상 보관해야 합니다(개인정보의 안전성 확보조치 기준 제8조).",
    )
}

pub(in crate::config) fn kept_for_few() -> Words {
    Words::new(
        "less than two years is enough only where no unique identifiers are processed and the data is of fewer than 50,000 people \
         (Standards for Safety Measures of Personal Information, article 8)",
        "2년 미만은 고유식별정보·민감정보를 다루지 않고 5만 명 미만일 때만 됩니다(개인정보의 안전성 확보조치 기준 제8조).",
    )
}

pub(in crate::config) fn grants_too_short() -> Words {
    Words::new(
        "the record of who may what is to be kept for three years at least, and is kept for three all the same \
         (Standards for Safety Measures of Personal Information, article 5)",
        "권한을 주고 거둔 기록은 3년 이상 보관해야 하므로, 적은 값과 달리 3년 동안 보관합니다(개인정보의 안전성 확보조치 기준 제5조).",
    )
}

pub(in crate::config) fn no_folder_for_seals(path: &Path) -> Words {
    let path = path.display();
    Words::new(
        format!("the folder of \"seal_to\" is not there: {path}; until it is, no copy of the seals is kept"),
        format!("\"seal_to\"의 폴더가 없습니다: {path}. 폴더가 생길 때까지 봉인의 사본을 남기지 못합니다."),
    )
}

pub(in crate::config) fn nobody_approves() -> Words {
    Words::new(
        "a rule holds posts, and nobody may approve them; expected [hold] with approvers = { \"*\" = [\"kim\"] }",
        "승인을 기다리게 하는 규칙이 있는데 승인할 사람이 없습니다. [hold]에 approvers = { \"*\" = [\"kim\"] }처럼 적으십시오.",
    )
}

pub(in crate::config) fn sessions_die() -> Words {
    Words::new(
        "what is forwarded later carries the session and the CSRF token of then, which have often ended by then; the site may \
         answer with its login page or an error, and the post is lost; \"resubmit\" lets its writer send it",
        "나중에 보내면 그때의 로그인 세션과 CSRF 토큰이 이미 끝났을 수 있습니다. 누리집이 로그인 화면이나 오류로 답하면 글은 올라가지 않습니다. \"resubmit\"은 글쓴이가 직접 올립니다.",
    )
}

pub(in crate::config) fn no_glob(glob: &str) -> Words {
    let glob = glob.escape_debug();
    Words::new(
        format!("\"{glob}\" is no path; expected \"/board/**\", or \"*\" for all others"),
        format!("\"{glob}\"은(는) 경로가 아닙니다. \"/board/**\"나 나머지 모두를 뜻하는 \"*\"를 적으십시오."),
    )
}

pub(in crate::config) fn window_without_limit() -> Words {
    Words::new(
        "the window has no limit; expected different = 200, or bytes = \"50 MiB\"",
        "한도가 없습니다. different = 200이나 bytes = \"50 MiB\"를 적으십시오.",
    )
}

pub(in crate::config) fn ended(day: &str) -> Words {
    Words::new(
        format!("the rule applied until {day}, which is past: it does not apply any more"),
        format!("{day}까지만 적용하는 규칙이라 이미 끝났습니다. 더는 적용되지 않습니다."),
    )
}

pub(in crate::config) fn no_account_without_session() -> Words {
    Words::new(
        "an account is known by its session; take session_cookie = \"\" out, or name the cookie",
        "계정은 세션으로 알아봅니다. session_cookie = \"\"를 지우거나 쿠키 이름을 적으십시오.",
    )
}

pub(in crate::config) fn logout_without_login() -> Words {
    Words::new(
        "\"logout\" means nothing while no account is known; say identity.login with \"field\" and \"ok\", or take it out",
        "계정을 알지 못하면 \"logout\"은 뜻이 없습니다. identity.login에 \"field\"와 \"ok\"를 적거나 이것을 지우십시오.",
    )
}

pub(in crate::config) fn failed_login_looks_alike() -> Words {
    Words::new(
        "most sites answer a failed login with 200, and whoever tries a name would then bear it in the records; name a status \
         that only a login has, or say new_session = true",
        "로그인에 실패해도 200으로 답하는 사이트가 많아, 남의 아이디를 넣기만 한 사람이 그 계정으로 기록될 수 있습니다. 성공했을 때만 \
         오는 상태 코드를 적거나 new_session = true로 두십시오.",
    )
}

pub(in crate::config) fn window_without_accounts(window: &str) -> Words {
    let window = window.escape_debug();
    Words::new(
        format!(
            "the window \"{window}\" counts by account, and this site's are not known; it counts by address there: say \
             identity.login with \"field\" and \"ok\""
        ),
        format!(
            "합계 \"{window}\"은(는) 계정별로 세는데 이 사이트의 계정을 알 수 없어 주소별로 셉니다. identity.login에 \"field\"와 \
             \"ok\"를 적으십시오."
        ),
    )
}
