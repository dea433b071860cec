//! Pictures of a site: what is written about them is read, and those of which nothing is written go out as they come.

use crate::make::image::{chunk, png, segment, tiff_with};
use crate::make::office::{bytes, deflated};
use crate::support::{Http, Origin, Piece, Program, RESIDENT, Seen, accounted, answer};
use http::Request;
use std::time::{Duration, Instant};

const POLICY: &str = "[policy.board]\nmode = \"enforce\"\ndefault = \"log\"\n[[policy.board.rule]]\nname = \"number\"\n\
    find = [\"resident-registration-number\"]\naction = \"block\"\n";

/// How long the slow sites here pause: longer than anybody may be held up by a look.
const PAUSE: Duration = Duration::from_secs(6);
/// So soon the head of what they send must arrive.
const SOON: Duration = Duration::from_secs(4);

fn pixels(count: u32) -> Vec<u8> {
    (0..count).map(|number| (number.wrapping_mul(number) >> 5) as u8 & 0x7F).collect()
}

fn jpeg(segments: &[Vec<u8>]) -> Vec<u8> {
    let jfif = segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    let scan = segment(0xDA, &[0; 10]);
    [&[0xFF, 0xD8][..], &jfif, &segments.concat(), &scan, &pixels(300_000), &[0xFF, 0xD9]].concat()
}

fn exif() -> Vec<u8> {
    segment(0xE1, &[b"Exif\0\0", &tiff_with(RESIDENT, "x")[..]].concat())
}

fn noted() -> Vec<u8> {
    let text = format!("Comment\0{RESIDENT}");
    let chunks = [
        chunk(b"IHDR", &[0; 13]),
        chunk(b"IDAT", &pixels(300_000)),
        chunk(b"tEXt", text.as_bytes()),
        chunk(b"IEND", b""),
    ];
    png(&chunks)
}

