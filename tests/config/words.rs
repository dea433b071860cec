//! Every kind of mistake with its exact place and words.

use super::{GOOD, assert_told, mistakes, told, with};
use garim::config;

#[test]
fn a_mistake_is_told_with_file_line_and_column_in_both_languages() {
    let text = with("listen = [\"127.0.0.1:8443\"]", "listen = [\"127.0.0.1:8443\"]\nlisen = 1");
    assert_eq!(
        mistakes(&text).to_string(),
        "g.toml:3:1: unknown key \"lisen\" in [server]; did you mean \"listen\"?\n    \
         [server]에 \"lisen\" 키는 없습니다. 가장 가까운 것: \"listen\"."
    );
}

#[test]
fn keys_that_are_unknown() {
    let streams = "streams = 100";
    assert_told(streams, "stream = 100", "4:1: unknown key \"stream\" in [limits]; did you mean \"streams\"?");
    let text = with("mode = \"enforce\"", "colour = \"red\"");
    assert_eq!(
        told(&text),
        ["11:1: unknown key \"colour\" in [policy.board]; expected one of \"window\", \"mode\", \"default\", \"rule\""]
    );
    let text = with("tls = \"self-signed\"", "tls = { cert = \"a\", key = \"b\", kye = \"c\" }");
    assert_eq!(told(&text), ["7:32: unknown key \"kye\" in tls of [[site]]; did you mean \"key\"?"]);
    let text = with("tls = \"self-signed\"", "tls = { self_signed = true }");
    let [missing, unknown] = told(&text).try_into().expect("two mistakes");
    assert!(
        missing.starts_with("7:7: \"cert\" is missing in tls of [[site]]; expected { cert = FILE, key = FILE }, "),
        "{missing}"
    );
    assert!(missing.contains("or \"self-signed\""), "{missing}");
    assert!(unknown.ends_with("expected one of \"cert\", \"key\", \"pfx\", \"acme\""), "{unknown}");
    for (key, wrong) in [("pattern = 'B-[0-9]{4}'", "patern"), ("together = [\"@contact\"]\nwithin = 9", "togehter")] {
        let (right, rest) = key.split_once(' ').expect("a key");
        let near = format!("16:1: unknown key \"{wrong}\" in [detector.a]; did you mean \"{right}\"?");
        assert_eq!(told(&format!("{GOOD}[detector.a]\n{wrong} {rest}\n")), [near]);
    }
    let text = format!("{GOOD}[servers]\n");
    assert_eq!(told(&text), ["15:2: unknown key \"servers\" in the top level; did you mean \"server\"?"]);
}

#[test]
fn what_later_versions_know_is_told_apart() {
    let rule = "action = \"log\"";
    assert_told(
        rule,
        "action = \"log\"\nrelease = \"while-reading\"",
        "15:1: \"release\" in [[policy.board.rule]] is not in this version yet; take the rule out, without \"release\" it would \
         mean more",
    );
}

#[test]
fn values_of_the_wrong_type() {
    let streams = "streams = 100";
    assert_told(streams, "streams = \"many\"", "4:11: \"streams\" in [limits] is a string; expected a whole number");
    assert_told(
        streams,
        "header_bytes = true",
        "4:16: \"header_bytes\" in [limits] is a boolean; expected a size such as \"64 KiB\"",
    );
    assert_told(
        streams,
        "idle_timeout = 60",
        "4:16: \"idle_timeout\" in [limits] is an integer; expected a duration such as \"10s\"",
    );
    assert_told(
        "listen = [\"127.0.0.1:8443\"]",
        "listen = 443",
        "2:10: \"listen\" in [server] is an integer; expected a list of addresses such as [\"0.0.0.0:443\"]",
    );
    assert_told(
        "[limits]",
        "[limits]\nx.y = 1",
        "4:1: unknown key \"x\" in [limits]; expected one of \"header_bytes\", \"header_count\", \"body_bytes\", \"memory_per_body\", \"remembered_bytes\", \"memory_bytes\", \"spool_bytes\", \"discard_bytes\", \"header_timeout\", \"idle_timeout\", \"handshake_timeout\", \"body_min_rate\", \"connect_timeout\", \"response_timeout\", \"connections\", \"streams\", \"form_parts\", \"findings\", \"decoded_bytes\", \"decoded_ratio\", \"inspect_time\", \"archive_depth\", \"archive_entries\", \"archive_bytes\", \"archive_ratio\"",
    );
    assert_told(
        "mode = \"enforce\"",
        "mode = 1",
        "11:8: \"mode\" in [policy.board] is an integer; expected one of \"observe\", \"enforce\"",
    );
}

