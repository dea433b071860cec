//! Handshakes with a real client over a pipe, and files on a real disk.

use super::table::Tried;
use super::trial::{Authority, Issued, settings, site};
use super::*;
use crate::config::Certificate;
use p12_keystore::{EncryptionAlgorithm, KeyStore, KeyStoreEntry, MacAlgorithm, PrivateKeyChain};
use rustls::pki_types::ServerName;
use rustls::version::{TLS12, TLS13};
use rustls::{AlertDescription, ClientConfig, HandshakeKind, ProtocolVersion};
use std::path::Path;
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio_rustls::TlsConnector;

/// What a client saw of a handshake.
#[derive(Debug)]
struct Seen {
    leaf: Vec<u8>,
    chain: usize,
    version: ProtocolVersion,
    alpn: Option<Vec<u8>>,
    kind: HandshakeKind,
}

async fn greet(front: &Front, client: &Arc<ClientConfig>, name: &str) -> io::Result<Seen> {
    let (near, far) = tokio::io::duplex(64 << 10);
    let server = async {
        let (mut stream, _) = front.accept(far, 443).await?;
        stream.write_all(b"!").await?;
        stream.shutdown().await
    };
    let name = ServerName::try_from(name.to_owned()).expect("a name");
    let client = async {
        let mut stream = TlsConnector::from(Arc::clone(client)).connect(name, near).await?;
        let mut text = Vec::new();
        stream.read_to_end(&mut text).await?; // tickets come with it
        assert_eq!(text, b"!");
        let (_, tls) = stream.get_ref();
        let chain = tls.peer_certificates().expect("certificates");
        Ok(Seen {
            leaf: chain[0].to_vec(),
            chain: chain.len(),
            version: tls.protocol_version().expect("a version"),
            alpn: tls.alpn_protocol().map(<[u8]>::to_vec),
            kind: tls.handshake_kind().expect("a handshake"),
        })
    };
    tokio::time::timeout(Duration::from_secs(10), async { tokio::join!(server, client).1 }).await.expect("in time")
}

fn front(sites: Vec<std::sync::Arc<crate::config::Site>>) -> Front {
    Front::new(Certificates::load(&settings(sites)).expect("certificates")).expect("a front")
}

fn alert(error: &io::Error) -> Option<AlertDescription> {
    match error.get_ref()?.downcast_ref::<rustls::Error>()? {
        rustls::Error::AlertReceived(alert) => Some(*alert),
        _ => None,
    }
}

#[tokio::test]
async fn the_name_picks_the_certificate() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = Authority::new();
    let (a, b) = (root.issue(&["a.kr", "127.0.0.1"]), root.issue(&["*.b.kr"]));
    let sites = vec![
        site(&["*.b.kr"], b.write(folder.path(), "b")),
        site(&["a.kr:8443", "127.0.0.1"], a.write(folder.path(), "a")),
    ];
    let front = front(sites);
    let client = root.client(&[], &[&TLS13]);
    assert_eq!(greet(&front, &client, "a.kr").await.expect("a.kr").leaf, a.cert.der().to_vec());
    assert_eq!(greet(&front, &client, "shop.b.kr").await.expect("shop.b.kr").leaf, b.cert.der().to_vec());
    // An address in the URL: no name is sent, and the site that has an address answers.
    assert_eq!(greet(&front, &client, "127.0.0.1").await.expect("127.0.0.1").leaf, a.cert.der().to_vec());
    let error = greet(&front, &client, "c.kr").await.expect_err("nobody has that name");
    assert_eq!(alert(&error), Some(AlertDescription::UnrecognisedName), "{error}");
}

