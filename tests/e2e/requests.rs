//! What is posted, in every form: masked, refused or passed, and every byte accounted for.

use crate::support::{Answer, FORM, Http, MASK_ALL, Origin, Program, RESIDENT, Seen, accounted, coded, decoded, ok};
use garim::inspect::coding::Coding;
use http::Request;

const MULTIPART: &str = "multipart/form-data; boundary=B";

/// A part of a form, whose fields after the name are literal bytes.
fn part(head: impl AsRef<[u8]>, content: impl AsRef<[u8]>) -> Vec<u8> {
    let start = b"--B\r\nContent-Disposition: form-data; ";
    [start, head.as_ref(), b"\r\n\r\n", content.as_ref(), b"\r\n"].concat()
}

fn form(parts: &[Vec<u8>]) -> Vec<u8> {
    [&parts.concat()[..], b"--B--\r\n"].concat()
}

fn euc_kr(text: &str) -> Vec<u8> {
    encoding_rs::EUC_KR.encode(text).0.into_owned()
}

fn percent(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("%{byte:02X}")).collect()
}

struct Site {
    origin: Origin,
    program: Program,
}

impl Site {
    async fn with(policy: &str) -> Site {
        let origin = Origin::always(ok()).await;
        let program = Program::before(origin.port).policy(policy).start();
        Site { origin, program }
    }

    async fn post(&self, http: Http, path: &str, fields: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut request = Request::post(path);
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        self.program.client().over(http, request.body(body.to_vec()).expect("a request")).await
    }

    /// Posts something that passes; as it reached the site.
    async fn passes(&self, http: Http, path: &str, fields: &[(&str, &str)], body: &[u8]) -> Seen {
        let answer = self.post(http, path, fields, body).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        self.origin.seen().pop().expect("a request")
    }

    /// Posts something that is refused, of which nothing reaches the site; the page.
    async fn refuses(&self, http: Http, path: &str, fields: &[(&str, &str)], body: &[u8]) -> Answer {
        let before = self.origin.seen().len();
        let answer = self.post(http, path, fields, body).await;
        assert_eq!(answer.status, 403, "{path}: {}", answer.text());
        assert_eq!(self.origin.seen().len(), before, "{path} reached the site");
        answer
    }

