//! Redis, which keeps nothing on the disk.

use std::path::PathBuf;
use std::process::Command;

use executor::net::TcpStream;
use executor::{JoinHandle, spawn};
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, RedisConnectionInfo, RedisResult};
use tokio_util::compat::FuturesAsyncReadCompatExt;

use super::{Server, folder};
use crate::peers::{Folder, free_address, look_for};

/// An empty server.
#[derive(Debug)]
pub struct Redis {
    /// `None` while it is stopped. It is ended before its folder is removed.
    server: Option<Server>,
    program: PathBuf,
    folder: Folder,
    pub port: u16,
}

impl Redis {
    /// A server of one's own.
    pub fn start() -> Option<Self> {
        let program = look_for("redis-server")?;
        let mut redis =
            Self { server: None, program, folder: folder(), port: free_address().port() };
        redis.start_again();
        Some(redis)
    }

    /// Starts it on the same port as before.
    pub fn start_again(&mut self) {
        let mut command = Command::new(&self.program);
        command.args(["--port", &self.port.to_string(), "--bind", "127.0.0.1", "--save", ""]);
        command.arg("--dir").arg(self.folder.path());
        let server = Server::start(&command, "TERM", self.folder.path().join("log"));
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