#[tokio::test]
async fn a_star_answers_for_the_rest() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = Authority::new();
    let (a, rest) = (root.issue(&["a.kr"]), root.issue(&["c.kr", "127.0.0.1"]));
    let front =
        front(vec![site(&["a.kr"], a.write(folder.path(), "a")), site(&["*"], rest.write(folder.path(), "rest"))]);
    let client = root.client(&[], &[&TLS13]);
    for name in ["c.kr", "127.0.0.1"] {
        assert_eq!(greet(&front, &client, name).await.expect(name).leaf, rest.cert.der().to_vec());
    }
}

#[tokio::test]
async fn versions_and_protocols() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = Authority::new();
    let front = front(vec![site(&["a.kr"], root.issue(&["a.kr"]).write(folder.path(), "a"))]);
    for (version, number) in [(&TLS12, ProtocolVersion::TLSv1_2), (&TLS13, ProtocolVersion::TLSv1_3)] {
        for (offered, chosen) in [
            (&["h2", "http/1.1"][..], Some(&b"h2"[..])),
            (&["http/1.1"], Some(b"http/1.1")),
            (&["http/1.1", "h2"], Some(b"h2")),
            (&[], None),
        ] {
            let seen = greet(&front, &root.client(offered, &[version]), "a.kr").await.expect("a handshake");
            assert_eq!((seen.version, seen.alpn.as_deref()), (number, chosen), "offered {offered:?}");
        }
        let error = greet(&front, &root.client(&["spdy/3"], &[version]), "a.kr").await.expect_err("no protocol");
        assert_eq!(alert(&error), Some(AlertDescription::NoApplicationProtocol));
    }
}

#[tokio::test]
async fn tickets_survive_a_reload() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = Authority::new();
    let old = settings(vec![site(&["a.kr"], root.issue(&["a.kr"]).write(folder.path(), "old"))]);
    let renewed = root.issue(&["a.kr"]);
    let new = settings(vec![site(&["a.kr"], renewed.write(folder.path(), "new"))]);
    for version in [&TLS12, &TLS13] {
        let front = Front::new(Certificates::load(&old).expect("certificates")).expect("a front");
        let client = root.client(&["http/1.1"], &[version]);
        assert_eq!(greet(&front, &client, "a.kr").await.expect("first").kind, HandshakeKind::Full);
        let table = front.certificates().prepare(&new).expect("certificates");
        front.certificates().install(table);
        assert_eq!(greet(&front, &client, "a.kr").await.expect("second").kind, HandshakeKind::Resumed);
        let fresh = greet(&front, &root.client(&[], &[version]), "a.kr").await.expect("another client");
        assert_eq!(fresh.leaf, renewed.cert.der().to_vec(), "those who come new get the new one");
    }
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..500 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{what}: not within five seconds");
}

fn leaf(certificates: &Certificates, name: &str) -> Vec<u8> {
    certificates.find(Some(name)).expect("a certificate").cert[0].to_vec()
}

#[tokio::test]
async fn a_link_pointed_elsewhere_is_picked_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = Authority::new();
    let issued: Vec<Issued> = ["one", "two"]
        .iter()
        .map(|name| {
            std::fs::create_dir(folder.path().join(name)).expect("a folder");
            let issued = root.issue(&["a.kr"]);
            issued.write(&folder.path().join(name), "site");
            issued
        })
        .collect();
    let point = |to: &str| {
        let (new, live) = (folder.path().join("new"), folder.path().join("live"));
        std::os::unix::fs::symlink(to, &new).expect("a link");
        std::fs::rename(new, live).expect("renamed");
    };
    point("one");
    let live = folder.path().join("live");
    let tls = Certificate::Pem { cert: live.join("site.pem"), key: live.join("site.key") };
    let certificates = Certificates::load(&settings(vec![site(&["a.kr"], tls)])).expect("certificates");
    assert_eq!(leaf(&certificates, "a.kr"), issued[0].cert.der().to_vec());
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let watching = tokio::spawn(watch(Arc::clone(&certificates), Duration::from_millis(10), stopped));
    point("two");
    let two = issued[1].cert.der().to_vec();
    until("the new certificate", || leaf(&certificates, "a.kr") == two).await;
    stop.send_replace(true);
    tokio::time::timeout(Duration::from_secs(5), watching).await.expect("stops when told").expect("no panic");
}

