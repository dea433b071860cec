//! What the writer of a post that was held is told: what was said, what the site answered, that it is too late; and what the
//! journal and whoever decides are told.

use crate::held::{
    MOBILES, MULTIPART, POLICY, accounts, at_the_machine, behind, behind_its_back, decides, held, receipt, send,
};
use crate::support::{FORM, Origin, Piece, Program, Seen, answer, until};
use http::Request;

const NUMBER: &str = "010-9876-5432";

fn masking() -> String {
    let mask = "[[policy.board.rule]]\non = \"download\"\nfind = [\"mobile-number\"]\naction = \"mask\"\n";
    POLICY.replace("[policy.board]\n", &format!("[policy.board]\n{mask}"))
}

fn files(program: &Program) -> usize {
    std::fs::read_dir(program.folder().join("state/holds")).expect("a folder").count()
}

/// Waits until the journal has records of approvals with all of these words in one line.
async fn recorded(program: &Program, words: &[&str]) {
    until("it is recorded", async || {
        let (_, listed) = at_the_machine(program, &["audit", "export", "--kind", "approval", "--reason", "a test"], "");
        listed.lines().any(|line| words.iter().all(|word| line.contains(word)))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_told_with_its_message_and_recorded_at_once() {
    let origin = Origin::always(answer("text/html", "", "posted")).await;
    let program = Program::before(origin.port).policy(POLICY).start();
    accounts(&program);
    let client = program.client();
    let (token, id) = held(&program, &client, "/board/write").await;
    let message = "<b onclick=x>번호</b>를 빼 주세요 \"010-9876-5432\"\nkim";
    decides(&program, &["refuse", &id, "--message", message], "kim");
    let page = receipt(&client, &token).await;
    assert!(page.contains("승인되지 않았습니다") && page.contains("담당자의 말"), "{page}");
    assert!(page.contains("&lt;b onclick=x&gt;번호&lt;/b&gt;를 빼 주세요 &quot;010-****-5432&quot; kim"), "{page}");
    assert!(!page.contains(NUMBER) && !page.contains("<b onclick"), "{page}");
    recorded(&program, &["refused", "kim"]).await;
    until("it is destroyed", async || files(&program) == 0).await;
    let request = Request::get(format!("/.well-known/garim/hold?{token}")).header("host", "localhost");
    let told = client.send(request.header("accept", "application/json").body("").expect("a request")).await.text();
    let told: serde_json::Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!(told["error"], "hold-refused", "{told}");
    assert!(
        told["said"].as_str().expect("a message").starts_with("<b onclick=x>번호</b>"),
        "it outlives the post: {told}"
    );
    let (_, shown) = at_the_machine(&program, &["holds", "show", &id], "");
    assert!(shown.contains("refused by kim") && shown.contains("빼 주세요") && !shown.contains(NUMBER), "{shown}");
    let (_, said) = at_the_machine(&program, &["holds", "show", &id, "--answer"], "");
    assert!(said.contains("it was not sent"), "{said}");
    assert!(origin.seen().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_site_answered_is_kept_masked_and_encrypted() {
    let posted =
        format!("<html><head><script>x()</script></head><body><p>등록되었습니다-표식 {NUMBER}</p></body></html>");
    let origin = Origin::always(answer("text/html; charset=utf-8", "", &posted)).await;
    let program = Program::before(origin.port).policy(&masking()).start();
    accounts(&program);
    let client = program.client();
    let (token, id) = held(&program, &client, "/board/write").await;
    decides(&program, &["approve", &id, "--message", "확인했습니다"], "kim");
    assert!(receipt(&client, &token).await.contains("확인했습니다"));
    let sent = send(&client, &token).await.text();
    assert!(sent.contains("등록되었습니다-표식 010-****-5432"), "{sent}");
    recorded(&program, &["approved", "kim"]).await;
    recorded(&program, &["released"]).await;
    until("the post is destroyed", async || files(&program) == 0).await;
    let (done, shown) = at_the_machine(&program, &["holds", "show", &id, "--answer"], "");
    assert!(done && shown.contains("destroyed") && shown.contains("HTTP 200"), "{shown}");
    assert!(shown.contains("등록되었습니다-표식 010-****-5432") && !shown.contains("x()"), "{shown}");
    let page = receipt(&client, &token).await;
    assert!(
        page.contains("이미 올라갔습니다") && page.contains("HTTP 200") && page.contains("등록되었습니다-표식"),
        "{page}"
    );
    assert!(!shown.contains(NUMBER) && !page.contains(NUMBER));
    for entry in std::fs::read_dir(program.folder().join("state")).expect("the state") {
        let path = entry.expect("an entry").path();
        let bytes = if path.is_file() { std::fs::read(&path).expect("a file") } else { Vec::new() };
        let plain = "등록되었습니다-표식".as_bytes();
        assert!(!bytes.windows(plain.len()).any(|window| window == plain), "{}", path.display());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_or_a_page_that_asks_to_log_in_is_a_failure_that_is_shown() {
    let origin = Origin::new(|seen: &Seen| {
        let error = b"HTTP/1.1 500 Oops\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n7\r\nno room\r\n0\r\n\r\n";
        let script = "<script>alert('로그인');location.href='/login.do'</script>";
        vec![Piece::Send(match seen.target().starts_with("/edu") {
            true => error.to_vec(),
            false => answer("text/html; charset=utf-8", "", script),
        })]
    })
    .await;
    let site = "identity = { login = { path = \"/login.do\" } }";
    let program = Program::before(origin.port).site(site).policy(POLICY).start();
    accounts(&program);
    let client = program.client();
    for (path, by, failure, status) in
        [("/edu/write", "lee", "with an error", "HTTP 500"), ("/board/write", "kim", "login page", "HTTP 200")]
    {
        let (token, id) = held(&program, &client, path).await;
        decides(&program, &["approve", &id], by);
        send(&client, &token).await;
        let page = receipt(&client, &token).await;
        assert!(page.contains("누리집이 받지 않았습니다") && page.contains(status), "{path}: {page}");
        recorded(&program, &["failed", if by == "lee" { "not-accepted" } else { "login-page" }]).await;
        let (_, listed) = at_the_machine(&program, &["holds", "show", &id, "--answer"], "");
        assert!(listed.contains(failure) && listed.contains(status), "{listed}");
        assert!(receipt(&client, &token).await.contains("누리집이 받지 않았습니다"), "also once it is destroyed");
        send(&client, &token).await;
    }
    assert_eq!(origin.seen().len(), 2, "not once more");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_decides_in_time_is_told_recorded_and_destroyed() {
    let origin = Origin::always(answer("text/html", "", "posted")).await;
    let program = Program::before(origin.port).policy(POLICY).start();
    accounts(&program);
    let client = program.client();
    let (token, id) = held(&program, &client, "/board/write").await;
    let (late, approved) = held(&program, &client, "/board/other").await;
    decides(&program, &["approve", &approved], "kim");
    behind_its_back(&program, "UPDATE holds SET expires = created + 1").await;
    assert!(receipt(&client, &token).await.contains("기한이 지나 지웠습니다"));
    let (done, said) = at_the_machine(&program, &["holds", "approve", &id, "--by", "kim"], crate::held::PASSWORD);
    assert!(!done && said.contains("the hold has expired"), "{said}");
    assert!(send(&client, &late).await.text().contains("기한이 지나 지웠습니다"), "approved, and too late");
    recorded(&program, &["expired"]).await;
    until("both are destroyed", async || files(&program) == 0).await;
    assert!(receipt(&client, &token).await.contains("기한이 지나 지웠습니다"));
    let (done, said) = at_the_machine(&program, &["holds", "refuse", &id, "--by", "kim"], crate::held::PASSWORD);
    assert!(!done && (said.contains("destroyed") || said.contains("expired")), "{said}");
    assert!(origin.seen().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_that_has_waited_gets_the_token_of_now_and_is_not_lost_to_a_login_page() {
    // A site that takes a post only with the token of its session, and shows its form only to who is signed in.
    let origin = Origin::new(|seen: &Seen| {
        let session = seen.field("cookie").first().and_then(|cookie| cookie.strip_prefix("SID=")).unwrap_or("").to_owned();
        let form = format!("<form method=post><input type=hidden name=csrf value=token-of-{session}-0001><textarea name=a></textarea></form>");
        let away = b"HTTP/1.1 302 Found\r\nLocation: /sign-in?next=1\r\nContent-Length: 0\r\n\r\n".to_vec();
        let refused = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n".to_vec();
        let posted = String::from_utf8_lossy(&seen.body).contains(&format!("token-of-{session}-0001"));
        vec![Piece::Send(match () {
            () if session.is_empty() => away,
            () if seen.head.starts_with("GET") => answer("text/html", "", form),
            () if posted => answer("text/html", "", "posted"),
            () => refused,
        })]
    })
    .await;
    let program = Program::before(origin.port).policy(POLICY).start();
    accounts(&program);
    let client = program.client();
    let multipart = |token: &str| {
        format!(
            "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n{MOBILES}\r\n--B\r\nContent-Disposition: form-data; \
             name=\"csrf\"\r\n\r\n{token}\r\n--B--\r\n"
        )
    };
    let form = |token: &str| format!("csrf={token}&a={}", MOBILES.replace(' ', "+"));
    let old = "token-of-yesterday-which-was-longer";
    for (media_type, then, now) in
        [(MULTIPART, multipart(old), multipart("token-of-new-0001")), (FORM, form(old), form("token-of-new-0001"))]
    {
        let request = Request::post("/board/write").header("host", "localhost").header("content-type", media_type);
        let request = request.header("cookie", "SID=old").header("referer", "https://localhost/board/form?no=1");
        let page = client.send(request.body(then).expect("a request")).await.text();
        let token = behind(&page, "/.well-known/garim/hold?");
        let (_, listed) = at_the_machine(&program, &["holds", "list"], "");
        let id = listed.split(' ').next().expect("an id").to_owned();
        decides(&program, &["approve", &id], "kim");
        let press = async |cookie: &'static str| {
            let request =
                Request::post("/board/write").header("host", "localhost").header("content-type", "text/plain");
            client
                .send(request.header("cookie", cookie).body(format!("garim-hold={token}\r\n")).expect("a request"))
                .await
        };
        let before = origin.seen().len();
        let shown = press("other=1").await.text();
        assert!(shown.contains("로그인한 뒤에 올려 주세요"), "{shown}");
        let seen = origin.seen();
        assert!(seen.len() == before + 1 && seen[before].target() == "/board/form?no=1", "only the page was asked for");
        assert_eq!(press("SID=new").await.text(), "posted");
        assert_eq!(String::from_utf8_lossy(&origin.seen().pop().expect("a request").body), now);
        let record = program.record(|record| {
            record["status"] == 200 && record["why"].as_str().is_some_and(|why| why.contains("renewed"))
        });
        assert_eq!(record["why"], "approved: kim; renewed: csrf");
        assert!(press("SID=new").await.text().contains("이미 올라갔습니다"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_its_writer_made_up_is_not_asked_for_behind_gates_and_rules() {
    let origin = Origin::always(answer("text/html", "", "posted")).await;
    let barred = "[[policy.board.rule]]\nname = \"inner\"\npath = [\"/inner/**\"]\naction = \"block\"\n";
    let policy = POLICY.replace("[policy.board]\n", &format!("[policy.board]\n{barred}"));
    let policy = format!("{policy}[gate.admin]\npath = [\"/admin/**\"]\nrequire = \"account\"\n");
    let program = Program::before(origin.port).policy(&policy).start();
    accounts(&program);
    let client = program.client();
    for (number, path) in
        ["/admin/delete?no=1", "//admin/x", "/x/../admin/x", "/inner/a", "/a?tel=010-1234-5678"].iter().enumerate()
    {
        let to = format!("/board/{number}");
        let request = Request::post(&to).header("host", "localhost").header("content-type", "text/plain");
        let request = request.header("referer", format!("https://localhost{path}"));
        let page = client.send(request.body(MOBILES).expect("a request")).await.text();
        let token = behind(&page, "/.well-known/garim/hold?");
        let (_, listed) = at_the_machine(&program, &["holds", "list"], "");
        decides(&program, &["approve", listed.split(' ').next().expect("an id")], "kim");
        assert_eq!(send(&client, &token).await.text(), "posted", "{path}");
        let seen: Vec<String> = origin.seen().iter().map(|seen| seen.target().to_owned()).collect();
        assert!(seen.len() == number + 1 && seen[number] == to, "{path}: {seen:?}");
    }
}
