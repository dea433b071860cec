//! Who is asking, and until when: rules with an end, accounts of the site, roles by certificate.

use super::{assert_told, told, with};
use garim::config::{self, Attribute, AttributeType};
use garim::vocab::Day;

fn warnings(text: &str) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("g.toml");
    std::fs::write(&path, text).expect("written");
    let checked = config::check(&path).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let shown = checked.warnings.iter().map(ToString::to_string);
    shown.map(|one| one.replace(&path.display().to_string(), "g.toml")).collect()
}

#[test]
fn a_rule_may_have_an_end_a_reason_and_somebody_who_says_so() {
    let rule = "action = \"log\"";
    let text = with(rule, "action = \"log\"\nuntil = 2027-03-31\nreason = \"moving\"\nby = \"kim\"");
    let settings = config::parse(&text, "g.toml").unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let scope = &settings.policies["board"].rules[0].scope;
    assert_eq!(scope.until, Some(Day { year: 2027, month: 3, day: 31 }));
    assert_eq!((scope.reason.as_str(), scope.by.as_str()), ("moving", "kim"));
    assert_told(
        rule,
        "action = \"log\"\nuntil = \"2027-03-31\"",
        "15:9: \"until\" in [[policy.board.rule]] is a string; expected a date such as 2027-03-31, without quotes",
    );
    assert_told(
        rule,
        "action = \"log\"\nuntil = 2027-03-31T00:00:00Z",
        "15:9: \"until\" in [[policy.board.rule]] is a datetime; expected a date such as 2027-03-31, without quotes",
    );
    assert_told(
        rule,
        "action = \"log\"\nby = 3",
        "15:6: \"by\" in [[policy.board.rule]] is an integer; expected a text in quotes",
    );
}

#[test]
fn what_has_ended_is_warned_of_and_takes_nothing_from_the_rules_below() {
    let rule = "action = \"log\"";
    let below = "\n[[policy.board.rule]]\nfind = [\"*\"]\naction = \"block\"";
    let two = |until: &str| with(rule, &format!("action = \"log\"{until}{below}"));
    let always = warnings(&two(""));
    assert!(always.len() == 1 && always[0].contains("never applies"), "{always:?}");
    assert_eq!(warnings(&two("\nuntil = 2999-12-31")), Vec::<String>::new());
    assert_eq!(
        warnings(&two("\nuntil = 2020-01-31")),
        ["g.toml:15:9: warning: the rule applied until 2020-01-31, which is past: it does not apply any more\n    \
             주의: 2020-01-31까지만 적용하는 규칙이라 이미 끝났습니다. 더는 적용되지 않습니다."]
    );
    let shorter = two("\nuntil = 2999-12-31").replace("action = \"block\"", "action = \"block\"\nuntil = 2999-11-30");
    assert!(warnings(&shorter)[0].contains("never applies"), "it ends before the one above it");
    assert_eq!(told(&with(rule, "action = \"log\"\nutnil = 2027-03-31")).len(), 1);
}

const POLICY: &str = "policy = \"board\"";

fn identity(text: &str) -> String {
    with(POLICY, &format!("{POLICY}\nidentity = {{ {text} }}"))
}

