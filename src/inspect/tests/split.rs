//! Values that are split over two places: counted once, masked where they stand, however the body is cut.

use super::*;

/// The body with its edits made.
fn masked(seen: &Seen, body: &str) -> String {
    String::from_utf8(edited(body.as_bytes(), &seen.edits).unwrap()).unwrap()
}

fn form(body: &str) -> (usize, String) {
    let seen = up("application/x-www-form-urlencoded", body);
    (seen.reported.len(), masked(&seen, body))
}

fn page(body: &str) -> (usize, String) {
    let seen = down("text/html; charset=utf-8", body);
    (seen.reported.len(), masked(&seen, body))
}

#[test]
fn fields_that_belong_together() {
    for (body, expected) in [
        ("jumin1=900101&jumin2=1234568", "jumin1=900101&jumin2=*******"),
        // By its name alone, for the check digit of some numbers does not hold.
        ("jumin1=900101&jumin2=1234567", "jumin1=900101&jumin2=*******"),
        ("name=a&ssn_front=900101&memo=b&ssn_back=+1234568+", "name=a&ssn_front=900101&memo=b&ssn_back=+*******+"),
        ("rrn[0]=900101&rrn[1]=1234568", "rrn[0]=900101&rrn[1]=*******"),
        ("rrn%5B%5D=900101&rrn%5B%5D=12%334568", "rrn%5B%5D=900101&rrn%5B%5D=**%2A****"),
        ("jumin2=1234568&jumin1=900101", "jumin2=*******&jumin1=900101"),
        ("jumin1=\"900101\"&jumin2='1234568'", "jumin1=\"900101\"&jumin2='*******'"),
        (
            "%EC%A3%BC%EB%AF%BC%EC%95%9E=900101&%EC%A3%BC%EB%AF%BC%EB%92%A4=1234568",
            "%EC%A3%BC%EB%AF%BC%EC%95%9E=900101&%EC%A3%BC%EB%AF%BC%EB%92%A4=*******",
        ),
        ("p1_jumin=900101&a=b&p2_jumin=1234567", "p1_jumin=900101&a=b&p2_jumin=*******"),
        ("juminB=1234568&juminA=900101", "juminB=*******&juminA=900101"),
        ("jumin=900101&gender=1234568", "jumin=900101&gender=*******"),
        ("hp1=010&hp2=2234&hp3=5678", "hp1=010&hp2=****&hp3=5678"),
        ("tel_1=010&tel_2=2234&tel_3=5678", "tel_1=010&tel_2=****&tel_3=5678"),
        ("card1=4000&card2=0000&card3=0000&card4=0002", "card1=4000&card2=00**&card3=****&card4=****"),
        ("email1=hongkd&email2=example.com", "email1=ho****&email2=example.com"),
    ] {
        assert_eq!(form(body), (1, expected.to_owned()), "{body}");
    }
    // A day of birth is one by itself too.
    for (body, expected, count) in [
        ("birth=900101&jumin2=1234568", "birth=******&jumin2=*******", 2),
        ("gender=1234568&birth=900101", "gender=*******&birth=******", 2),
        ("birth=900101&amount=1234568", "birth=******&amount=1234568", 1),
    ] {
        assert_eq!(form(body), (count, expected.to_owned()), "{body}");
    }
    let two = "jumin1=900101&jumin2=1234568&jumin1=810514&jumin2=1234564";
    assert_eq!(form(two), (2, "jumin1=900101&jumin2=*******&jumin1=810514&jumin2=*******".to_owned()));
}

#[test]
fn fields_that_do_not() {
    for body in [
        "a=900101&b=1234568",
        "jumin1=900199&jumin2=1234568",
        "businessno=900101&bizno=1234568",
        "year1=2026&year2=2025&year3=2024",
        "page=1&page_size=20&total=1234567",
        "no1=12&no2=900101&no3=1234568",
        "jumin1=900101&jumin2=x1234568",
    ] {
        assert_eq!(form(body), (0, body.to_owned()), "{body}");
    }
    // What is a value by itself stays one.
    let body = "hp1=010-2234-5678&hp2=010-3234-5678";
    assert_eq!(form(body).0, 2);
}

