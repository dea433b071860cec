//! A small authority that speaks ACME (RFC 8555): every request is signed by its account and has a nonce that was given out
//! once, every proof is fetched, and a certificate is signed for what the request names and nothing else.

use crate::support::Authority;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::server::ResolvesServerCert;
use rustls::sign::SingleCertAndKey;
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// What it does and has done.
#[derive(Default)]
pub struct State {
    /// Where the proofs are fetched, once garim has told its port: port 80 of the hosts, as it were.
    pub proofs_at: u16,
    /// Certificates hold from so many days ago until in so many days.
    pub life: (i64, i64),
    /// It answers everything with 500.
    pub broken: bool,
    /// It refuses the next nonce, as RFC 8555 section 6.5 lets it.
    pub refuses_a_nonce: bool,
    /// It gives certificates for another key.
    pub foreign_key: bool,
    /// It has forgotten all accounts.
    pub forgetful: bool,
    nonces: BTreeSet<String>,
    /// The keys of the accounts: x and y.
    pub accounts: Vec<(String, Value)>,
    /// Whom it would write to.
    pub contacts: Vec<String>,
    /// Orders: the hosts, and the token of each.
    pub orders: Vec<Order>,
    /// What was fetched, and what came.
    pub fetched: Vec<(String, String)>,
}

/// An order.
#[derive(Default)]
pub struct Order {
    /// The hosts that it is for.
    pub hosts: Vec<String>,
    tokens: Vec<String>,
    proven: Vec<Option<bool>>,
    certificate: Option<String>,
}

/// The authority.
pub struct Server {
    /// Its port; its certificate is that of its authority, for `localhost`.
    pub port: u16,
    authority: Arc<Authority>,
    state: Arc<Mutex<State>>,
}

impl Server {
    /// One whose certificates hold from so many days ago until in so many days.
    pub async fn new(life: (i64, i64)) -> Server {
        let authority = Arc::new(Authority::new());
        let state = Arc::new(Mutex::new(State { life, ..State::default() }));
        let key: Arc<dyn ResolvesServerCert> = Arc::new(SingleCertAndKey::from(authority.issue().shown()));
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()));
        let config = config.with_safe_default_protocol_versions().expect("versions").with_no_client_auth();
        let acceptor = TlsAcceptor::from(Arc::new(config.with_cert_resolver(key)));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("its number").port();
        let (ca, shared) = (Arc::clone(&authority), Arc::clone(&state));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, ca, state) = (acceptor.clone(), Arc::clone(&ca), Arc::clone(&shared));
                tokio::spawn(async move {
                    let Ok(stream) = acceptor.accept(stream).await else { return };
                    let service =
                        service_fn(move |request| respond(request, port, Arc::clone(&ca), Arc::clone(&state)));
                    let _ = hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
        Server { port, authority, state }
    }

    /// What vouches for it, and for what it gives.
    pub fn pem(&self) -> &str {
        self.authority.pem()
    }

    /// What it does and has done.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic in it")
    }
}

type Reply = Result<Response<Full<Bytes>>, Infallible>;

/// An answer, with a fresh nonce.
fn said(state: &mut State, status: u16, location: &str, kind: &str, body: String) -> Response<Full<Bytes>> {
    let nonce = format!("nonce-{}-{}", state.nonces.len(), state.orders.len() + state.fetched.len() * 1000);
    let nonce = BASE64.encode(digest(&SHA256, format!("{nonce}{}", rand()).as_bytes()));
    state.nonces.insert(nonce.clone());
    let response = Response::builder().status(status).header("replay-nonce", nonce).header("content-type", kind);
    let response = if location.is_empty() { response } else { response.header("location", location) };
    response.body(Full::from(body)).expect("an answer")
}

fn rand() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(0)
}

fn problem(state: &mut State, status: u16, name: &str, detail: &str) -> Response<Full<Bytes>> {
    let body = json!({ "type": format!("urn:ietf:params:acme:error:{name}"), "detail": detail, "status": status });
    said(state, status, "", "application/problem+json", body.to_string())
}

