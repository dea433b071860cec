//! The site's own accounts in records and totals: who has signed in at the site, and who only says so.

use crate::support::{Answer, Client, FORM, Http, Origin, Piece, Program, Seen, answer, garim, page, until};
use http::Request;
use rustix::process::Signal;
use std::path::Path;

const NAMING: &str = "identity = { session_cookie = \"SID\", login = { path = \"/login.do\", field = \"userid\", ok = 302 }, logout = \
    \"/logout.do\" }";
const POLICY: &str = "[policy.board]\n[[policy.board.rule]]\nfind = [\"mobile-number\"]\naction = \"log\"\n";

/// A site whose password is always `right`. Where it says a session is in the target: `?new=SID`; and `?clear` ends it.
async fn origin() -> Origin {
    Origin::new(|seen: &Seen| {
        let (path, query) = seen.target().split_once('?').unwrap_or((seen.target(), ""));
        let path = path.split(';').next().unwrap_or_default();
        let set = match query.split_once("new=") {
            Some((_, session)) => format!("Set-Cookie: SID={session}; Path=/; HttpOnly\r\n"),
            None if query == "clear" => "Set-Cookie: SID=; Max-Age=0\r\n".to_owned(),
            None => String::new(),
        };
        let to = |path: &str| {
            format!("HTTP/1.1 302 Found\r\nLocation: {path}\r\n{set}Content-Length: 0\r\n\r\n").into_bytes()
        };
        let posted = String::from_utf8_lossy(&seen.body).into_owned();
        let right = posted.contains("pw=right") || posted.contains("name=\"pw\"\r\n\r\nright");
        vec![Piece::Send(match path {
            "/login.do" if seen.head.starts_with("POST") && right => to("/main.do"),
            "/login.do" if seen.head.starts_with("POST") && posted.contains("pw=again") => to("/login.do?error=1"),
            "/logout.do" => to("/"),
            _ => {
                let number: u32 = path.rsplit('/').next().and_then(|number| number.parse().ok()).unwrap_or(0);
                answer("text/html", &set, page(&format!("call 010-2345-{:04}", 1000 + number)))
            }
        })]
    })
    .await
}

fn start(origin: &Origin, policy: &str) -> Program {
    Program::before(origin.port).site(NAMING).policy(policy).start()
}

async fn get(client: &Client, path: &str, cookie: &str) -> Answer {
    let request = Request::get(path).header("host", "localhost").header("cookie", cookie);
    client.send(request.body("").expect("a request")).await
}

async fn post(client: &Client, path: &str, cookie: &str, media_type: &str, body: &[u8]) -> u16 {
    let request = Request::post(path).header("host", "localhost").header("content-type", media_type);
    let request = request.header("cookie", cookie).body(body.to_vec()).expect("a request");
    client.send(request).await.status.as_u16()
}

async fn login(client: &Client, cookie: &str, body: &str) -> u16 {
    post(client, "/login.do", cookie, FORM, body.as_bytes()).await
}

