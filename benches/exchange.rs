//! A whole exchange over real sockets and TLS 1.3, through garim and without it: what stands between the two is the
//! cost of one more proxy, of TLS, and of inspection. In pairs with nginx and in CPU time: `benches/peers/run`.

use bytes::Bytes;
use divan::Bencher;
use garim::app::{self, Running};
use garim::config;
use garim::detect::synthetic::{Maker, hyphenated};
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
use std::convert::Infallible;
use std::fmt::Write;
use std::sync::{Arc, LazyLock};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

/// A list of posts of about 60 KB; every tenth row holds a number, or none does.
fn page(hits: bool) -> Bytes {
    let mut maker = Maker::new(20_261_122);
    let mut page = String::from("<!DOCTYPE html><meta charset=utf-8><title>민원 게시판</title><table>\n");
    for row in 0..220 {
        let (no, day) = (15_873 - row, row % 28 + 1);
        let number = if hits && row % 10 == 0 { hyphenated(&maker.resident(), &[6]) } else { String::new() };
        let _ = writeln!(
            page,
            "<tr class=\"list_row\"><td class=\"num\">{no}</td><td class=\"subject\"><a href=\"/bbs/view.do?bbsId=BBSMSTR_000000001003\
             &amp;nttId={}\">도로 파손 신고합니다 {number}</a></td><td>민원봉사과</td><td>2026-11-{day:02} 12:30</td><td>{}</td></tr>",
            203_000 + row,
            row * 17
        );
    }
    Bytes::from(page)
}

static CLEAN: LazyLock<Bytes> = LazyLock::new(|| page(false));
static HITS: LazyLock<Bytes> = LazyLock::new(|| page(true));

async fn site(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let body = match request.uri().path() {
        "/clean" => CLEAN.clone(),
        "/hits" => HITS.clone(),
        _ => {
            // A post is read to its end, as a site does.
            let _ = request.into_body().collect().await;
            Bytes::from_static(b"ok")
        }
    };
    let mut response = Response::new(Full::new(body));
    response.headers_mut().insert("content-type", http::HeaderValue::from_static("text/html; charset=utf-8"));
    Ok(response)
}

/// A site, garim in front of it, and a way to each.
struct Stage {
    runtime: Runtime,
    site: u16,
    garim: u16,
    roots: Arc<rustls::RootCertStore>,
    _folder: TempDir,
    _running: Running,
}

impl Stage {
    fn new() -> Stage {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
        let folder = tempfile::tempdir().expect("a folder");
        let own = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
        let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
        std::fs::write(&cert, own.cert.pem()).expect("written");
        std::fs::write(&key, own.signing_key.serialize_pem()).expect("written");
        let mut roots = rustls::RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(own.cert.pem().as_bytes()).expect("PEM")).expect("a root");
        let (site, running) = runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let port = listener.local_addr().expect("an address").port();
            tokio::spawn(async move {
                while let Ok((stream, _)) = listener.accept().await {
                    let serving = hyper::server::conn::http1::Builder::new();
                    tokio::spawn(serving.serve_connection(TokioIo::new(stream), service_fn(site)));
                }
            });
            let settings = format!(
                "[server]\nlisten = [\"127.0.0.1:0\"]\n[state]\ndir = {:?}\n[[site]]\nhosts = [\"*\"]\n\
                 tls = {{ cert = {cert:?}, key = {key:?} }}\nupstream = \"http://127.0.0.1:{port}\"\npolicy = \"p\"\n\
                 [policy.p]\n[[policy.p.rule]]\non = \"upload\"\nfind = [\"*\"]\naction = \"block\"\n\
                 [[policy.p.rule]]\non = \"download\"\nfind = [\"*\"]\naction = \"mask\"\n",
                folder.path()
            );
            let settings = config::parse(&settings, "bench").expect("settings");
            (port, app::start(settings, None).await.expect("garim starts"))
        });
        let garim = running.listening.first().expect("a listener").port();
        Stage { runtime, site, garim, roots: Arc::new(roots), _folder: folder, _running: running }
    }

    /// A kept-alive connection: to garim over TLS, or to the site itself.
    fn connect(&self, through: bool) -> SendRequest<Full<Bytes>> {
        self.runtime.block_on(async {
            let port = if through { self.garim } else { self.site };
            let tcp = TcpStream::connect(("127.0.0.1", port)).await.expect("connected");
            tcp.set_nodelay(true).expect("set");
            if !through {
                let (sender, connection) = handshake(TokioIo::new(tcp)).await.expect("HTTP");
                tokio::spawn(connection);
                return sender;
            }
            let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
            let config = rustls::ClientConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .expect("versions")
                .with_root_certificates(Arc::clone(&self.roots))
                .with_no_client_auth();
            let name = ServerName::try_from("localhost").expect("a name");
            let tls = tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, tcp).await.expect("TLS");
            let (sender, connection) = handshake(TokioIo::new(tls)).await.expect("HTTP");
            tokio::spawn(connection);
            sender
        })
    }
}

static STAGE: LazyLock<Stage> = LazyLock::new(Stage::new);

fn exchange(bencher: Bencher<'_, '_>, through: bool, path: &str, body: &'static str) {
    let mut sender = STAGE.connect(through);
    bencher.bench_local(|| {
        STAGE.runtime.block_on(async {
            let kind = if body.is_empty() { http::Method::GET } else { http::Method::POST };
            let request = Request::builder().method(kind).uri(path).header("host", "localhost");
            let request = request.header("content-type", "application/x-www-form-urlencoded");
            let request = request.body(Full::new(Bytes::from_static(body.as_bytes()))).expect("a request");
            sender.ready().await.expect("the connection stands");
            let answer = sender.send_request(request).await.expect("an answer");
            assert_eq!(answer.status(), 200);
            answer.into_body().collect().await.expect("a body").to_bytes().len()
        })
    });
}

const FORM: &str =
    "name=%ED%99%8D&subject=%EB%8F%84%EB%A1%9C+%ED%8C%8C%EC%86%90&content=2026-11-22+12%3A30+%EC%8B%A0%EA%B3%A0";

#[divan::bench(args = [true, false])]
fn page_without_findings(bencher: Bencher<'_, '_>, through: bool) {
    exchange(bencher, through, "/clean", "");
}

#[divan::bench(args = [true, false])]
fn page_with_22_findings(bencher: Bencher<'_, '_>, through: bool) {
    exchange(bencher, through, "/hits", "");
}

#[divan::bench(args = [true, false])]
fn post(bencher: Bencher<'_, '_>, through: bool) {
    exchange(bencher, through, "/write", FORM);
}

fn main() {
    divan::main();
}
