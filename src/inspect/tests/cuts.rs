//! The same however it is cut.

use super::*;

const TYPES: &[&str] = &[
    "",
    "text/html",
    "application/json",
    "text/event-stream",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=B",
    "application/octet-stream",
    "application/xml",
    "text/plain",
];

/// Pieces that bodies of all types are made of.
const WORDS: &[&str] = &[
    NUMBER,
    "\u{FEFF}",
    "&#45;",
    "\\u0038",
    "*~*~*~*~*",
    "900101-123456",
    "a@example.com",
    "900101",
    "-1234568",
    "&",
    "=",
    "%41",
    "%",
    "\r\n",
    "\n",
    "\r",
    "data: ",
    "{\"a\":",
    "\"",
    "}",
    "<p>",
    "가",
    "--B",
    "--B\r\n",
    "\r\n--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n",
    "\r\n--B--",
    "\r\n--B--\r\n",
    "\0",
    "900101-123456%2538",
    "900101-123456%u0038",
    "%C0%B8",
    "\\\\u0038",
    "9.001011234568e12",
    "]]>",
    "&amp;#45;",
    "９００１０１－１２３４５６８",
    " ",
    ",",
    "성명,주민등록번호,전화\n",
    "450050-1234568",
    "02-345-678",
    "--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\nContent-Type: image/png\r\n\r\n",
];

/// The fields of a row are asked one by one, those that may be numbers; which of them were must not decide under which
/// header the row is asked as a whole.
#[test]
fn a_row_of_a_table_is_under_the_same_header() {
    // Of a run of the fuzzer, whose first byte is none of the body.
    let (_, body) = include_bytes!("../../../tests/fuzz/seeds/plain/fields_of_a_table").split_first().unwrap();
    let plain = || content(Direction::Download, "text/plain; charset=euc-kr");
    let whole = inspect_pieces(plain(), &[body]);
    for size in 1..20 {
        let pieces: Vec<&[u8]> = body.chunks(size).collect();
        assert_eq!(inspect_pieces(plain(), &pieces), whole, "cut into pieces of {size} bytes");
    }
}

proptest! {
    #[test]
    fn cuts_change_nothing(
        media_type in prop::sample::select(TYPES),
        words in prop::collection::vec(prop::sample::select(WORDS), 0..24),
        begins in any::<bool>(),
        euc_kr in any::<bool>(),
        size in 1..90_usize,
        direction in prop::sample::select(vec![Direction::Upload, Direction::Download]),
    ) {
        let start = if begins { "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n" } else { "" };
        let body = format!("{start}{}", words.concat());
        // Cut at any byte, Korean in EUC-KR is neither.
        let body = if euc_kr { encoding_rs::EUC_KR.encode(&body).0.into_owned() } else { body.into_bytes() };
        let whole = inspect_pieces(content(direction, media_type), &[&body]);
        let pieces: Vec<&[u8]> = body.chunks(size).collect();
        prop_assert_eq!(whole, inspect_pieces(content(direction, media_type), &pieces));
    }

    #[test]
    fn targets_of_any_bytes_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        target(&bytes, &lens(), &mut tally(Action::Mask));
        fields(Some(b"application/x-www-form-urlencoded"), &bytes, None, &lens());
        clean(&String::from_utf8_lossy(&bytes), &lens());
    }
}
