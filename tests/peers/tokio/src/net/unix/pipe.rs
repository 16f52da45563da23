//! Pipes: a `File` in our `Async`.

use std::fs::{self, File};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;

use real_tokio::io::{Interest, Ready};
use rustix::fs::OFlags;

use crate::net::names::{descriptor, readiness, reads, writes};
use crate::net::watched::Watched;

#[derive(Debug)]
pub struct Sender(Watched<File>);

#[derive(Debug)]
pub struct Receiver(Watched<File>);

readiness!(write Sender);
readiness!(read Receiver);
writes!(Sender);
reads!(Receiver);
descriptor!(Sender);
descriptor!(Receiver);

pub fn pipe() -> io::Result<(Sender, Receiver)> {
    let (read, write) = io::pipe()?;
    let (read, write) = (OwnedFd::from(read), OwnedFd::from(write));
    Ok((Sender::from_owned_fd_unchecked(write)?, Receiver::from_owned_fd_unchecked(read)?))
}

#[derive(Clone, Debug, Default)]
pub struct OpenOptions {
    read_write: bool,
    unchecked: bool,
}

impl OpenOptions {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn read_write(&mut self, value: bool) -> &mut Self {
        self.read_write = value;
        self
    }

    pub fn unchecked(&mut self, value: bool) -> &mut Self {
        self.unchecked = value;
        self
    }

    pub fn open_receiver(&self, path: impl AsRef<Path>) -> io::Result<Receiver> {
        let file =
            self.open(path.as_ref(), fs::OpenOptions::new().read(true).write(self.read_write))?;
        Watched::new(file).map(Receiver)
    }

    pub fn open_sender(&self, path: impl AsRef<Path>) -> io::Result<Sender> {
        let file =
            self.open(path.as_ref(), fs::OpenOptions::new().write(true).read(self.read_write))?;
        Watched::new(file).map(Sender)
    }

    fn open(&self, path: &Path, options: &mut fs::OpenOptions) -> io::Result<File> {
        let flags = OFlags::NONBLOCK.bits();
        let file = options.custom_flags(flags.cast_signed()).open(path)?;
        if !self.unchecked {
            check(&file)?;
        }
        Ok(file)
    }
}

macro_rules! from_and_into {
    ($end:ident, $mode:ident) => {
        impl $end {
            pub fn from_file(file: File) -> io::Result<Self> {
                Self::from_owned_fd(file.into())
            }

            pub fn from_owned_fd(fd: OwnedFd) -> io::Result<Self> {
                let file = File::from(fd);
                check(&file)?;
                let mode = rustix::fs::fcntl_getfl(file.as_fd())? & OFlags::RWMODE;
                if mode != OFlags::RDWR && mode != OFlags::$mode {
                    let text = concat!("not in the access mode of a ", stringify!($end));
                    return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
                }
                Watched::new(file).map(Self)
            }

            pub fn from_file_unchecked(file: File) -> io::Result<Self> {
                Watched::new(file).map(Self)
            }

            pub fn from_owned_fd_unchecked(fd: OwnedFd) -> io::Result<Self> {
                Watched::new(fd.into()).map(Self)
            }

            pub fn into_nonblocking_fd(self) -> io::Result<OwnedFd> {
                Ok(self.0.0.into_inner().into())
            }

            pub fn into_blocking_fd(self) -> io::Result<OwnedFd> {
                let fd = OwnedFd::from(self.0.0.into_inner());
                rustix::io::ioctl_fionbio(fd.as_fd(), false)?;
                Ok(fd)
            }

            fn io(&self) -> &Watched<File> {
                &self.0
            }
        }
    };
}

from_and_into!(Sender, WRONLY);
from_and_into!(Receiver, RDONLY);

impl Sender {
    pub async fn ready(&self, interest: Interest) -> io::Result<Ready> {
        self.0.ready(interest).await
    }

    pub fn try_io<R>(&self, operation: impl FnOnce() -> io::Result<R>) -> io::Result<R> {
        self.0.try_io(Interest::WRITABLE, operation)
    }

    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "streams say more here")]
    fn shut_down(&self) -> io::Result<()> {
        Ok(())
    }
}

impl Receiver {
    pub async fn ready(&self, interest: Interest) -> io::Result<Ready> {
        self.0.ready(interest).await
    }

    pub fn try_io<R>(&self, operation: impl FnOnce() -> io::Result<R>) -> io::Result<R> {
        self.0.try_io(Interest::READABLE, operation)
    }
}

fn check(file: &File) -> io::Result<()> {
    if !file.metadata()?.file_type().is_fifo() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a pipe"));
    }
    Ok(())
}