#[test]
fn values_that_are_not_understood() {
    let streams = "streams = 100";
    assert_told(
        streams,
        "header_bytes = \"64K\"",
        "4:16: \"header_bytes\" in [limits] is \"64K\"; expected a size such as \"64 KiB\"",
    );
    assert_told(
        streams,
        "body_min_rate = \"1 KiB\"",
        "4:17: \"body_min_rate\" in [limits] is \"1 KiB\"; expected a rate such as \"1 KiB/s\"",
    );
    assert_told(
        streams,
        "idle_timeout = \"1 min\"",
        "4:16: \"idle_timeout\" in [limits] is \"1 min\"; expected a duration such as \"10s\"",
    );
    assert_told(
        "mode = \"enforce\"",
        "mode = \"enforced\"",
        "11:8: \"mode\" in [policy.board] is \"enforced\"; expected one of \"observe\", \"enforce\"; did you mean \"enforce\"?",
    );
    assert_told(
        "listen = [\"127.0.0.1:8443\"]",
        "listen = [\"127.0.0.1\"]",
        "2:11: \"listen\" in [server] is \"127.0.0.1\"; expected an address with a port such as \"0.0.0.0:443\"",
    );
    assert_told(
        "listen = [\"127.0.0.1:8443\"]",
        "listen = [\"127.0.0.1:8443\"]\nproxy_protocol = \"on\"",
        "3:18: \"proxy_protocol\" in [server] is \"on\"; expected one of \"off\", \"require\"",
    );
    assert_told(
        "find = [\"*\"]",
        "find = [\"주민등록버호\"]",
        "13:9: \"find\" in [[policy.board.rule]] is \"주민등록버호\"; expected a kind by its English or Korean name, \
         a group such as \"@contact\", \"uninspectable\" or \"*\"; did you mean \"주민등록번호\"?",
    );
    assert_told(
        "find = [\"*\"]",
        "find = [\"*\"]\npath = [\"board/**\"]",
        "14:9: \"path\" in [[policy.board.rule]] is \"board/**\"; expected a path that starts with /, with * within a \
         segment and ** alone between slashes; did you mean \"/board/**\"?",
    );
}

#[test]
fn numbers_out_of_range() {
    let streams = "streams = 100";
    assert_told(streams, "streams = 0", "4:11: \"streams\" in [limits] is 0; expected 1 to 1000");
    assert_told(streams, "header_bytes = 4096", "4:16: \"header_bytes\" in [limits] is 4 KiB; expected 8 KiB to 1 MiB");
    assert_told(streams, "idle_timeout = \"2h\"", "4:16: \"idle_timeout\" in [limits] is 2h; expected 10ms to 1h");
    assert_told(streams, "streams = -1", "4:11: \"streams\" in [limits] is -1; expected 1 to 1000");
}

#[test]
fn what_is_missing() {
    let text = with("policy = \"board\"", "");
    assert_eq!(told(&text), ["5:1: \"policy\" is missing in [[site]]; expected the name of a policy"]);
    assert_eq!(
        told(""),
        [
            "1:1: \"server\" is missing in the top level; expected a table with \"listen\"",
            "1:1: \"site\" is missing in the top level; expected at least one site",
        ]
    );
    assert_told(
        "listen = [\"127.0.0.1:8443\"]",
        "listen = []",
        "2:10: \"listen\" in [server] is empty; expected a list of addresses such as [\"0.0.0.0:443\"]",
    );
}

#[test]
fn names_that_do_not_meet() {
    assert_told(
        "policy = \"board\"",
        "policy = \"bord\"",
        "9:10: no policy is named \"bord\"; did you mean \"board\"?",
    );
    assert_told(
        "find = [\"*\"]",
        "find = [\"*\"]\nsite = [\"ww.example.go.kr\"]",
        "14:9: no site has the host \"ww.example.go.kr\"; expected a host of a [[site]]; did you mean \"www.example.go.kr\"?",
    );
    let hosts = "hosts = [\"www.example.go.kr\"]";
    assert_told(
        hosts,
        "hosts = [\"www.example.go.kr\", \"www.example.go.kr\"]",
        "6:31: host \"www.example.go.kr\" already belongs to the site in line 6; expected each host once",
    );
    let host = "a host name in lower case, with a port only if the site is one port, or \"*\"";
    assert_told(
        hosts,
        "hosts = [\"WWW.example.go.kr\"]",
        &format!(
            "6:10: \"hosts\" in [[site]] is \"WWW.example.go.kr\"; expected {host}; did you mean \"www.example.go.kr\"?"
        ),
    );
    assert_told(
        hosts,
        "hosts = [\"한글.kr\"]",
        "6:10: \"hosts\" in [[site]] is \"한글.kr\"; expected the ASCII form that browsers send; did you mean \"xn--bj0bj06e.kr\"?",
    );
}

