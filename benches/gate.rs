//! What parts of garim cost that no configuration can do without: the gate before hyper and the second reader of multipart
//! bodies together, and the audit journal. CPU time per request of two garims in processes of their own, one with everything
//! and one without the part, in turns within one run.
//!
//! `cargo bench --bench gate -- ROUNDS REQUESTS`. What is printed is the ratio within a round: machines are shared.

use bytes::Bytes;
use garim::app::{self, Without};
use garim::config;
use http::{Method, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
use std::convert::Infallible;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::net::{TcpListener, TcpStream};

/// What is asked for: posted if there is a body. How many times fewer of it than of the smallest, and what one of the two does
/// without.
struct Workload {
    name: &'static str,
    path: &'static str,
    content_type: &'static str,
    body: Bytes,
    fewer: usize,
    part: &'static str,
}

const GATE: &str = "gate";
const JOURNAL: &str = "journal";
const BOARD: &str = "/board/write.do?bbsId=BBSMSTR_000000001003";

fn workloads() -> [Workload; 4] {
    let text = "안녕하세요. 2026-11-22 12:30 에 도로 파손을 신고합니다. ";
    let form = format!("subject=%EB%8F%84%EB%A1%9C&content={}", "%EC%8B%A0%EA%B3%A0+12%3A30+".repeat(4096 / 27));
    let file = text.repeat((1 << 20) / text.len());
    let part =
        |head: &str, content: &str| format!("--B\r\nContent-Disposition: form-data; {head}\r\n\r\n{content}\r\n");
    let parts = [
        part("name=\"subject\"", "도로"),
        part("name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain; charset=utf-8", &file),
    ];
    [
        Workload {
            name: "form of 4 KB",
            content_type: "application/x-www-form-urlencoded",
            path: BOARD,
            body: Bytes::from(form),
            fewer: 1,
            part: GATE,
        },
        Workload {
            name: "multipart of 1 MiB",
            content_type: "multipart/form-data; boundary=B",
            path: BOARD,
            body: Bytes::from(format!("{}--B--\r\n", parts.concat())),
            fewer: 20,
            part: GATE,
        },
        Workload {
            name: "page of 60 KB with findings",
            content_type: "",
            path: "/found",
            body: Bytes::new(),
            fewer: 4,
            part: JOURNAL,
        },
        Workload {
            name: "page of 60 KB without",
            content_type: "",
            path: "/clean",
            body: Bytes::new(),
            fewer: 4,
            part: JOURNAL,
        },
    ]
}

/// A board's list, never the same twice: what garim remembers of answers is no part of this.
fn page(found: bool) -> Bytes {
    static SHOWN: AtomicU64 = AtomicU64::new(0);
    let shown = SHOWN.fetch_add(1, Ordering::Relaxed);
    let row = "<tr><td>1024</td><td><a href=\"/board/1024\">도로 파손을 신고합니다</a></td><td>2026-11-22</td></tr>\n";
    let footer =
        if found { "<p>전화 02-2100-1234, minwon@office.go.kr</p><p>010-2345-6789, 900101-1234568</p>" } else { "" };
    let rows = row.repeat(60_000 / row.len());
    Bytes::from(format!("<!doctype html><meta charset=utf-8><!-- {shown} --><table>{rows}</table>{footer}"))
}

/// The child: garim without that part, or with everything, until its parent closes its input.
fn serve(settings: &Path, part: &str) {
    let settings = std::fs::read_to_string(settings).expect("settings");
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let settings = config::parse(&settings, "bench").expect("settings");
        let without = Without { gate: part == GATE, second_reader: part == GATE, journal: part == JOURNAL };
        let running = app::start_without(settings, None, without).await.expect("garim starts");
        println!("{}", running.listening.first().expect("a listener").port());
        let _ = tokio::task::spawn_blocking(|| std::io::stdin().lines().count()).await;
    });
}

/// A garim of its own.
struct Peer {
    child: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Peer {
    fn start(site: u16, cert: &Path, key: &Path, without: &str) -> Peer {
        let folder = tempfile::tempdir().expect("a folder");
        let settings = format!(
            "[server]\nlisten = [\"127.0.0.1:0\"]\n[state]\ndir = {:?}\n[[site]]\nhosts = [\"*\"]\n\
             tls = {{ cert = {cert:?}, key = {key:?} }}\nupstream = \"http://127.0.0.1:{site}\"\npolicy = \"p\"\n\
             [documents]\nworkers = 0\n[policy.p]\n[[policy.p.rule]]\non = \"upload\"\nfind = [\"*\"]\naction = \"block\"\n\
             [[policy.p.rule]]\non = \"download\"\nfind = [\"@unique-identifiers\", \"mobile-number\"]\naction = \"mask\"\n",
            folder.path().join("state")
        );
        let file = folder.path().join("garim.toml");
        std::fs::write(&file, settings).expect("written");
        let mut child = Command::new(std::env::current_exe().expect("this bench"))
            .args(["serve", without])
            .arg(file)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a child");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        Peer { port: line.trim().parse().expect("a port"), child, _folder: folder }
    }

    /// What it has used of the processor, in nanoseconds.
    fn cpu(&self) -> u64 {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.child.id())).expect("its threads");
        let spent = |task: std::io::Result<std::fs::DirEntry>| {
            let text = std::fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
            text.split(' ').next()?.parse::<u64>().ok()
        };
        tasks.filter_map(spent).sum()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn site(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let shown = match request.uri().path() {
        "/found" => Some(page(true)),
        "/clean" => Some(page(false)),
        _ => None,
    };
    if let Some(page) = shown {
        let html = Response::builder().header("content-type", "text/html; charset=utf-8");
        return Ok(html.body(Full::new(page)).expect("an answer"));
    }
    // A post is read to its end, as a site does.
    let mut body = request.into_body();
    while body.frame().await.is_some() {}
    Ok(Response::new(Full::new(Bytes::from_static(b"ok"))))
}

async fn serve_site() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let serving = hyper::server::conn::http1::Builder::new();
            tokio::spawn(serving.serve_connection(TokioIo::new(stream), service_fn(site)));
        }
    });
    port
}

