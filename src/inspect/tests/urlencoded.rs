//! Url-encoded forms and the targets of requests.

use super::*;
use base64::Engine;

#[test]
fn a_url_encoded_form() {
    let body = format!("name=%ED%99%8D&no=x+{NUMBER}&empty=&a&=b&%EB%B2%88%ED%98%B8={NUMBER}&{NUMBER}=1");
    let seen = up("application/x-www-form-urlencoded", &body);
    let expected = ["field 'no'", "field '번호'", "the name of a field"];
    assert_eq!(seen.places(), expected.map(|place| (RRN, place.to_owned())));
    for edit in &seen.edits {
        let (start, end) = (edit.span.start as usize, edit.span.end as usize);
        assert_eq!(&body[start..end], NUMBER);
        assert_eq!(edit.bytes.len(), end - start);
    }
    assert_eq!(seen.account.inspected, body.len() as u64);
    // Without a type, a client's body that looks like a form is one.
    assert_eq!(up("", format!("a=1&b={NUMBER}")).places(), [(RRN, "field 'b'".to_owned())]);
    // A name of a field is cleaned before it names anything.
    let named = up("application/x-www-form-urlencoded", format!("{NUMBER}={NUMBER}"));
    assert_eq!(named.places()[1].1, format!("field '{MASKED}'"));
}

/// What is found where findings are only logged, the same however the body is cut.
fn logged(content_type: &str, body: &[u8]) -> Vec<String> {
    let mut first: Option<Vec<String>> = None;
    for size in [body.len(), 1, 7] {
        let mut tally = tally(Action::Log);
        let mut inspector = Inspector::new(content(Direction::Upload, content_type), lens(), Ceilings::of_parts(20));
        for piece in body.chunks(size) {
            inspector.push(piece, &mut tally);
        }
        assert!(inspector.finish(&mut tally).edits.is_empty());
        let places = tally.reported().iter().map(|found| format!("{} in {}", found.what.name(), found.place));
        let places: Vec<String> = places.map(|place| place.split(", line").next().unwrap().to_owned()).collect();
        assert_eq!(*first.get_or_insert(places.clone()), places, "in pieces of {size}");
    }
    first.unwrap()
}

#[test]
fn values_in_base64_are_read_and_cannot_be_masked() {
    let text = format!("제 주민번호는 {NUMBER}입니다. 고맙습니다.");
    let code = base64::engine::general_purpose::STANDARD.encode(&text);
    let escaped = code.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    let form = "application/x-www-form-urlencoded";
    let found = [format!("{RRN} in field 'memo' › part ‘base64’")];
    for value in [code.as_str(), &escaped, &format!("data:text/plain;base64,{code}")] {
        assert_eq!(logged(form, format!("a=1&memo={value}&b=2").as_bytes()), found, "{value}");
    }
    let parts = [part("name=\"memo\"", code.as_bytes()).as_slice(), b"--B--\r\n"].concat();
    assert_eq!(logged("multipart/form-data; boundary=B", &parts), found);
    let key = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA0161462193fd4e07b1a2c3d4e5f60718";
    for value in [key, "0161462193fd4e07b1a2c3d4e5f60718", "bm90aGluZyBvZiBhbnlib2R5IGlzIGluIHRoaXM="] {
        assert_eq!(up(form, format!("a={value}")).reported, [], "{value}");
    }
    // What would be masked, and cannot be, does not go out, whether files can be written anew or not.
    let mut tally = tally(Action::Mask);
    let mut inspector = Inspector::new(content(Direction::Upload, form), lens(), Ceilings::of_parts(20));
    inspector.push(format!("memo={code}").as_bytes(), &mut tally);
    inspector.finish(&mut tally);
    for inside in [false, true] {
        tally.mask_inside(inside);
        assert_eq!(tally.verdict().action, Action::Block);
    }
}

/// Rows of a sheet that somebody pastes into a field, where a web editor might write HTML.
#[test]
fn pasted_rows_know_their_columns() {
    let form = "application/x-www-form-urlencoded";
    let names = |text: &str| {
        let coded: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let edits = up(form, format!("a=1&memo={coded}")).edits;
        edits.iter().filter(|edit| edit.what == What::Kind(crate::vocab::Kind::PersonName)).count()
    };
    assert_eq!(names("순번\t성명\t전화\r\n1\t홍길동\t02-312\r\n2\t김철수\t02-313\r\n"), 2);
    assert_eq!(names("이름\t학교\n홍길동\t가람초\n김철수\t가람초"), 2);
    assert_eq!(names("<table><tr><th>순번</th><th>성명</th></tr><tr><td>1</td><td>홍길동</td></tr></table>"), 1);
    assert_eq!(names("순번 성명 전화\n1 홍길동 02-312\n"), 0);
    assert_eq!(names("이름, 학교\n홍길동, 가람초\n"), 0, "prose has commas");
}