#[test]
fn the_sites_own_accounts_are_known_by_its_login() {
    let load = |text: &str| config::parse(&identity(text), "g.toml").unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let site = &load("session_cookie = \"JSESSIONID\", login = { path = \"/login.do\", field = \"userid\", ok = 302 }")
        .sites[0];
    let naming = site.naming.as_ref().expect("accounts are known");
    assert_eq!(
        (naming.login.as_str(), naming.field.as_str(), naming.ok.as_slice()),
        ("/login.do", "userid", &[302][..])
    );
    assert_eq!((naming.lasts.as_secs(), naming.new_session, naming.java, &naming.logout), (86_400, false, true, &None));
    assert_eq!(site.login_path.as_deref(), Some("/login.do"));
    let more = load(
        "login = { path = \"/l\", field = \"아이디\", ok = [302, 303], new_session = true, lasts = \"8h\" }, logout = { path = \
         \"/o\", ok = 302 }",
    );
    let naming = more.sites[0].naming.as_ref().expect("accounts are known");
    assert_eq!((naming.ok.as_slice(), naming.new_session, naming.lasts.as_secs()), (&[302, 303][..], true, 28_800));
    let logout = naming.logout.as_ref().expect("a way out");
    assert_eq!((logout.path.as_str(), logout.ok.as_slice()), ("/o", &[302][..]));
    let short = load("login = { path = \"/l\", field = \"id\", ok = 302 }, logout = \"/o\"");
    let naming = short.sites[0].naming.as_ref().expect("accounts are known");
    assert!(naming.logout.as_ref().is_some_and(|logout| logout.path == "/o" && logout.ok.is_empty()));
    let path_alone = load("login = { path = \"/login.do\" }");
    assert_eq!((&path_alone.sites[0].naming, path_alone.sites[0].login_path.as_deref()), (&None, Some("/login.do")));
}

#[test]
fn mistakes_in_a_login_are_told() {
    for (text, expected) in [
        (
            "login = { path = \"/l\", field = \"id\" }",
            "10:22: \"ok\" is missing in login of [[site]]; expected a status such as 302, or a list of such",
        ),
        (
            "login = { path = \"/l\", ok = 302 }",
            "10:22: \"field\" is missing in login of [[site]]; expected a text in quotes",
        ),
        (
            "login = { path = \"/l\", field = \"id\", ok = 404 }",
            "10:56: \"ok\" in login of [[site]] is 404; expected 200 to 399",
        ),
        (
            "login = { path = \"/l\", field = \"id\", ok = \"302\" }",
            "10:56: \"ok\" in login of [[site]] is a string; expected a whole number",
        ),
        (
            "login = { path = \"/l\", field = \"id\", ok = [] }",
            "10:56: \"ok\" in login of [[site]] is empty; expected a status such as 302, or a list of such",
        ),
        (
            "login = { path = \"l?a=b\", field = \"id\", ok = 302 }",
            "10:31: \"path\" in login of [[site]] is \"l?a=b\"; expected a path such as \"/login.do\", without a query",
        ),
        (
            "login = { path = \"/l\", field = \"\", ok = 302 }",
            "10:45: \"field\" in login of [[site]] is \"\"; expected a text in quotes",
        ),
        (
            "login = { path = \"/l\", feild = \"id\" }",
            "10:37: unknown key \"feild\" in login of [[site]]; did you mean \"field\"?",
        ),
        (
            "login = { path = \"/l\", field = \"id\", ok = 302 }, logout = 3",
            "10:72: \"logout\" in identity of [[site]] is an integer; expected a path such as \"/logout.do\", or { path = \
             \"/logout.do\", ok = 302 }",
        ),
        (
            "login = { path = \"/l\" }, logout = \"/o\"",
            "10:48: \"logout\" means nothing while no account is known; say identity.login with \"field\" and \"ok\", or take it out",
        ),
        (
            "login = { path = \"/l\", lasts = \"8h\", ok = 302 }",
            "10:22: \"field\" is missing in login of [[site]]; expected a text in quotes",
        ),
        (
            "session_cookie = \"\", login = { path = \"/l\", field = \"id\", ok = 302 }",
            "10:31: an account is known by its session; take session_cookie = \"\" out, or name the cookie",
        ),
    ] {
        assert_eq!(told(&identity(text)), [expected], "{text}");
    }
}

