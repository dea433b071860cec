//! The board over real sockets: what was sent is what is shown.

use super::*;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// A board on a port of its own, until it is dropped.
struct Running {
    at: SocketAddr,
    stop: watch::Sender<bool>,
    task: tokio::task::JoinHandle<()>,
}

async fn start() -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let at = listener.local_addr().expect("an address");
    let (stop, stopped) = watch::channel(false);
    Running { at, stop, task: tokio::spawn(serve(listener, stopped)) }
}

/// An answer: its head in lower case, and its content.
struct Answer {
    head: String,
    content: Vec<u8>,
}

impl Answer {
    fn status(&self) -> u16 {
        self.head.get(9..12).and_then(|code| code.parse().ok()).expect("a status")
    }

    fn field(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    fn text(&self) -> String {
        let text = encoding_rs::EUC_KR.decode_without_bom_handling_and_without_replacement(&self.content);
        text.expect("EUC-KR").into_owned()
    }

    fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.content).expect("JSON")
    }
}

impl Running {
    async fn send(&self, request: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(self.at).await.expect("a connection");
        stream.write_all(request).await.expect("sent");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.expect("an answer");
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("a head");
        let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
        let content = bytes[end + 4..].to_vec();
        if let Some(length) = head.lines().find_map(|line| line.strip_prefix("content-length: ")) {
            assert!(content.is_empty() || length == content.len().to_string(), "{head}");
        }
        Answer { head, content }
    }

