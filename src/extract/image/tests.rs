//! Pictures made here, and what is written about them.

use crate::extract::Limits;
use crate::extract::make::image::{chunk, chunks, deflated, jpeg, png, tiff};
use crate::extract::testing::Heard;
use crate::vocab::Reason;

const PLACE: Option<&str> = Some("a › picture data");

#[test]
fn what_is_written_about_a_picture_is_read() {
    let heard = Heard::of("a", &jpeg());
    for text in
        ["김가람 010-0000-0000", "메모 900101-1234568", "37.5665", "Garam Kim", "byline", "caption", "가람 사진"]
    {
        assert_eq!(heard.place_of(text), PLACE, "{text}");
    }
    assert_eq!(heard.unreadable, [("a".to_owned(), Reason::Image)]);
    let heard = Heard::of("a", &png(&chunks()));
    for text in ["plain 900101-1234568", "packed 900102-1234567", "김가람", "010-0000-0000"] {
        assert_eq!(heard.place_of(text), PLACE, "{text}");
    }
    assert_eq!(heard.unreadable, [("a".to_owned(), Reason::Image)]);
    let named = png(&[chunk(b"tEXt", b"No 900101-1234568\0x"), chunk(b"IEND", b"")]);
    assert_eq!(Heard::of("a", &named).place_of("900101-1234568"), PLACE);
    assert_eq!(Heard::of("a", &tiff()).place_of("010-0000-0000"), PLACE);
    let webp = [&b"RIFF\0\0\0\0WEBPEXIF\0\0\0\0Exif\0\0"[..], &tiff()].concat();
    assert_eq!(Heard::of("a", &webp).place_of("010-0000-0000"), PLACE);
    let gif = b"GIF89a\x01\0\x01\0\0\0\0\x21\xFE\x0E900101-1234568\0\x3B";
    let heard = Heard::of("a", gif);
    assert_eq!(heard.place_of("900101-1234568"), PLACE);
    assert_eq!(heard.unreadable, [("a".to_owned(), Reason::Image)]);
}

#[test]
fn what_shows_or_sounds_is_a_picture() {
    let bmp = [&b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0"[..], &[0; 52]].concat();
    let marks: [&[u8]; 7] = [
        &bmp,
        b"ID3\x03\0\0\0\0\0\0",
        b"\0\0\0\x18ftypmp42\0\0",
        b"RIFF\0\0\0\0AVI ",
        b"OggS\0\x02",
        b"RIFF\0\0\0\0WAVE",
        b"\x1A\x45\xDF\xA3\x01",
    ];
    for bytes in marks {
        assert_eq!(Heard::of("a", bytes).unreadable, [("a".to_owned(), Reason::Image)], "{bytes:?}");
    }
    for text in [&b"BMW 900101-1234568 is a car, not a bitmap"[..], b"ID3 is a tag", b"GIF"] {
        assert_eq!(Heard::of("a", text).unreadable, []);
    }
}

#[test]
fn what_breaks_off_does_not_panic() {
    for whole in [jpeg(), png(&chunks()), tiff(), b"GIF89a\x01\0\x01\0\x80\0\0abcdef\x21\xFE\x03abc\0\x3B".to_vec()] {
        for length in 8..whole.len() {
            let heard = Heard::of("a", whole.get(..length).unwrap_or_default());
            assert!(heard.unreadable.contains(&("a".to_owned(), Reason::Image)), "{length}");
        }
    }
}

#[test]
fn bombs_are_stopped() {
    let packed = [&b"Comment\0\0"[..], &deflated(&vec![b'0'; 16 << 20])].concat();
    let heard = Heard::of("a", &png(&[chunk(b"zTXt", &packed)]));
    assert_eq!(heard.unreadable, [(String::new(), Reason::Bomb)]);
    let heard =
        Heard::within("a", &png(&vec![chunk(b"tEXt", b"a\0b"); 20]), Limits { entries: 9, ..Limits::default() });
    assert_eq!(heard.unreadable, [(String::new(), Reason::TooManyEntries)]);
    // A thousand tags that share sixty thousand bytes, and a directory that follows itself.
    let tag = b"\x0E\x01\x02\0\x60\xEA\0\0\x08\0\0\0";
    let mut bomb = [&b"II*\0\x08\0\0\0\xE8\x03"[..], &tag.repeat(1000), &[8, 0, 0, 0]].concat();
    bomb.resize(70_000, b'a');
    assert!(Heard::of("a", &bomb).text().len() <= 3 * bomb.len() + 1000);
}

#[test]
fn what_stands_behind_a_picture_is_a_file() {
    let gif = b"GIF89a\x01\0\x01\0\0\0\0\x2C\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3B".to_vec();
    let bmp = [b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", &[1; 52][..]].concat();
    let webp = b"RIFF\x0C\0\0\0WEBPVP8X\0\0\0\0".to_vec();
    for picture in [jpeg(), png(&[chunk(b"IHDR", &[0; 13]), chunk(b"IEND", b"")]), gif, bmp, webp] {
        let alone = Heard::of("a", &picture);
        assert_eq!(alone.unreadable, [("a".to_owned(), Reason::Image)]);
        let padded = [&picture[..], &[0; 100]].concat();
        assert_eq!(Heard::of("a", &padded).unreadable, [("a".to_owned(), Reason::Image)]);
        let hidden = [&picture[..], b"\0\0hidden 900103-1234566"].concat();
        let heard = Heard::of("a", &hidden);
        assert_eq!(
            heard.place_of("900103-1234566"),
            Some("a › a file without a name"),
            "{:?}",
            picture.first_chunk::<4>()
        );
        assert_eq!(heard.unreadable, [("a".to_owned(), Reason::Image)]);
    }
    let trailer = [&jpeg()[..], b"\0\0\x01\x0A\x0E\0\0\0Image_UTC_Data SEFH\x6B\0\0\0SEFT"].concat();
    assert_eq!(Heard::of("a", &trailer).unreadable, [("a".to_owned(), Reason::Image)]);
}

#[test]
fn webp_has_exif_without_its_mark() {
    let exif = tiff();
    let length = u32::try_from(exif.len()).expect("short").to_le_bytes();
    let bytes = [&b"RIFF\xFF\xFF\0\0WEBPEXIF"[..], &length, &exif].concat();
    assert_eq!(Heard::of("a", &bytes).place_of("900101-1234568"), PLACE);
}