#[test]
fn a_bad_new_file_leaves_the_old_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = Authority::new();
    let (a, b) = (root.issue(&["a.kr"]), root.issue(&["b.kr"]));
    let sites = vec![site(&["a.kr"], a.write(folder.path(), "a")), site(&["b.kr"], b.write(folder.path(), "b"))];
    let table = Table::load(&settings(sites), None).expect("certificates");
    let mut tried = Tried::default();
    assert!(matches!(table.refresh(&mut tried), (None, errors) if errors.is_empty()), "nothing has changed");

    std::fs::write(folder.path().join("a.pem"), "half a file").expect("written");
    let renewed = root.issue(&["b.kr"]);
    renewed.write(folder.path(), "b");
    let (fresh, errors) = table.refresh(&mut tried);
    let table = fresh.expect("the good one counts");
    assert_eq!(table.find(Some("b.kr")).expect("b").cert[0], *renewed.cert.der());
    assert_eq!(table.find(Some("a.kr")).expect("a").cert[0], *a.cert.der());
    let [error] = &errors[..] else { panic!("one error: {errors:?}") };
    assert!(error.file.ends_with("a.pem") && error.site == "site a.kr", "{error}");
    assert!(matches!(error.problem, Problem::NoCertificate));
    assert!(matches!(table.refresh(&mut tried), (None, errors) if errors.is_empty()), "told once");

    let mended = root.issue(&["a.kr"]);
    mended.write(folder.path(), "a");
    let (fresh, errors) = table.refresh(&mut tried);
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(fresh.expect("mended").find(Some("a.kr")).expect("a").cert[0], *mended.cert.der());
}

#[test]
fn ten_thousand_names_in_one_map() {
    let folder = tempfile::tempdir().expect("a folder");
    let tls = Authority::new().issue(&["*.example.kr"]).write(folder.path(), "all");
    let names: Vec<String> = (0..10_000).map(|n| format!("site{n}.example.kr")).collect();
    let sites = names.iter().map(|name| site(&[name], tls.clone())).collect();
    let certificates = Certificates::load(&settings(sites)).expect("certificates");
    assert_eq!(certificates.names(), 10_000);
    let first = certificates.find(Some("site0.example.kr")).expect("the first");
    for name in &names {
        let found = certificates.find(Some(name)).expect("a certificate");
        assert!(Arc::ptr_eq(&found, &first), "sites that share files share the certificate");
    }
    assert!(certificates.find(Some("site10000.example.kr")).is_none());
}

#[tokio::test]
async fn made_by_garim_itself() {
    let certificates = Certificates::load(&settings(vec![site(&["board.test:8443", "*"], Certificate::SelfSigned)]));
    let front = Front::new(certificates.expect("certificates")).expect("a front");
    let made = leaf(front.certificates(), "board.test");
    let mut roots = rustls::RootCertStore::empty();
    roots.add(made.clone().into()).expect("a root");
    let client = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let client = Arc::new(client);
    for name in ["board.test", "localhost", "127.0.0.1", "::1"] {
        greet(&front, &client, name).await.expect(name);
    }
    // A reload of the same hosts keeps it: nobody has to accept it anew.
    let same = settings(vec![site(&["board.test:8443", "*"], Certificate::SelfSigned)]);
    front.certificates().install(front.certificates().prepare(&same).expect("certificates"));
    assert_eq!(leaf(front.certificates(), "board.test"), made);
}

