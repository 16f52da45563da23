//! PostgreSQL, on a cluster of its own.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, Weak};

use executor::net::TcpStream;
use executor::{JoinHandle, spawn};
use tokio_postgres::{Client, Config, Error, NoTls};
use tokio_util::compat::FuturesAsyncReadCompatExt;

use super::{Server, as_a_user, folder};
use crate::peers::{Folder, free_address, look_for};

const USER: &str = "cook";

/// A server with an empty database. It does not survive a crash of the machine, and is quicker so.
#[derive(Debug)]
pub struct Postgres {
    /// `None` while it is stopped. It is ended before its folder is removed.
    server: Option<Server>,
    program: PathBuf,
    folder: Folder,
    pub port: u16,
}

impl Postgres {
    /// A server of one's own.
    pub fn start() -> Option<Self> {
        let program = look_for("postgres")?;
        let folder = folder();
        let mut initdb = as_a_user(program.with_file_name("initdb"));
        initdb.args(["--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C", "-U", USER]);
        let made = initdb.arg("-D").arg(folder.path().join("data")).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let mut postgres = Self { server: None, program, folder, port: free_address().port() };
        postgres.start_again();
        Some(postgres)
    }

    /// The server that all share who need one at the same time.
    pub fn shared() -> Option<Arc<Self>> {
        static SHARED: Mutex<Weak<Postgres>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap();
        let server = match shared.upgrade() {
            Some(server) => server,
            None => Arc::new(Self::start()?),
        };
        *shared = Arc::downgrade(&server);
        Some(server)
    }

    /// Starts it on the same port as before.
    pub fn start_again(&mut self) {
        let mut command = Command::new(&self.program);
        command.arg("-D").arg(self.folder.path().join("data"));
        command.args(["-p", &self.port.to_string(), "-c", "listen_addresses=127.0.0.1"]);
        command.args(["-c", "fsync=off"]).arg("-k").arg(self.folder.path());
        let server = Server::start(&command, "INT", self.folder.path().join("log"));
        server.wait_for("ready to accept connections");
        self.server = Some(server);
    }

    /// Stops it by that signal: `INT` tells those who are connected, `QUIT` does not wait for that.
    pub fn stop(&mut self, signal: &str) {
        self.server.take().expect("it runs").end_by(signal);
    }

    /// The Unix socket at which it listens, too.
    pub fn socket(&self) -> PathBuf {
        Path::join(self.folder.path(), format!(".s.PGSQL.{}", self.port))
    }

    /// [`connect`] to this one.
    pub async fn connect(&self) -> Result<(Client, JoinHandle<Result<(), Error>>), Error> {
        connect(self.port).await
    }
}

/// Connects as a user would, on our loop. The handle is that of the task that moves the bytes.
pub async fn connect(port: u16) -> Result<(Client, JoinHandle<Result<(), Error>>), Error> {
    let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let (client, connection) = config().connect_raw(stream.compat(), NoTls).await?;
    Ok((client, spawn(connection)))
}

/// Whom to connect as.
pub fn config() -> Config {
    let mut config = Config::new();
    config.user(USER).dbname("postgres");
    config
}
