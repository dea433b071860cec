//! However an answer is cut, coded and carried, the client gets the page that inspecting the whole body gives.

use crate::support::{
    Answer, Http, MASK_ALL, Origin, Piece, Program, RESIDENT, Seen, accounted, answer, coded, coded_in_pieces, decoded,
    masked, page, unsealed,
};
use garim::inspect::coding::Coding;
use http::Request;
use std::sync::Arc;
use std::time::Duration;

/// What it is served as.
pub const HTML: &str = "text/html; charset=euc-kr";
/// Longer than garim waits for a site that is at work on the rest of a page: what came goes on its way.
const PAUSE: Duration = Duration::from_millis(40);
/// Where one value stands that is cut at every byte.
const CUT: &str = "900101-5123488";
/// The same in [`json`].
const JSON_CUT: &str = "9001011234568";

/// A page in EUC-KR with values of several kinds in several places.
pub fn body() -> Vec<u8> {
    let text = format!(
        "게시판</p>\n{}<p>주민등록번호 {RESIDENT}</p><input name=a value=\"010-1234-5678\"><p>외국인 {CUT} 카드 \
         4539-1488-0343-6467</p><script>view('{RESIDENT}')</script><!-- hong@example.com -->",
        "<p>공지 2026-11-22 조회 1,234</p>\n".repeat(40)
    );
    encoding_rs::EUC_KR.encode(&page(&text)).0.into_owned()
}

/// Data in which a number is masked, which becomes a string.
fn json() -> Vec<u8> {
    let posts = "{\"no\":1234,\"title\":\"공지\",\"at\":1763769600000},".repeat(20);
    format!(
        "{{\"posts\":[{posts}{{}}],\"주민등록번호\":{JSON_CUT},\"phone\":\"010-1234-5678\",\"rrn\":\"{RESIDENT}\"}}"
    )
    .into_bytes()
}

fn head(kind: &str, extra: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n{extra}\r\n").into_bytes()
}

/// A chunk in its framing.
pub fn chunk(bytes: &[u8]) -> Vec<u8> {
    [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat()
}

/// An answer in chunks, with or without pauses between them.
fn chunked(kind: &str, extra: &str, pieces: &[impl AsRef<[u8]>], pause: bool) -> Vec<Piece> {
    let mut all = vec![Piece::Send(head(kind, &format!("Transfer-Encoding: chunked\r\n{extra}")))];
    for piece in pieces {
        if pause {
            all.push(Piece::Pause(PAUSE));
        }
        all.push(Piece::Send(chunk(piece.as_ref())));
    }
    all.push(Piece::Send(chunk(b"")));
    all
}

struct Way {
    name: String,
    pieces: Vec<Piece>,
}

/// All ways in which the site sends the page.
fn ways(kind: &str, body: &[u8], value: &str) -> Vec<Way> {
    let mut ways = Vec::new();
    let mut add = |name: String, pieces| ways.push(Way { name, pieces });
    add("with a length".into(), vec![Piece::Send(answer(kind, "", body))]);
    add(
        "up to the close".into(),
        vec![Piece::Send([head(kind, "Connection: close\r\n"), body.to_vec()].concat()), Piece::Close],
    );
    let at = body.windows(value.len()).position(|window| window == value.as_bytes()).expect("the value");
    for cut in at..=at + value.len() {
        let pieces = [&body[..cut], &body[cut..]];
        let zipped = coded_in_pieces(Coding::Gzip, &pieces);
        for pause in [false, true] {
            add(format!("cut at {}, pause {pause}", cut - at), chunked(kind, "", &pieces, pause));
            let name = format!("gzip, cut at {}, pause {pause}", cut - at);
            add(name, chunked(kind, "Content-Encoding: gzip\r\n", &zipped, pause));
        }
        let members = [coded(Coding::Gzip, &body[..cut]), coded(Coding::Gzip, &body[cut..])].concat();
        add(
            format!("gzip members, cut at {}", cut - at),
            vec![Piece::Send(answer(kind, "Content-Encoding: gzip\r\n", members))],
        );
    }
    let bytes: Vec<&[u8]> = body.chunks(1).collect();
    add("byte by byte".into(), chunked(kind, "", &bytes, false));
    for (name, bytes) in codings(body) {
        let field = format!("Content-Encoding: {name}\r\n");
        add(format!("{name} whole"), vec![Piece::Send(answer(kind, &field, &bytes))]);
        let pieces: Vec<&[u8]> = bytes.chunks(bytes.len().div_ceil(4)).collect();
        add(format!("{name} slowly"), chunked(kind, &field, &pieces, true));
    }
    ways
}

/// The body in every coding that sites send, with its name.
pub fn codings(body: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let zlib = coded(Coding::Deflate, body);
    assert_eq!(zlib[0], 0x78, "zlib has a head");
    vec![
        ("gzip", coded(Coding::Gzip, body)),
        ("x-gzip", coded(Coding::Gzip, body)),
        // Old servers send deflate without the zlib around it.
        ("deflate", zlib[2..zlib.len() - 4].to_vec()),
        ("deflate", zlib),
        ("br", coded(Coding::Brotli, body)),
        ("zstd", coded(Coding::Zstd, body)),
        ("deflate, gzip", coded(Coding::Gzip, &coded(Coding::Deflate, body))),
    ]
}

/// What an answer says, its coding undone.
pub fn content(answer: &Answer) -> Vec<u8> {
    decoded(answer.field("content-encoding"), &answer.body)
}

/// The number that a target is.
pub fn number(seen: &Seen) -> usize {
    seen.target()[1..].parse().expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_of_a_page_gives_what_the_whole_page_gives() {
    let body = body();
    assert!(masked(HTML, &body).len() > body.len(), "what is sealed is shown with its value");
    every_way(HTML, body, CUT).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_of_json_gives_what_the_whole_gives() {
    for kind in ["application/json; charset=utf-8", "application/json"] {
        assert_eq!(masked(kind, &json()).len(), json().len() + 2);
        every_way(kind, json(), JSON_CUT).await;
    }
}

async fn every_way(kind: &str, body: Vec<u8>, value: &str) {
    let expected = masked(kind, &body);
    assert!(expected != body);
    let ways = Arc::new(ways(kind, &body, value));
    let served = Arc::clone(&ways);
    let origin = Origin::new(move |seen: &Seen| served[number(seen)].pieces.clone()).await;
    let program = Program::before(origin.port).policy(MASK_ALL).start();
    let mut tasks = Vec::new();
    for http in Http::BOTH {
        for accept in ["gzip, deflate, br", "identity"] {
            let (ways, client, expected) = (Arc::clone(&ways), program.client(), expected.clone());
            tasks.push(tokio::spawn(async move {
                let mut kept = client.keep(http).await;
                for (number, Way { name, .. }) in ways.iter().enumerate() {
                    let request = Request::get(format!("/{number}")).header("accept-encoding", accept);
                    let shown = kept.send(request.body("").expect("a request")).await;
                    assert!(
                        shown.whole && unsealed(&content(&shown)) == expected,
                        "{name} over {http:?}: {}",
                        shown.text()
                    );
                    assert!(shown.field("content-encoding").is_empty() || accept != "identity", "{name}");
                }
            }));
        }
    }
    for task in tasks {
        task.await.expect("every way");
    }
    for number in 0..ways.len() {
        accounted(&program.record(|record| record["path"] == format!("/{number}")), "download", body.len());
    }
    for seen in origin.seen() {
        assert!(matches!(seen.field("accept-encoding")[..], ["gzip" | "identity"]), "{}", seen.head);
    }
}