/// The account in the record of a page that is fetched with these cookies.
async fn borne(program: &Program, cookie: &str) -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let path = format!("/board/x{}", NEXT.fetch_add(1, Ordering::Relaxed));
    get(&program.client(), &path, cookie).await;
    let record = program.record(|record| record["path"] == path.as_str());
    record["account"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_signed_in_stands_in_the_records_and_who_failed_does_not() {
    let origin = origin().await;
    let program = start(&origin, POLICY);
    let client = program.client();
    assert_eq!(borne(&program, "SID=a").await, "");
    assert_eq!(login(&client, "SID=a", "userid=kim&pw=right").await, 302);
    assert_eq!(borne(&program, "SID=a").await, "kim");
    assert_eq!(borne(&program, "x=1; SID=a").await, "kim");
    for other in ["SID=b", "SID=A", "sid=a", "JSESSIONID=a", "SID=aa", "SID="] {
        assert_eq!(borne(&program, other).await, "", "{other}");
    }
    // Somebody else's name with a wrong password, whichever way the site says so.
    assert_eq!(login(&client, "SID=c", "userid=lee&pw=wrong").await, 200);
    assert_eq!(login(&client, "SID=c", "userid=lee&pw=again").await, 302);
    assert_eq!(borne(&program, "SID=c").await, "");
    // Nor does kim become lee so, not even where the site sends on whoever is signed in.
    assert_eq!(login(&client, "SID=a", "userid=lee&pw=right").await, 302);
    assert_eq!(borne(&program, "SID=a").await, "kim");
    // A cookie that is made up hides nothing, and two that are real tell both.
    assert_eq!(borne(&program, "SID=made-up; SID=a").await, "kim");
    assert_eq!(login(&client, "SID=d", "userid=lee&pw=right").await, 302);
    assert_eq!(borne(&program, "SID=d; SID=a").await, "lee, kim");
    // The login itself is whose it was, and what was forwarded is what came.
    let record = program.record(|record| record["path"] == "/login.do" && record["status"] == 302);
    assert_eq!(record["account"], "kim");
    let seen = origin.seen().into_iter().find(|seen| seen.target() == "/login.do").expect("a login");
    assert_eq!(seen.body, b"userid=kim&pw=right");

    let listed = garim(&["audit", "list", "--account", "kim", "--config"]).arg(program.config()).output().expect("ran");
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert!(
        listed.contains(" account=kim ") && listed.contains("/board/x") && !listed.contains("account=lee "),
        "{listed}"
    );
    let out = program.folder().join("month.csv");
    let mut export = garim(&["audit", "export", "--format", "csv", "--reason", "monthly check", "--out"]);
    assert!(export.arg(&out).arg("--config").arg(program.config()).output().expect("ran").status.success());
    assert!(std::fs::read_to_string(out).expect("an export").contains("\"kim\""));
    let reported = garim(&[
        "audit",
        "report",
        "--month",
        &garim::config::today().to_string()[..7],
        "--format",
        "html",
        "--config",
    ])
    .arg(program.config())
    .output()
    .expect("ran");
    let report = String::from_utf8_lossy(&[reported.stdout, reported.stderr].concat()).into_owned();
    assert!(report.contains("kim"), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_session_goes_on_and_the_old_one_bears_no_name() {
    let origin = origin().await;
    let program = start(&origin, POLICY);
    let client = program.client();
    for http in Http::BOTH {
        // With the answer to the login.
        let body = "userid=kim&pw=right";
        let request = Request::post("/login.do?new=b").header("content-type", FORM).header("cookie", "SID=a");
        assert_eq!(client.over(http, request.body(body).expect("a request")).await.status, 302);
        assert_eq!((borne(&program, "SID=a").await.as_str(), borne(&program, "SID=b").await.as_str()), ("", "kim"));
        // With a later one.
        get(&client, "/main.do?new=c", "SID=b").await;
        assert_eq!((borne(&program, "SID=b").await.as_str(), borne(&program, "SID=c").await.as_str()), ("", "kim"));
        // The same cookie once more is no new session.
        get(&client, "/main.do?new=c", "SID=c").await;
        assert_eq!(borne(&program, "SID=c").await, "kim");
        // A stranger's answer names nobody.
        get(&client, "/main.do?new=d", "SID=stranger").await;
        assert_eq!(borne(&program, "SID=d").await, "");
        get(&client, if http == Http::One { "/logout.do" } else { "/board/1?clear" }, "SID=c").await;
        assert_eq!(borne(&program, "SID=c").await, "");
    }
    // After a sign-out the new session is nobody's.
    login(&client, "SID=e", "userid=kim&pw=right").await;
    get(&client, "/logout.do?new=f", "SID=e").await;
    assert_eq!((borne(&program, "SID=e").await.as_str(), borne(&program, "SID=f").await.as_str()), ("", ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_is_read_as_the_form_is_and_not_guessed() {
    let origin = origin().await;
    let program = start(&origin, POLICY);
    let client = program.client();
    const MULTIPART: &str = "multipart/form-data; boundary=B";
    let part = |name: &str, value: &[u8]| {
        let head = format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        [head.as_bytes(), value, b"\r\n"].concat()
    };
    let parts = |user: &[u8]| [part("userid", user), part("pw", b"right"), b"--B--\r\n".to_vec()].concat();
    assert_eq!(post(&client, "/login.do", "SID=m", MULTIPART, &parts(b"park")).await, 302);
    assert_eq!(borne(&program, "SID=m").await, "park");
    let (korean, ..) = encoding_rs::EUC_KR.encode("김누구");
    assert_eq!(post(&client, "/login.do", "SID=k", MULTIPART, &parts(&korean)).await, 302);
    let escaped: String = korean.iter().map(|byte| format!("%{byte:02X}")).collect();
    assert_eq!(login(&client, "SID=l", &format!("pw=right&userid={escaped}")).await, 302);
    assert_eq!(login(&client, "SID=u", "pw=right&user%69d=%EA%B9%80%EB%88%84%EA%B5%AC").await, 302);
    let shown = borne(&program, "SID=k").await;
    assert!(!shown.is_empty() && shown.starts_with('김'), "{shown}");
    for session in ["SID=l", "SID=u"] {
        assert_eq!(borne(&program, session).await, shown, "one account, in whichever charset");
    }
    // Another path, which this site takes for the login and others send elsewhere.
    assert_eq!(post(&client, "/login.do;a=b", "SID=p", FORM, b"userid=kim&pw=right").await, 302);
    assert_eq!(borne(&program, "SID=p").await, "");
    // What two readers would read as two names is nobody's.
    for (path, body) in [
        ("/login.do", "userid=kim&userid=lee&pw=right"),
        ("/login.do?userid=lee", "userid=kim&pw=right"),
        ("/login.do?user%69d=lee", "userid=kim&pw=right"),
        ("/login.do", "pw=right"),
        ("/login.do", "userid=&pw=right"),
        ("/login.do", "{\"userid\":\"kim\",\"pw=right\":1}"),
    ] {
        post(&client, path, "SID=z", FORM, body.as_bytes()).await;
        assert_eq!(borne(&program, "SID=z").await, "", "{path} {body}");
    }
    let get = Request::get("/login.do?userid=kim&pw=right").header("cookie", "SID=g").body("").expect("a request");
    client.send(get).await;
    assert_eq!(borne(&program, "SID=g").await, "", "a link is no login");
}

/// Every file below a folder, for what must not stand in any.
fn written(folder: &Path) -> Vec<u8> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let text =
        entries.flat_map(|path| if path.is_dir() { written(&path) } else { std::fs::read(path).unwrap_or_default() });
    text.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_personal_data_stands_nowhere_in_the_open() {
    let origin = origin().await;
    let program = start(&origin, POLICY);
    let client = program.client();
    let names = ["hong@naver.com", "hona@naver.com", "01023451234", "9001011234568"];
    let mut shown = Vec::new();
    for (number, name) in names.iter().enumerate() {
        let session = format!("SID=secret-session-{number}");
        assert_eq!(login(&client, &session, &format!("userid={name}&pw=right")).await, 302);
        shown.push(borne(&program, &session).await);
    }
    let mut different = shown.clone();
    different.sort();
    different.dedup();
    assert_eq!(different.len(), names.len(), "{shown:?}");
    assert!(shown.iter().all(|name| name.contains('#')), "{shown:?}");
    let listed = garim(&["audit", "list", "--account", &shown[0], "--config"]).arg(program.config()).output();
    assert!(String::from_utf8_lossy(&listed.expect("ran").stdout).contains(&shown[0]));
    program.signal(Signal::TERM);
    program.ended();
    let all = [written(&program.folder().join("state")), program.lines().join("\n").into_bytes()].concat();
    for secret in names.iter().chain(&["secret-session"]) {
        assert!(memchr::memmem::find(&all, secret.as_bytes()).is_none(), "{secret} stands in a file or a log");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_forgets_nobody_who_is_signed_in() {
    let origin = origin().await;
    let mut program = start(&origin, POLICY);
    let client = program.client();
    login(&client, "SID=a", "userid=kim&pw=right").await;
    login(&client, "SID=b", "userid=lee&pw=right").await;
    get(&client, "/logout.do", "SID=b").await;
    program.signal(Signal::KILL);
    program.ended();
    let program = program.again();
    assert_eq!((borne(&program, "SID=a").await.as_str(), borne(&program, "SID=b").await.as_str()), ("kim", ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_total_by_account_follows_the_account_and_else_the_address() {
    let window = "[[policy.board.window]]\nname = \"harvest\"\nper = \"account\"\nfind = [\"*\"]\ndifferent = 3\nin = \"10m\"\n\
                  action = \"block\"\n";
    let origin = origin().await;
    let mut program = start(&origin, &format!("{POLICY}{window}"));
    let client = program.client();
    for (session, name) in [("SID=a", "kim"), ("SID=b", "KIM"), ("SID=c", "lee")] {
        assert_eq!(login(&client, session, &format!("userid={name}&pw=right")).await, 302);
    }
    let status = async |client: &Client, number: u32, cookie: &str| {
        get(client, &format!("/board/{number}"), cookie).await.status.as_u16()
    };
    // Two sessions of one account, however its name is written.
    for (number, session) in [(1, "SID=a"), (2, "SID=b"), (3, "SID=a"), (1, "SID=b")] {
        assert_eq!(status(&client, number, session).await, 200, "{number} {session}");
    }
    assert_eq!(status(&client, 4, "SID=b").await, 429);
    assert_eq!(status(&client, 4, "SID=made-up; SID=b").await, 429, "a made-up cookie is no way round");
    assert_eq!(status(&client, 4, "SID=c").await, 200, "another account has a total of its own");
    assert_eq!(status(&client, 5, "SID=c; SID=b").await, 429, "who is two accounts counts for both");
    // Without an account it is the address, whatever sessions are made up.
    for number in 10..13 {
        assert_eq!(status(&client, number, &format!("SID=made-up-{number}")).await, 200);
    }
    assert_eq!(status(&client, 13, "SID=another").await, 429);
    assert_eq!(status(&client, 5, "SID=c").await, 200, "who is signed in is not counted by it");
    let record = program.record(|record| record["beyond"] == true && record["account"] == "KIM");
    assert_eq!(record["outcome"], "answer-refused");
    program.signal(Signal::KILL);
    program.ended();
    let program = program.again();
    until("the total is asked after a restart", async || status(&program.client(), 4, "SID=a").await == 429).await;
}
