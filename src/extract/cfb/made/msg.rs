//! Messages.

use super::*;

#[test]
fn heads_bodies_recipients_and_attachments_are_read() {
    let attached = "__attach_version1.0_#00000000";
    let within = "__attach_version1.0_#00000001/__substg1.0_3701000D";
    let path = |storage: &str, name: &str| format!("{storage}/__substg1.0_{name}");
    let streams = [
        ("__properties_version1.0".to_owned(), vec![0; 32]),
        ("__substg1.0_0037001F".to_owned(), wide("제목 글")),
        ("__substg1.0_1000001F".to_owned(), wide("본문 글")),
        ("__substg1.0_10130102".to_owned(), b"<p>html text</p>".to_vec()),
        (path("__recip_version1.0_#00000000", "3003001F"), wide("kim@example.org")),
        (path(attached, "3707001F"), wide("명단.txt")),
        (path(attached, "37010102"), "붙임 글".as_bytes().to_vec()),
        (path("__attach_version1.0_#00000001", "3001001F"), wide("전달")),
        (format!("{within}/__properties_version1.0"), vec![0; 24]),
        (path(within, "1000001E"), encoding_rs::EUC_KR.encode("속 본문 글").0.into_owned()),
    ];
    let heard = Heard::of("a.msg", &compound(&streams));
    assert_eq!(at(&heard, "제목 글"), "a.msg › message header ‘Subject’");
    assert_eq!(at(&heard, "본문 글"), "a.msg › message text");
    assert_eq!(at(&heard, "html text"), "a.msg › message text");
    assert_eq!(at(&heard, "kim@example.org"), "a.msg › message header ‘Recipient’");
    assert_eq!(at(&heard, "붙임 글"), "a.msg › 명단.txt");
    assert_eq!(at(&heard, "속 본문 글"), "a.msg › 전달 › message text");
}
