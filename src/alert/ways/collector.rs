//! Syslog over UDP (RFC 5426), TCP (RFC 6587) and TLS (RFC 5425).

use super::link::{Link, place};
use super::{AlertError, SendError};
use crate::alert::{Message, framed, line};
use crate::config::alert::{Syslog, Transport};
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UdpSocket;

/// So long a collector may take to close its side; most say nothing at all.
const FAREWELL: Duration = Duration::from_millis(200);

/// A collector of logs.
pub(in crate::alert) struct Collector {
    syslog: Syslog,
    link: Link,
}

impl Collector {
    pub(super) fn new(syslog: &Syslog, ca: Option<&Path>) -> Result<Collector, AlertError> {
        let link = match syslog.over {
            Transport::Tls => Link::tls(&syslog.to, ca)?,
            Transport::Udp | Transport::Tcp => Link::plain(&syslog.to),
        };
        Ok(Collector { syslog: syslog.clone(), link })
    }

    pub(super) fn to(&self) -> String {
        let scheme = match self.syslog.over {
            Transport::Udp => "udp",
            Transport::Tcp => "tcp",
            Transport::Tls => "tls",
        };
        format!("{scheme}://{}", place(&self.syslog.to))
    }

    pub(super) async fn send(&self, message: &Message) -> Result<(), SendError> {
        self.send_line(&line::line(message, self.syslog.format)).await
    }

    /// Sends a line once.
    pub(super) async fn send_line(&self, line: &str) -> Result<(), SendError> {
        if self.syslog.over == Transport::Udp {
            return Ok(self.datagram(line.as_bytes()).await?);
        }
        let mut stream = self.link.connect().await?;
        stream.write_all(&framed(line, self.syslog.framing)).await?;
        stream.shutdown().await?;
        // What it might say means nothing; but closed before it has read all, the rest could be lost.
        let _ = tokio::time::timeout(FAREWELL, stream.read(&mut [0; 64])).await;
        Ok(())
    }

    async fn datagram(&self, line: &[u8]) -> io::Result<()> {
        let addresses = tokio::net::lookup_host((self.syslog.to.host.as_str(), self.syslog.to.port)).await?;
        let mut failed = io::Error::from(io::ErrorKind::NotFound);
        for address in addresses {
            let any: SocketAddr = match address {
                SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
                SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
            };
            let sent = async { UdpSocket::bind(any).await?.send_to(line, address).await };
            match sent.await {
                Ok(_) => return Ok(()),
                Err(error) => failed = error,
            }
        }
        Err(failed)
    }
}