#[test]
fn listeners_and_upstreams_that_clash() {
    let listen = "listen = [\"127.0.0.1:8443\"]";
    assert_told(
        listen,
        "listen = [\"127.0.0.1:8443\"]\nredirect = [\"0.0.0.0:8443\"]",
        "3:13: 0.0.0.0:8443 is already listened on, see line 2; expected each address and port once",
    );
    assert!(config::parse(&with(listen, "listen = [\"127.0.0.1:0\", \"127.0.0.1:0\"]"), "g.toml").is_ok());
    assert_told(
        "upstream = \"http://10.0.0.5:80\"",
        "upstream = \"https://localhost:8443\"",
        "8:12: upstream \"https://localhost:8443\" is garim's own listener; expected the site behind it",
    );
    assert_told(
        "upstream = \"http://10.0.0.5:80\"",
        "upstream = \"http://10.0.0.5:80\"\nupstream_ca = \"ca.pem\"",
        "9:15: \"upstream_ca\" has no effect with an http:// upstream; expected https:// or no upstream_ca",
    );
    assert_told(
        "upstream = \"http://10.0.0.5:80\"",
        "upstream = \"10.0.0.5:80\"",
        "8:12: \"upstream\" in [[site]] is \"10.0.0.5:80\"; expected the site's URL such as \"http://10.0.0.5:80\"; \
         did you mean \"http://10.0.0.5:80\"?",
    );
    assert_told(
        listen,
        "listen = [\"127.0.0.1:8443\"]\ntrusted_proxies = [\"10.1.2.3/16\"]",
        "3:20: \"trusted_proxies\" in [server] is \"10.1.2.3/16\"; expected a network such as \"10.0.0.0/8\" or an address; \
         did you mean \"10.1.0.0/16\"?",
    );
}

#[test]
fn limits_that_contradict_each_other() {
    assert_told(
        "streams = 100",
        "memory_per_body = \"2 MiB\"\nmemory_bytes = \"1 MiB\"",
        "4:19: \"memory_per_body\" is 2 MiB, more than \"memory_bytes\" allows (1 MiB); expected at most that",
    );
    assert_told(
        "streams = 100",
        "spool_bytes = \"1 MiB\"",
        "4:15: \"body_bytes\" is 1 GiB, more than \"spool_bytes\" allows (1280 KiB); expected at most that",
    );
}

#[test]
fn rules_that_make_no_sense() {
    let rule = "find = [\"*\"]\naction = \"log\"";
    let rules = |by: &str| told(&GOOD.replace(rule, by));
    assert_eq!(
        rules("find = [\"*\", \"uninspectable\"]\naction = \"mask\""),
        ["14:10: what is uninspectable cannot be masked; expected \"pass\", \"log\" or \"block\" in a rule of its own"]
    );
    assert_eq!(
        rules("find = [\"uninspectable:binary\"]\nat_least = 2\naction = \"block\""),
        [
            "14:12: \"at_least\" counts different values, and what is uninspectable has none; expected it in a rule of its own"
        ]
    );
    assert_eq!(
        rules(
            "find = [\"*\"]\nat_least = 10\naction = \"log\"\n[[policy.board.rule]]\nfind = [\"@contact\"]\naction = \"block\""
        ),
        [
            "12:1: from its count on this rule would turn \"block\" (line 16) into \"log\"; expected a rule with \"at_least\" \
          to be at least as strict as what follows it"
        ]
    );
}

#[test]
fn toml_that_is_broken() {
    let text = with("streams = 100", "streams = 100\nstreams = 200");
    assert_eq!(told(&text), ["5:1: duplicate key \"streams\"; expected each key once in a table"]);
    let text = with("streams = 100", "streams = \nidle_timeout = 10s\nstreams 100");
    let told = told(&text);
    assert!(told.len() >= 3 && told.iter().all(|one| one.contains("not TOML: ")), "{told:?}");
    assert!(told[0].starts_with("4:") && told[1].starts_with("5:") && told[2].starts_with("6:"), "{told:?}");
}

#[test]
fn ten_mistakes_are_ten_mistakes_in_the_order_of_the_file() {
    let text = r#"[server]
listen = ["443"]
drain = 30
[limits]
streams = 0
body_min_rate = "fast"
colour = 1
[[site]]
hosts = ["A.kr"]
tls = "selfsigned"
upstream = "ftp://a"
charset = "latin"
policy = "none"
"#;
    let lines: Vec<usize> =
        mistakes(text).list().iter().filter_map(|mistake| mistake.place()).map(|place| place.line).collect();
    assert_eq!(lines, [2, 3, 5, 6, 7, 9, 10, 11, 12, 13]);
}

