//! `Command`.

use std::ffi::OsStr;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{self, ExitStatus, Output, Stdio};

use super::Child;

#[derive(Debug)]
pub struct Command {
    inner: process::Command,
    kills: bool,
}

impl Command {
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        Self::from(process::Command::new(program))
    }

    pub fn as_std(&self) -> &process::Command {
        &self.inner
    }

    pub fn as_std_mut(&mut self) -> &mut process::Command {
        &mut self.inner
    }

    pub fn into_std(self) -> process::Command {
        self.inner
    }

    pub fn arg(&mut self, argument: impl AsRef<OsStr>) -> &mut Self {
        self.inner.arg(argument);
        self
    }

    pub fn args<I: IntoIterator<Item: AsRef<OsStr>>>(&mut self, arguments: I) -> &mut Self {
        self.inner.args(arguments);
        self
    }

    pub fn arg0(&mut self, name: impl AsRef<OsStr>) -> &mut Self {
        self.inner.arg0(name);
        self
    }

    pub fn env(&mut self, key: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> &mut Self {
        self.inner.env(key, value);
        self
    }

    pub fn current_dir(&mut self, path: impl AsRef<Path>) -> &mut Self {
        self.inner.current_dir(path);
        self
    }

    pub fn stdin(&mut self, stdin: impl Into<Stdio>) -> &mut Self {
        self.inner.stdin(stdin);
        self
    }

    pub fn stdout(&mut self, stdout: impl Into<Stdio>) -> &mut Self {
        self.inner.stdout(stdout);
        self
    }

    pub fn stderr(&mut self, stderr: impl Into<Stdio>) -> &mut Self {
        self.inner.stderr(stderr);
        self
    }

    pub fn kill_on_drop(&mut self, kills: bool) -> &mut Self {
        self.kills = kills;
        self
    }

    pub fn get_kill_on_drop(&self) -> bool {
        self.kills
    }

    #[track_caller]
    pub fn spawn(&mut self) -> io::Result<Child> {
        let _panics_without_one = crate::runtime::Handle::current();
        Child::new(self.inner.spawn()?, self.kills)
    }

    pub fn status(&mut self) -> impl Future<Output = io::Result<ExitStatus>> + use<> {
        let child = self.spawn();
        async move {
            let mut child = child?;
            drop((child.stdin.take(), child.stdout.take(), child.stderr.take()));
            child.wait().await
        }
    }

    pub fn output(&mut self) -> impl Future<Output = io::Result<Output>> + use<> {
        self.inner.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = self.spawn();
        async move { child?.wait_with_output().await }
    }
}

impl From<process::Command> for Command {
    fn from(inner: process::Command) -> Self {
        Self { inner, kills: false }
    }
}
