//! Taking an address to listen on.

use std::io;
use std::net::SocketAddr;
use tokio::net::{TcpListener, TcpSocket};

/// Connections that wait in the kernel to be accepted; it takes the lower of this and `net.core.somaxconn`.
const BACKLOG: u32 = 4_096;

/// Why an address cannot be listened on, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// Another program has it.
    #[error(
        "{0} is in use by another program; find it with: ss -ltnp 'sport = :{port}', then stop it or choose another address\n    \
         다른 프로그램이 {0}을(를) 쓰고 있습니다. 위 명령으로 찾아 끝내거나 다른 주소를 쓰십시오.",
        port = .0.port()
    )]
    Taken(SocketAddr),
    /// Ports below 1024 need a right.
    #[error(
        "{0} may not be used: ports below 1024 need CAP_NET_BIND_SERVICE (systemd: AmbientCapabilities=CAP_NET_BIND_SERVICE; by hand: setcap cap_net_bind_service=+ep on the program)\n    \
         {0}을(를) 쓸 권한이 없습니다. 1024보다 작은 포트에는 CAP_NET_BIND_SERVICE가 있어야 합니다."
    )]
    Forbidden(SocketAddr),
    /// No interface has the address.
    #[error(
        "{0} is no address of this machine; see: ip address\n    \
         {0}은(는) 이 기계의 주소가 아닙니다. ip address로 확인하십시오."
    )]
    NotHere(SocketAddr),
    /// Anything else.
    #[error("cannot listen on {0}: {1}")]
    Other(SocketAddr, #[source] io::Error),
}

/// Binds and listens. The port is free again at once after a restart (`SO_REUSEADDR`). An IPv6 address takes IPv6 only,
/// so that `0.0.0.0` and `[::]` can stand side by side. Needs a runtime of tokio.
pub fn bind(addr: SocketAddr) -> Result<TcpListener, BindError> {
    listen(addr).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => BindError::Taken(addr),
        io::ErrorKind::PermissionDenied => BindError::Forbidden(addr),
        io::ErrorKind::AddrNotAvailable => BindError::NotHere(addr),
        _ => BindError::Other(addr, error),
    })
}

fn listen(addr: SocketAddr) -> io::Result<TcpListener> {
    let socket = if addr.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_reuseaddr(true)?;
    if addr.is_ipv6() {
        rustix::net::sockopt::set_ipv6_v6only(&socket, true)?;
    }
    socket.bind(addr)?;
    socket.listen(BACKLOG)
}