/// Their headings say what their numbers are, however far above they stand.
#[test]
fn pasted_rows_know_what_their_numbers_are() {
    let found = |text: &str| {
        let coded: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let edits = up("application/x-www-form-urlencoded", format!("a=1&memo={coded}")).edits;
        let accounts = edits.iter().filter(|edit| edit.what == What::Kind(crate::vocab::Kind::BankAccountNumber));
        accounts.count()
    };
    let rows: String = (0..20).map(|row| format!("{row}\t가람동\t110-{row:03}-456789\t1\r\n")).collect();
    assert_eq!(found(&format!("순번\t주소\t계좌번호\t수량\r\n{rows}")), 20);
    assert_eq!(found(&format!("순번\t주소\t문서번호\t수량\r\n{rows}")), 0);
    let commas = format!("순번,주소,계좌번호,수량\r\n{}", rows.replace('\t', ","));
    assert_eq!(found(&commas), 1, "only tabs part what may be HTML: one stands near the word");
}

#[test]
fn a_damaged_url_encoded_form() {
    for (body, at) in [("a=1&b=%4", 8), ("a=%zz&b=2", 3), ("a=%4&b=2", 4), ("%=1", 1), ("%4", 2), ("a=%%41", 3)] {
        let seen = up("application/x-www-form-urlencoded", body);
        assert_eq!(seen.reasons(), [Reason::Damaged], "{body}");
        assert_eq!(seen.account.inspected, at, "{body}");
    }
    let before = up("application/x-www-form-urlencoded", format!("a={NUMBER}&b=%zz&c={NUMBER}"));
    assert_eq!(before.edits.len(), 1);
    let many = up("application/x-www-form-urlencoded", "a=1&".repeat(21));
    assert_eq!(many.reasons(), [Reason::TooLarge]);
    assert_eq!(up("application/x-www-form-urlencoded", "a=1&".repeat(20)).reported, []);
}

#[test]
fn targets() {
    let look = |text: &str| {
        let mut tally = tally(Action::Mask);
        let edits = target(text.as_bytes(), &lens(), &mut tally);
        let places: Vec<String> = tally.reported().iter().map(|found| found.place.to_string()).collect();
        (edits, places)
    };
    let (edits, places) = look(&format!("/view/{NUMBER}/x?no={NUMBER}&{NUMBER}"));
    assert_eq!(places, ["the address (URL)", "'no' in the address", "'' in the address"]);
    assert_eq!(edits.iter().map(|edit| edit.span.start).collect::<Vec<_>>(), [6, 26, 41]);
    assert!(edits.iter().all(|edit| edit.stands == crate::vocab::Stands::Url));
    for (damaged, place) in
        [("/a%4", "the address (URL)"), ("/a%zz/b", "the address (URL)"), ("/?a=%4", "'a' in the address")]
    {
        assert_eq!(look(damaged), (vec![], vec![place.to_owned()]), "{damaged}");
    }
    assert_eq!(look("/board/글?q=검색&page=2"), (vec![], vec![]));
    assert_eq!(look("*"), (vec![], vec![]));
    assert_eq!(look(""), (vec![], vec![]));
}

/// Some sites read the query and the form as one.
#[test]
fn halves_in_the_query_and_the_body_are_put_together() {
    let beside = |query: &str| {
        let lens = Lens::clone(&lens());
        Arc::new(Lens { beyond: lens.beyond.clone().beside(Some(query)), ..lens })
    };
    let multipart = "--B\r\nContent-Disposition: form-data; name=\"jumin2\"\r\n\r\n1234568\r\n--B--\r\n";
    for (query, kind, body, found) in [
        ("a=1&jumin1=900101", "application/x-www-form-urlencoded", "b=2&jumin2=1234568", true),
        ("jumin%32=%31234568", "application/x-www-form-urlencoded", "jumin1=900101&b=2", true),
        ("jumin1=900101", "multipart/form-data; boundary=B", multipart, true),
        ("jumin1=900101", "application/json", "{\"jumin2\":\"1234568\"}", true),
        ("jumin1=900101", "application/x-www-form-urlencoded", "other2=1234568", false),
        ("jumin1=900101", "application/x-www-form-urlencoded", "jumin1=1234568", false),
        ("ymd1=260101", "application/x-www-form-urlencoded", "no2=1234568", false),
    ] {
        for size in [1, 7, 4096] {
            let pieces: Vec<&[u8]> = body.as_bytes().chunks(size).collect();
            let seen = inspect_through(beside(query), content(Direction::Upload, kind), &pieces);
            assert_eq!(seen.reported.iter().any(|found| found.what.name() == RRN), found, "{query} {body}");
        }
    }
}