fn pfx(folder: &Path, password: &str, how: EncryptionAlgorithm, certs: &[&[u8]], key: &[u8]) -> Certificate {
    let certs = certs.iter().map(|der| p12_keystore::Certificate::from_der(der).expect("a certificate"));
    let key = p12_keystore::PrivateKey::from_der(key).expect("a key");
    let mut store = KeyStore::new();
    let chain = PrivateKeyChain::new(vec![1, 2, 3], key, certs);
    store.add_entry("site", KeyStoreEntry::PrivateKeyChain(chain));
    let mac = if how == EncryptionAlgorithm::PbeWithHmacSha256AndAes256 {
        MacAlgorithm::HmacSha256
    } else {
        MacAlgorithm::HmacSha1
    };
    let writer = store.writer(password).encryption_algorithm(how).mac_algorithm(mac);
    let bytes = writer.encryption_iterations(10).mac_iterations(10).write().expect("a file");
    let (file, words) = (folder.join("site.pfx"), folder.join("password"));
    std::fs::write(&file, bytes).expect("written");
    std::fs::write(&words, format!("{password}\r\n")).expect("written");
    Certificate::Pfx { file, password_file: Some(words) }
}

#[tokio::test]
async fn pfx_new_and_old() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = Authority::new();
    let middle = root.below();
    let issued = middle.issue(&["a.kr"]);
    let (leaf, key) = (issued.cert.der().to_vec(), issued.key.serialize_der());
    for how in [
        EncryptionAlgorithm::PbeWithHmacSha256AndAes256,
        EncryptionAlgorithm::PbeWithShaAnd3KeyTripleDesCbc,
        EncryptionAlgorithm::PbeWithShaAnd40BitRc4Cbc, // RC2, whatever its name
    ] {
        // In another order than the chain's.
        let tls = pfx(folder.path(), "비밀 1", how, &[&leaf, &root.der(), &middle.der()], &key);
        let front = front(vec![site(&["a.kr"], tls)]);
        let seen = greet(&front, &root.client(&[], &[&TLS13]), "a.kr").await.expect("a handshake");
        assert_eq!((seen.leaf, seen.chain), (leaf.clone(), 2), "the leaf and the intermediate, not the root");
    }
}

fn problem(tls: Certificate) -> (String, Problem) {
    let errors = Certificates::load(&settings(vec![site(&["a.kr"], tls)])).expect_err("a mistake");
    let [error] = <[TlsError; 1]>::try_from(errors).expect("one");
    (error.file.file_name().unwrap_or_default().to_string_lossy().into_owned(), error.problem)
}

#[test]
fn mistakes_in_a_pfx() {
    let folder = tempfile::tempdir().expect("a folder");
    let issued = Authority::new().issue(&["a.kr"]);
    let other = Authority::new().issue(&["a.kr"]);
    let how = EncryptionAlgorithm::PbeWithShaAnd3KeyTripleDesCbc;
    let make = |cert: &Issued| pfx(folder.path(), "one", how, &[cert.cert.der()], &issued.key.serialize_der());
    let tls = make(&issued);
    std::fs::write(folder.path().join("password"), "two\n").expect("written");
    assert!(matches!(problem(tls), (file, Problem::WrongPassword) if file == "site.pfx"));
    assert!(matches!(problem(make(&other)), (_, Problem::ForeignKey)));
    let tls = make(&issued);
    std::fs::write(folder.path().join("site.pfx"), "-----BEGIN").expect("written");
    assert!(matches!(problem(tls), (_, Problem::NotPfx(_))));
    let tls = make(&issued);
    std::fs::remove_file(folder.path().join("password")).expect("removed");
    assert!(matches!(problem(tls), (file, Problem::Unreadable(_)) if file == "password"));
}

