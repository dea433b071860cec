//! Receivers that record what arrives.

use crate::SOON;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

/// What a receiver has got, one after the other.
pub struct Got(UnboundedReceiver<String>);

impl Got {
    pub async fn next(&mut self) -> String {
        timeout(SOON, self.0.recv()).await.expect("in time").expect("a receiver")
    }

    pub fn nothing(&mut self) -> bool {
        self.0.try_recv().is_err()
    }
}

/// An authority for 127.0.0.1, and the file with its certificate.
pub struct Authority {
    acceptor: TlsAcceptor,
    pub file: PathBuf,
    _folder: tempfile::TempDir,
}

impl Authority {
    pub fn new() -> Authority {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let leaf = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ca.pem");
        std::fs::write(&file, issuer.pem()).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], key)
            .unwrap();
        Authority { acceptor: TlsAcceptor::from(Arc::new(config)), file, _folder: folder }
    }
}

/// What is spoken on a connection.
#[derive(Clone, Copy)]
pub enum Speaks {
    /// HTTP: records head and body, answers with this status line and these fields.
    Http(&'static str),
    /// Nothing: records all until the other side has ended.
    Stream,
    /// SMTP: records the commands and the mail; `bool` is whether it takes recipients.
    Smtp(bool),
    /// Takes connections and never says a word.
    Hangs,
}

pub async fn listener() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

/// A port that nobody listens on.
pub async fn closed() -> u16 {
    listener().await.1
}

pub fn serve(listener: TcpListener, speaks: Speaks, tls: Option<&Authority>) -> Got {
    let (sender, got) = mpsc::unbounded_channel();
    let acceptor = tls.map(|authority| authority.acceptor.clone());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (sender, acceptor) = (sender.clone(), acceptor.clone());
            tokio::spawn(async move {
                match acceptor {
                    None => spoken(stream, speaks, sender).await,
                    Some(acceptor) => {
                        if let Ok(stream) = acceptor.accept(stream).await {
                            spoken(stream, speaks, sender).await;
                        }
                    }
                }
            });
        }
    });
    Got(got)
}

pub async fn udp() -> (Got, u16) {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let port = socket.local_addr().unwrap().port();
    let (sender, got) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut datagram = vec![0; 65_536];
        while let Ok(length) = socket.recv(&mut datagram).await {
            let _ = sender.send(String::from_utf8(datagram[..length].to_vec()).unwrap());
        }
    });
    (Got(got), port)
}

async fn spoken<S: AsyncRead + AsyncWrite + Unpin>(stream: S, speaks: Speaks, sender: UnboundedSender<String>) {
    let mut stream = BufReader::new(stream);
    match speaks {
        Speaks::Http(answer) => http(&mut stream, answer, &sender).await,
        Speaks::Smtp(takes) => drop(smtp(&mut stream, takes, &sender).await),
        Speaks::Hangs => std::future::pending().await,
        Speaks::Stream => {
            let mut all = String::new();
            if stream.read_to_string(&mut all).await.is_ok() {
                let _ = sender.send(all);
            }
        }
    }
}

async fn http<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufReader<S>,
    answer: &str,
    sender: &UnboundedSender<String>,
) {
    let (mut head, mut length) = (String::new(), 0);
    while !head.ends_with("\r\n\r\n") {
        let mut line = String::new();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length: ") {
            length = value.trim().parse().unwrap();
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.unwrap();
    let _ = sender.send(head + &String::from_utf8(body).unwrap());
    let answer = format!("HTTP/1.1 {answer}\r\nContent-Length: 2\r\n\r\nok");
    let _ = stream.write_all(answer.as_bytes()).await;
    let _ = stream.flush().await;
}

async fn smtp<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufReader<S>,
    takes: bool,
    sender: &UnboundedSender<String>,
) -> std::io::Result<()> {
    stream.write_all(b"220 mail.example.go.kr\r\n").await?;
    let (mut all, mut data) = (String::new(), false);
    loop {
        stream.flush().await?;
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        all.push_str(&line);
        let answer: &[u8] = match line.trim_end() {
            "." if data => {
                data = false;
                let _ = sender.send(std::mem::take(&mut all));
                b"250 taken\r\n"
            }
            _ if data => continue,
            "DATA" => {
                data = true;
                b"354 go on\r\n"
            }
            "QUIT" => b"221 bye\r\n",
            line if line.starts_with("EHLO ") => b"250-mail.example.go.kr\r\n250 8BITMIME\r\n",
            line if line.starts_with("RCPT ") && !takes => b"550 no such mailbox\r\n",
            _ => b"250 ok\r\n",
        };
        stream.write_all(answer).await?;
    }
}