async fn respond(request: Request<Incoming>, port: u16, ca: Arc<Authority>, shared: Arc<Mutex<State>>) -> Reply {
    let lock = || shared.lock().expect("no panic");
    let base = format!("https://localhost:{port}");
    let (head, body) = request.into_parts();
    let path = head.uri.path().to_owned();
    if lock().broken {
        return Ok(problem(&mut lock(), 500, "serverInternal", "down for\r\nmaintenance"));
    }
    if head.method == "GET" && path == "/dir" {
        let urls = json!({ "newNonce": format!("{base}/nonce"), "newAccount": format!("{base}/account"),
            "newOrder": format!("{base}/order") });
        return Ok(said(&mut lock(), 200, "", "application/json", urls.to_string()));
    }
    if head.method == "HEAD" && path == "/nonce" {
        return Ok(said(&mut lock(), 200, "", "text/plain", String::new()));
    }
    assert!(head.method == "POST" && head.headers["content-type"] == "application/jose+json");
    let body = body.collect().await.expect("a body").to_bytes();
    let signed: Value = serde_json::from_slice(&body).expect("JSON");
    let payload = verified(&mut lock(), &signed, &format!("{base}{path}"));
    let payload = match payload {
        Ok(payload) => payload,
        Err(name) => return Ok(problem(&mut lock(), 400, name, "no")),
    };
    Ok(answered(&path, &payload, &base, &ca, &shared))
}

/// What becomes of a request that was signed.
fn answered(
    path: &str,
    payload: &Value,
    base: &str,
    ca: &Authority,
    shared: &Arc<Mutex<State>>,
) -> Response<Full<Bytes>> {
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    let number = |at: usize| parts.get(at).and_then(|part| part.parse::<usize>().ok());
    let state = &mut *shared.lock().expect("no panic");
    let (location, body) = match (parts.first().copied(), number(1), number(2)) {
        (Some("account"), None, _) => {
            state.contacts.push(payload["contact"][0].as_str().expect("a contact").to_owned());
            assert_eq!(payload["termsOfServiceAgreed"], true);
            (format!("{base}/account/{}", state.accounts.len() - 1), json!({ "status": "valid" }).to_string())
        }
        (Some("order"), None, _) => {
            let number = opened(state, payload);
            (format!("{base}/order/{number}"), order(state, number, base))
        }
        (Some("order"), Some(of), _) => (String::new(), order(state, of, base)),
        (Some("authz"), Some(of), Some(at)) => (String::new(), authorization(state, of, at, base).to_string()),
        (Some("challenge"), Some(of), Some(at)) => {
            tokio::spawn(prove(Arc::clone(shared), of, at));
            (String::new(), authorization(state, of, at, base)["challenges"][0].to_string())
        }
        (Some("finalize"), Some(of), _) => {
            let asked = BASE64.decode(payload["csr"].as_str().expect("a request")).expect("base64");
            let asked = if state.foreign_key { foreign() } else { asked };
            assert!(state.orders[of].proven.iter().all(|proven| *proven == Some(true)));
            state.orders[of].certificate = Some(ca.sign(&asked, state.life));
            (String::new(), order(state, of, base))
        }
        (Some("certificate"), Some(of), _) => {
            let pem = state.orders[of].certificate.clone().expect("a certificate");
            return said(state, 200, "", "application/pem-certificate-chain", pem);
        }
        _ => return problem(state, 404, "malformed", "no such thing"),
    };
    let status = if location.is_empty() { 200 } else { 201 };
    said(state, status, &location, "application/json", body)
}

/// A new order: its number.
fn opened(state: &mut State, payload: &Value) -> usize {
    let hosts = payload["identifiers"].as_array().expect("a list").iter();
    let hosts: Vec<String> = hosts.map(|host| host["value"].as_str().expect("a name").to_owned()).collect();
    let tokens = hosts.iter().map(|_| BASE64.encode(digest(&SHA256, &rand().to_be_bytes()))).collect();
    let proven = vec![None; hosts.len()];
    state.orders.push(Order { hosts, tokens, proven, certificate: None });
    state.orders.len() - 1
}

/// A request that somebody else made.
fn foreign() -> Vec<u8> {
    let key = rcgen::KeyPair::generate().expect("a key");
    let params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).expect("parameters");
    params.serialize_request(&key).expect("a request").der().to_vec()
}