#[test]
fn mistakes_in_pem() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = Authority::new();
    let (a, other) = (root.issue(&["a.kr"]), root.issue(&["a.kr"]));
    let with = |cert: &[u8], key: &[u8]| {
        let (cert_file, key_file) = (folder.path().join("c"), folder.path().join("k"));
        std::fs::write(&cert_file, cert).expect("written");
        std::fs::write(&key_file, key).expect("written");
        problem(Certificate::Pem { cert: cert_file, key: key_file })
    };
    let (cert, key) = (a.cert.pem(), a.key.serialize_pem());
    let (cert, key) = (cert.as_bytes(), key.as_bytes());
    assert!(matches!(with(cert, other.key.serialize_pem().as_bytes()), (_, Problem::ForeignKey)));
    let turned = format!("{}{}", root.pem(), a.cert.pem());
    assert!(matches!(with(turned.as_bytes(), key), (file, Problem::NotFirst) if file == "c"));
    assert!(matches!(with(a.cert.der(), key), (file, Problem::Binary) if file == "c"));
    assert!(matches!(with(cert, &a.key.serialize_der()), (file, Problem::Binary) if file == "k"));
    assert!(matches!(with(key, cert), (file, Problem::NoCertificate) if file == "c"));
    assert!(matches!(with(cert, cert), (file, Problem::NoKey) if file == "k"));
    let locked = b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    assert!(matches!(with(cert, locked), (file, Problem::LockedKey) if file == "k"));
    let broken = b"-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n";
    assert!(matches!(with(broken, key), (file, Problem::NotPem(_)) if file == "c"));
    let junk = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert!(matches!(with(junk, key), (file, Problem::BadCertificate(_)) if file == "c"));
    let odd = b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    assert!(matches!(with(cert, odd), (file, Problem::UnusableKey(_)) if file == "k"));
    let missing = Certificate::Pem { cert: folder.path().join("none"), key: folder.path().join("k") };
    assert!(matches!(problem(missing), (file, Problem::Unreadable(_)) if file == "none"));
    let large = vec![b' '; (1 << 20) + 1];
    assert!(matches!(with(&large, key), (_, Problem::TooLarge)));
}

/// The key inside a PKCS #8 wrapping: SEC 1 of an elliptic curve, PKCS #1 of RSA.
fn unwrapped(pkcs8: &[u8]) -> Vec<u8> {
    /// The contents of the element at the front, and what follows it.
    fn element(der: &[u8]) -> (&[u8], &[u8]) {
        let (start, length) = match der[1] {
            short @ 0..0x80 => (2, usize::from(short)),
            long => {
                let count = usize::from(long & 0x7F);
                (2 + count, der[2..2 + count].iter().fold(0, |sum, &b| sum << 8 | usize::from(b)))
            }
        };
        (&der[start..start + length], &der[start + length..])
    }
    let (inside, _) = element(pkcs8);
    let (_, after_version) = element(inside);
    let (_, after_algorithm) = element(after_version);
    element(after_algorithm).0.to_vec()
}

#[test]
fn keys_in_every_wrapping() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = Authority::new();
    let rsa = rcgen::KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, rcgen::RsaKeySize::_2048).expect("a key");
    for (issued, label) in
        [(root.issue(&["a.kr"]), "EC PRIVATE KEY"), (root.issue_for(&["a.kr"], rsa), "RSA PRIVATE KEY")]
    {
        let tls = issued.write(folder.path(), "site");
        assert!(Certificates::load(&settings(vec![site(&["a.kr"], tls.clone())])).is_ok(), "PKCS #8");
        let inner = base64(&unwrapped(&issued.key.serialize_der()));
        let text = format!("-----BEGIN {label}-----\n{inner}\n-----END {label}-----\n");
        std::fs::write(folder.path().join("site.key"), text).expect("written");
        let loaded = Certificates::load(&settings(vec![site(&["a.kr"], tls)]));
        assert!(loaded.is_ok(), "{label}: {:?}", loaded.err());
    }
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let word = three.iter().chain([0, 0].iter()).take(3).fold(0_usize, |word, &b| word << 8 | usize::from(b));
        for place in 0..4 {
            let letter = char::from(LETTERS[word >> (18 - 6 * place) & 63]);
            text.push(if place > three.len() { '=' } else { letter });
        }
    }
    text
}