    async fn ask(&self, method: &str, path: &str, fields: &str) -> Answer {
        self.send(format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{fields}\r\n").as_bytes()).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, "").await
    }

    async fn post(&self, path: &str, content_type: &str, content: &[u8]) -> Answer {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: {content_type}\r\n\
             Content-Length: {}\r\n\r\n",
            content.len()
        );
        self.send(&[head.as_bytes(), content].concat()).await
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn the_list_and_the_posts_are_euc_kr() {
    let board = start().await;
    let home = board.get("/").await;
    assert_eq!((home.status(), home.field("location")), (302, Some("/board")));
    let list = board.get("/board").await;
    assert_eq!((list.status(), list.field("content-type")), (200, Some("text/html; charset=euc-kr")));
    assert!(list.text().contains("전입신고 처리가 안 됩니다") && list.text().contains("방문자 수: <b>48214</b>"));
    let post = board.get("/board/1").await;
    assert!(post.text().contains("주민등록번호 810514-1234564 로") && post.text().contains("접수번호 2009-000123"));
    assert!(post.text().contains("<meta http-equiv=\"Content-Type\" content=\"text/html; charset=euc-kr\">"));
    assert!(board.get("/board/6").await.text().contains("０５０９１２－３００００１１"));
    let edit = board.get("/board/1/edit").await.text();
    assert!(edit.contains("name=phone size=20 value=\"010-1234-5678\""));
    let textarea = edit.split("<textarea").nth(1).expect("a textarea");
    assert!(textarea.contains("810514-1234564"));
}

#[tokio::test]
async fn a_form_in_either_charset_is_shown_as_it_was_sent() {
    let board = start().await;
    // "가 나" in UTF-8, "다" in CP949 with a letter that EUC-KR proper lacks (똠), markup, and a stray percent sign.
    let body = b"name=%EA%B0%80+%EB%82%98&subject=%B4%D9%8Cc&content=%3Cb%3E%22900101-1234568%22+100%&phone=&x";
    let sent = board.post("/board/write", FORM, body).await;
    assert_eq!((sent.status(), sent.field("location")), (303, Some("/board/8")));
    let page = board.get("/board/8").await.text();
    assert!(page.contains("<td>가 나</td>") && page.contains("<b>다똠</b>"));
    assert!(page.contains("&lt;b&gt;&quot;900101-1234568&quot; 100%</td>"));
    assert!(board.get("/board").await.text().contains(">다똠</a>"));

    // What EUC-KR lacks is shown as a reference.
    let sent = board.post("/board/8/comment", FORM, "name=x&content=😀".as_bytes()).await;
    assert_eq!((sent.status(), sent.field("location")), (303, Some("/board/8")));
    assert!(board.get("/board/8").await.text().contains("&#128512;"));

    let sent = board.post("/board/8/edit", FORM, b"content=new").await;
    assert_eq!(sent.status(), 303);
    let page = board.get("/board/8").await.text();
    assert!(page.contains("<b>다똠</b>") && page.contains("valign=top>new</td>"));
}

#[tokio::test]
async fn an_attachment_comes_back_byte_for_byte_under_its_raw_name() {
    let board = start().await;
    let content: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let (name, _, _) = encoding_rs::EUC_KR.encode("C:\\서류\\똠방 명단.csv");
    let mut body = b"--B\r\nContent-Disposition: form-data; name=\"subject\"\r\n\r\n".to_vec();
    body.extend_from_slice(&encoding_rs::EUC_KR.encode("제목").0);
    body.extend_from_slice(b"\r\n--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"");
    body.extend_from_slice(&name);
    body.extend_from_slice(b"\"\r\nContent-Type: text/csv\r\n\r\n");
    body.extend_from_slice(&content);
    body.extend_from_slice(b"\r\n--B--\r\n");
    let sent = board.post("/board/write", "multipart/form-data; boundary=B", &body).await;
    assert_eq!((sent.status(), sent.field("location")), (303, Some("/board/8")));
    let page = board.get("/board/8").await.text();
    assert!(page.contains("<b>제목</b>") && page.contains("똠방 명단.csv</a> (100000 bytes)"), "{page}");
    let link = page.split("/board/file/").nth(1).and_then(|tail| tail.split('"').next()).expect("a link");
    let file = board.get(&format!("/board/file/{link}")).await;
    assert!(file.content == content && file.field("content-type") == Some("text/csv"));
    assert_eq!(board.get("/board/file/8/other.csv").await.status(), 404);
    let seed = board.get("/board/file/5/%B8%ED%B4%DC.csv").await;
    assert!(seed.text().contains("김통장,010-2345-6789,"));

    let none = b"--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\"\r\n\r\n\r\n--B--\r\n";
    assert_eq!(board.post("/board/write", "multipart/form-data; boundary=B", none).await.status(), 303);
    assert!(!board.get("/board/9").await.text().contains("/board/file/"));
}

#[tokio::test]
async fn post_5_is_about_members_whose_key_is_their_number() {
    let board = start().await;
    let [first, second, keeper] = members::MEMBERS.map(|member| member.number);
    let page = board.get("/board/5").await.text();
    for part in [
        format!("<img src=\"/photo/{first}.jpg\""),
        format!("<a href=\"/member?rrn={keeper}\">"),
        format!("onclick=\"view('{first}')\""),
    ] {
        assert!(page.contains(&part), "{part} is not in: {page}");
    }
    let edit = board.get("/board/5/edit").await.text();
    assert!(edit.contains(&format!("<option value=\"{first}\" selected>")));
    assert!(edit.contains(&format!("<input type=hidden name=keeper value=\"{keeper}\">")));
    let sent = board.post("/board/5/edit", FORM, format!("leader={second}").as_bytes()).await;
    assert_eq!(sent.status(), 303);
    let page = board.get("/board/5").await.text();
    assert!(page.contains(&format!("view('{second}')")) && page.contains(keeper) && !page.contains(first));

    let photo = board.get(&format!("/photo/{first}.jpg")).await;
    assert_eq!((photo.status(), photo.field("content-type")), (200, Some("image/jpeg")));
    assert!(photo.content.starts_with(&[0xff, 0xd8, 0xff]) && photo.content.ends_with(&[0xff, 0xd9]));
    for query in ["rrn", "no"] {
        let member = board.get(&format!("/member?{query}={second}")).await.text();
        assert!(member.contains("이통장") && member.contains(&format!("<td>{second}</td>")));
    }
    for path in ["/photo/900101-1234568.jpg", "/member?rrn=900101-1234568", "/member", &format!("/photo/{first}.png")] {
        assert_eq!(board.get(path).await.status(), 404, "{path}");
    }
}

#[tokio::test]
async fn the_log_shows_what_was_asked_and_where_from_and_stays_short() {
    let board = start().await;
    board.ask("GET", "/member?no=%41&x=1", "Referer: http://x/board/5\r\n").await;
    let log = board.get("/board/log").await.text();
    assert!(log.contains("<tr><td>GET /member?no=%41&amp;x=1</td><td>http://x/board/5</td></tr>"), "{log}");
    assert!(!log.contains("GET /board/log"));
    for _ in 0..60 {
        board.get("/nothing").await;
    }
    let log = board.get("/board/log").await.text();
    assert_eq!((log.matches("<tr><td>GET ").count(), log.contains("no=%41")), (50, false));
}

#[tokio::test]
async fn the_api_speaks_json() {
    let board = start().await;
    let new = serde_json::json!({ "name": "홍", "subject": "제목", "content": "900101-1234568 😀" });
    let sent = board.post("/api/posts", "application/json", new.to_string().as_bytes()).await;
    assert_eq!((sent.status(), sent.field("location")), (201, Some("/board/8")));
    assert_eq!((&sent.json()["number"], &sent.json()["content"]), (&8.into(), &new["content"]));
    let list = board.get("/api/posts").await;
    assert_eq!(list.field("content-type"), Some("application/json; charset=utf-8"));
    assert_eq!(list.json().as_array().map(Vec::len), Some(8));
    assert_eq!(list.json()[0], sent.json());
    assert_eq!(list.json()[3]["file"], "/board/file/5/%B8%ED%B4%DC.csv");
    let broken = board.post("/api/posts", "application/json", b"{\"name\":").await;
    assert!(broken.status() == 400 && broken.json()["error"].is_string());
}

#[tokio::test]
async fn pages_have_validators_and_gzip() {
    let board = start().await;
    let page = board.get("/board/2").await;
    let etag = page.field("etag").expect("an etag").to_ascii_uppercase();
    assert!(etag.starts_with("W/\"") && page.field("last-modified").is_some_and(|date| date.ends_with(" gmt")));
    // The test reads heads in lower case, and the tag is hexadecimal in lower case.
    let known = format!("If-None-Match: W/{}\r\n", etag.trim_start_matches("W/").to_ascii_lowercase());
    let again = board.ask("GET", "/board/2", &known).await;
    assert!(again.status() == 304 && again.content.is_empty(), "{}", again.head);
    board.post("/board/2/comment", FORM, b"content=x").await;
    assert_eq!(board.ask("GET", "/board/2", &known).await.status(), 200);

    let coded = board.ask("GET", "/board/3", "Accept-Encoding: deflate, gzip\r\n").await;
    assert_eq!(coded.field("content-encoding"), Some("gzip"));
    assert!(
        coded.content.starts_with(&[0x1f, 0x8b]) && coded.content.len() < board.get("/board/3").await.content.len()
    );
    assert_eq!(board.ask("GET", "/board", "Accept-Encoding: gzip;q=0\r\n").await.field("content-encoding"), None);
}

#[tokio::test]
async fn heads_and_what_is_not_there() {
    let board = start().await;
    let head = board.ask("HEAD", "/board/4", "").await;
    assert!(head.status() == 200 && head.content.is_empty() && head.field("content-length").is_some());
    for path in ["/nothing", "/board/99", "/board/x", "/board/99/edit", "/board/18446744073709551616"] {
        assert_eq!(board.get(path).await.status(), 404, "{path}");
    }
    assert_eq!(board.post("/board/99/comment", FORM, b"content=x").await.status(), 404);
    let wrong = board.ask("DELETE", "/board/1", "").await;
    assert_eq!((wrong.status(), wrong.field("allow")), (405, Some("get, head")));
    assert_eq!(board.get("/board/1/comment").await.field("allow"), Some("post"));
    assert_eq!(board.post("/board", FORM, b"").await.status(), 405);
    assert_eq!(board.post("/board/write", "text/plain", b"x").await.status(), 400);
    assert_eq!(board.post("/board/write", "multipart/form-data; boundary=B", b"--B\r\nx").await.status(), 400);
}

#[tokio::test]
async fn what_is_too_large_is_not_taken() {
    let board = start().await;
    let texts = [b"content=".as_slice(), &vec![b'x'; 3_000_000]].concat();
    assert_eq!(board.post("/board/write", FORM, &texts).await.status(), 413);
    let comment = [b"content=".as_slice(), &vec![b'x'; 70_000]].concat();
    assert_eq!(board.post("/board/1/comment", FORM, &comment).await.status(), 413);
}

#[test]
fn the_oldest_visitors_post_is_forgotten_first_and_the_newest_never() {
    let draft = || posts::Draft { subject: "x".into(), ..posts::Draft::default() };
    let mut posts = Posts::with_seeds();
    let first = posts.add(draft());
    for _ in 0..200 {
        posts.add(draft());
    }
    assert_eq!(posts.all().count(), 200);
    assert!(posts.get(1).is_some() && posts.get(first).is_none());
    let content = bytes::Bytes::from(vec![0; 8 << 20]);
    let mut last = 0;
    for _ in 0..9 {
        let file = Some(posts::File { name: "x".into(), content: content.clone() });
        last = posts.add(posts::Draft { file, ..draft() });
    }
    assert_eq!(posts.all().filter(|post| post.draft.file.as_ref().is_some_and(|file| file.name == "x")).count(), 7);
    assert!(posts.get(last).is_some() && posts.get(7).is_some());
}

#[tokio::test]
async fn events_come_at_their_pace() {
    use http_body_util::BodyExt;
    let pace = Duration::from_millis(20);
    let started = std::time::Instant::now();
    let collected = events::Events::new(pace).collect().await.expect("infallible").to_bytes();
    let text = String::from_utf8(collected.to_vec()).expect("UTF-8");
    assert_eq!(text.matches("\n\n").count(), 4);
    assert!(started.elapsed() >= pace * 3, "the first at once, then one a pace");
}

#[tokio::test]
async fn it_stops_when_told_even_while_a_connection_idles() {
    let board = start().await;
    let _idle = TcpStream::connect(board.at).await.expect("a connection");
    board.get("/board").await;
    board.stop.send(true).expect("still listening");
    let ended = tokio::time::timeout(DRAIN * 3, board.task).await;
    assert!(ended.is_ok_and(|ended| ended.is_ok()));
    assert!(TcpStream::connect(board.at).await.is_err());
}
