//! The PROXY protocol: an L4 balancer in front says in the first bytes of a connection whose it is.
//!
//! After `proxy-protocol.txt` of HAProxy, versions 1 (section 2.1) and 2 (section 2.2). The crate `ppp` reads what such a header
//! says; here it is found where one ends, because a header may come in any pieces and whatever follows it (a TLS handshake, a
//! request) must be left where it is.

use ppp::{v1, v2};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

/// How a header of version 1 begins.
const TEXT: &[u8] = b"PROXY ";

/// The longest one of version 1, in bytes (section 2.1).
const LONGEST_TEXT: usize = 107;

/// What of one of version 2 stands before what it says of its own length, in bytes, with that length.
const FIXED: usize = 16;

/// Version 2, and the command of a connection that is the balancer's own: a health check, say.
const LOCAL: u8 = 0x20;

/// The longest one of version 2 that is taken, in bytes: the addresses (216 at the most) and the TLVs, which are skipped. The
/// protocol has room for 64 KiB, which nobody fills.
const LONGEST: usize = 4 << 10;

/// Why a connection is closed that should have begun with a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Wrong {
    /// It begins with something else.
    #[error("it does not begin with a PROXY header")]
    Missing,
    /// It begins like one, and breaks its rules.
    #[error("its PROXY header is malformed")]
    Malformed,
    /// It is longer than any that is taken.
    #[error("its PROXY header is too long")]
    TooLong,
    /// It did not come in time.
    #[error("its PROXY header did not come in time")]
    Late,
    /// The connection ended within it.
    #[error("it ended within its PROXY header")]
    Cut,
}

impl Wrong {
    /// What metrics call it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Wrong::Missing => "missing",
            Wrong::Malformed => "malformed",
            Wrong::TooLong => "too-long",
            Wrong::Late => "late",
            Wrong::Cut => "cut",
        }
    }
}

/// Where a header ends that begins so; `None` while all bytes so far belong to it and more have to come.
fn end(bytes: &[u8]) -> Result<Option<usize>, Wrong> {
    if bytes.starts_with(TEXT) {
        return match bytes.iter().take(LONGEST_TEXT).position(|byte| *byte == b'\n') {
            Some(last) => Ok(last.checked_add(1)),
            None if bytes.len() >= LONGEST_TEXT => Err(Wrong::TooLong),
            None => Ok(None),
        };
    }
    if !bytes.starts_with(v2::PROTOCOL_PREFIX) {
        let begun = TEXT.starts_with(bytes) || v2::PROTOCOL_PREFIX.starts_with(bytes);
        return if begun { Ok(None) } else { Err(Wrong::Missing) };
    }
    let Some([high, low]) = bytes.get(FIXED.saturating_sub(2)..FIXED) else { return Ok(None) };
    let whole = FIXED.saturating_add(usize::from(u16::from_be_bytes([*high, *low])));
    if whole > LONGEST { Err(Wrong::TooLong) } else { Ok(Some(whole)) }
}

/// Whose connection a whole header says it is; `None` where it says that it is the balancer's own (`LOCAL`), or does not know
/// (`UNKNOWN`, `UNSPEC`, a UNIX socket): then the other end of the connection counts (section 2).
fn client(header: &[u8]) -> Result<Option<SocketAddr>, Wrong> {
    if header.starts_with(TEXT) { of_text(header) } else { of_binary(header) }
}

fn of_text(header: &[u8]) -> Result<Option<SocketAddr>, Wrong> {
    // The library takes `+80` for a port and reads over a CR that is none of an end.
    let (body, ends) = header.split_at_checked(header.len().saturating_sub(2)).ok_or(Wrong::Malformed)?;
    if ends != b"\r\n" || body.iter().any(|byte| !(b' '..=b'~').contains(byte)) {
        return Err(Wrong::Malformed);
    }
    // Whatever follows it says nothing (section 2.1).
    if body == b"PROXY UNKNOWN" || body.starts_with(b"PROXY UNKNOWN ") {
        return Ok(None);
    }
    if body.contains(&b'+') {
        return Err(Wrong::Malformed);
    }
    match v1::Header::try_from(header).map_err(|_| Wrong::Malformed)?.addresses {
        v1::Addresses::Tcp4(of) => Ok(Some((of.source_address, of.source_port).into())),
        v1::Addresses::Tcp6(of) => Ok(Some((of.source_address, of.source_port).into())),
        v1::Addresses::Unknown => Err(Wrong::Malformed),
    }
}

