//! A configuration taken anew while connections stand, and one that is refused.

use crate::support::{FORM, Http, Kept, Origin, Program, RESIDENT, garim_with, ok};
use http::Request;
use rustix::process::Signal;

/// Posts a resident number and gives the status.
async fn post(kept: &mut Kept) -> u16 {
    let body = format!("content={RESIDENT}");
    let request = Request::post("/board/write").header("content-type", FORM).body(body).expect("a request");
    kept.send(request).await.status.as_u16()
}

const BLOCKS: &str = "action = \"block\"";
const LOGS: &str = "action = \"log\"";

#[tokio::test(flavor = "multi_thread")]
async fn a_new_policy_is_taken_by_connections_that_stand() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).start();
    let client = program.client();
    let mut kept = [client.keep(Http::One).await, client.keep(Http::Two).await];
    for (from, to, before, after) in [(BLOCKS, LOGS, 403, 200), (LOGS, BLOCKS, 200, 403)] {
        for kept in &mut kept {
            assert_eq!(post(kept).await, before, "before {to}");
        }
        program.edit_config(from, to);
        for kept in &mut kept {
            assert_eq!(post(kept).await, before, "nothing is taken unasked");
        }
        let told = garim_with("reload", &program.config());
        assert_eq!(told.code, Some(0), "{told:?}");
        assert!(told.output.contains("the new configuration is in force"), "{told:?}");
        for kept in &mut kept {
            assert_eq!(post(kept).await, after, "after {to}, on the same connection");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sighup_takes_a_new_configuration_too() {
    let (one, two) = (Origin::always(ok()).await, Origin::always(ok()).await);
    let program = Program::before(one.port).start();
    let mut kept = program.client().keep(Http::One).await;
    kept.get("/").await;
    program.edit_config(&format!(":{}", one.port), &format!(":{}", two.port));
    program.signal(Signal::HUP);
    program.says("the configuration was taken anew");
    kept.get("/").await;
    assert_eq!((one.seen().len(), two.seen().len()), (1, 1), "the same connection, another site");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_configuration_leaves_the_old_one_running_and_says_where_it_is_bad() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).start();
    let good = garim_with("check", &program.config());
    assert_eq!((good.code, good.errors.as_str()), (Some(0), ""), "{good:?}");
    assert!(good.output.contains("no mistakes"), "{good:?}");

    program.edit_config("action = \"block\"", "actoin = \"blokc\"");
    let file = std::fs::read_to_string(program.config()).expect("a configuration");
    let line = 1 + file.lines().position(|line| line.starts_with("actoin")).expect("the line");
    let place = format!("garim.toml:{line}:1");

    let checked = garim_with("check", &program.config());
    assert_eq!((checked.code, checked.output.as_str()), (Some(1), ""), "{checked:?}");
    assert!(checked.errors.contains(&place) && checked.errors.contains("action"), "{checked:?}");
    let run = garim_with("run", &program.config());
    assert_eq!((run.code, &run.errors), (Some(1), &checked.errors), "the same words");
    let told = garim_with("reload", &program.config());
    assert_eq!(told.code, Some(1));
    assert!(told.errors.starts_with(checked.errors.trim_end()), "{told:?}");
    assert!(told.errors.contains("the old configuration stays in force"), "{told:?}");

    program.signal(Signal::HUP);
    let said = program.says("the new configuration was refused; the old one stays in force");
    assert_eq!(said["level"], "error");
    assert!(said["mistakes"].as_str().is_some_and(|mistakes| mistakes.contains(&place)), "{said}");
    let mut kept = program.client().keep(Http::One).await;
    assert_eq!(post(&mut kept).await, 403, "the old policy is in force");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_the_running_process_can_refuse_comes_back_through_the_socket() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).start();
    program.edit_config("drain = \"5s\"", "drain = \"6s\"");
    let told = garim_with("reload", &program.config());
    assert_eq!(told.code, Some(1));
    assert!(told.errors.contains("a running garim cannot change server.drain"), "{told:?}");
    program.edit_config("drain = \"6s\"", "drain = \"5s\"");

    // The certificate's file is well named, but what is in it cannot be used.
    std::fs::write(program.folder().join("other.pem"), "nothing").expect("written");
    program.edit_config("cert = \"cert.pem\"", "cert = \"other.pem\"");
    let told = garim_with("reload", &program.config());
    assert_eq!(told.code, Some(1));
    assert!(told.errors.contains("other.pem"), "{told:?}");
    let text = std::fs::read_to_string(program.config()).expect("a configuration");
    let line = text.lines().position(|line| line.contains("other.pem")).expect("its line") + 1;
    let column = text.lines().nth(line - 1).and_then(|line| line.find('{')).expect("its table") + 1;
    let place = format!("{}:{line}:{column}: site ", program.config().display());
    for told in [told, garim_with("check", &program.config())] {
        assert!(told.errors.contains(&place), "{place} is not in {told:?}");
    }
    assert_eq!(program.client().get("/").await.status, 200);
    program.edit_config("cert = \"other.pem\"", "cert = \"cert.pem\"");
    assert_eq!(garim_with("reload", &program.config()).code, Some(0));
}
