//! Values that go out as sealed references and come back: edit forms, pictures, scripts, heads; and those that do not.

use crate::support::{
    Answer, Client, FORM, Http, MASK_ALL, Origin, Piece, Program, RESIDENT, Seen, answer, garim, key_file, sealer,
    unsealed, write_secret,
};
use garim::demo::board;
use garim::seal::{self, Next, Ring, Sealed, Sealer};
use garim::vocab::Kind;
use http::Request;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Posts with a number in them are refused, pages are masked.
const STRICT: &str = "[policy.board]\n[[policy.board.rule]]\non = \"upload\"\nfind = [\"*\"]\naction = \"block\"\n\
    [[policy.board.rule]]\non = \"download\"\nfind = [\"*\"]\naction = \"mask\"\n";

/// The references in a text, in their order.
fn references(text: &[u8]) -> Vec<String> {
    let (mut found, mut done) = (Vec::new(), 0);
    while let Next::Whole(range) = seal::next(text, done, true) {
        found.push(String::from_utf8_lossy(&text[range.clone()]).into_owned());
        done = range.end;
    }
    found
}

fn escaped(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("%{byte:02X}")).collect()
}

fn resident(text: &str) -> Sealed {
    Sealed { kind: Kind::ResidentRegistrationNumber, korean: false, text: text.to_owned() }
}

/// Nothing that the program has written holds a value.
fn says_nothing(program: &Program, values: &[&str]) {
    let lines = program.lines().join("\n");
    assert!(values.iter().all(|value| !lines.contains(value)), "{lines}");
    assert!(!lines.contains("garim.Z"), "a reference in {lines}");
}

async fn post(client: &Client, http: Http, path: &str, kind: &str, cookie: &str, body: String) -> Answer {
    let request = Request::post(path).header("content-type", kind).header("accept", "application/json");
    client.over(http, request.header("cookie", cookie).body(body).expect("a request")).await
}

/// The fields of the board's form as a browser would send them, in EUC-KR.
fn filled(page: &str, change: impl Fn(&str) -> String) -> String {
    let undone =
        |text: &str| text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    let mut fields = Vec::new();
    for input in page.split("<input ").skip(1) {
        let tag = input.split('>').next().expect("its end");
        let name = tag.split("name=").nth(1).and_then(|rest| rest.split_whitespace().next());
        let value = tag.split("value=\"").nth(1).and_then(|rest| rest.split('"').next());
        if let (Some(name), Some(value)) = (name, value) {
            fields.push((name.to_owned(), undone(value)));
        }
    }
    let content = page.split_once("<textarea").expect("a textarea").1;
    let content = content.split_once(">\n").expect("its text").1.split_once("</textarea>").expect("its end").0;
    fields.push(("content".to_owned(), undone(content).replace('\n', "\r\n")));
    let pairs =
        fields.iter().map(|(name, value)| format!("{name}={}", escaped(&encoding_rs::EUC_KR.encode(&change(value)).0)));
    pairs.collect::<Vec<_>>().join("&")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_form_is_saved_and_the_numbers_in_it_stay() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let (_stop, stopped) = tokio::sync::watch::channel(false);
    tokio::spawn(board::serve(listener, stopped));
    let program = Program::before(port)
        .policy(&STRICT.replace("\"*\"", "\"주민등록번호\", \"휴대전화번호\""))
        .site("charset = \"euc-kr\"")
        .start();
    let client = program.client();
    for (http, number, values, from, to) in [
        (Http::One, 1, ["810514-1234564", "010-1234-5678"], "지난주", "지난달"),
        (Http::Two, 6, ["０５０９１２－３００００１１", "０１０－２３４５－６７８９"], "예전", "오래된"),
    ] {
        let path = format!("/board/{number}/edit");
        let shown = client.over(http, Request::get(&*path).body("").expect("a request")).await;
        let page = encoding_rs::EUC_KR.decode(&shown.body).0.into_owned();
        assert!(values.iter().all(|value| !page.contains(value)), "{page}");
        assert_eq!(references(&shown.body).len(), 2, "{page}");
        assert!(page.contains("-*~*~*~*garim.Z") || page.contains("－*~*~*~*garim.Z"), "{page}");
        let form = filled(&page, |value| value.replace(from, to));
        let saved = post(&client, http, &path, FORM, "", form).await;
        assert_eq!(saved.status, 303, "{}", saved.text());
        let wire = raw_get(port, &path).await;
        let stored = encoding_rs::EUC_KR.decode(&wire).0.into_owned();
        assert!(values.iter().all(|value| stored.contains(value)), "{stored}");
        assert!(stored.contains(to) && !stored.contains("garim.Z") && !stored.contains('~'), "{stored}");
        let record = program.record(|record| record["path"] == path.as_str() && record["method"] == "POST");
        let upload = &record["upload"];
        let kinds =
            |kind: &str| upload["found"].as_array().is_some_and(|found| found.iter().any(|it| it["kind"] == kind));
        // The writer's name, which nobody asked for, is told as well.
        assert!(upload["verdict"] == "pass" && kinds("returned:resident-registration-number"), "{record}");
        says_nothing(&program, &values);
    }
}

