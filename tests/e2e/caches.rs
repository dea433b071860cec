//! What caches may keep, and which copies are called good: only those that garim gave out as it would today.

use crate::support::{
    Answer, Client, Http, MASK_ALL, Origin, Piece, Program, RESIDENT, RESIDENT_MASKED, Seen, answer, garim_with, page,
};
use http::{Method, Request};

const HTML: &str = "text/html; charset=utf-8";
const PNG: &str = "image/png";
const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n a picture";
/// What a site plays is sent in parts.
const MP4: &str = "video/mp4";
const FILM: &[u8] = b"\0\0\0\x18ftypmp42 a film";
/// It is looked at, and nobody knows what it is.
const PROGRAM: &[u8] = b"\x7FELF\0\x01\x02 a program";
const DAY: &str = "Sun, 22 Nov 2026 00:00:00 GMT";
/// A policy that only looks.
const LOG_ALL: &str = "[policy.board]\n[[policy.board.rule]]\nfind = [\"*\"]\naction = \"log\"\n";

/// A thing that a site has.
struct Thing {
    path: &'static str,
    kind: &'static str,
    /// Its validators, as fields.
    validators: &'static str,
    body: Vec<u8>,
}

fn things() -> Vec<Thing> {
    let thing = |path, kind, validators, body: &[u8]| Thing { path, kind, validators, body: body.to_vec() };
    let (both, dated) = (
        "ETag: \"1\"\r\nLast-Modified: Sun, 22 Nov 2026 00:00:00 GMT\r\n",
        "Last-Modified: Sun, 22 Nov 2026 00:00:00 GMT\r\n",
    );
    let number = page(&format!("주민등록번호 {RESIDENT}")).into_bytes();
    let clean = page("아무 번호도 없는 글").into_bytes();
    vec![
        thing("/number", HTML, both, &number),
        thing("/number-dated", HTML, dated, &number),
        thing("/clean", HTML, both, &clean),
        thing("/clean-dated", HTML, dated, &clean),
        thing("/clean-unquoted", HTML, "ETag: 5f3a\r\n", &clean),
        thing("/picture", PNG, both, PICTURE),
        thing("/picture-dated", PNG, dated, PICTURE),
        thing("/film", MP4, both, FILM),
        thing("/film-dated", MP4, dated, FILM),
        thing("/download", "application/octet-stream", both, PROGRAM),
        thing("/script", "application/javascript", "ETag: W/\"1\"\r\n", b"var a = 1;"),
    ]
}

/// A site that answers conditions and ranges as RFC 9110 section 13 has it, the simple way: every condition that it sees
/// holds if it names what it has.
async fn site() -> Origin {
    let things = things();
    Origin::new(move |seen: &Seen| {
        let thing = things.iter().find(|thing| thing.path == seen.target()).expect("a thing");
        vec![Piece::Send(conditional(thing, seen))]
    })
    .await
}

fn conditional(thing: &Thing, seen: &Seen) -> Vec<u8> {
    let Thing { kind, validators, body, .. } = thing;
    let has = |name: &str| {
        seen.field(name)
            .iter()
            .any(|value| value.split(", ").chain([*value]).any(|value| validators.contains(&format!(": {value}\r\n"))))
    };
    let asks = |name: &str| !seen.field(name).is_empty();
    let fields = format!("Date: Sun, 22 Nov 2026 09:00:00 GMT\r\n{validators}Cache-Control: public, max-age=60\r\n");
    let head = |status: &str| format!("HTTP/1.1 {status}\r\n{fields}");
    if asks("if-match") && !has("if-match") {
        return b"HTTP/1.1 412 Precondition Failed\r\nContent-Length: 0\r\n\r\n".to_vec();
    }
    if has("if-none-match") || (!asks("if-none-match") && has("if-modified-since")) {
        return [head("304 Not Modified").as_bytes(), b"\r\n"].concat();
    }
    if asks("range") && (!asks("if-range") || has("if-range")) {
        let head = head("206 Partial Content");
        let range =
            format!("Content-Type: {kind}\r\nContent-Range: bytes 2-5/{}\r\nContent-Length: 4\r\n\r\n", body.len());
        return [head.as_bytes(), range.as_bytes(), &body[2..6]].concat();
    }
    let whole = answer(kind, &fields, body);
    let end = whole.len() - if seen.head.starts_with("HEAD") { body.len() } else { 0 };
    whole[..end].to_vec()
}

async fn ask(client: &Client, http: Http, method: Method, path: &str, fields: &[(&str, &str)]) -> Answer {
    let request = Request::builder().method(method).uri(path);
    let request = fields.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    client.over(http, request.body("").expect("a request")).await
}

