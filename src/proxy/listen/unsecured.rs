//! A client that speaks HTTP where TLS is spoken: it is told so in its own words, as Apache and nginx do, and not closed on
//! without one. Nothing that it sent is read as a request.

use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Status, and a page for people and programs alike.
const ANSWER: &str = concat!(
    "HTTP/1.1 400 Bad Request\r\n",
    "Content-Type: text/plain; charset=utf-8\r\n",
    "Content-Length: 206\r\n",
    "Cache-Control: no-store\r\n",
    "Connection: close\r\n",
    "\r\n",
    "이 포트는 https 로만 열 수 있습니다. 주소를 http:// 가 아니라 https:// 로 시작해 주십시오.\n",
    "This port speaks https only. Please begin the address with https:// instead of http://.\n",
);

/// How much of what such a client still sends is thrown away, in bytes, and for how long: a connection that is closed while
/// something is unread is reset, and the page with it.
const THROWN_AWAY: usize = 64 << 10;
const FOR: Duration = Duration::from_secs(1);

/// Whether the client's first byte begins the name of a method, and not a record of TLS (RFC 8446 section 5.1), whose types
/// are no letters. Waits for that byte; the caller bounds it.
pub(super) async fn is_http(stream: &TcpStream) -> bool {
    let mut first = [0];
    matches!(stream.peek(&mut first).await, Ok(1)) && first[0].is_ascii_uppercase()
}

/// Says that TLS is spoken here, and ends the connection.
pub(super) async fn refuse(mut stream: TcpStream) {
    let said = async {
        stream.write_all(ANSWER.as_bytes()).await?;
        stream.shutdown().await?;
        let (mut rest, mut piece) = (THROWN_AWAY, [0; 1024]);
        while rest > 0 {
            match stream.read(&mut piece).await? {
                0 => break,
                read => rest = rest.saturating_sub(read),
            }
        }
        std::io::Result::Ok(())
    };
    // Whether it was heard is the client's affair.
    let _ = tokio::time::timeout(FOR, said).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_is_as_long_as_it_says() {
        let (head, page) = ANSWER.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("Content-Length: {}\r\n", page.len())), "{}", page.len());
    }
}
