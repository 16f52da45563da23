//! `Child`, and its pipes.

use std::io;
use std::os::fd::OwnedFd;
use std::process::{self, ExitStatus, Output};

use executor::net::Async;
use real_tokio::io::AsyncReadExt;
use rustix::process::{Pid, PidfdFlags, WaitOptions, pidfd_open, waitpid};

use crate::net::names::{descriptor, reads, writes};
use crate::net::watched::Watched;

#[derive(Debug)]
pub struct Child {
    inner: process::Child,
    /// Readable when the child has ended.
    end: Async<OwnedFd>,
    status: Option<ExitStatus>,
    kills: bool,
    pub stdin: Option<ChildStdin>,
    pub stdout: Option<ChildStdout>,
    pub stderr: Option<ChildStderr>,
}

impl Child {
    pub(crate) fn new(mut inner: process::Child, kills: bool) -> io::Result<Self> {
        let pid = Pid::from_raw(inner.id().cast_signed()).ok_or(io::ErrorKind::NotFound)?;
        let end = Async::new(pidfd_open(pid, PidfdFlags::empty())?)?;
        let stdin = inner.stdin.take().map(ChildStdin::new).transpose()?;
        let stdout = inner.stdout.take().map(ChildStdout::new).transpose()?;
        let stderr = inner.stderr.take().map(ChildStderr::new).transpose()?;
        Ok(Self { inner, end, status: None, kills, stdin, stdout, stderr })
    }

    pub fn id(&self) -> Option<u32> {
        self.status.is_none().then(|| self.inner.id())
    }

    pub fn start_kill(&mut self) -> io::Result<()> {
        if self.status.is_none() { self.inner.kill() } else { Ok(()) }
    }

    pub async fn kill(&mut self) -> io::Result<()> {
        self.start_kill()?;
        self.wait().await?;
        Ok(())
    }

    pub async fn wait(&mut self) -> io::Result<ExitStatus> {
        drop(self.stdin.take());
        loop {
            if let Some(status) = self.try_wait()? {
                return Ok(status);
            }
            self.end.readable().await?;
        }
    }

    pub fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        if self.status.is_none() {
            self.status = self.inner.try_wait()?;
        }
        Ok(self.status)
    }

    pub async fn wait_with_output(mut self) -> io::Result<Output> {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let (out, err) = (self.stdout.take(), self.stderr.take());
        let read_out = async {
            match out {
                Some(mut out) => out.read_to_end(&mut stdout).await,
                None => Ok(0),
            }
        };
        let read_err = async {
            match err {
                Some(mut err) => err.read_to_end(&mut stderr).await,
                None => Ok(0),
            }
        };
        let (status, _, _) = real_tokio::try_join!(self.wait(), read_out, read_err)?;
        Ok(Output { status, stdout, stderr })
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if self.kills && self.status.is_none() {
            let _it_may_be_over = self.inner.kill();
        }
        // It is reaped by a thread, as nobody else waits for it.
        if self.status.is_none()
            && !matches!(self.inner.try_wait(), Ok(Some(_)))
            && let Some(pid) = Pid::from_raw(self.inner.id().cast_signed())
        {
            std::thread::spawn(move || waitpid(Some(pid), WaitOptions::empty()));
        }
    }
}

macro_rules! pipe {
    ($name:ident) => {
        #[derive(Debug)]
        pub struct $name(Watched<std::fs::File>);

        descriptor!($name);

        impl $name {
            fn new(pipe: process::$name) -> io::Result<Self> {
                Watched::new(OwnedFd::from(pipe).into()).map(Self)
            }

            pub fn from_std(pipe: process::$name) -> io::Result<Self> {
                Self::new(pipe)
            }

            pub fn into_owned_fd(self) -> io::Result<OwnedFd> {
                let fd = OwnedFd::from(self.0.0.into_inner());
                rustix::io::ioctl_fionbio(&fd, false)?;
                Ok(fd)
            }

            fn io(&self) -> &Watched<std::fs::File> {
                &self.0
            }
        }

        impl TryFrom<$name> for process::Stdio {
            type Error = io::Error;

            fn try_from(pipe: $name) -> io::Result<Self> {
                pipe.into_owned_fd().map(Self::from)
            }
        }
    };
}

pipe!(ChildStdin);
pipe!(ChildStdout);
pipe!(ChildStderr);
writes!(ChildStdin);
reads!(ChildStdout);
reads!(ChildStderr);

impl ChildStdin {
    fn shut_down(&self) -> io::Result<()> {
        Ok(())
    }
}
