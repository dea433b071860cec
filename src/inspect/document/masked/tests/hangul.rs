//! HWPX.

use super::*;
use crate::extract::testing::{archive, texts};

fn package(section: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let section = format!("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\" ?><hs:sec>{section}</hs:sec>");
    let parts = [
        ("mimetype", "application/hwp+zip"),
        ("version.xml", "<hv:HCFVersion/>"),
        ("Contents/header.xml", "<hh:head><hh:font face=\"함초롬바탕\"/></hh:head>"),
        ("Contents/section0.xml", &section),
        (
            "Contents/content.hpf",
            "<opf:package><opf:metadata><opf:meta name=\"creator\">900101-1234568</opf:meta></opf:metadata></opf:package>",
        ),
    ];
    texts(&[&parts, more].concat())
}

#[test]
fn all_that_hides_in_a_document_of_hangul_is_covered() {
    let section = "<hp:p><hp:run><hp:t>번호 900101</hp:t></hp:run><hp:run><hp:t>-12<hp:markpenBegin/>345</hp:t><hp:t>68<hp:tab/>끝</hp:t></hp:run><hp:linesegarray/></hp:p>\
        <hp:p><hp:run><hp:t>전 900101-<hp:deleteBegin/>1234568<hp:deleteEnd/><hp:insertBegin/>가<hp:insertEnd/></hp:t></hp:run></hp:p>\
        <hp:p><hp:run><hp:ctrl><hp:header><hp:subList><hp:p><hp:run><hp:t>900101-1234568</hp:t></hp:run></hp:p></hp:subList></hp:header></hp:ctrl>\
        <hp:ctrl><hp:footNote><hp:subList><hp:p><hp:run><hp:t>900101-1234568</hp:t></hp:run></hp:p></hp:subList></hp:footNote></hp:ctrl>\
        <hp:ctrl><hp:hiddenComment><hp:subList><hp:p><hp:run><hp:t>900101-1234568</hp:t></hp:run></hp:p></hp:subList></hp:hiddenComment></hp:ctrl>\
        <hp:ctrl><hp:fieldBegin type=\"MEMO\" name=\"900101-1234568\"><hp:parameters><hp:stringParam name=\"Command\">900101-1234568</hp:stringParam></hp:parameters><hp:subList><hp:p><hp:run><hp:t>900101-1234568</hp:t></hp:run></hp:p></hp:subList></hp:fieldBegin></hp:ctrl>\
        <hp:tbl><hp:tr><hp:tc><hp:cellAddr colAddr=\"0\" rowAddr=\"0\"/><hp:subList><hp:p><hp:run><hp:t>성명</hp:t></hp:run></hp:p></hp:subList></hp:tc></hp:tr><hp:tr><hp:tc><hp:cellAddr colAddr=\"0\" rowAddr=\"1\"/><hp:subList><hp:p><hp:run><hp:t>김가</hp:t></hp:run><hp:run><hp:t>람</hp:t></hp:run></hp:p></hp:subList></hp:tc></hp:tr></hp:tbl>\
        <hp:pic><hp:shapeComment>900101-1234568</hp:shapeComment></hp:pic><hp:textart text=\"900101-1234568\"/><hp:equation><hp:script>900101-1234568</hp:script></hp:equation><hp:edit name=\"900101-1234568\"/></hp:run></hp:p>";
    let bytes = package(
        section,
        &[
            (
                "Contents/masterpage0.xml",
                "<masterPage><hp:p><hp:run><hp:t>900101-1234568</hp:t></hp:run></hp:p></masterPage>",
            ),
            ("Preview/PrvText.txt", "번호 900101-1234568\t끝\r\n<성명>\r\n<김가람>\r\n"),
            ("Preview/PrvImage.png", "a picture"),
            (
                "META-INF/container.xml",
                "<ocf:container><ocf:rootfiles><ocf:rootfile full-path=\"Contents/content.hpf\"/><ocf:rootfile full-path=\"Preview/PrvText.txt\"/></ocf:rootfiles></ocf:container>",
            ),
        ],
    );
    let done = done("a.hwpx", &bytes);
    gone(&done.bytes, &[SECRET]);
    let section = part(&done.bytes, "Contents/section0.xml");
    let split = "번호 900101</hp:t></hp:run><hp:run><hp:t>-**<hp:markpenBegin/>***</hp:t><hp:t>**<hp:tab/>끝";
    assert!(section.contains(split), "{section}");
    assert!(section.contains("<hp:t>김＊</hp:t></hp:run><hp:run><hp:t>람</hp:t>"), "{section}");
    assert_eq!(part(&done.bytes, "Preview/PrvText.txt"), "번호 900101-*******\t끝\r\n<성명>\r\n<김＊람>\r\n");
    let before: Vec<String> = entries(&bytes).into_iter().map(|(name, ..)| name).collect();
    let after: Vec<String> = entries(&done.bytes).into_iter().map(|(name, ..)| name).collect();
    let kept: Vec<String> = before.into_iter().filter(|name| name != "Preview/PrvImage.png").collect();
    assert_eq!(after, kept);
}

#[test]
fn a_real_document_is_masked() {
    let real = include_bytes!("../../../../../tests/documents/Table.hwpx");
    let planted: Vec<(String, Vec<u8>)> = entries(real)
        .into_iter()
        .map(|(name, held, _)| {
            let text = String::from_utf8_lossy(&held).replacen("<hp:t>", "<hp:t>900101</hp:t><hp:t>-1234568 ", 1);
            (name.clone(), if name == "Contents/section0.xml" { text.into_bytes() } else { held })
        })
        .collect();
    let parts: Vec<(&str, &[u8])> = planted.iter().map(|(name, held)| (name.as_str(), held.as_slice())).collect();
    let done = done("a.hwpx", &archive(&parts));
    gone(&done.bytes, &[SECRET]);
    let section = part(&done.bytes, "Contents/section0.xml");
    assert!(section.contains("<hp:t>900101</hp:t><hp:t>-******* "), "{section}");
}
