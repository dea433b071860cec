//! The console: who signs in from an allowed network sees what waits and decides about it, and the journal, as the account's roles say.

use crate::support::{Answer, Client, FORM, Origin, Program, answer, garim, until};
use http::Request;
use std::io::Write;
use std::process::Stdio;

const PASSWORD: &str = "Kx7!mq2z-w";
const CONSOLE: &str = "[console]\nlisten = \"127.0.0.1:0\"\n";
const POLICY: &str = "[hold]\napprovers = { \"/edu/**\" = [\"park\"], \"*\" = [\"kim\"] }\n[policy.board]\n[[policy.board.rule]]\n\
    on = \"upload\"\nfind = [\"mobile-number\"]\naction = \"hold\"\n";

pub struct Staged {
    pub program: Program,
    console: Client,
    origin: Origin,
}

async fn staged(console: &str) -> Staged {
    let fields = "Set-Cookie: __Host-garim-console=planted; Path=/; Secure\r\n";
    let origin = Origin::always(answer("text/html", fields, "posted")).await;
    with_accounts(Program::before(origin.port).policy(POLICY).top(console).start(), origin)
}

fn with_accounts(program: Program, origin: Origin) -> Staged {
    let roles = [("kim", "approver"), ("park", "approver"), ("lee", "viewer"), ("choi", "auditor")];
    Staged::with(program, origin, &roles)
}

impl Staged {
    /// A console with accounts of these roles.
    pub fn with(program: Program, origin: Origin, roles: &[(&str, &str)]) -> Staged {
        for (name, role) in roles {
            let mut command = garim(&["user", "add", name, "--role", role, "--config"]);
            let command = command.arg(program.config()).stdin(Stdio::piped());
            let mut child = command.spawn().expect("started");
            child.stdin.take().expect("its input").write_all(format!("{PASSWORD}\n").as_bytes()).expect("written");
            assert!(child.wait().expect("ended").success());
        }
        let console = Client::new(program.listening("console"), program.authority().pem());
        Staged { program, console, origin }
    }

    async fn sign_in(&self, name: &str, password: &str) -> Answer {
        let body = format!("garim-sign-in=1\r\ngarim-name={name}\r\ngarim-password={password}\r\ngarim-code=\r\n");
        self.console.post("/", "text/plain", body).await
    }

    pub async fn signed_in(&self, name: &str) -> String {
        let answer = self.sign_in(name, PASSWORD).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        answer.field("set-cookie").split(';').next().expect("a pair").to_owned()
    }

    pub async fn get(&self, path: &str, cookie: &str) -> Answer {
        self.console.send(Request::get(path).header("cookie", cookie).body("").expect("a request")).await
    }

    pub async fn post(&self, path: &str, cookie: &str, body: String) -> u16 {
        let request = Request::post(path).header("cookie", cookie).header("content-type", FORM);
        self.console.send(request.body(body).expect("a request")).await.status.as_u16()
    }

    /// Posts something that is held: the token of its receipt, and its reference number.
    async fn held(&self, path: &str) -> (String, String) {
        let held = self.program.client().post(path, FORM, "a=010-1234-5678".to_owned()).await;
        assert_eq!(held.status, 202, "{}", held.text());
        let token = held.text().split("/.well-known/garim/hold?").nth(1).expect("a receipt")[..40].to_owned();
        let record = self.program.record(|record| record["outcome"] == "held" && record["path"] == path);
        (token, record["id"].as_str().expect("an id").to_owned())
    }
}