#[test]
fn windows_line_ends_a_byte_order_mark_and_korean_comments_do_not_move_places() {
    let text = GOOD.replace("streams = 100", "# 한 연결의 흐름 수\n'streams' = '백'");
    let expected = ["5:13: \"streams\" in [limits] is a string; expected a whole number"];
    assert_eq!(told(&text), expected);
    assert_eq!(told(&format!("\u{feff}{}", text.replace('\n', "\r\n"))), expected);
    let text = with("find = [\"*\"]", "find = [\"주민등록번호\", \"주민등록\", \"*\"] # 가나다");
    assert!(told(&text)[0].starts_with("13:19: "), "columns count characters");
}

#[test]
fn the_intended_shape_of_later_versions_is_never_called_unknown() {
    let text = GOOD.to_owned()
        + r#"form = { secret = "1" }
file_name = ["*명단*"]
except_role = ["officer"]
release = "while-reading"
[[policy.board.window]]
name = "harvest"
per = "session"
find = ["*"]
counts = "shown"
different = 200
bytes = "50 MiB"
in = "10m"
hours = "19:00-08:00"
except = ["10.1.0.0/16"]
action = "block"
[hold]
expire = "3d"
[[allow]]
values = ["02-2100-*"]
[detector.student-number]
pattern = '\b20[0-9]{2}-[0-9]{5}\b'
[role.officer]
any = [{ address = ["10.1.0.0/16"] }, { account = "kim" }]
[gate.admin]
path = ["/admin/**"]
require = "account"
[console]
listen = "127.0.0.1:9443"
"#;
    let told = told(&text);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told.iter().all(|one| one.contains("not in this version yet")), "{told:?}");
}

#[test]
fn servers_of_a_site() {
    let one = "upstream = \"http://10.0.0.5:80\"";
    let twice = "upstream = [\"http://10.0.0.5:80\", \"http://10.0.0.5:80\"]";
    assert_told(one, twice, "8:35: \"http://10.0.0.5:80\" stands there twice");
    let many: Vec<String> = (0..65).map(|number| format!("\"http://10.0.0.5:{}\"", 8000 + number)).collect();
    let told = told(&with(one, &format!("upstream = [{}]", many.join(", "))));
    assert!(matches!(told.as_slice(), [told] if told.ends_with("a site has at most 64 servers")), "{told:?}");
    let health = |lines: &str| format!("{one}\nhealth = {{ {lines} }}");
    let path = "9:19: \"path\" in health of [[site]] is \"x\"; expected a path such as \"/\"";
    assert_told(one, &health("path = \"x\""), path);
    assert_told(
        one,
        &health("evry = \"5s\""),
        "9:12: unknown key \"evry\" in health of [[site]]; did you mean \"every\"?",
    );
    let good = health("path = \"/up?a=1\", every = \"10s\", fail = 2, rise = 4")
        .replace(one, "upstream = [\"http://a:80\", \"http://b:80\"]");
    let settings = config::parse(&with(one, &good), "g.toml").expect("settings");
    let upstream = &settings.sites[0].upstream;
    let health = upstream.health.as_ref().expect("health");
    assert_eq!((upstream.servers.len(), health.path.as_str(), health.fail, health.rise), (2, "/up?a=1", 2, 4));
}

#[test]
fn what_is_offered_belongs_to_a_refusal_of_posts() {
    let rule = |lines: &str| format!("{GOOD}[[policy.board.rule]]\n{lines}\n");
    let take_it_out = "\"offer\" is for action = \"block\" alone (a warning offers to hide it by itself); take it out";
    for (lines, expected) in [
        ("find = [\"mobile-number\"]\naction = \"mask\"\noffer = \"hidden\"", format!("18:9: {take_it_out}")),
        ("find = [\"mobile-number\"]\naction = \"warn\"\noffer = \"hidden\"", format!("18:9: {take_it_out}")),
        (
            "find = [\"mobile-number\"]\non = \"download\"\naction = \"block\"\noffer = \"hidden\"",
            "19:9: \"offer\" is for what is posted, and this rule is on = \"download\"; take it out".to_owned(),
        ),
        (
            "find = [\"uninspectable\", \"sensitive-list\"]\naction = \"block\"\noffer = \"hidden\"",
            "18:9: nothing in \"find\" can be hidden (what is uninspectable, or made of several findings, has no bytes of its own); take \"offer\" out"
                .to_owned(),
        ),
        (
            "path = [\"/a\"]\naction = \"block\"\noffer = \"hidden\"",
            "18:9: a rule without \"find\" is about access alone, where \"offer\" means nothing; add \"find\", or take it out"
                .to_owned(),
        ),
    ] {
        assert_eq!(told(&rule(lines)), [expected], "{lines}");
    }
    assert!(told(&rule("find = [\"mobile-number\"]\naction = \"block\"\noffer = \"hide\""))[0].contains("\"hidden\""));
    let good = "find = [\"주민등록번호\", \"uninspectable\"]\non = \"upload\"\naction = \"block\"\noffer = \"hidden\"";
    assert!(config::parse(&rule(good), "g.toml").is_ok());
}