async fn connect(port: u16, roots: &Arc<rustls::RootCertStore>) -> SendRequest<Full<Bytes>> {
    let tcp = TcpStream::connect(("127.0.0.1", port)).await.expect("connected");
    tcp.set_nodelay(true).expect("set");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(Arc::clone(roots))
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").expect("a name");
    let tls = tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, tcp).await.expect("TLS");
    let (sender, connection) = handshake(TokioIo::new(tls)).await.expect("HTTP");
    tokio::spawn(connection);
    sender
}

/// Microseconds of the peer's CPU time for each of so many requests on one connection.
async fn load(peer: &Peer, sender: &mut SendRequest<Full<Bytes>>, workload: &Workload, requests: usize) -> f64 {
    let before = peer.cpu();
    for _ in 0..requests {
        let method = if workload.body.is_empty() { Method::GET } else { Method::POST };
        let request = Request::builder()
            .method(method)
            .uri(workload.path)
            .header("host", "localhost")
            .header(
                "user-agent",
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36",
            )
            .header("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
            .header("accept-encoding", "gzip, deflate, br, zstd")
            .header("accept-language", "ko-KR,ko;q=0.9,en-US;q=0.8")
            .header("cookie", "JSESSIONID=0123456789ABCDEF0123456789ABCDEF; _ga=GA1.1.1234");
        let request = match workload.content_type {
            "" => request,
            content_type => request.header("content-type", content_type),
        };
        let request = request.body(Full::new(workload.body.clone())).expect("a request");
        sender.ready().await.expect("the connection stands");
        let answer = sender.send_request(request).await.expect("an answer");
        assert_eq!(answer.status(), 200);
        answer.into_body().collect().await.expect("a body");
    }
    (peer.cpu() - before) as f64 / 1e3 / requests as f64
}

async fn measure(rounds: usize, requests: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let own = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
    let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    std::fs::write(&cert, own.cert.pem()).expect("written");
    std::fs::write(&key, own.signing_key.serialize_pem()).expect("written");
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(own.cert.pem().as_bytes()).expect("PEM")).expect("a root");
    let (roots, site) = (Arc::new(roots), serve_site().await);
    for workload in workloads() {
        let peers = [workload.part, "nothing"].map(|part| Peer::start(site, &cert, &key, part));
        let mut senders = Vec::new();
        for peer in &peers {
            senders.push(connect(peer.port, &roots).await);
        }
        let requests = (requests / workload.fewer).max(1);
        let (mut spent, mut ratios) = ([Vec::new(), Vec::new()], Vec::new());
        for round in 0..=rounds {
            // The one that goes first changes. The first round only warms up.
            for turn in 0..2 {
                let which = (turn + round) % 2;
                let (Some(peer), Some(sender)) = (peers.get(which), senders.get_mut(which)) else { continue };
                spent[which].push(load(peer, sender, &workload, requests).await);
            }
            if round == 0 {
                spent = [Vec::new(), Vec::new()];
            } else if let ([.., without], [.., with]) = (&spent[0][..], &spent[1][..]) {
                ratios.push(with / without);
            }
        }
        let [without, with] = spent.map(median);
        let (least, most) =
            (ratios.iter().copied().fold(f64::MAX, f64::min), ratios.iter().copied().fold(0.0, f64::max));
        println!(
            "{}: without the {} {without:.1} µs CPU, with it {with:.1} µs; ratio {:.3} ({least:.3}, {most:.3})",
            workload.name,
            workload.part,
            median(ratios)
        );
    }
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or_default()
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let [serving, what, settings] = &arguments[..]
        && serving == "serve"
    {
        return serve(Path::new(settings), what);
    }
    // A worker that opens files would be this program started anew.
    let number = |at: usize, default| arguments.get(at).map_or(default, |text| text.parse().expect("ROUNDS REQUESTS"));
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    runtime.block_on(measure(number(0, 7), number(1, 2_000)));
}