async fn get(client: &Client, http: Http, path: &str, fields: &[(&str, &str)]) -> Answer {
    ask(client, http, Method::GET, path, fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_from_before_garim_is_never_called_good() {
    let site = site().await;
    let program = Program::before(site.port).policy(MASK_ALL).start();
    let client = program.client();
    for http in Http::BOTH {
        for thing in things() {
            let conditions: [&[(&str, &str)]; 7] = [
                &[("if-none-match", "\"1\""), ("if-modified-since", DAY)],
                &[("if-none-match", "W/\"1\", \"2\"")],
                &[("if-none-match", "5f3a")],
                &[("if-none-match", "*")],
                &[("if-modified-since", DAY)],
                &[("if-range", "\"1\""), ("range", "bytes=2-5")],
                &[("if-range", DAY), ("range", "bytes=2-5")],
            ];
            for fields in conditions {
                let shown = get(&client, http, thing.path, fields).await;
                assert_eq!(shown.status, 200, "{http:?} {} {fields:?}", thing.path);
                let number = thing.path.starts_with("/number");
                assert_eq!(shown.text().contains(RESIDENT_MASKED), number, "{} {fields:?}", thing.path);
                assert!(!shown.text().contains(RESIDENT));
                let seen = site.seen().pop().expect("a request");
                for name in ["if-none-match", "if-modified-since", "if-range"] {
                    assert!(seen.field(name).is_empty(), "{name} in {}", seen.head);
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_found_in_is_kept_by_nobody_and_the_rest_as_the_site_says() {
    let site = site().await;
    for policy in [MASK_ALL, LOG_ALL] {
        let program = Program::before(site.port).policy(policy).start();
        let client = program.client();
        for http in Http::BOTH {
            for thing in things() {
                let shown = get(&client, http, thing.path, &[]).await;
                let head = ["cache-control", "etag", "last-modified"].map(|name| shown.field(name).to_owned());
                if thing.path.starts_with("/number") {
                    assert_eq!(head, ["private, no-store", "", ""], "{policy} {}", thing.path);
                    continue;
                }
                let read = ![PNG, MP4].contains(&thing.kind);
                let dated = !read && thing.validators.contains("Last-Modified");
                assert_eq!(head[0], "public, max-age=60");
                assert!(head[1].trim_start_matches("W/").starts_with("\"g-"), "{} {head:?}", thing.path);
                assert_eq!(head[2], if dated { DAY } else { "" }, "{}", thing.path);
                assert!(shown.body == thing.body, "{}", thing.path);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_garim_gave_out_is_good_as_long_as_the_site_says_so() {
    let site = site().await;
    let program = Program::before(site.port).policy(MASK_ALL).start();
    let client = program.client();
    for http in Http::BOTH {
        for thing in things().into_iter().filter(|thing| !thing.path.starts_with("/number")) {
            let whole = get(&client, http, thing.path, &[]).await;
            let tag = whole.field("etag");
            // A browser that was given a date sends it too.
            let again = get(&client, http, thing.path, &[("if-none-match", tag), ("if-modified-since", DAY)]).await;
            assert_eq!((again.status.as_u16(), again.field("etag"), again.body.len()), (304, tag, 0), "{}", thing.path);
            assert_eq!(again.field("cache-control"), whole.field("cache-control"), "as the 200 has it");
            assert_eq!(again.field("last-modified"), "");
            let seen = site.seen().pop().expect("a request");
            let (name, expected) = match thing.validators.strip_prefix("ETag: ") {
                Some(rest) => ("if-none-match", rest.lines().next().expect("a tag")),
                None => ("if-modified-since", DAY),
            };
            assert_eq!(seen.field(name), [expected], "{}", seen.head);
            let among = get(&client, http, thing.path, &[("if-none-match", &format!("\"x\", {tag}, \"1\""))]).await;
            assert_eq!((among.status.as_u16(), among.field("etag")), (304, tag));
            let head = ask(&client, http, Method::HEAD, thing.path, &[("if-none-match", tag)]).await;
            assert_eq!((head.status.as_u16(), head.field("etag")), (304, tag));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_what_is_not_read_has_the_tag_of_the_whole() {
    let site = site().await;
    let program = Program::before(site.port).policy(MASK_ALL).start();
    let client = program.client();
    for http in Http::BOTH {
        for path in ["/film", "/film-dated"] {
            let whole = get(&client, http, path, &[]).await;
            let tag = whole.field("etag");
            assert!(tag.starts_with('"'), "its date is long past: {tag}");
            let part = get(&client, http, path, &[("range", "bytes=2-5"), ("if-range", tag)]).await;
            assert_eq!((part.status.as_u16(), part.field("etag")), (206, tag), "{path}");
            assert_eq!(part.body, FILM[2..6]);
            let free = get(&client, http, path, &[("range", "bytes=2-5")]).await;
            assert_eq!((free.status.as_u16(), free.field("etag")), (206, tag), "{path}");
        }
        let part = get(&client, http, "/picture", &[("range", "bytes=2-5")]).await;
        assert_eq!(part.status, 200, "a part of a picture would keep to itself what is written about it");
        let clean = get(&client, http, "/clean", &[]).await;
        let fields = [("range", "bytes=2-5"), ("if-range", clean.field("etag"))];
        let whole = get(&client, http, "/clean", &fields).await;
        assert_eq!((whole.status.as_u16(), whole.field("etag")), (200, clean.field("etag")), "a page is never cut");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_another_policy_no_copy_is_good_and_after_none_all_are() {
    let site = site().await;
    let program = Program::before(site.port).policy(LOG_ALL).start();
    let client = program.client();
    let reload = || assert_eq!(garim_with("reload", &program.config()).code, Some(0));
    let mut tags = Vec::new();
    for thing in things().iter().filter(|thing| !thing.path.starts_with("/number")) {
        tags.push((thing.path, get(&client, Http::One, thing.path, &[]).await.field("etag").to_owned()));
    }
    let all = async |status: u16, when: &str| {
        for (path, tag) in &tags {
            for http in Http::BOTH {
                let shown = get(&client, http, path, &[("if-none-match", tag)]).await;
                assert_eq!(shown.status, status, "{path} {when}");
            }
        }
    };
    all(304, "before").await;
    reload();
    all(304, "after a reload of the same").await;
    program.edit_config("[policy.board]\n", "# The same, with a remark and a name.\n[policy.board]\n");
    program.edit_config("find = [\"*\"]\n", "name = \"a name\"\nfind = [\"*\"]\n");
    reload();
    all(304, "after a reload of what decides alike").await;
    program.edit_config("action = \"log\"", "action = \"mask\"");
    reload();
    all(200, "under another policy").await;
    program.edit_config("action = \"mask\"", "action = \"log\"");
    reload();
    all(304, "under the old one again").await;
    program.edit_config("policy = \"board\"\n", "policy = \"board\"\nmode = \"observe\"\n");
    reload();
    all(200, "in another mode").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_policy_now_withholds_is_not_called_good_either() {
    let site = site().await;
    let program = Program::before(site.port).policy(LOG_ALL).start();
    let tag = get(&program.client(), Http::One, "/picture", &[]).await.field("etag").to_owned();
    let blocks = "[[policy.board.rule]]\nfind = [\"uninspectable:image\"]\naction = \"block\"\n";
    program.edit_config("action = \"log\"\n", &format!("action = \"log\"\n{blocks}"));
    assert_eq!(garim_with("reload", &program.config()).code, Some(0));
    for http in Http::BOTH {
        for fields in [&[("if-none-match", tag.as_str())][..], &[("if-none-match", "\"1\"")], &[]] {
            for method in [Method::GET, Method::HEAD] {
                let shown = ask(&program.client(), http, method.clone(), "/picture", fields).await;
                let got = (shown.status.as_u16(), shown.field("cache-control"), shown.field("etag"));
                assert_eq!(got, (403, "no-store", ""), "{method} {fields:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_garim_does_not_inspect_keeps_the_sites_own() {
    let site = site().await;
    let policy = "[policy.board]\ndefault = \"pass\"\n[[policy.board.rule]]\non = \"upload\"\nfind = [\"*\"]\naction = \"log\"\n";
    let program = Program::before(site.port).policy(policy).start();
    for http in Http::BOTH {
        let shown = get(&program.client(), http, "/clean", &[]).await;
        assert_eq!((shown.field("etag"), shown.field("last-modified")), ("\"1\"", DAY));
        let again = get(&program.client(), http, "/clean", &[("if-none-match", "\"1\"")]).await;
        assert_eq!((again.status.as_u16(), again.field("etag")), (304, "\"1\""));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_style_of_a_site_that_says_nothing_stays_as_fresh_as_its_date_made_it() {
    let fields = format!("Date: Sun, 22 Nov 2026 01:40:00 GMT\r\nETag: \"1\"\r\nLast-Modified: {DAY}\r\n");
    let site = Origin::new(move |seen: &Seen| {
        let kind = if seen.target() == "/style" { "text/css" } else { HTML };
        vec![Piece::Send(answer(kind, &fields, "a { color: red }"))]
    })
    .await;
    let program = Program::before(site.port).policy(MASK_ALL).start();
    for http in Http::BOTH {
        for (path, expected) in [("/style", "max-age=600"), ("/page", "")] {
            let shown = get(&program.client(), http, path, &[]).await;
            assert_eq!((shown.field("cache-control"), shown.field("last-modified")), (expected, ""), "{path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_304_that_was_not_asked_for_is_no_answer() {
    let site = Origin::always(b"HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n\r\n".to_vec()).await;
    let program = Program::before(site.port).policy(MASK_ALL).start();
    for http in Http::BOTH {
        for method in [Method::GET, Method::HEAD, Method::POST] {
            let path = format!("/{http:?}/{method}");
            let shown = ask(&program.client(), http, method, &path, &[("if-none-match", "\"1\"")]).await;
            assert_eq!((shown.status.as_u16(), shown.field("etag")), (502, ""), "{path}");
            assert_eq!(program.record(|record| record["path"] == path.as_str())["outcome"], "site-down");
        }
        // Nor does an asked-for change of protocol open a way around.
        let upgrade = "[[policy.board.rule]]\nfind = [\"uninspectable:upgrade\"]\naction = \"log\"\n";
        let program = Program::before(site.port).policy(&format!("{MASK_ALL}{upgrade}")).start();
        let request = format!(
            "GET /ws HTTP/1.1\r\nHost: localhost:{}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             If-None-Match: \"1\"\r\n\r\n",
            program.port
        );
        let mut wire = program.client().wire().await;
        wire.send(request).await;
        assert!(wire.until("\r\n\r\n").await.starts_with("HTTP/1.1 502 "));
        assert!(site.seen().pop().expect("a request").field("if-none-match").is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_stays_guarded_by_what_garim_gave_out() {
    let site = site().await;
    let program = Program::before(site.port).policy(MASK_ALL).start();
    let client = program.client();
    for http in Http::BOTH {
        let tag = get(&client, http, "/clean", &[]).await.field("etag").to_owned();
        for method in [Method::PUT, Method::PATCH, Method::DELETE] {
            let done = ask(&client, http, method.clone(), "/clean", &[("if-match", &tag)]).await;
            assert_eq!(done.status, 200, "{method}");
            assert_eq!(site.seen().pop().expect("a request").field("if-match"), ["\"1\""]);
            let other = tag.replace("-s1", "-s2");
            let refused = ask(&client, http, method.clone(), "/clean", &[("if-match", &other)]).await;
            assert_eq!(refused.status, 412, "{method}: nobody has given that tag out");
            assert_ne!(done.field("etag"), tag, "the tag of a change is for guarding only");
            let copy = get(&client, http, "/clean", &[("if-none-match", done.field("etag"))]).await;
            assert_eq!(copy.status, 200);
            let next = ask(&client, http, method, "/clean", &[("if-match", done.field("etag"))]).await;
            assert_eq!(next.status, 200);
        }
        assert_eq!(get(&client, http, "/clean", &[("if-match", "\"1\"")]).await.status, 412);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_script_is_kept_by_caches_and_a_long_page_of_now_streams() {
    let long = "var a = 'a line of a script that is rather long';\n".repeat(40_000);
    assert!(long.len() > 1 << 20);
    let numbers = format!("{long}var b = '{RESIDENT}';\n");
    let bodies = [long.clone(), numbers.clone(), long, numbers];
    let site = Origin::new(move |seen: &Seen| {
        let at: usize = seen.target()[1..].parse().expect("a number");
        let fields = if at < 2 {
            "ETag: \"1\"\r\nCache-Control: max-age=60\r\n"
        } else {
            "Cache-Control: max-age=0, no-store\r\n"
        };
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/javascript\r\n{fields}Transfer-Encoding: chunked\r\n\r\n"
        );
        let chunk = |text: &str| format!("{:x}\r\n{text}\r\n", text.len()).into_bytes();
        let (first, rest) = bodies[at].split_at(600 << 10);
        let pause = Piece::Pause(std::time::Duration::from_millis(100));
        vec![
            Piece::Send([head.into_bytes(), chunk(first)].concat()),
            pause,
            Piece::Send([chunk(rest), chunk("")].concat()),
        ]
    })
    .await;
    let program = Program::before(site.port).policy(MASK_ALL).start();
    for http in Http::BOTH {
        for (at, kept) in [(0, true), (1, false), (2, false), (3, false)] {
            let shown = get(&program.client(), http, &format!("/{at}"), &[]).await;
            assert!(shown.whole && !shown.text().contains(RESIDENT), "{at}");
            let expected = if kept { "max-age=60" } else { "private, no-store" };
            assert_eq!(shown.field("cache-control"), expected, "{at}");
            assert_eq!(shown.field("etag").is_empty(), !kept, "{at}");
            // What was waited for has a length.
            assert_eq!(shown.field("content-length").is_empty(), at >= 2, "{http:?} {at}");
        }
    }
}
