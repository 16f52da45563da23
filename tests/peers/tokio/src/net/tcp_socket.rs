//! `TcpSocket`: `socket2`'s, until it is connected or listens.

use std::io;
use std::net::SocketAddr;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
use std::time::Duration;

use executor::net::Async;
use socket2::{Domain, Protocol, Socket, Type};

use super::{TcpListener, TcpStream};

#[derive(Debug)]
pub struct TcpSocket(Socket);

macro_rules! options {
    ($($get:ident, $set:ident, $kind:ty, $inner_get:ident, $inner_set:ident;)*) => {
        $(
            pub fn $get(&self) -> io::Result<$kind> {
                Ok(self.0.$inner_get()?.try_into().expect("the system's sizes fit"))
            }

            pub fn $set(&self, value: $kind) -> io::Result<()> {
                self.0.$inner_set(value.try_into().expect("the system's sizes fit"))
            }
        )*
    };
}

impl TcpSocket {
    pub fn new_v4() -> io::Result<Self> {
        Self::new(Domain::IPV4)
    }

    pub fn new_v6() -> io::Result<Self> {
        Self::new(Domain::IPV6)
    }

    fn new(domain: Domain) -> io::Result<Self> {
        let socket = Socket::new(domain, Type::STREAM, Some(Protocol::TCP))?;
        socket.set_nonblocking(true)?;
        Ok(Self(socket))
    }

    pub fn bind(&self, address: SocketAddr) -> io::Result<()> {
        self.0.bind(&address.into())
    }

    pub async fn connect(self, address: SocketAddr) -> io::Result<TcpStream> {
        let in_progress = rustix::io::Errno::INPROGRESS.raw_os_error();
        match self.0.connect(&address.into()) {
            Err(error) if error.raw_os_error() == Some(in_progress) => {}
            done => done?,
        }
        let socket = Async::new(self.0)?;
        socket.writable().await?;
        if let Some(error) = socket.get_ref().take_error()? {
            return Err(error);
        }
        TcpStream::from_std(socket.into_inner().into())
    }

    pub fn listen(self, backlog: u32) -> io::Result<TcpListener> {
        self.0.listen(i32::try_from(backlog).unwrap_or(i32::MAX))?;
        TcpListener::from_std(self.0.into())
    }

    pub fn from_std_stream(stream: std::net::TcpStream) -> Self {
        Self(stream.into())
    }

    options! {
        keepalive, set_keepalive, bool, keepalive, set_keepalive;
        nodelay, set_nodelay, bool, tcp_nodelay, set_tcp_nodelay;
        reuseaddr, set_reuseaddr, bool, reuse_address, set_reuse_address;
        reuseport, set_reuseport, bool, reuse_port, set_reuse_port;
        send_buffer_size, set_send_buffer_size, u32, send_buffer_size, set_send_buffer_size;
        recv_buffer_size, set_recv_buffer_size, u32, recv_buffer_size, set_recv_buffer_size;
        tos_v4, set_tos_v4, u32, tos_v4, set_tos_v4;
        tclass_v6, set_tclass_v6, u32, tclass_v6, set_tclass_v6;
    }

    pub fn linger(&self) -> io::Result<Option<Duration>> {
        self.0.linger()
    }

    pub fn set_linger(&self, linger: Option<Duration>) -> io::Result<()> {
        self.0.set_linger(linger)
    }

    pub fn set_zero_linger(&self) -> io::Result<()> {
        self.set_linger(Some(Duration::ZERO))
    }

    pub fn device(&self) -> io::Result<Option<Vec<u8>>> {
        self.0.device()
    }

    pub fn bind_device(&self, interface: Option<&[u8]>) -> io::Result<()> {
        self.0.bind_device(interface)
    }

    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        let address = self.0.local_addr()?.as_socket();
        address.ok_or_else(|| io::Error::other("not an address of the internet"))
    }

    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        self.0.take_error()
    }
}

impl AsFd for TcpSocket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl AsRawFd for TcpSocket {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}
