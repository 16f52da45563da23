//! Redis, which keeps nothing on the disk.

use std::path::PathBuf;
use std::process::Command;

use executor::net::TcpStream;
use executor::{JoinHandle, spawn};
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, RedisConnectionInfo, RedisResult};
use tempfile::TempDir;
use tokio_util::compat::FuturesAsyncReadCompatExt;

use super::{Server, directory, find, free_port};

/// An empty server.
#[derive(Debug)]
pub struct Redis {
    /// `None` while it is stopped. It is ended before its directory is removed.
    server: Option<Server>,
    program: PathBuf,
    directory: TempDir,
    pub port: u16,
}

impl Redis {
    /// A server of one's own.
    pub fn start() -> Option<Self> {
        let program = find("redis-server", "redis-server")?;
        let mut redis = Self { server: None, program, directory: directory(), port: free_port() };
        redis.start_again();
        Some(redis)
    }

    /// Starts it on the same port as before.
    pub fn start_again(&mut self) {
        let mut command = Command::new(&self.program);
        command.args(["--port", &self.port.to_string(), "--bind", "127.0.0.1", "--save", ""]);
        command.arg("--dir").arg(self.directory.path());
        let server = Server::start(&command, "TERM", self.directory.path().join("log"));
        server.wait_for("Ready to accept connections");
        self.server = Some(server);
    }

    /// Stops it.
    pub fn stop(&mut self) {
        drop(self.server.take());
    }

    /// [`connect`] to this one.
    pub async fn connect(&self) -> RedisResult<(MultiplexedConnection, JoinHandle<()>)> {
        connect(self.port, &RedisConnectionInfo::default(), config()).await
    }
}

/// Connects as a user would, on our loop. The handle is that of the task that moves the bytes.
pub async fn connect(
    port: u16,
    info: &RedisConnectionInfo,
    config: AsyncConnectionConfig,
) -> RedisResult<(MultiplexedConnection, JoinHandle<()>)> {
    let stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.set_nodelay(true)?;
    let stream = stream.compat();
    let (connection, driver) = MultiplexedConnection::new_with_config(info, stream, config).await?;
    Ok((connection, spawn(driver)))
}

/// The crate's own time limit needs a timer of tokio's or smol's; `timer::timeout` does the same.
pub fn config() -> AsyncConnectionConfig {
    AsyncConnectionConfig::new().set_response_timeout(None)
}