fn of_binary(header: &[u8]) -> Result<Option<SocketAddr>, Wrong> {
    // All else that one of the balancer's own says is ignored, its family too (section 2.2).
    if header.get(v2::PROTOCOL_PREFIX.len()) == Some(&LOCAL) {
        return Ok(None);
    }
    let header = v2::Header::try_from(header).map_err(|_| Wrong::Malformed)?;
    match (header.protocol, header.addresses) {
        // What comes over TCP is no datagram.
        (v2::Protocol::Datagram, _) => Err(Wrong::Malformed),
        (v2::Protocol::Stream, v2::Addresses::IPv4(of)) => Ok(Some((of.source_address, of.source_port).into())),
        (v2::Protocol::Stream, v2::Addresses::IPv6(of)) => Ok(Some((of.source_address, of.source_port).into())),
        // A family without a protocol, or the other way round, is not among the values that may be sent (section 2.2).
        (v2::Protocol::Unspecified, v2::Addresses::IPv4(_) | v2::Addresses::IPv6(_)) => Err(Wrong::Malformed),
        (_, v2::Addresses::Unix(_) | v2::Addresses::Unspecified) => Ok(None),
    }
}

/// What the first bytes of a connection come to, however they are cut: whose it is, and how many of them say so.
///
/// For fuzzing and tests; a connection is read by [`read`].
///
/// # Errors
/// Why it would be closed; `None` where it only had to go on.
pub fn whose(bytes: &[u8]) -> Result<(Option<SocketAddr>, usize), Option<String>> {
    let told = |wrong: Wrong| Some(wrong.to_string());
    let end = end(bytes).map_err(told)?.ok_or(None)?;
    let header = bytes.get(..end).ok_or(None)?;
    Ok((client(header).map_err(told)?, end))
}

/// Reads the header of a connection and not a byte beyond it. `Ok(None)` of a connection that ended without a byte, as the
/// health checks of balancers do; else the address that counts, which is `peer` where the header names none.
///
/// # Errors
/// When there is no proper header within `limit`.
pub(super) async fn read(
    stream: &mut TcpStream,
    peer: SocketAddr,
    limit: Duration,
) -> Result<Option<SocketAddr>, Wrong> {
    let header = tokio::time::timeout(limit, header(stream)).await.unwrap_or(Err(Wrong::Late))?;
    let Some(header) = header else { return Ok(None) };
    Ok(Some(client(&header)?.unwrap_or(peer)))
}

async fn header(stream: &mut TcpStream) -> Result<Option<Vec<u8>>, Wrong> {
    let mut header = Vec::new();
    loop {
        let mut seen = [0; 256];
        let count = stream.peek(&mut seen).await.map_err(|_| Wrong::Cut)?;
        let seen = seen.get(..count).unwrap_or_default();
        if seen.is_empty() {
            return if header.is_empty() { Ok(None) } else { Err(Wrong::Cut) };
        }
        let before = header.len();
        header.extend_from_slice(seen);
        let end = end(&header)?;
        header.truncate(end.unwrap_or(header.len()));
        // They have come already: this takes them, and leaves what follows.
        take(stream, header.len().saturating_sub(before)).await.map_err(|_| Wrong::Cut)?;
        if end == Some(header.len()) {
            return Ok(Some(header));
        }
    }
}