#[test]
fn what_is_found_between_the_pieces_waits_for_them() {
    let body = format!("card1=4000&no={NUMBER}&card2=0000&card3=0000&hp1=010&card4=0002&hp2=2234&hp3=5678");
    let expected = format!("card1=4000&no={MASKED}&card2=00**&card3=****&hp1=010&card4=****&hp2=****&hp3=5678");
    assert_eq!(form(&body), (3, expected));
}

#[test]
fn halves_far_apart_are_told() {
    for (between, count) in [(60_000, 1), (70_000, 1)] {
        let body = format!("jumin1=900101&memo={}&jumin2=1234568", "a ".repeat(between / 2));
        let whole = inspect_pieces(content(Direction::Upload, "application/x-www-form-urlencoded"), &[body.as_bytes()]);
        assert_eq!(whole.reported.len(), count);
        let pieces: Vec<&[u8]> = body.as_bytes().chunks(1000).collect();
        assert_eq!(inspect_pieces(content(Direction::Upload, "application/x-www-form-urlencoded"), &pieces), whole);
    }
}

#[test]
fn parts_of_a_form() {
    let parts = [part("name=\"jumin1\"", b"900101"), part("name=\"a\"", b"b"), part("name=\"jumin2\"", b"1234568")];
    let seen = multipart(&parts);
    assert_eq!(seen.reported.len(), 1);
    assert_eq!(seen.edits.len(), 1);
    assert_eq!(&*seen.edits[0].bytes, b"*******");
    let body = parts.concat();
    let span = seen.edits[0].span;
    assert_eq!(&body[span.start as usize..span.end as usize], b"1234568");
}

#[test]
fn a_query() {
    let target = b"/join?jumin1=900101&a=b&jumin2=1234568";
    let mut tally = tally(Action::Mask);
    let edits = super::target(target, &lens(), &mut tally);
    assert_eq!(edits.len(), 1);
    assert_eq!((edits[0].span.start, edits[0].span.end), (31, 38));
    assert_eq!(tally.counts().iter().map(|count| count.found).sum::<u64>(), 1);
}

#[test]
fn parameters_of_a_path() {
    for (target, at) in
        [("/join;jumin1=900101;a=b;jumin2=1234568/x", 31), ("/a;jumin1=900101/b;jumin2=1234568?c=d", 26)]
    {
        let mut tally = tally(Action::Mask);
        let edits = super::target(target.as_bytes(), &lens(), &mut tally);
        assert_eq!(
            edits.iter().map(|edit| (edit.span.start, edit.span.end)).collect::<Vec<_>>(),
            [(at, at + 7)],
            "{target}"
        );
    }
    for harmless in ["/join;jumin1=900101;other=1234568", "/join;jsessionid=900101;v=1234568"] {
        assert!(super::target(harmless.as_bytes(), &lens(), &mut tally(Action::Mask)).is_empty(), "{harmless}");
    }
}

#[test]
fn halves_in_answers() {
    for (body, expected) in [
        ("<tr><td>900101</td><td>1234568</td></tr>", "<tr><td>900101</td><td>*******</td></tr>"),
        (
            "<tr><td><b>900101</b></td>\n <td class=a> 1234568<tr>",
            "<tr><td><b>900101</b></td>\n <td class=a> *******<tr>",
        ),
        ("<a href=\"/v?jumin1=900101&amp;jumin2=1234568\">", "<a href=\"/v?jumin1=900101&amp;jumin2=*~*~*~*\">"),
        ("<a onclick=\"go('900101', '1234568')\">", "<a onclick=\"go('900101', '*~*~*~*')\">"),
        (
            "<input name=jumin1 value=\"900101\"> - <input type=password value='1234567' name=jumin2>",
            "<input name=jumin1 value=\"900101\"> - <input type=password value='*~*~*~*' name=jumin2>",
        ),
    ] {
        assert_eq!(page(body), (1, expected.to_owned()), "{body}");
    }
    for body in [
        "<tr><td>900101</td><td>1234567</td></tr>",
        "<tr><td>900199</td><td>1234568</td></tr>",
        "<tr><td>900101</td><td></td><td>1234568</td></tr>",
        "<tr><td>900101</td></tr><tr><td>1234568</td></tr>",
        "<tr><td>900101</td><td>12345681</td></tr>",
        "<a href=\"/v?date=900101&no=1234568\">",
        "<input name=from value=\"900101\"> - <input name=no value='1234568'>",
        "<input name=jumin1 value=\"900101\"><p>a<input name=jumin2 value='1234567'>",
    ] {
        assert_eq!(page(body), (0, body.to_owned()), "{body}");
    }
}

