//! `[alert]`: mistakes in it, with their exact words, and what is read of it.

use super::{GOOD, told};
use garim::config;

#[test]
fn alerts_that_go_nowhere_or_are_not_understood() {
    let alert = |text: &str| told(&format!("{GOOD}[alert]\n{text}\n"));
    assert_eq!(
        alert("together = \"5m\""),
        ["15:1: [alert] names no way to tell anybody; expected \"webhook\", \"mail\" or \"syslog\""]
    );
    for url in [
        "chat.example.go.kr/hook",
        "ftp://a/hook",
        "https://",
        "https://a/한글",
        "https://a/b c",
        "https://u:p@a/",
        "https://a/#x",
    ] {
        let [mistake] = &alert(&format!("webhook = {url:?}"))[..] else { panic!("{url}") };
        assert_eq!(
            mistake,
            "16:11: \"webhook\" in [alert] is not understood; expected a URL such as \"https://chat.example.go.kr/hook\"",
            "{url}: it is not repeated, it may hold a secret"
        );
    }
    let mail = |more: &str| alert(&format!("mail = {{ smtp = \"smtp://m\", from = \"g@example.go.kr\", {more} }}"));
    assert_eq!(
        mail("to = [\"nobody\"]"),
        ["16:61: \"to\" in mail of [alert] is \"nobody\"; expected a mail address such as \"privacy@example.go.kr\""]
    );
    assert_eq!(
        mail("user = \"g\", password_file = \"p\", starttls = \"never\", to = \"a@b.kr\"")[0],
        "16:99: the password would be sent unencrypted; expected starttls = \"required\" or a server with smtps://"
    );
    assert_eq!(
        mail("user = \"g\", to = \"a@b.kr\""),
        ["16:8: \"password_file\" is missing in mail of [alert]; expected the name of a file"]
    );
    assert_eq!(
        alert("syslog = { to = \"10.1.0.9:514\", format = \"ceff\" }"),
        [
            "16:17: \"to\" in syslog of [alert] is \"10.1.0.9:514\"; expected a collector such as \"udp://10.1.0.9:514\", or \
             with tcp:// or tls://",
            "16:42: \"format\" in syslog of [alert] is \"ceff\"; expected one of \"rfc5424\", \"cef\"; did you mean \"cef\"?",
        ]
    );
    let hook = |more: &str| alert(&format!("webhook = \"https://a/\"\n{more}"));
    for often in ["ten per 1h", "10/1h", "0 per 1h", "10 per 1", "+5 per 1h", "10 per 48h", "2000 per 1h"] {
        assert_eq!(
            hook(&format!("at_most = {often:?}")),
            [format!(
                "17:11: \"at_most\" in [alert] is {often:?}; expected a number and a time such as \"10 per 1h\", at most 1000 and 24h"
            )]
        );
    }
    assert_eq!(
        hook("blocked = \"5 per 1m\""),
        ["17:11: \"blocked\" has no effect; expected \"blocked\" among \"on\" of [alert] too"]
    );
    let loads = |text: &str| config::parse(text, "g.toml").is_ok();
    assert!(loads(&format!("{GOOD}[alert]\nwebhook = \"https://a/\"\non = [\"blocked\"]\nblocked = \"5 per 1m\"\n")));
    let window = "[[policy.board.window]]\nper = \"session\"\nfind = [\"*\"]\ndifferent = 5\nin = \"10m\"\naction = ";
    for (alert, action, right) in [
        ("[alert]\nwebhook = \"https://a/\"\n", "alert", true),
        ("[alert]\nwebhook = \"https://a/\"\non = [\"leaked\"]\n", "alert", false),
        ("", "alert", false),
        ("", "block", true),
        ("", "log", true),
    ] {
        let text = format!("{GOOD}{window}\"{action}\"\n{alert}");
        assert_eq!(loads(&text), right, "{alert} {action}");
        let words =
            "20:10: nobody is told: action = \"alert\" needs an [alert] with \"window\" among \"on\"; else use \"log\"";
        assert!(right || told(&text) == [words], "{:?}", told(&text));
    }
    let told_of = told(&format!("{GOOD}{window}\"warn\"\n"));
    assert!(told_of[0].contains("expected one of \"log\", \"alert\", \"block\""), "{told_of:?}");
    assert_eq!(
        hook("on = [\"leak\"]"),
        ["17:7: \"on\" in [alert] is \"leak\"; expected one of \"blocked\", \"leaked\", \"window\", \"journal\", \
          \"worker\"; did you mean \"leaked\"?"]
    );
    assert_eq!(
        hook("[alert.breach]\npeeple = 5"),
        ["18:1: unknown key \"peeple\" in [alert.breach]; did you mean \"people\"?"]
    );
}

#[test]
fn copies_of_seals_need_their_way() {
    let alert = "[alert]\nwebhook = \"https://a/\"\n[journal]\ncopies = ";
    assert!(config::parse(&format!("{GOOD}{alert}[\"webhook\"]\n"), "g.toml").is_ok());
    assert_eq!(
        told(&format!("{GOOD}{alert}[\"syslog\"]\n")),
        ["18:11: copies of seals would go nowhere: [alert] has no \"syslog\"; add it there, or take it out here"]
    );
    assert!(told(&format!("{GOOD}{alert}[\"mail\"]\n"))[0].contains("expected one of \"webhook\", \"syslog\""));
}

#[test]
fn alerts_are_read() {
    use garim::config::alert::{Format, Framing, MailTls, Often, Thresholds, Transport};
    let load = |text: &str| config::parse(text, "g.toml").unwrap_or_else(|mistakes| panic!("{mistakes}")).alert;
    assert!(!load(GOOD).is_any());
    let alert = load(&format!(
        "{GOOD}[alert]\nwebhook = \"https://chat.example.go.kr?key=1\"\nat_most = \"5 per 10m\"\n\
         mail = {{ smtp = \"smtps://m.example.go.kr\", from = \"g@example.go.kr\", to = [\"a@example.go.kr\"] }}\n\
         syslog = {{ to = \"tls://[fd00::9]\", format = \"cef\" }}\n[alert.breach]\npeople = 500\n"
    ));
    let webhook = alert.webhook.as_ref().unwrap();
    assert_eq!((webhook.tls, webhook.to.port, webhook.target.as_str()), (true, 443, "/?key=1"));
    assert!(!format!("{alert:?}").contains("key=1"));
    let mail = alert.mail.as_ref().unwrap();
    assert_eq!((mail.tls, mail.to.port, mail.recipients.len()), (MailTls::Always, 465, 1));
    let syslog = alert.syslog.as_ref().unwrap();
    assert_eq!((syslog.to.host.as_str(), syslog.to.port, syslog.over), ("fd00::9", 6_514, Transport::Tls));
    assert_eq!((syslog.format, syslog.framing), (Format::Cef, Framing::OctetCounting));
    assert_eq!(alert.at_most, Often { count: 5, per: std::time::Duration::from_secs(600) });
    assert_eq!(alert.breach, Thresholds { people: 500, ..Thresholds::default() });
}