/// What was signed, if it was by its account, for this URL, with a nonce of ours.
fn verified(state: &mut State, signed: &Value, url: &str) -> Result<Value, &'static str> {
    let text = |key: &str| signed[key].as_str().expect("a part");
    let head = BASE64.decode(text("protected")).expect("base64");
    let head: Value = serde_json::from_slice(&head).expect("JSON");
    assert_eq!((&head["alg"], &head["url"]), (&json!("ES256"), &json!(url)));
    let nonce = head["nonce"].as_str().expect("a nonce");
    if !state.nonces.remove(nonce) || std::mem::take(&mut state.refuses_a_nonce) {
        return Err("badNonce");
    }
    let key = match &head["kid"] {
        Value::Null => {
            assert!(url.ends_with("/account"));
            state.accounts.push((thumbprint(&head["jwk"]), head["jwk"].clone()));
            state.forgetful = false;
            head["jwk"].clone()
        }
        kid => {
            let number =
                kid.as_str().and_then(|kid| kid.rsplit('/').next()?.parse::<usize>().ok()).expect("an account");
            if state.forgetful {
                return Err("accountDoesNotExist");
            }
            state.accounts.get(number).expect("known").1.clone()
        }
    };
    let coordinate = |name: &str| BASE64.decode(key[name].as_str().expect("a coordinate")).expect("base64");
    let point = [&[4][..], &coordinate("x"), &coordinate("y")].concat();
    let signature = BASE64.decode(text("signature")).expect("base64");
    let message = format!("{}.{}", text("protected"), text("payload"));
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &point);
    key.verify(message.as_bytes(), &signature).expect("a signature that holds");
    let payload = BASE64.decode(text("payload")).expect("base64");
    Ok(if payload.is_empty() { Value::Null } else { serde_json::from_slice(&payload).expect("JSON") })
}

/// RFC 7638.
fn thumbprint(jwk: &Value) -> String {
    let text = format!(r#"{{"crv":"P-256","kty":"EC","x":{},"y":{}}}"#, jwk["x"], jwk["y"]);
    BASE64.encode(digest(&SHA256, text.as_bytes()))
}

fn order(state: &State, of: usize, base: &str) -> String {
    let order = &state.orders[of];
    let status = match () {
        () if order.proven.contains(&Some(false)) => "invalid",
        () if order.certificate.is_some() => "valid",
        () if order.proven.iter().all(|proven| *proven == Some(true)) => "ready",
        () => "pending",
    };
    let authorizations: Vec<String> = (0..order.hosts.len()).map(|at| format!("{base}/authz/{of}/{at}")).collect();
    let mut told =
        json!({ "status": status, "authorizations": authorizations, "finalize": format!("{base}/finalize/{of}") });
    if order.certificate.is_some() {
        told["certificate"] = json!(format!("{base}/certificate/{of}"));
    }
    told.to_string()
}

fn authorization(state: &State, of: usize, at: usize, base: &str) -> Value {
    let order = &state.orders[of];
    let status = match order.proven[at] {
        None => "pending",
        Some(true) => "valid",
        Some(false) => "invalid",
    };
    let mut challenge = json!({ "type": "http-01", "url": format!("{base}/challenge/{of}/{at}"), "token": order.tokens[at], "status": status });
    if status == "invalid" {
        challenge["error"] =
            json!({ "type": "urn:ietf:params:acme:error:unauthorized", "detail": "another answer came" });
    }
    json!({ "status": status, "identifier": { "type": "dns", "value": order.hosts[at] }, "challenges": [challenge] })
}

/// Fetches the proof of a host, at port 80 as it were, once garim listens.
async fn prove(shared: Arc<Mutex<State>>, of: usize, at: usize) {
    let port = loop {
        let port = shared.lock().expect("no panic").proofs_at;
        if port != 0 {
            break port;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    let (host, token, expected) = {
        let state = shared.lock().expect("no panic");
        let order = &state.orders[of];
        let thumb = &state.accounts.last().expect("an account").0;
        (order.hosts[at].clone(), order.tokens[at].clone(), format!("{}.{thumb}", order.tokens[at]))
    };
    let came = fetch(port, &host, &format!("/.well-known/acme-challenge/{token}")).await;
    let mut state = shared.lock().expect("no panic");
    state.orders[of].proven[at] = Some(came.0 == 200 && came.1 == expected);
    state.fetched.push((format!("{host}/{token}"), came.1));
}

/// A GET of a host without TLS: status and body.
pub async fn fetch(port: u16, host: &str, path: &str) -> (u16, String) {
    let Ok(stream) = TcpStream::connect(("127.0.0.1", port)).await else { return (0, String::new()) };
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.expect("HTTP/1.1");
    tokio::spawn(connection);
    let request = Request::get(path).header("host", host).body(Full::<Bytes>::default()).expect("a request");
    let Ok(answer) = sender.send_request(request).await else { return (0, String::new()) };
    let status = answer.status().as_u16();
    let body = answer.into_body().collect().await.expect("a body").to_bytes();
    (status, String::from_utf8_lossy(&body).into_owned())
}

/// The key of the accounts by themselves, to see that two are one.
pub fn keys(state: &State) -> HashMap<String, usize> {
    state.accounts.iter().fold(HashMap::new(), |mut keys, (thumb, _)| {
        *keys.entry(thumb.clone()).or_default() += 1;
        keys
    })
}
