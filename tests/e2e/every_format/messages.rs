//! Plain files in all charsets, and mail.

use super::{Case, RESIDENT as N, case};
use crate::make::cfb::{compound, wide};
use crate::make::packed::gz;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

pub fn cases() -> Vec<Case> {
    [plain(), mail(), outlook()].into_iter().flatten().collect()
}

fn plain() -> Vec<Case> {
    let list = format!("성명,주민등록번호\n홍길동,{N}\n");
    let cp949 = encoding_rs::EUC_KR.encode(&list).0.into_owned();
    let little = wide(&format!("\u{feff}{list}"));
    let big: Vec<u8> = format!("\u{feff}{list}").encode_utf16().flat_map(u16::to_be_bytes).collect();
    let page = format!("<!DOCTYPE html>\n<html><p>{}<b>{}</b></html>", &N[..6], &N[6..]);
    let commented = format!("<!DOCTYPE html>\n<html><!-- {N} --></html>");
    let xml = format!("<?xml version=\"1.0\"?>\n<a><b no=\"{N}\"/></a>");
    let dump = format!("-- dump\nINSERT INTO m VALUES ('홍길동','{N}');\n");
    let unknown = [&b"\0\x01\x02\xFF"[..], N.as_bytes(), b"\0\0"].concat();
    let unknown_wide = [&b"\0\x01\x02\xFF\xFE"[..], &wide(N), b"\0\x01"].concat();
    vec![
        case("a.csv", "UTF-8", list.clone().into_bytes(), ", line 2"),
        case("a.csv", "CP949", cp949, ", line 2"),
        case("a.txt", "UTF-16", little, ", line 2"),
        case("a.txt", "UTF-16, the high byte first", big, ", line 2"),
        case("a.html", "tags within", page.into_bytes(), ", line 2"),
        case("a.html", "a remark", commented.into_bytes(), ", line 2"),
        case("a.xml", "an attribute", xml.into_bytes(), ", line 2"),
        case("a.sql", "a dump", dump.into_bytes(), ", line 2"),
        case("a.dat", "nobody knows what", unknown, "content"),
        case("a.dat", "nobody knows what, in UTF-16", unknown_wide, "content"),
    ]
}

/// A message with these lines behind its head.
fn message(head: &str, body: &str) -> Vec<u8> {
    format!(
        "From: a@example.com\r\nTo: b@example.com\r\nMessage-ID: <1@example.com>\r\nMIME-Version: 1.0\r\n{head}\r\n\r\n{body}\r\n"
    )
    .into_bytes()
}

fn mail() -> Vec<Case> {
    let packed = |text: &[u8]| STANDARD.encode(text);
    let multi = "Content-Type: multipart/mixed; boundary=\"b1\"";
    let file = |kind: &str, name: &str, body: &str| {
        format!(
            "--b1\r\nContent-Type: {kind}; name=\"{name}\"\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n{body}\r\n--b1--"
        )
    };
    let forwarded =
        format!("--b1\r\nContent-Type: message/rfc822\r\n\r\nFrom: c@example.com\r\nSubject: x\r\n\r\n{N}\r\n--b1--");
    vec![
        case(
            "a.eml",
            "base64",
            message(
                "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64",
                &packed(format!("본문 {N}").as_bytes()),
            ),
            "message text",
        ),
        case(
            "a.eml",
            "quoted-printable",
            message(
                "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable",
                &N.replace('-', "=2D=\r\n"),
            ),
            "message text",
        ),
        case(
            "a.eml",
            "the subject in base64",
            message(&format!("Subject: =?utf-8?B?{}?=\r\nContent-Type: text/plain", packed(N.as_bytes())), "x"),
            "message header ‘Subject’",
        ),
        case(
            "a.eml",
            "an attachment",
            message(multi, &file("application/octet-stream", "b.csv", &packed(format!("번호\n{N}").as_bytes()))),
            "b.csv, line 2",
        ),
        case(
            "a.eml",
            "a packed attachment",
            message(multi, &file("application/gzip", "b.csv.gz", &packed(&gz(N.as_bytes())))),
            "b.csv.gz › b.csv, line 1",
        ),
        case("a.eml", "a forwarded message", message(multi, &forwarded), "message-1.eml › message text"),
    ]
}

fn outlook() -> Vec<Case> {
    let of =
        |streams: &[(&str, Vec<u8>)]| compound(&[&[("__properties_version1.0", vec![0; 32])][..], streams].concat());
    let attached = |number: &str, name: &str| format!("__attach_version1.0_#0000000{number}/__substg1.0_{name}");
    let (named, data) = (attached("0", "3707001F"), attached("0", "37010102"));
    let (title, inner) = (attached("1", "3001001F"), attached("1", "3701000D"));
    let (inner_head, inner_text) =
        (format!("{inner}/__properties_version1.0"), format!("{inner}/__substg1.0_1000001F"));
    vec![
        case("a.msg", "the subject", of(&[("__substg1.0_0037001F", wide(N))]), "message header ‘Subject’"),
        case("a.msg", "the text", of(&[("__substg1.0_1000001F", wide(N))]), "message text"),
        case(
            "a.msg",
            "the text in HTML",
            of(&[("__substg1.0_10130102", format!("<p>{}<b>{}</b></p>", &N[..6], &N[6..]).into_bytes())]),
            "message text, line 1",
        ),
        case("a.msg", "an attachment", of(&[(&named, wide("b.txt")), (&data, N.as_bytes().to_vec())]), "b.txt, line 1"),
        case(
            "a.msg",
            "a message in it",
            of(&[(&title, wide("전달")), (&inner_head, vec![0; 24]), (&inner_text, wide(N))]),
            "전달 › message text",
        ),
    ]
}