/// What the form of a page has to bring along.
pub fn csrf(page: &Answer) -> String {
    let text = page.text();
    let behind = text.split("name=\"csrf\" value=\"").nth(1).unwrap_or_else(|| panic!("no form in {text}"));
    format!("csrf={}", behind.split('"').next().expect("a quote"))
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_not_signed_in_sees_nothing() {
    let staged = staged(CONSOLE).await;
    for path in ["/", "/holds", "/journal", "/holds/x", "/nothing"] {
        let asked = staged.get(path, "__Host-garim-console=made-up").await;
        assert!(asked.status == 401 && asked.text().contains("로그인이 필요한 화면입니다"), "{path}: {}", asked.text());
        assert!(asked.field("content-security-policy").contains("default-src 'none'"));
    }
    assert_eq!(staged.post("/holds/x/approve", "", "csrf=".to_owned()).await, 401);
    assert_eq!(staged.sign_in("kim", "wrong").await.status, 401);
    let request = Request::post("/").header("content-type", "text/plain").header("origin", "https://evil.example");
    let body = format!("garim-sign-in=1\r\ngarim-name=kim\r\ngarim-password={PASSWORD}\r\n");
    assert_eq!(staged.console.send(request.body(body).expect("a request")).await.status, 403);

    let kim = staged.signed_in("kim").await;
    let state = staged.get("/", &kim).await;
    assert!(state.status == 200 && state.text().contains("상태") && state.field("cache-control") == "no-store");
    assert!(
        !state.text().contains("<script") && state.field("content-security-policy").contains("frame-ancestors 'none'")
    );
    assert_eq!(staged.get("/nothing", &kim).await.status, 404);
    let request = Request::get("/").header("cookie", &kim).header("accept-language", "en").body("").expect("a request");
    assert!(staged.console.send(request).await.text().contains("Waiting for approval"));
    let out = Request::post("/").header("cookie", &kim).header("content-type", "text/plain");
    let out = staged.console.send(out.body("garim-sign-out=1\r\n").expect("a request")).await;
    assert!(out.status == 303 && out.field("set-cookie").contains("Max-Age=0"), "{:?}", out.headers);
    assert_eq!(staged.get("/", &kim).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_for_the_networks_that_are_allowed() {
    let staged = staged(&format!("{CONSOLE}allow = [\"10.1.0.0/16\"]\n")).await;
    assert_eq!(staged.get("/", "").await.status, 403);
    let forwarded = Request::get("/").header("x-forwarded-for", "10.1.2.3").body("").expect("a request");
    assert_eq!(staged.console.send(forwarded).await.status, 403, "nobody speaks for another address");
    assert_eq!(staged.sign_in("kim", PASSWORD).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approver_decides_and_nobody_else() {
    let staged = staged(CONSOLE).await;
    let (token, id) = staged.held("/board/write").await;
    let (kim, park) = (staged.signed_in("kim").await, staged.signed_in("park").await);
    let (lee, choi) = (staged.signed_in("lee").await, staged.signed_in("choi").await);
    let listed = staged.get("/holds", &kim).await.text();
    assert!(listed.contains(&format!("/holds/{id}")) && listed.contains("/board/write"), "{listed}");
    let one = format!("/holds/{id}");
    let page = staged.get(&one, &kim).await;
    assert!(page.text().contains("010-****-5678") && !page.text().contains("010-1234-5678"), "{}", page.text());
    for (cookie, sees) in [(&park, 200), (&lee, 200), (&choi, 403)] {
        let other = staged.get(&one, cookie).await;
        assert!(other.status == sees && !other.text().contains("name=\"csrf\""), "{}", other.text());
        assert_eq!(staged.post(&format!("{one}/approve"), cookie, csrf(&page)).await, 403, "with a form of another's");
    }
    for wrong in ["", "csrf=", "csrf=0123", "x=1"] {
        assert_eq!(staged.post(&format!("{one}/approve"), &kim, wrong.to_owned()).await, 403, "{wrong}");
    }
    assert_eq!(staged.get(&format!("{one}/approve"), &kim).await.status, 404, "a link decides nothing");
    assert_eq!(staged.post(&format!("{one}/approve"), &kim, csrf(&page)).await, 303);
    assert_eq!(staged.post(&format!("{one}/approve"), &kim, csrf(&page)).await, 409, "twice");
    let sent = staged.program.client().post("/board/write", "text/plain", format!("garim-hold={token}\r\n")).await;
    assert_eq!((sent.status.as_u16(), sent.text().as_str()), (200, "posted"));

    let (token, id) = staged.held("/board/other").await;
    let page = staged.get(&format!("/holds/{id}"), &kim).await;
    assert!(
        page.text().contains("글쓴이에게 할 말") && page.text().contains("enctype=\"text/plain\""),
        "{}",
        page.text()
    );
    let form = format!("{}\r\nmessage=010-2345-6789 <b>번호</b>를 = 빼 주세요\r\n", csrf(&page));
    assert_eq!(staged.post(&format!("/holds/{id}/refuse"), &kim, form).await, 303);
    let said = "010-****-6789 &lt;b&gt;번호&lt;/b&gt;를 = 빼 주세요";
    let shown = staged.get(&format!("/holds/{id}"), &kim).await.text();
    assert!(shown.contains("거부됨") && shown.contains(said), "{shown}");
    assert!(shown.contains("휴대전화번호") && shown.contains("입력란 ‘a’"), "kinds and places are in Korean: {shown}");
    let receipt = staged.program.client().get(&format!("/.well-known/garim/hold?{token}")).await.text();
    assert!(receipt.contains("번호") && receipt.contains("빼 주세요") && !receipt.contains("2345"), "{receipt}");

    let all = ["approval", "approved", "refused", "login", "kim", "/board/write", "/board/other"];
    until("the journal says it", async || {
        let journal = staged.get("/journal", &choi).await.text();
        assert!(!journal.contains("010-1234-5678") && !journal.contains(PASSWORD));
        all.iter().all(|said| journal.contains(said))
    })
    .await;
    let journal = staged.get("/journal", &choi).await.text();
    assert!(
        journal.contains("올림 [보류 (hold)]: 휴대전화번호 ×1 (입력란 ‘a’"),
        "what was found, and where: {journal}"
    );
    assert_eq!(staged.get("/journal", &kim).await.status, 403, "an approver is no auditor");
    until("who has read it stands in it", async || {
        let again = staged.get("/journal", &lee).await.text();
        again.contains(" (view)</td>") && again.contains("choi")
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_waited_longest_is_first_however_much_waits() {
    let staged = staged(CONSOLE).await;
    let (_, id) = staged.held("/board/first").await;
    // As many more as fill the page, put there as the program would.
    let mut store = crate::held::store(&staged.program).await;
    let more = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 250) INSERT INTO holds (id, created, expires, \
        site, path, address, needed, findings, body, token) SELECT 'more-' || i, created + i, expires, site, '/board/' || i, address, \
        1, '{}', 'none', 'token-' || i FROM holds, n";
    sqlx::raw_sql(more).execute(&mut store).await.expect("put there");
    sqlx::Connection::close(store).await.expect("closed");
    let kim = staged.signed_in("kim").await;
    let page = staged.get("/holds", &kim).await.text();
    assert!(page.contains(&id) && page.contains("/board/199<") && !page.contains("/board/200<"), "{page}");
    let next = page.split("href=\"/holds/after/").nth(1).expect("a page behind it");
    let next = format!("/holds/after/{}", next.split('"').next().expect("a quote"));
    let page = staged.get(&next, &kim).await.text();
    assert!(page.contains("/board/200<") && page.contains("/board/250<") && !page.contains("/holds/after/"), "{page}");
    let (done, listed) = crate::held::at_the_machine(&staged.program, &["holds", "list"], "");
    assert!(done && listed.lines().count() == 251 && listed.starts_with(&id), "{listed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_site_never_sees_its_cookie() {
    let staged = staged(CONSOLE).await;
    let kim = staged.signed_in("kim").await;
    let request = Request::get("/board").header("cookie", format!("a=1; {kim}")).body("").expect("a request");
    let shown = staged.program.client().send(request).await;
    assert_eq!((shown.status.as_u16(), shown.fields("set-cookie").len()), (200, 0), "and cannot plant one");
    assert_eq!(staged.origin.seen().pop().expect("a request").field("cookie"), ["a=1"]);
    assert_eq!(staged.get("/", &kim).await.status, 200);
    let lines = staged.program.lines().join("\n");
    assert!(!lines.contains(&kim[21..]), "no record holds it");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_beyond_a_total_is_shown_to_who_looks_on() {
    let numbers = "<p>010-2345-1001 010-2345-1002 010-2345-1003</p>";
    let origin = Origin::always(answer("text/html", "", numbers)).await;
    let policy = "[policy.board]\n[[policy.board.rule]]\nfind = [\"mobile-number\"]\naction = \"log\"\n\
        [[policy.board.window]]\nname = \"harvest\"\nper = \"address\"\nfind = [\"*\"]\ndifferent = 2\nin = \"10m\"\naction = \"block\"\n";
    let program = Program::before(origin.port).policy(policy).top(CONSOLE).start();
    let staged = with_accounts(program, origin);
    let (lee, kim) = (staged.signed_in("lee").await, staged.signed_in("kim").await);
    let before = staged.get("/", &lee).await.text();
    assert!(before.contains("합계를 넘은 접속") && before.contains("없습니다."), "{before}");
    assert!(before.contains("쉬는 중 1 (최대 2)"), "one worker was started, of two: {before}");
    assert_eq!(staged.program.client().get("/board").await.status, 429);
    let shown = staged.get("/", &lee).await.text();
    assert!(shown.contains("<td>localhost address 127.0.0.1</td><td>3</td>"), "{shown}");
    let shown = staged.get("/", &kim).await.text();
    assert!(!shown.contains("합계를 넘은 접속"), "an approver decides about posts, not about people: {shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_went_through_is_closed_by_who_may_with_a_reason() {
    let origin = Origin::always(answer("text/html", "", "posted")).await;
    let policy = "[policy.board]\n[[policy.board.rule]]\nname = \"recorded\"\nfind = [\"@unique-identifiers\"]\naction = \"log\"\n";
    let top = format!("{CONSOLE}[alert]\nwebhook = \"http://127.0.0.1:1/hook\"\n");
    let program = Program::before(origin.port).policy(policy).top(&top).start();
    let staged = Staged::with(
        program,
        origin,
        &[("kim", "approver"), ("lee", "viewer"), ("choi", "auditor"), ("adm", "policy-admin")],
    );
    let (kim, lee) = (staged.signed_in("kim").await, staged.signed_in("lee").await);
    let (choi, admin) = (staged.signed_in("choi").await, staged.signed_in("adm").await);
    assert!(staged.get("/incidents", &lee).await.text().contains("처리할 건이 없습니다."));
    assert_eq!(staged.program.client().post("/board/write", FORM, "a=900101-1234568".to_owned()).await.status, 200);
    until("it is kept", async || staged.get("/incidents", &lee).await.text().contains("/board/write")).await;

    let listed = staged.get("/incidents", &choi).await.text();
    assert!(
        listed.contains("주민등록번호 1") && listed.contains("신고 기한 ") && listed.contains("127.0.0.1"),
        "{listed}"
    );
    let one = format!("/incidents/{}", crate::asked::behind(&listed, "href=\"/incidents/"));
    for (cookie, sees, closes) in [(&kim, 200, true), (&choi, 200, true), (&lee, 200, false), (&admin, 403, false)] {
        let page = staged.get(&one, cookie).await;
        assert_eq!((page.status.as_u16(), page.text().contains("name=\"csrf\"")), (sees, closes), "{}", page.text());
        assert_eq!(page.text().contains("신고·통지 초안"), sees == 200);
        assert!(!page.text().contains("1234568") && page.text().contains("href=\"/incidents\"") == (sees == 200));
    }
    assert_eq!(staged.get("/incidents", &admin).await.status, 403);
    assert_eq!(staged.get("/incidents/nothing", &kim).await.status, 404);
    let close = format!("{one}/close");
    let form = csrf(&staged.get(&one, &kim).await);
    for (cookie, filled, status) in [
        (&lee, format!("{form}\r\nwhy=신고함\r\n"), 403),
        (&kim, "why=신고함\r\n".to_owned(), 403),
        (&kim, format!("{form}\r\nwhy=...\r\n"), 400),
        (&kim, format!("{form}\r\n"), 400),
        (&kim, format!("{form}\r\nwhy=<b>KISA</b>에 신고, 010-2345-6789에 알림\r\n"), 303),
        (&kim, format!("{form}\r\nwhy=다시 신고\r\n"), 409),
    ] {
        assert_eq!(staged.post(&close, cookie, filled.clone()).await, status, "{filled}");
    }
    assert_eq!(staged.post("/incidents/nothing/close", &kim, format!("{form}\r\nwhy=신고함\r\n")).await, 404);
    assert_eq!(staged.get(&close, &kim).await.status, 404, "a link closes nothing");
    let listed = staged.get("/incidents", &lee).await.text();
    let said = "&lt;b&gt;KISA&lt;/b&gt;에 신고, 010-****-6789에 알림";
    assert!(
        listed.contains("처리할 건이 없습니다.") && listed.contains("처리됨 kim ") && listed.contains(said),
        "{listed}"
    );
    let (_, open) = crate::held::at_the_machine(&staged.program, &["incidents", "list"], "");
    assert!(open.contains("none"), "the command line knows it: {open}");
    until("the journal says it", async || {
        let journal = staged.get("/journal", &choi).await.text();
        journal.contains("처리됨 (closed)") && journal.contains("<td>kim</td>") && journal.contains(said)
    })
    .await;
}