/// Reads so many bytes, of at most 256, and forgets them.
async fn take(stream: &mut TcpStream, count: usize) -> io::Result<()> {
    let mut seen = [0; 256];
    match seen.get_mut(..count) {
        Some(room) => stream.read_exact(room).await.map(drop),
        None => Err(io::ErrorKind::InvalidInput.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// One of version 2: version and command, family and protocol, what follows.
    fn binary(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
        let length = u16::try_from(rest.len()).expect("short").to_be_bytes();
        [v2::PROTOCOL_PREFIX, &[command, family], &length, rest].concat()
    }

    fn four() -> Vec<u8> {
        [&[203, 0, 113, 9, 192, 0, 2, 1][..], &40_001_u16.to_be_bytes(), &443_u16.to_be_bytes()].concat()
    }

    fn six() -> Vec<u8> {
        let address = |last| [&[0x20, 1, 0xD, 0xB8][..], &[0; 11], &[last]].concat();
        [&address(9)[..], &address(1), &40_001_u16.to_be_bytes(), &443_u16.to_be_bytes()].concat()
    }

    /// Headers that are right, and whose connection each says it is.
    fn right() -> Vec<(Vec<u8>, Option<&'static str>)> {
        let tlvs = [&four()[..], &[3, 0, 4, 1, 2, 3, 4], &[4, 0, 200], &[0; 200], &[0xEE, 0, 0]].concat();
        vec![
            (b"PROXY TCP4 203.0.113.9 192.0.2.1 40001 443\r\n".to_vec(), Some("203.0.113.9:40001")),
            (b"PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n".to_vec(), Some("255.255.255.255:65535")),
            (b"PROXY TCP4 203.0.113.9 192.0.2.1 0 0\r\n".to_vec(), Some("203.0.113.9:0")),
            (b"PROXY TCP6 2001:db8::9 2001:db8::1 40001 443\r\n".to_vec(), Some("[2001:db8::9]:40001")),
            (
                b"PROXY TCP6 2001:0DB8:0000:0000:0000:0000:0000:0009 ::ffff:192.0.2.1 40001 443\r\n".to_vec(),
                Some("[2001:db8::9]:40001"),
            ),
            (b"PROXY UNKNOWN\r\n".to_vec(), None),
            (b"PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n".to_vec(), None),
            (b"PROXY UNKNOWN and all of this says nothing\r\n".to_vec(), None),
            (binary(0x21, 0x11, &four()), Some("203.0.113.9:40001")),
            (binary(0x21, 0x11, &tlvs), Some("203.0.113.9:40001")),
            (binary(0x21, 0x21, &six()), Some("[2001:db8::9]:40001")),
            (binary(0x21, 0x31, &[b'/'; 216]), None),
            (binary(0x21, 0x00, &[]), None),
            (binary(0x21, 0x00, &[9; 30]), None),
            (binary(0x20, 0x00, &[]), None),
            (binary(0x20, 0x11, &four()), None),
            (binary(0x20, 0x11, &tlvs), None),
            (binary(0x20, 0x11, &[]), None),
            (binary(0x20, 0x41, &[7; 9]), None),
            (binary(0x21, 0x31, &[b'/'; 300]), None),
        ]
    }

    #[test]
    fn whose_a_connection_is_and_where_its_header_ends() {
        for (header, whose_it_is) in right() {
            let expected = whose_it_is.map(|address| address.parse().expect("an address"));
            for rest in [&b""[..], b"\x16\x03\x01", b"GET / HTTP/1.1\r\n\r\n", b"PROXY UNKNOWN\r\n"] {
                let bytes = [&header[..], rest].concat();
                assert_eq!(whose(&bytes), Ok((expected, header.len())), "{}", header.escape_ascii());
            }
        }
    }

    #[test]
    fn every_split_only_has_to_go_on() {
        for (header, _) in right() {
            for cut in 0..header.len() {
                assert_eq!(whose(&header[..cut]), Err(None), "{} cut at {cut}", header.escape_ascii());
            }
        }
    }

    #[test]
    fn what_is_none_is_said() {
        let long = [&b"PROXY TCP4 "[..], &[b'1'; 120]].concat();
        let short = binary(0x21, 0x11, &four()[..11]);
        for (bytes, wrong) in [
            (&b"GET / HTTP/1.1\r\n"[..], Wrong::Missing),
            (b"\x16\x03\x01\x02\x00\x01", Wrong::Missing),
            (b"X", Wrong::Missing),
            (b"PROXX", Wrong::Missing),
            (b"proxy TCP4 203.0.113.9 192.0.2.1 40001 443\r\n", Wrong::Missing),
            (b"\r\n\r\n\0\r\nQUIX", Wrong::Missing),
            (b"PROXY TCP4 203.0.113.9 192.0.2.1 40001 443\n", Wrong::Malformed),
            (b"PROXY TCP4 203.0.113.9 192.0.2.1 40001\r\n", Wrong::Malformed),
            (b"PROXY TCP4 203.0.113.9 192.0.2.1 +1 443\r\n", Wrong::Malformed),
            (b"PROXY TCP4 203.0.113.9 192.0.2.1 1 +443\r\n", Wrong::Malformed),
            (b"PROXY TCP4 203.0.113.9 192.0.2.1 040 443\r\n", Wrong::Malformed),
            (b"PROXY TCP4 203.0.113.9 192.0.2.1 65536 443\r\n", Wrong::Malformed),
            (b"PROXY TCP4 203.0.113.256 192.0.2.1 40001 443\r\n", Wrong::Malformed),
            (b"PROXY TCP4 203.0.113.09 192.0.2.1 40001 443\r\n", Wrong::Malformed),
            (b"PROXY TCP4  203.0.113.9 192.0.2.1 40001 443\r\n", Wrong::Malformed),
            (b"PROXY TCP4 203.0.113.9 192.0.2.1 40001 443 \r\n", Wrong::Malformed),
            (b"PROXY TCP4 203.0.113.9 192.0.2.1 40001 443 1\r\n", Wrong::Malformed),
            (b"PROXY TCP4 2001:db8::9 2001:db8::1 40001 443\r\n", Wrong::Malformed),
            (b"PROXY TCP6 203.0.113.9 192.0.2.1 40001 443\r\n", Wrong::Malformed),
            (b"PROXY TCP4\r203.0.113.9 192.0.2.1 40001 443\r\n", Wrong::Malformed),
            (b"PROXY UDP4 203.0.113.9 192.0.2.1 40001 443\r\n", Wrong::Malformed),
            (b"PROXY UNKNOWNX\r\n", Wrong::Malformed),
            (b"PROXY \r\n", Wrong::Malformed),
            (&long, Wrong::TooLong),
            (&short, Wrong::Malformed),
            (&binary(0x11, 0x11, &four()), Wrong::Malformed),
            (&binary(0x22, 0x11, &four()), Wrong::Malformed),
            (&binary(0x21, 0x12, &four()), Wrong::Malformed),
            (&binary(0x21, 0x10, &four()), Wrong::Malformed),
            (&binary(0x21, 0x41, &four()), Wrong::Malformed),
            (&binary(0x21, 0x13, &four()), Wrong::Malformed),
            (&binary(0x21, 0x11, &[0; LONGEST - FIXED + 1]), Wrong::TooLong),
        ] {
            assert_eq!(whose(bytes), Err(Some(wrong.to_string())), "{}", bytes.escape_ascii());
        }
        let longest = [&four()[..], &[0; LONGEST - FIXED - 12]].concat();
        assert!(whose(&binary(0x21, 0x11, &longest)).is_ok(), "as long as may be");
    }

    proptest! {
        #[test]
        fn what_has_been_decided_does_not_change_with_what_follows(
            bytes in prop_oneof![
                proptest::collection::vec(any::<u8>(), 0..64),
                proptest::collection::vec(any::<u8>(), 0..64).prop_map(|rest| [b"PROXY TCP4 1".as_slice(), &rest].concat()),
                (any::<u8>(), any::<u8>(), proptest::collection::vec(any::<u8>(), 0..64))
                    .prop_map(|(command, family, rest)| binary(command, family, &rest)),
            ],
            rest in proptest::collection::vec(any::<u8>(), 0..64),
        ) {
            let now = whose(&bytes);
            if now != Err(None) {
                prop_assert_eq!(now, whose(&[bytes, rest].concat()));
            }
        }
    }
}