#[test]
fn halves_in_data() {
    let json = |body: &str| {
        let seen = down("application/json", body);
        (seen.reported.len(), masked(&seen, body))
    };
    for (body, expected) in [
        (r#"{"jumin1":"900101","jumin2":"1234568"}"#, r#"{"jumin1":"900101","jumin2":"*~*~*~*"}"#),
        (r#"{"jumin1": 900101, "jumin2": 1234567}"#, r#"{"jumin1": 900101, "jumin2": "*~*~*~*"}"#),
        (r#"["900101", "1234568"]"#, r#"["900101", "*~*~*~*"]"#),
    ] {
        assert_eq!(json(body), (1, expected.to_owned()), "{body}");
    }
    assert_eq!(json(r#"{"day":"900101","no":"1234568"}"#).0, 0);
    let plain = |body: &str| {
        let seen = down("text/csv; charset=utf-8", body);
        (seen.reported.len(), masked(&seen, body))
    };
    assert_eq!(plain("가,900101,1234568\n"), (1, "가,900101,*******\n".to_owned()));
    assert_eq!(plain("가,\"900101\",\"1234568\"\n"), (1, "가,\"900101\",\"*******\"\n".to_owned()));
    assert_eq!(plain("가,900101,1234567\n").0, 0);
    assert_eq!(plain("100000, 1000000").0, 0);
}

fn pieces() -> impl Strategy<Value = String> {
    let words = "jumin1=|jumin2=|hp1=|hp2=|hp3=|rrn[]=|900101|1234568|1234567|010|2234|5678|&|%31|+|a|%ED%99%8D|900101-1234568|memo=|x=";
    proptest::collection::vec(proptest::sample::select(words.split('|').collect::<Vec<_>>()), 0..40)
        .prop_map(|words| words.concat())
}

fn markup() -> impl Strategy<Value = String> {
    let words = "<td>|</td>|<tr>|900101|1234568|1234567|\"|'|,| |;|-|&|&amp;|jumin1|jumin2|=|:|<input name=jumin1 value=\"|\
        <input name=jumin2 value=\"|>|\n|<b>|</b>|<table>|<th>|주민번호|a|9001011234568|</table>";
    proptest::collection::vec(proptest::sample::select(words.split('|').collect::<Vec<_>>()), 0..40)
        .prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_cut_of_a_form_gives_the_same(body in pieces(), size in 1..30_usize) {
        let content = || content(Direction::Upload, "application/x-www-form-urlencoded");
        let whole = inspect_pieces(content(), &[body.as_bytes()]);
        let cut: Vec<&[u8]> = body.as_bytes().chunks(size).collect();
        prop_assert_eq!(inspect_pieces(content(), &cut), whole);
    }

    #[test]
    fn any_cut_of_an_answer_gives_the_same(body in markup(), which in 0..3, size in 1..30_usize) {
        let types = ["text/html; charset=utf-8", "application/json", "text/plain; charset=utf-8"];
        let content = || content(Direction::Download, types[which as usize]);
        let whole = inspect_pieces(content(), &[body.as_bytes()]);
        let cut: Vec<&[u8]> = body.as_bytes().chunks(size).collect();
        prop_assert_eq!(inspect_pieces(content(), &cut), whole);
    }
}