/// The beginning of an answer, so many bytes of its body at once, and the rest after a pause.
fn slow(kind: &str, length: Option<usize>, first: &[u8], rest: &[u8]) -> Vec<Piece> {
    let size = match length {
        Some(length) => format!("Content-Length: {length}\r\nConnection: close"),
        None => "Connection: close".to_owned(),
    };
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n{size}\r\n\r\n");
    vec![Piece::Send([head.as_bytes(), first].concat()), Piece::Pause(PAUSE), Piece::Send(rest.to_vec())]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_in_a_photo_is_refused_however_it_is_asked_for() {
    let photos = [("image/jpeg", jpeg(&[exif()])), ("image/png", noted()), ("IMAGE/PNG; a=b", noted())];
    let served = photos.clone();
    let origin = Origin::new(move |seen: &Seen| {
        let number = seen.target().trim_matches('/').parse::<usize>().expect("a number");
        let (kind, photo) = served.get(number).expect("a photo");
        match seen.field("range").first() {
            Some(_) => {
                let part = photo.get(..500).expect("long");
                let head = format!(
                    "HTTP/1.1 206 Partial Content\r\nContent-Type: {kind}\r\nContent-Range: bytes 0-499/{}\r\n\
                     Content-Length: 500\r\n\r\n",
                    photo.len()
                );
                vec![Piece::Send([head.as_bytes(), part].concat())]
            }
            None => vec![Piece::Send(answer(kind, "", photo))],
        }
    })
    .await;
    let program = Program::before(origin.port).policy(POLICY).start();
    for number in 0..photos.len() {
        for http in Http::BOTH {
            let path = format!("/{number}");
            let whole = Request::get(&path).body(Vec::new()).expect("a request");
            assert_eq!(program.client().over(http, whole).await.status, 403, "{path}");
            let part = Request::get(&path).header("range", "bytes=0-499").body(Vec::new()).expect("a request");
            assert_eq!(program.client().over(http, part).await.status, 403, "a part of {path}");
        }
    }
    let record = program.record(|record| record["path"] == "/1");
    let found = record["download"]["found"].as_array().expect("findings").clone();
    assert!(found.iter().any(|found| found["first"] == "the body › picture data"), "{record}");
    assert!(found.iter().any(|found| found["kind"] == "uninspectable:image"), "{record}");
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_of_which_nothing_is_written_go_out_as_they_come() {
    let photo = jpeg(&[]);
    let bare = png(&[chunk(b"IHDR", &[0; 13]), chunk(b"IDAT", &pixels(300_000)), chunk(b"IEND", b"")]);
    let (served, drawn) = (photo.clone(), bare.clone());
    let origin = Origin::new(move |seen: &Seen| match seen.target() {
        // It says so within its first bytes.
        "/photo" => slow("image/jpeg", Some(served.len()), &served[..2000], &served[2000..]),
        // Hardly anything comes, and no length is said: nobody waits for the rest.
        "/few" => slow("image/png", None, &drawn[..100], &drawn[100..]),
        "/film" => slow("video/mp4", None, b"\0\0\0\x18ftypmp42\0\0\0\0", &drawn),
        _ => vec![Piece::Send(answer("image/png", "", &drawn))],
    })
    .await;
    let program = Program::before(origin.port).policy(POLICY).start();
    for path in ["/photo", "/few", "/film"] {
        let mut wire = program.client().wire().await;
        let began = Instant::now();
        wire.send(format!("GET {path} HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n\r\n", program.port))
            .await;
        wire.until("\r\n\r\n").await;
        assert!(began.elapsed() < SOON, "{path} after {:?}", began.elapsed());
    }
    let shown = program.client().get("/photo").await;
    assert!(shown.status == 200 && shown.whole && shown.body == photo);
    let shown = program.client().get("/bare").await;
    assert!(shown.status == 200 && shown.whole && shown.body == bare);
    let record = program.record(|record| record["path"] == "/bare");
    assert_eq!(record["download"]["found"][0]["kind"], "uninspectable:image", "{record}");
}

/// A photo between whose scans something is written, and behind which something stands.
fn goes_on(between: &[Vec<u8>], behind: &[u8]) -> Vec<u8> {
    let scan = segment(0xDA, &[0; 10]);
    [&jpeg(&[])[..300_034], &between.concat(), &scan, &pixels(100_000), &[0xFF, 0xD9], behind].concat()
}

/// A zip with this in it.
fn zipped(text: &str) -> Vec<u8> {
    deflated(&bytes(&[("list.csv", text)]))
}

/// What is written late or stands behind the picture is opened while the picture has gone out already: it follows, byte for
/// byte, or the connection ends before the first byte of it.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_photo_says_late_is_opened_before_it_leaves() {
    let number = RESIDENT.to_owned();
    let refused = [
        ("/late", "image/jpeg", goes_on(&[segment(0xFE, number.as_bytes())], b"")),
        ("/exif", "image/jpeg", goes_on(&[exif()], b"")),
        ("/zip", "image/jpeg", goes_on(&[], &zipped(&format!("성명,번호\n홍길동,{number}\n")))),
        ("/text", "image/jpeg", goes_on(&[], format!("behind the picture: {number}").as_bytes())),
    ];
    let clean = [
        ("/nothing", "image/jpeg", goes_on(&[], b"")),
        ("/zeros", "image/jpeg", goes_on(&[], &[0; 70_000])),
        ("/list", "image/jpeg", goes_on(&[], &zipped("성명,번호\n홍길동,없음\n"))),
        ("/note", "image/jpeg", goes_on(&[segment(0xFE, "아무 번호도 없음".as_bytes())], b"")),
    ];
    let served: Vec<_> = refused.iter().chain(&clean).cloned().collect();
    let origin = Origin::new(move |seen: &Seen| {
        let (_, kind, photo) = served.iter().find(|(path, ..)| *path == seen.target()).expect("a photo");
        vec![Piece::Send(answer(kind, "", photo))]
    })
    .await;
    let program = Program::before(origin.port).policy(POLICY).start();
    for (path, _, photo) in &refused {
        for http in Http::BOTH {
            let shown = program.client().over(http, Request::get(*path).body(Vec::new()).expect("a request")).await;
            assert!(!shown.whole && photo.starts_with(&shown.body), "{path}");
            // What was on its way when the answer was broken off may be lost, too.
            assert!(shown.body.len() <= 400_060, "{path}: {}", shown.body.len());
        }
        let record = program.record(|record| record["path"] == *path);
        let found = record["download"]["found"].as_array().expect("findings").clone();
        let is_number = |found: &serde_json::Value| found["kind"] == "resident-registration-number";
        let first = found.iter().find(|found| is_number(found)).unwrap_or_else(|| panic!("{record}"));
        assert!(first["first"].as_str().expect("a place").starts_with("the body › "), "{first}");
    }
    for (path, _, photo) in &clean {
        for http in Http::BOTH {
            let shown = program.client().over(http, Request::get(*path).body(Vec::new()).expect("a request")).await;
            assert!(shown.status == 200 && shown.whole && shown.body == *photo, "{path}");
        }
        let record = program.record(|record| record["path"] == *path);
        accounted(&record, "download", photo.len());
    }
}