#[test]
fn what_would_name_the_wrong_person_or_nobody_is_warned_of() {
    let failed = warnings(&identity("login = { path = \"/l\", field = \"id\", ok = [200, 302] }"));
    assert!(failed.len() == 1 && failed[0].contains("answer a failed login with 200"), "{failed:?}");
    let sure = "login = { path = \"/l\", field = \"id\", ok = [200, 302], new_session = true }";
    assert_eq!(warnings(&identity(sure)), Vec::<String>::new());
    let window = "\n[[policy.board.window]]\nname = \"harvest\"\nper = \"account\"\nfind = [\"*\"]\ndifferent = 5\nin = \"10m\"\n\
                  action = \"block\"\n";
    let unnamed = warnings(&format!("{}{window}", with(POLICY, POLICY)));
    assert_eq!(
        unnamed,
        [
            "g.toml:9:10: warning: the window \"harvest\" counts by account, and this site's are not known; it counts by address \
             there: say identity.login with \"field\" and \"ok\"\n    주의: 합계 \"harvest\"은(는) 계정별로 세는데 이 사이트의 \
             계정을 알 수 없어 주소별로 셉니다. identity.login에 \"field\"와 \"ok\"를 적으십시오."
        ]
    );
    let known = identity("login = { path = \"/l\", field = \"id\", ok = 302 }");
    assert_eq!(warnings(&format!("{known}{window}")), Vec::<String>::new());
}

#[test]
fn a_role_may_be_shown_by_a_certificate() {
    let upstream = "upstream = \"http://10.0.0.5:80\"";
    let asking = |role: &str| {
        let site = with(upstream, &format!("{upstream}\nclient_ca = \"office.pem\""));
        format!("{site}\n[role.officer]\nany = [{{ {role} }}]\n")
    };
    let load = |text: &str| config::parse(text, "g.toml").unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let settings = load(&asking("client_cert = \"OU=Privacy Office\""));
    let attribute = |of, value: &str| Attribute { of, value: value.to_owned() };
    let office = attribute(AttributeType::OrganizationalUnit, "Privacy Office");
    assert_eq!(settings.roles[0].any[0].client_cert, std::slice::from_ref(&office));
    let asked = settings.sites[0].client_ca.as_ref().expect("authorities");
    assert_eq!((asked.file.to_str(), asked.place.as_str()), (Some("office.pem"), "g.toml:9:13"));
    let settings =
        load(&asking("client_cert = [\"ou=Privacy Office\", \"O = Example, Inc. = x\"], address = [\"10.0.0.0/8\"]"));
    let company = attribute(AttributeType::Organization, "Example, Inc. = x");
    assert_eq!(settings.roles[0].any[0].client_cert, [office, company]);

    let expected = "expected an attribute of the subject such as \"OU=Privacy Office\" (CN, OU, O, L, ST, C, DC, UID, serialNumber, \
                    title, emailAddress)";
    for text in ["Privacy Office", "XX=Privacy Office", "OU=", "=x", ""] {
        let told = told(&asking(&format!("client_cert = \"{text}\"")));
        assert_eq!(told, [format!("17:24: \"client_cert\" in any of [role] is \"{text}\"; {expected}")]);
    }
    assert_eq!(
        told(&asking("client_cert = []")),
        [format!("17:24: \"client_cert\" in any of [role] is empty; {expected}")]
    );
    assert_eq!(
        told(&asking("client_cert = \"CN=kim,OU=Privacy Office\"")),
        [
            "17:24: several attributes are a list: expected client_cert = [\"OU=Privacy Office\", \"O=Example\"], all of which must \
             stand there"
        ]
    );
    let nobody = format!("{}[role.officer]\nany = [{{ client_cert = \"OU=Privacy Office\" }}]\n", super::GOOD);
    assert_eq!(
        told(&nobody),
        [
            "16:24: no site asks its clients for a certificate, so that nobody would have this role; say client_ca = FILE in a \
             [[site]]"
        ]
    );
}

#[test]
fn the_file_of_authorities_has_to_be_there_and_to_hold_some() {
    let upstream = "upstream = \"http://10.0.0.5:80\"";
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("g.toml");
    std::fs::write(&path, with(upstream, &format!("{upstream}\nclient_ca = \"office.pem\""))).expect("written");
    let mistakes = config::check(&path).expect_err("there is no such file").to_string();
    assert!(
        mistakes.contains("g.toml:9:13: \"client_ca\" in [[site]]: ") && mistakes.contains("cannot be read"),
        "{mistakes}"
    );
}
