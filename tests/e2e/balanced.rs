//! An L4 balancer in front says whose each connection is: the PROXY protocol, versions 1 and 2.

use crate::support::{Http, Origin, Piece, Program, RESIDENT, RESIDENT_MASKED, Seen, answer, ok, page, plain, until};
use http::Request;

const REQUIRE: &str = "proxy_protocol = \"require\"";

/// A header of version 1.
fn text(address: &str) -> Vec<u8> {
    format!("PROXY TCP4 {address} 192.0.2.1 40001 443\r\n").into_bytes()
}

/// One of version 2, with a TLV that is none of ours.
fn binary(address: &str) -> Vec<u8> {
    let address: std::net::Ipv4Addr = address.parse().expect("an address");
    let head = [&b"\r\n\r\n\0\r\nQUIT\n"[..], &[0x21, 0x11, 0, 12 + 7]].concat();
    [&head[..], &address.octets(), &[192, 0, 2, 1], &[0x9C, 0x41, 1, 0xBB], &[0xEE, 0, 4, 9, 9, 9, 9]].concat()
}

/// One of version 2 for a connection of the balancer's own.
const LOCAL: &[u8] = b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0";

#[tokio::test(flavor = "multi_thread")]
async fn the_address_that_was_said_is_the_clients_everywhere() {
    let origin = Origin::always(answer("text/html; charset=utf-8", "", page(RESIDENT))).await;
    let office = "[role.office]\nany = [{ address = [\"203.0.113.0/24\"] }]";
    let policy = "[policy.board]\n[[policy.board.rule]]\nname = \"for the office\"\npath = [\"/admin/**\"]\n\
        except_role = [\"office\"]\naction = \"block\"\n[[policy.board.rule]]\non = \"download\"\nrole = [\"office\"]\n\
        find = [\"*\"]\naction = \"log\"\n[[policy.board.rule]]\non = \"download\"\nfind = [\"*\"]\naction = \"mask\"\n";
    // The balancer is believed for what it says before TLS alone: not for a field that anybody can write.
    let trusted = format!("{REQUIRE}\ntrusted_proxies = [\"127.0.0.0/8\"]");
    let program = Program::before(origin.port).server(&trusted).top(office).policy(policy).start();
    for http in Http::BOTH {
        for (number, header) in [text, binary].iter().enumerate() {
            for (address, sees, admin) in [("203.0.113.9", RESIDENT, 200), ("198.51.100.7", RESIDENT_MASKED, 403)] {
                let client = program.client().saying(&[&header(address)]);
                let path = format!("/board/{number}{http:?}");
                let request =
                    Request::get(&path).header("x-forwarded-for", "203.0.113.77").body("").expect("a request");
                let shown = client.over(http, request).await;
                assert!(shown.text().contains(sees), "{address} {http:?}: {}", shown.text());
                let record = program.record(|record| record["path"] == path.as_str() && record["client"] == address);
                assert_eq!(record["status"], 200, "{record}");
                let seen = origin.seen().pop().expect("a request");
                assert_eq!(seen.field("x-forwarded-for"), [address]);
                assert_eq!(
                    client.over(http, Request::get("/admin/1").body("").expect("a request")).await.status,
                    admin
                );
            }
        }
    }
    // An IPv6 address, and headers after which the balancer's own address counts.
    for (header, address) in [
        (&b"PROXY TCP6 2001:db8::9 2001:db8::1 40001 443\r\n"[..], "2001:db8::9"),
        (b"PROXY UNKNOWN\r\n", "127.0.0.1"),
        (LOCAL, "127.0.0.1"),
    ] {
        let path = format!("/said/{}", header.len());
        program.client().saying(&[header]).get(&path).await;
        program.record(|record| record["path"] == path.as_str() && record["client"] == address);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_may_come_in_any_pieces() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).server(REQUIRE).start();
    for header in [text("203.0.113.9"), binary("203.0.113.9")] {
        let pieces: Vec<&[u8]> = header.chunks(1).collect();
        assert_eq!(program.client().saying(&pieces).get("/single").await.text(), "ok");
        for cut in (1..header.len()).step_by(5) {
            let (one, other) = header.split_at(cut);
            let client = program.client().saying(&[one, other]);
            let http = if cut % 2 == 0 { Http::One } else { Http::Two };
            let path = format!("/{}/{cut}", header.len());
            assert_eq!(client.keep(http).await.get(&path).await.text(), "ok", "cut at {cut}");
            program.record(|record| record["path"] == path.as_str() && record["client"] == "203.0.113.9");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn totals_over_time_are_each_addresss_own() {
    let origin = Origin::new(|seen: &Seen| {
        let number: u32 = seen.target().rsplit('/').next().and_then(|number| number.parse().ok()).unwrap_or(0);
        vec![Piece::Send(answer("text/html", "", page(&format!("call 010-2345-{:04}", 1000 + number))))]
    })
    .await;
    let policy = "[policy.board]\n[[policy.board.window]]\nname = \"harvest\"\nper = \"address\"\nfind = [\"*\"]\n\
        different = 3\nin = \"10m\"\naction = \"block\"\n";
    let program = Program::before(origin.port).server(REQUIRE).policy(policy).start();
    let status = async |address: &str, number: u32| {
        program.client().saying(&[&binary(address)]).get(&format!("/board/{number}")).await.status.as_u16()
    };
    for number in 1..=3 {
        assert_eq!(status("203.0.113.9", number).await, 200);
    }
    assert_eq!((status("203.0.113.9", 4).await, status("198.51.100.7", 4).await), (429, 200));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_proper_header_a_connection_is_closed_told_and_counted() {
    let origin = Origin::always(ok()).await;
    let limits = "[limits]\nheader_timeout = \"300ms\"";
    let program = Program::before(origin.port).server(REQUIRE).top(limits).start();
    let closed = async |bytes: &[u8]| {
        let mut wire = plain(program.port).await;
        wire.send(bytes).await;
        wire.rest().await
    };
    for (bytes, reason) in [
        (&b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"[..], "missing"),
        (b"PROXY TCP4 203.0.113.9 192.0.2.1 40001\r\n", "malformed"),
        (b"\r\n\r\n\0\r\nQUIT\n\x21\x12\0\x0C\xCB\0\x71\x09\xC0\0\x02\x01\x9C\x41\x01\xBB", "malformed"),
        (b"\r\n\r\n\0\r\nQUIT\n\x21\x11\xFF\xFF", "too-long"),
        (b"PROXY TCP4 203.0.113.9 ", "late"),
        (b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0C\xCB", "late"),
    ] {
        assert_eq!(closed(bytes).await, "", "{reason}: nothing is answered");
    }
    assert!(
        program
            .client()
            .handshake("localhost", program.client().config(&[&rustls::version::TLS13], &[]))
            .await
            .is_err()
    );
    // What follows a header is no header.
    assert!(
        program
            .client()
            .saying(&[&text("203.0.113.9"), &text("203.0.113.10")])
            .handshake("localhost", program.client().config(&[&rustls::version::TLS13], &[]))
            .await
            .is_err()
    );
    // Who comes and goes without a byte is no mistake: balancers look so whether somebody is there.
    drop(tokio::net::TcpStream::connect(("127.0.0.1", program.port)).await.expect("connected"));
    drop({
        let mut wire = plain(program.port).await;
        wire.send(b"PROXY TCP4 203").await;
        wire
    });
    let counted = async |reason: &str| {
        let (_, metrics) = program.operations("/metrics").await;
        let start = format!("garim_bad_proxy_headers_total{{reason=\"{reason}\"}} ");
        metrics.lines().find_map(|line| line.strip_prefix(&start)?.parse::<u32>().ok()).unwrap_or(0)
    };
    until("the one that was cut is counted", async || counted("cut").await == 1).await;
    let counts =
        [counted("missing").await, counted("malformed").await, counted("too-long").await, counted("late").await];
    assert_eq!(counts, [2, 2, 1, 2]);
    let told = program.says("a connection was closed");
    assert_eq!((&told["level"], &told["wrong"]), (&"warn".into(), &"it does not begin with a PROXY header".into()));
    assert!(origin.seen().is_empty(), "{:?}", origin.seen());
    assert_eq!(program.client().saying(&[&text("203.0.113.9")]).get("/").await.text(), "ok", "the next is served");
    // Operations are no listener for clients.
    assert_eq!(program.operations("/livez").await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_it_is_not_required_a_header_is_not_believed() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).server("proxy_protocol = \"off\"\nredirect = [\"127.0.0.1:0\"]").start();
    for header in [text("203.0.113.9"), binary("203.0.113.9")] {
        let client = program.client().saying(&[&header]);
        assert!(client.handshake("localhost", client.config(&[&rustls::version::TLS13], &[])).await.is_err());
        let mut wire = plain(program.listening("redirect")).await;
        wire.send([&header[..], b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"].concat()).await;
        assert!(!wire.rest().await.contains(" 308 "));
    }
    assert_eq!(program.client().get("/").await.text(), "ok");
    assert!(program.lines().iter().all(|line| !line.contains("203.0.113.9")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_listener_that_redirects_has_it_too() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).server(&format!("{REQUIRE}\nredirect = [\"127.0.0.1:0\"]")).start();
    let port = program.listening("redirect");
    let request = "GET /a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    for header in [text("203.0.113.9"), binary("203.0.113.9"), LOCAL.to_vec(), b"PROXY UNKNOWN\r\n".to_vec()] {
        let mut wire = plain(port).await;
        wire.send([&header, request.as_bytes()].concat()).await;
        let answer = wire.rest().await;
        assert!(answer.starts_with("HTTP/1.1 308 ") && answer.contains("/a\r\n"), "{answer}");
    }
    let mut wire = plain(port).await;
    wire.send(request).await;
    assert_eq!(wire.rest().await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_not_changed_without_a_restart() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).server(REQUIRE).start();
    program.edit_config(REQUIRE, "proxy_protocol = \"off\"");
    program.signal(rustix::process::Signal::HUP);
    program.says("the new configuration was refused");
    assert_eq!(program.client().saying(&[&text("203.0.113.9")]).get("/").await.text(), "ok");
}
