//! Texts, files and streams by their type, and by their bytes where that says little.

use super::*;

#[test]
fn texts_are_read_by_their_type() {
    for media_type in [
        "text/html; charset=euc-kr",
        "text/plain",
        "text/css",
        "application/json",
        "application/problem+json",
        "text/xml",
        "image/svg+xml",
        "application/javascript",
        "application/x-ndjson",
        "Text/CSV;charset=\"UTF-8\"",
    ] {
        let seen = down(media_type, format!("\"a\": \"{NUMBER}\" "));
        assert_eq!(seen.edits.len(), 1, "{media_type}");
        assert_eq!(seen.account.inspected, 22);
    }
}

#[test]
fn what_says_little_is_looked_at() {
    let csv = format!("이름,번호\r\n홍길동,{NUMBER}\r\n");
    for media_type in ["", "application/octet-stream", "application/vnd.ms-excel", "image/png"] {
        let seen = up(media_type, &csv);
        // The number, and the name in the column before it, which nobody asked for.
        assert_eq!((seen.places().len(), seen.edits.len()), (1, 2), "{media_type}: {seen:?}");
    }
    assert_eq!(down("application/vnd.ms-excel", format!("<table><td>{NUMBER}</table>")).edits.len(), 1);
    let pdf = format!("%PDF-1.7 {NUMBER}");
    for (media_type, bytes) in [("", pdf.as_bytes()), ("application/pdf", pdf.as_bytes()), ("", b"\0\x01abc")] {
        let seen = up(media_type, bytes);
        assert_eq!(seen.reasons(), [Reason::Binary]);
        assert_eq!(seen.account.passed_over.get("binary"), Some(&(bytes.len() as u64)));
        assert_eq!(seen.account.inspected, 0);
    }
    assert_eq!(up("", "").reported, []);
    assert_eq!(down("image/png", "").reported, []);
}

#[test]
fn plain_text_of_a_client_may_be_json() {
    let json = "{\"n\": \"900101-123456\\u0038\"}";
    assert_eq!(up("text/plain;charset=UTF-8", json).edits.len(), 1);
    let with_nul = format!("\0{NUMBER}");
    assert_eq!(up("text/plain", &with_nul).edits.len(), 1);
    assert_eq!(down("text/plain", &with_nul).edits.len(), 1);
}

#[test]
fn pictures_from_a_site_are_not_looked_at() {
    let reads = |media_type| content(Direction::Download, media_type).reads();
    assert!(!reads("image/png"));
    assert!(!reads("text/html; charset=utf-32"));
    assert!(reads("text/html; charset=utf-16"));
    assert!(reads("text/html") && reads(""));
    assert_eq!(down("image/png", NUMBER).reasons(), [Reason::Binary]);
}

#[test]
fn events_are_decided_one_by_one() {
    let stream = format!(
        ": hello\n\ndata: {{\"n\": \"{NUMBER}\"}}\r\n\r\nevent: x\rdata: {NUMBER}\r\r\n\ndata: 900101\n\ndata: -1234568\n\n"
    );
    let seen = down("text/event-stream", &stream);
    let places: Vec<String> = seen.places().into_iter().map(|(_, place)| place).collect();
    assert_eq!(places, ["event 2", "event 3"]);
    let mut tally = tally(Action::Mask);
    let mut inspector =
        Inspector::new(content(Direction::Download, "text/event-stream"), lens(), Ceilings::of_parts(1));
    for event in [format!("data: {NUMBER}\n\n"), "data: 1\r\n\r\n".to_owned(), "\n".to_owned()] {
        let before = inspector.account().inspected;
        assert_eq!(inspector.push(event.as_bytes(), &mut tally).settled, before + event.len() as u64, "{event:?}");
    }
}

#[test]
fn a_refusal_stops_the_reading() {
    let mut tally = tally(Action::Block);
    let mut inspector =
        Inspector::new(content(Direction::Download, "text/plain; charset=utf-8"), lens(), Ceilings::of_parts(1));
    let text = format!("{NUMBER} {}", "x".repeat(585));
    assert!(inspector.push(text.as_bytes(), &mut tally).refused);
    assert!(inspector.push(text.as_bytes(), &mut tally).refused);
    let step = inspector.finish(&mut tally);
    assert!(step.refused && step.edits.is_empty());
    let account = inspector.account();
    assert_eq!((account.inspected, account.passed_over["refused"]), (600, 600));
    assert_eq!(tally.counts()[0].found, 1);
}

/// What is written in base64 within a text is opened as a file, whatever stands before it; the text is read as ever.
#[test]
fn a_text_of_a_client_with_a_file_in_it_is_opened() {
    let code = base64::Engine::encode(
        &base64::engine::general_purpose::STANDARD,
        "이름,번호\n홍길동,010-0000-0000\n".repeat(9),
    );
    let texts = [
        format!("명단 {NUMBER}\n\n{code}\n"),
        format!("<p>{NUMBER}</p><a href=\"data:text/csv;base64,{code}\">명단</a>"),
    ];
    for (text, name) in texts.iter().zip(["a.txt", "a.html"]) {
        let body = format!(
            "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"{name}\"\r\n\r\n{text}\r\n--b--\r\n"
        );
        let mut tally = tally(Action::Mask);
        let ceilings = Ceilings { opens: true, ..Ceilings::of_parts(20) };
        let form = "multipart/form-data; boundary=b";
        let mut inspector = Inspector::new(content(Direction::Upload, form), lens(), ceilings);
        let mut edits = inspector.push(body.as_bytes(), &mut tally).edits;
        edits.extend(inspector.finish(&mut tally).edits);
        assert_eq!(
            edits.iter().filter(|edit| edit.what == What::Kind(crate::vocab::Kind::ResidentRegistrationNumber)).count(),
            1
        );
        let files = inspector.take_files(&mut tally);
        let opened: Vec<_> = files.iter().map(|file| &body[file.span.start as usize..file.span.end as usize]).collect();
        assert_eq!(opened, [text.as_str()]);
    }
}
