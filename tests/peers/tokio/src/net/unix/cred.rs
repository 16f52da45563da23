//! Who is at the other end.

use std::io;
use std::os::fd::AsFd;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UCred {
    pid: i32,
    uid: u32,
    gid: u32,
}

impl UCred {
    pub(crate) fn of(socket: impl AsFd) -> io::Result<Self> {
        let peer = rustix::net::sockopt::socket_peercred(socket)?;
        let pid = peer.pid.as_raw_nonzero().get();
        Ok(Self { pid, uid: peer.uid.as_raw(), gid: peer.gid.as_raw() })
    }

    pub fn uid(&self) -> u32 {
        self.uid
    }

    pub fn gid(&self) -> u32 {
        self.gid
    }

    pub fn pid(&self) -> Option<i32> {
        Some(self.pid)
    }
}