    fn record(&self, path: &str) -> serde_json::Value {
        self.program.record(|record| record["path"] == path)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_masked_reaches_the_site_so() {
    let site = Site::with(MASK_ALL).await;
    let file = |content: &str| form(&[part("name=\"f\"; filename=\"a.csv\"\r\nContent-Type: text/csv", content)]);
    let cases: Vec<(&str, Vec<u8>, Vec<u8>)> = vec![
        (FORM, b"a=b&content=no+900101-1234568.&c=".to_vec(), b"a=b&content=no+900101-*******.&c=".to_vec()),
        (FORM, b"content=%39%300101-123456%38".to_vec(), b"content=%39%300101-******%2A".to_vec()),
        (
            "application/json",
            br#"{"id":"900101-1234568","b":[1]}"#.to_vec(),
            br#"{"id":"900101-*******","b":[1]}"#.to_vec(),
        ),
        ("application/json", br#"{"rrn":9001011234568}"#.to_vec(), br#"{"rrn":"900101*******"}"#.to_vec()),
        ("text/plain", b"tel 010-1234-5678".to_vec(), b"tel 010-****-5678".to_vec()),
        (
            MULTIPART,
            form(&[part("name=\"a\"", RESIDENT), part("name=\"b\"", "c")]),
            form(&[part("name=\"a\"", "900101-*******"), part("name=\"b\"", "c")]),
        ),
        (MULTIPART, file("name,rrn\r\nKim,900101-1234568\r\n"), file("name,rrn\r\nKim,900101-*******\r\n")),
    ];
    for (number, (content_type, body, expected)) in cases.iter().enumerate() {
        for http in Http::BOTH {
            let path = format!("/{number}/{http:?}");
            let seen = site.passes(http, &path, &[("content-type", content_type)], body).await;
            let (got, wanted) = (String::from_utf8_lossy(&seen.body), String::from_utf8_lossy(expected));
            assert_eq!(got, wanted, "{content_type}");
            assert_eq!(seen.field("content-length"), [expected.len().to_string()], "{content_type}");
            let record = site.record(&path);
            assert_eq!((&record["upload"]["verdict"], &record["outcome"]), (&"mask".into(), &"answered".into()));
            accounted(&record, "upload", body.len());
        }
    }
    for (target, expected) in [
        ("/find?q=900101-1234568&p=1", "/find?q=900101-*~*~*~*&p=1"),
        ("/find?q=900101%2D123456%38", "/find?q=900101%2D*~*~*~%2A"),
    ] {
        assert_eq!(site.program.client().get(target).await.status, 200);
        let seen = site.origin.seen().pop().expect("a request");
        assert_eq!(seen.target(), expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn coded_requests_are_read() {
    let site = Site::with(crate::support::POLICY).await;
    let clean = b"subject=hello&content=world";
    let planted = format!("subject=hello&content={RESIDENT}");
    for http in Http::BOTH {
        let fields = [("content-type", FORM), ("content-encoding", "gzip")];
        let bytes = coded(Coding::Gzip, clean);
        let path = format!("/clean/{http:?}");
        let seen = site.passes(http, &path, &fields, &bytes).await;
        assert_eq!(seen.field("content-encoding"), ["gzip"]);
        assert!(seen.body == bytes);
        accounted(&site.record(&path), "upload", clean.len());
        let path = format!("/planted/{http:?}");
        site.refuses(http, &path, &fields, &coded(Coding::Gzip, planted.as_bytes())).await;
        accounted(&site.record(&path), "upload", planted.len());
    }
    for (name, coding) in [("deflate", Coding::Deflate), ("br", Coding::Brotli), ("zstd", Coding::Zstd)] {
        let fields = [("content-type", FORM), ("content-encoding", name)];
        site.refuses(Http::One, "/other", &fields, &coded(coding, planted.as_bytes())).await;
        let bytes = coded(coding, clean);
        assert!(site.passes(Http::One, "/other", &fields, &bytes).await.body == bytes, "{name}");
    }
    let site = Site::with(MASK_ALL).await;
    let fields = [("content-type", FORM), ("content-encoding", "gzip"), ("content-digest", "sha-256=:eA==:")];
    let seen = site.passes(Http::One, "/masked", &fields, &coded(Coding::Gzip, planted.as_bytes())).await;
    let coding = seen.field("content-encoding").first().copied().unwrap_or_default().to_owned();
    assert_eq!(decoded(&coding, &seen.body), planted.replace("1234568", "*******").as_bytes());
    assert_eq!(seen.field("content-length"), [seen.body.len().to_string()]);
    assert!(seen.field("content-digest").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_cut_at_every_byte_is_masked_as_if_it_were_whole() {
    let site = Site::with(MASK_ALL).await;
    let port = site.program.port;
    let body = format!("a=b&content=no+{RESIDENT}.");
    for cut in 1..body.len() {
        // A chunked request is its connection's last.
        let mut wire = site.program.client().wire().await;
        wire.send(format!(
            "POST /{cut} HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Type: {FORM}\r\nTransfer-Encoding: chunked\r\n\r\n"
        ))
        .await;
        for piece in [&body[..cut], &body[cut..]] {
            wire.send(format!("{:x}\r\n{piece}\r\n", piece.len())).await;
        }
        wire.send("0\r\n\r\n").await;
        wire.until("\r\n\r\nok").await;
        let seen = site.origin.seen().pop().expect("a request");
        assert_eq!(String::from_utf8_lossy(&seen.body), "a=b&content=no+900101-*******.", "cut at {cut}");
        assert_eq!(seen.field("content-length"), [body.len().to_string()]);
        assert!(seen.field("transfer-encoding").is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn posts_in_euc_kr_are_read_and_pass_as_they_were() {
    let site = Site::with(crate::support::POLICY).await;
    let subject = percent(&euc_kr("제목과 본문"));
    let wide = percent(&euc_kr("９００１０１－１２３４５６８"));
    let name = [&b"name=\"f\"; filename=\""[..], &euc_kr("한글 파일.txt"), b"\"\r\nContent-Type: text/plain"].concat();
    let list = euc_kr("명단: 홍길동");
    for http in Http::BOTH {
        let body = format!("subject={subject}&content=%C7%D1%B1%DB");
        let path = format!("/form/{http:?}");
        assert_eq!(site.passes(http, &path, &[("content-type", FORM)], body.as_bytes()).await.body, body.as_bytes());
        accounted(&site.record(&path), "upload", body.len());
        let body = form(&[part(&name, &list)]);
        let path = format!("/file/{http:?}");
        assert_eq!(site.passes(http, &path, &[("content-type", MULTIPART)], &body).await.body, body);
        accounted(&site.record(&path), "upload", body.len());
        let planted = format!("subject={subject}&content={wide}");
        site.refuses(http, "/wide", &[("content-type", FORM)], planted.as_bytes()).await;
        let planted = form(&[part(&name, [&list[..], b" 900101-1234568"].concat())]);
        let page = site.refuses(http, "/planted", &[("content-type", MULTIPART)], &planted).await;
        assert!(page.text().contains("한글 파일.txt"), "{}", page.text());
        let named = [&b"name=\"f\"; filename=\""[..], &euc_kr("명단 900101-1234568.txt"), b"\""].concat();
        site.refuses(http, "/named", &[("content-type", MULTIPART)], &form(&[part(&named, "a")])).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_pass_and_are_counted() {
    let site = Site::with(crate::support::POLICY).await;
    // A bitmap, whose head is all that is looked at.
    let head = b"BM\0\x04\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0".as_slice();
    let image = [head, &[0; 1000], RESIDENT.as_bytes()].concat();
    let body = form(&[
        part("name=\"a\"", "text"),
        part("name=\"f\"; filename=\"a.bmp\"\r\nContent-Type: image/bmp", &image),
        part("name=\"g\"; filename=\"b.txt\"\r\nContent-Type: text/plain", "more text"),
    ]);
    for http in Http::BOTH {
        let path = format!("/{http:?}");
        let seen = site.passes(http, &path, &[("content-type", MULTIPART)], &body).await;
        assert!(seen.body == body);
        let record = site.record(&path);
        accounted(&record, "upload", body.len());
        assert_eq!(record["upload"]["inspected"], body.len(), "{record}");
        assert_eq!(record["upload"]["found"][0]["kind"], "uninspectable:image", "{record}");
    }
    let beside = [&body[..body.len() - 7], &part("name=\"z\"", RESIDENT), b"--B--\r\n"].concat();
    site.refuses(Http::One, "/beside", &[("content-type", MULTIPART)], &beside).await;
    accounted(&site.record("/beside"), "upload", beside.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_is_refused_wherever_it_stands() {
    let site = Site::with(crate::support::POLICY).await;
    let named = |head: &str| form(&[part(head, "a")]);
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        (FORM, format!("{RESIDENT}=a").into(), "the name of a field"),
        (FORM, format!("a=b&text={RESIDENT}").into(), "field 'text'"),
        (MULTIPART, named(&format!("name=\"{RESIDENT}\"")), "the name of a field"),
        (MULTIPART, named(&format!("name=\"f\"; filename=\"{RESIDENT}.txt\"")), "the name of an attachment"),
        (
            MULTIPART,
            form(&[part("name=\"f\"; filename=\"list.txt\"\r\nContent-Type: text/plain", format!("a\r\n{RESIDENT}"))]),
            "attachment 'list.txt', line 2",
        ),
        ("application/json", format!("{{\"a\":{{\"{RESIDENT}\":1}}}}").into(), "the body, line 1"),
        ("application/xml", format!("<a>\n<b c=\"{RESIDENT}\"/></a>").into(), "the body, line 2"),
        ("text/plain", RESIDENT.into(), "the body, line 1"),
        ("", format!("a={RESIDENT}").into(), "field 'a'"),
    ];
    for http in Http::BOTH {
        for (number, (content_type, body, place)) in cases.iter().enumerate() {
            let path = format!("/{number}/{http:?}");
            let fields = [("content-type", *content_type)];
            let fields = if content_type.is_empty() { &fields[..0] } else { &fields[..] };
            let page = site.refuses(http, &path, fields, body).await;
            assert!(!page.text().contains(RESIDENT), "{}", page.text());
            let record = site.record(&path);
            let first = record["upload"]["found"][0]["first"].as_str().expect("a place");
            assert!(first.starts_with(place), "{content_type}: {first}, not {place}");
            accounted(&record, "upload", body.len());
        }
        for target in [
            "/board/900101-1234568",
            "/board/900101%2D1234568/edit",
            "/find?no=900101-1234568",
            "/find?900101-1234568=1",
        ] {
            let request = Request::get(target).body("").expect("a request");
            assert_eq!(site.program.client().over(http, request).await.status, 403, "{target}");
        }
        let path = format!("/{RESIDENT}/{http:?}");
        site.refuses(http, &path, &[("content-type", FORM)], b"a=b").await;
        accounted(&site.record(&path.replace("1234568", "*******")), "upload", 3);
    }
    assert!(site.origin.seen().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_is_refused_in_json() {
    let site = Site::with(crate::support::POLICY).await;
    let body = format!("{{\"content\":\"{RESIDENT}\"}}");
    for http in Http::BOTH {
        let fields = [("content-type", "application/json"), ("accept", "application/json")];
        let answer = site.refuses(http, "/api/posts", &fields, body.as_bytes()).await;
        assert!(answer.field("content-type").starts_with("application/json"), "{:?}", answer.headers);
        let json: serde_json::Value = serde_json::from_slice(&answer.body).expect("JSON");
        assert!(json["error"].is_string() && !answer.text().contains(RESIDENT), "{json}");
    }
}
