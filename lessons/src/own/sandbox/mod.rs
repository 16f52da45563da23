//! `sandbox`: a page with an editor, which compiles and runs what is written in it, and shows the
//! run. It is served by our own loop, to this machine alone.
//!
//! A request comes to `server.rs`. `guard.rs` asks whether it may; `files.rs` has the page. To run a
//! program is the work of `run.rs`, on a thread of the pool; `stream.rs` sends on what it tells, and
//! ends it when the time is over or the tab is gone. What the program starts, a
//! [supervisor](super::supervisor) ends.

mod answer;
mod files;
mod folder;
mod guard;
mod open;
mod options;
mod request;
mod run;
mod server;
mod stream;
mod tabs;
mod told;

use std::cell::Cell;
use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;
use std::process::{self, ExitCode};
use std::rc::Rc;

use executor::EventLoop;
use executor::net::TcpListener;
use futures_channel::mpsc;
use futures_lite::{StreamExt, future};

use super::Failure;
use super::crates::programs;
use folder::Folder;
use guard::Guard;
pub(crate) use options::Options;
use tabs::Tabs;

/// The usual port: the same each time, as what the browser keeps is kept for one address.
const PORT: u16 = 8746;

/// A sandbox that is open.
struct Sandbox {
    guard: Guard,
    limits: options::Limits,
    tabs: Tabs,
    folder: PathBuf,
    runs: Cell<u64>,
}

impl Sandbox {
    /// A folder that no other run has.
    fn folder_for_a_run(&self) -> PathBuf {
        self.runs.set(self.runs.get() + 1);
        self.folder.join(format!("run-{}", self.runs.get()))
    }
}

/// Serves until Ctrl+C.
pub(crate) fn serve(options: &Options) -> ExitCode {
    match try_to_serve(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.tell(),
    }
}

fn try_to_serve(options: &Options) -> Result<(), Failure> {
    let (end, mut ended) = mpsc::unbounded();
    stage::terminal::when_told_to_end(move |_| {
        let _ = end.unbounded_send(());
    })
    .map_err(|error| Failure::Said(format!("signals could not be caught: {error}")))?;
    let all = programs()?.join("sandbox");
    let folder = Folder::make(&all, &process::id().to_string()).map_err(|error| {
        Failure::Said(format!("no folder could be made in {}: {error}", all.display()))
    })?;
    let builder = EventLoop::builder().blocking_threads(tabs::MOST_RUNS);
    let mut event_loop = builder.build().map_err(|error| Failure::Said(stage::no_loop(&error)))?;
    // At its end the loop cancels the connections, which stops the runs; it waits for their threads.
    event_loop.run(async {
        let listener = listen(options.port).await?;
        let sandbox = Rc::new(open(&listener, options, &folder)?);
        let told_to_end = async {
            // Without anybody who could tell it, it goes on.
            if ended.next().await.is_none() {
                future::pending().await
            }
        };
        future::or(server::serve(listener, sandbox), told_to_end).await;
        Ok(())
    })
}

async fn listen(port: Option<u16>) -> Result<TcpListener, Failure> {
    let bind = async |port: u16| TcpListener::bind(("127.0.0.1", port)).await;
    let bound = match bind(port.unwrap_or(PORT)).await {
        Err(error) if port.is_none() && error.kind() == ErrorKind::AddrInUse => bind(0).await,
        bound => bound,
    };
    bound.map_err(|error| {
        let port = port.unwrap_or(PORT);
        Failure::Said(format!("port {port} cannot be listened at ({error}): choose another --port"))
    })
}

fn open(listener: &TcpListener, options: &Options, folder: &Folder) -> Result<Sandbox, Failure> {
    let said = |error: io::Error| Failure::Said(error.to_string());
    let port = listener.local_addr().map_err(said)?.port();
    let guard = Guard::new(port).map_err(|error| {
        Failure::Said(format!("the system has no random numbers for a secret address: {error}"))
    })?;
    let address = format!("http://127.0.0.1:{port}/{}/", guard.token);
    // Nobody may be there to read it, if a browser is.
    let _ = writeln!(io::stdout(), "The sandbox is open at {address}\nCtrl+C ends it.");
    if options.opens_browser {
        open::browser(&address, folder.secrets());
    }
    Ok(Sandbox {
        guard,
        limits: options.limits,
        tabs: Tabs::default(),
        folder: folder.path().to_owned(),
        runs: Cell::default(),
    })
}