/// A page of the board itself, as bytes.
async fn raw_get(port: u16, path: &str) -> Vec<u8> {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.expect("connected");
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("written");
    let mut all = Vec::new();
    stream.read_to_end(&mut all).await.expect("read");
    all
}

/// A site with a page that has numbers in its addresses and scripts.
async fn album() -> Origin {
    Origin::new(|seen: &Seen| {
        let page = "<img src=\"/photo/9001011234568.jpg\"><a href='/view;jsessionid=0A1B?no=900101-1234568'>a</a>\
                    <script>var no = '900101-1234568';</script>";
        vec![Piece::Send(match seen.target().split(['?', ';']).next() {
            Some("/photo/9001011234568.jpg") => answer("image/jpeg", "", [0xFF, 0xD8, 0xFF, 0xE0]),
            Some("/login") => answer("text/html", "Set-Cookie: PHPSESSID=new; Path=/\r\n", page),
            Some("/go") => format!(
                "HTTP/1.1 303 See Other\r\nLocation: /view?no={RESIDENT}\r\nSet-Cookie: no={RESIDENT}\r\n\
                 Content-Length: 0\r\n\r\n"
            )
            .into_bytes(),
            Some("/file") => {
                answer("text/plain", "Content-Disposition: attachment; filename=\"900101-1234568.txt\"\r\n", "a")
            }
            _ => answer("text/html; charset=utf-8", "", page),
        })]
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn stars_that_a_script_read_off_a_page_are_not_stored() {
    let origin = album().await;
    let open = STRICT.replace(
        "[[policy.board.rule]]\non = \"download\"",
        "[[policy.board.rule]]\non = \"upload\"\npath = \"/own\"\nfind = [\"uninspectable:stars-returned\"]\naction = \"log\"\n\
         [[policy.board.rule]]\non = \"download\"",
    );
    let program = Program::before(origin.port).policy(&open).start();
    let client = program.client();
    for http in Http::BOTH {
        for (kind, body) in [
            (FORM, "name=a&phone=010-****-5678"),
            (FORM, "rows=%5B%7B%22no%22%3A%22900101-*******%22%7D%5D"),
            ("application/json", "{\"id\": 7, \"no\": \"900101-*******\"}"),
        ] {
            let before = origin.seen().len();
            let refused = post(&client, http, "/save", kind, "", body.to_owned()).await;
            let told: serde_json::Value = serde_json::from_str(&refused.text()).expect("JSON");
            assert_eq!((refused.status.as_u16(), &told["error"]), (403, &"stars-returned".into()), "{body}");
            let request = Request::post("/save").header("content-type", kind).header("accept-language", "ko");
            let page = client.over(http, request.body(body.to_owned()).expect("a request")).await;
            assert!(page.text().contains("별표만 들어 있어"), "{}", page.text());
            assert_eq!(origin.seen().len(), before, "{body}: nothing reaches the site");
            let allowed = post(&client, http, "/own", kind, "", body.to_owned()).await;
            assert_eq!(allowed.status, 200, "{}", allowed.text());
            assert_eq!(origin.seen().pop().expect("a request").body, body.as_bytes());
        }
        let notice = "content=%EA%B3%B5%EA%B3%A0+900101-*******";
        assert_eq!(post(&client, http, "/save", FORM, "", notice.to_owned()).await.status, 200, "somebody writes them");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_links_and_scripts_work_through_their_references() {
    let origin = album().await;
    let program = Program::before(origin.port).policy(STRICT).start();
    let client = program.client();
    for http in Http::BOTH {
        let page = client.over(http, Request::get("/album").body("").expect("a request")).await;
        assert!(!page.text().contains("1234568"), "{}", page.text());
        assert_eq!((page.field("referrer-policy"), page.field("cache-control")), ("same-origin", "private, no-store"));
        let given = references(&page.body);
        let get = |path: String| {
            let request = Request::get(path.clone()).header("referer", format!("https://localhost{path}"));
            client.over(http, request.body("").expect("a request"))
        };
        let picture = get(format!("/photo/{}.jpg", given[0])).await;
        assert_eq!((picture.status.as_u16(), picture.body.as_ref()), (200, &[0xFF, 0xD8, 0xFF, 0xE0][..]));
        let seen = origin.seen().pop().expect("a request");
        assert_eq!(seen.target(), "/photo/9001011234568.jpg");
        assert_eq!(seen.field("referer"), ["https://localhost/photo/9001011234568.jpg"]);
        let view = get(format!("/view;jsessionid=0A1B?no={}", given[1])).await;
        assert_eq!((view.status.as_u16(), view.field("referrer-policy")), (200, "same-origin"));
        assert_eq!(origin.seen().pop().expect("a request").target(), "/view;jsessionid=0A1B?no=900101-1234568");
        let json = format!("{{\"no\":\"{}\",\"a\":[1]}}", given[2]);
        let done = post(&client, http, "/api", "application/json", "", json).await;
        assert_eq!(done.status, 200, "{}", done.text());
        let seen = origin.seen().pop().expect("a request");
        assert_eq!(seen.body, br#"{"no":"900101-1234568","a":[1]}"#);
        assert_eq!(seen.field("content-length"), [seen.body.len().to_string()]);
        let multipart = format!(
            "--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"{}.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n\
             a\r\n--B--\r\n",
            given[2]
        );
        let policy_allows_text = post(&client, http, "/up", "multipart/form-data; boundary=B", "", multipart).await;
        assert_eq!(policy_allows_text.status, 200, "{}", policy_allows_text.text());
        let body = String::from_utf8(origin.seen().pop().expect("a request").body).expect("text");
        assert!(body.contains("filename=\"900101-1234568.jpg\""), "{body}");
    }
    let record = program.record(|record| record["path"].as_str().is_some_and(|path| path.starts_with("/photo")));
    assert_eq!(record["path"], "/photo/garim.….jpg");
    assert_eq!(record["upload"]["found"][0]["kind"], "returned:resident-registration-number");
    let record = program.record(|record| record["path"].as_str().is_some_and(|path| path.starts_with("/view")));
    assert_eq!(record["path"], "/view;…");
    says_nothing(&program, &[RESIDENT, "9001011234568", "0A1B"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn heads_that_carry_values_go_out_sealed_and_come_back() {
    let origin = album().await;
    let program = Program::before(origin.port).policy(STRICT).start();
    let client = program.client();
    for http in Http::BOTH {
        let get = |path: String, cookie: String| {
            client.over(http, Request::get(path).header("cookie", cookie).body("").expect("a request"))
        };
        let moved = get("/go".to_owned(), "a=1".to_owned()).await;
        assert_eq!((moved.status.as_u16(), moved.field("cache-control")), (303, "private, no-store"));
        assert_eq!(unsealed(moved.field("location").as_bytes()), "/view?no=⟦900101-1234568⟧".as_bytes());
        let cookie = moved.field("set-cookie").to_owned();
        assert!(cookie.starts_with("no=garim.Z"), "{cookie}");
        get(moved.field("location").to_owned(), format!("a=1; {cookie}")).await;
        let seen = origin.seen().pop().expect("a request");
        assert_eq!(
            (seen.target(), &seen.field("cookie")[..]),
            ("/view?no=900101-1234568", &["a=1; no=900101-1234568"][..])
        );
        let file = get("/file".to_owned(), "a=1".to_owned()).await;
        let name = String::from_utf8(unsealed(file.field("content-disposition").as_bytes())).expect("text");
        assert_eq!(name, "attachment; filename=\"⟦900101-1234568⟧.txt\"");
    }
    let record = program.record(|record| record["path"] == "/go");
    assert_eq!(record["download"]["found"][0]["first"], "header 'location'", "{record}");
    says_nothing(&program, &[RESIDENT]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_open_is_refused_with_a_page_that_helps() {
    let origin = album().await;
    let program = Program::before(origin.port).policy(STRICT).start();
    let client = program.client();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a time");
    let at = |site: &str, key: u8, hours: u64| {
        let ring = Arc::new(Ring::of(&[key; 32]).expect("a ring"));
        Sealer::new(ring, site, now - Duration::from_secs(hours * 3_600), Duration::from_secs(43_200))
    };
    let sealed = |sealer: Sealer| sealer.seal(&resident(RESIDENT)).expect("sealed");
    let fresh = sealed(at("localhost", 7, 0));
    let of_session = sealed(sealer(Some("PHPSESSID=a")));
    for (what, reference, cookie) in [
        ("another session", of_session.clone(), "PHPSESSID=b"),
        ("no session", of_session.clone(), ""),
        ("another site", sealed(at("other.kr", 7, 0)), ""),
        ("too old", sealed(at("localhost", 7, 20)), ""),
        ("another key", sealed(at("localhost", 8, 0)), ""),
        ("cut", fresh[..fresh.len() - 5].to_owned(), ""),
        ("changed", fresh.replacen("garim.Z", "garim.ZZ", 1), ""),
    ] {
        for http in Http::BOTH {
            let before = origin.seen().len();
            let refused = post(&client, http, "/edit", FORM, cookie, format!("a={reference}")).await;
            let told: serde_json::Value = serde_json::from_str(&refused.text()).expect("JSON");
            assert_eq!((refused.status.as_u16(), &told["error"]), (403, &"reference".into()), "{what}");
            let request = Request::get(format!("/photo/{reference}.jpg")).header("cookie", cookie);
            let page = client.over(http, request.header("accept-language", "ko").body("").expect("a request")).await;
            assert_eq!(page.status, 403, "{what}");
            assert!(page.text().contains("이 페이지를 새로 고친 뒤"), "{what}: {}", page.text());
            assert_eq!(origin.seen().len(), before, "{what}: nothing reaches the site");
        }
    }
    let record = program.record(|record| record["path"] == "/edit");
    assert_eq!(record["upload"]["found"][0]["kind"], "uninspectable:reference", "{record}");
    let opened = post(&client, Http::One, "/edit", FORM, "PHPSESSID=a", format!("a={of_session}")).await;
    assert_eq!(
        (opened.status.as_u16(), origin.seen().pop().expect("a request").body),
        (200, b"a=900101-1234568".to_vec())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_belongs_to_the_session_that_it_begins() {
    let origin = album().await;
    let program = Program::before(origin.port).policy(STRICT).start();
    let client = program.client();
    let request = Request::get("/login").header("cookie", "PHPSESSID=old").body("").expect("a request");
    let page = client.send(request).await;
    let picture = format!("/photo/{}.jpg", references(&page.body)[0]);
    let get = |cookie: &'static str| {
        client.send(Request::get(picture.clone()).header("cookie", cookie).body("").expect("a request"))
    };
    assert_eq!(get("PHPSESSID=new").await.status, 200);
    assert_eq!(get("PHPSESSID=old").await.status, 403);
    assert_eq!(get("a=1").await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_node_with_the_key_opens_what_another_gave_out_also_while_it_changes() {
    let origin = album().await;
    let start = || {
        Program::before(origin.port).policy(MASK_ALL).prepare(|folder, _| {
            write_secret(&folder.join("seal.key"), &seal::key_file(&[[7; 32], [9; 32]]));
        })
    };
    let (one, other) = (start().start(), start().start());
    let picture = async |from: &Program| format!("/photo/{}.jpg", references(&from.client().get("/").await.body)[0]);
    let before = picture(&one).await;
    assert_eq!(other.client().get(&before).await.status, 200);
    let file = one.folder().join("seal.key");
    run(&["key", "rotate"], &file, 0).await;
    reload(&one).await;
    let after = picture(&one).await;
    assert_ne!(before, after);
    assert_eq!(other.client().get(&after).await.status, 200, "it has the old file yet");
    assert_eq!(one.client().get(&before).await.status, 200);
    write_secret(&file, "nonsense");
    let refused = run(&["reload", "--config"], &one.config(), 1).await;
    assert!(refused.contains("seal-1"), "{refused}");
    assert_eq!(one.client().get(&after).await.status, 200, "the old configuration stays in force");
}

async fn reload(program: &Program) {
    run(&["reload", "--config"], &program.config(), 0).await;
}

/// Runs the program to its end and gives what it wrote.
async fn run(arguments: &[&str], file: &Path, code: i32) -> String {
    let mut command = garim(arguments);
    command.arg(file);
    let ended = tokio::task::spawn_blocking(move || command.output().expect("it ends")).await.expect("it ends");
    let text = String::from_utf8_lossy(&[ended.stdout, ended.stderr].concat()).into_owned();
    assert_eq!(ended.status.code(), Some(code), "{text}");
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn key_files_are_made_and_what_is_wrong_with_them_is_told() {
    let origin = album().await;
    let program = Program::before(origin.port).start();
    let made = program.folder().join("made.key");
    run(&["key", "new"], &made, 0).await;
    assert!(run(&["key", "new"], &made, 1).await.contains("made.key"), "never overwritten");
    run(&["key", "rotate"], &made, 0).await;
    let check = async || run(&["check", "--config"], &program.config(), 1).await;
    program.edit_config("key_file = \"seal.key\"", "key_file = \"absent.key\"");
    let told = check().await;
    assert!(told.contains("garim key new") && told.contains("garim.toml:"), "{told}");
    program.edit_config("absent.key", "seal.key");
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    std::fs::set_permissions(program.folder().join("seal.key"), open).expect("its mode");
    let told = check().await;
    assert!(told.contains("chmod 600") && told.contains("다른 사용자도"), "{told}");
    write_secret(&program.folder().join("seal.key"), &key_file().replace("seal-1", "seal-9"));
    let told = check().await;
    assert!(told.contains("line 4 is no key") && told.contains("garim key new"), "{told}");
    program.edit_config("seal.key", "made.key");
    run(&["check", "--config"], &program.config(), 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_session_cookie_and_the_age_are_the_operators() {
    let origin = album().await;
    let site = "identity = { session_cookie = \"SID\" }";
    let program = Program::before(origin.port).policy(STRICT).site(site).top("[seal]\nmax_age = \"1m\"").start();
    let client = program.client();
    let get = |path: String, cookie: &'static str| {
        client.send(Request::get(path).header("cookie", cookie).body("").expect("a request"))
    };
    let page = get("/album".to_owned(), "SID=a; PHPSESSID=b").await;
    let picture = format!("/photo/{}.jpg", references(&page.body)[0]);
    assert_eq!(get(picture.clone(), "SID=a; PHPSESSID=c").await.status, 200);
    assert_eq!(get(picture, "SID=b; PHPSESSID=b").await.status, 403);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a time");
    let ring = Arc::new(Ring::of(&[7; 32]).expect("a ring"));
    let old = Sealer::new(ring, "localhost", now - Duration::from_secs(180), Duration::from_secs(60));
    let old = old.seal(&resident(RESIDENT)).expect("sealed");
    assert_eq!(get(format!("/photo/{old}.jpg"), "a=1").await.status, 403);
}

/// Controls that take numbers only empty what is something else, wherever they say so.
#[tokio::test(flavor = "multi_thread")]
async fn a_control_that_takes_numbers_gets_a_reference_in_digits_wherever_it_says_so() {
    let origin = Origin::new(|seen: &Seen| {
        let page = "<form><input value=\"9001011234568\" name=\"a\" type=\"number\"><input type=number value='9001011234568'>\
                    <input value=\"9001011234568\" name=\"c\" type=\"text\"></form>";
        vec![Piece::Send(answer("text/html; charset=utf-8", "", if seen.head.starts_with("GET") { page } else { "" }))]
    })
    .await;
    let program = Program::before(origin.port).policy(STRICT).start();
    let client = program.client();
    let page = client.get("/edit").await.text();
    assert!(!page.contains("1234568"), "{page}");
    let values: Vec<&str> = page.split("value=").skip(1).filter_map(|rest| rest.split(['"', '\'']).nth(1)).collect();
    let [behind, before, text] = values.as_slice() else { panic!("{page}") };
    let in_digits = |value: &str| value.len() > 20 && value.bytes().all(|byte| byte.is_ascii_digit());
    assert!(in_digits(behind) && in_digits(before) && text.starts_with("garim."), "{values:?}");
    for value in values {
        let done = client.post("/edit", FORM, format!("a={value}")).await;
        assert_eq!(done.status, 200, "{}", done.text());
        assert_eq!(origin.seen().pop().expect("a request").body, b"a=9001011234568");
    }
}
