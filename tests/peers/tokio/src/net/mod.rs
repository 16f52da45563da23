//! `tokio::net`: thin layers over our `Async`, from `std`'s sockets; what looks names up goes by ours.

mod halves;
mod lookup_host;
pub(crate) mod names;
pub mod tcp;
mod tcp_listener;
mod tcp_socket;
mod udp;
mod udp_buffers;
pub mod unix;
pub(crate) mod watched;

pub use executor::net::ToSocketAddrs;
pub use lookup_host::lookup_host;
pub use tcp::TcpStream;
pub use tcp_listener::TcpListener;
pub use tcp_socket::TcpSocket;
pub use udp::UdpSocket;
pub use unix::{UnixDatagram, UnixListener, UnixSocket, UnixStream};
