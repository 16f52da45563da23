//! `UdpSocket`: buffers of the crate `bytes`, and options.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use bytes::BufMut;
use socket2::SockRef;

use super::UdpSocket;
use super::watched::into_buf;

impl UdpSocket {
    pub async fn recv_buf<B: BufMut>(&self, buffer: &mut B) -> io::Result<usize> {
        self.io().0.read_with(|socket| into_buf(buffer, |bytes| socket.recv(bytes))).await
    }

    pub fn try_recv_buf<B: BufMut>(&self, buffer: &mut B) -> io::Result<usize> {
        into_buf(buffer, |bytes| self.try_recv(bytes))
    }

    pub async fn recv_buf_from<B: BufMut>(
        &self,
        buffer: &mut B,
    ) -> io::Result<(usize, SocketAddr)> {
        self.io().0.read_with(|socket| into_buf(buffer, |bytes| socket.recv_from(bytes))).await
    }

    pub fn try_recv_buf_from<B: BufMut>(&self, buffer: &mut B) -> io::Result<(usize, SocketAddr)> {
        into_buf(buffer, |bytes| self.try_recv_from(bytes))
    }
}

macro_rules! options {
    ($($get:ident, $set:ident, $kind:ty;)*) => {
        impl UdpSocket {
            $(
                pub fn $get(&self) -> io::Result<$kind> {
                    self.io().get().$get()
                }

                pub fn $set(&self, value: $kind) -> io::Result<()> {
                    self.io().get().$set(value)
                }
            )*
        }
    };
}

options! {
    broadcast, set_broadcast, bool;
    multicast_loop_v4, set_multicast_loop_v4, bool;
    multicast_loop_v6, set_multicast_loop_v6, bool;
    multicast_ttl_v4, set_multicast_ttl_v4, u32;
    ttl, set_ttl, u32;
}

impl UdpSocket {
    pub fn tos_v4(&self) -> io::Result<u32> {
        SockRef::from(self.io().get()).tos_v4()
    }

    pub fn set_tos_v4(&self, tos: u32) -> io::Result<()> {
        SockRef::from(self.io().get()).set_tos_v4(tos)
    }

    pub fn tclass_v6(&self) -> io::Result<u32> {
        SockRef::from(self.io().get()).tclass_v6()
    }

    pub fn set_tclass_v6(&self, class: u32) -> io::Result<()> {
        SockRef::from(self.io().get()).set_tclass_v6(class)
    }

    pub fn join_multicast_v4(&self, group: Ipv4Addr, interface: Ipv4Addr) -> io::Result<()> {
        self.io().get().join_multicast_v4(&group, &interface)
    }

    pub fn leave_multicast_v4(&self, group: Ipv4Addr, interface: Ipv4Addr) -> io::Result<()> {
        self.io().get().leave_multicast_v4(&group, &interface)
    }
}
