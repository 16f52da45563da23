//! The server: a task a connection, a request a connection.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use executor::net::{TcpListener, TcpStream};
use executor::spawn;
use serde_json::Value;
use timer::{sleep, timeout};

use super::request::{Fault, Head};
use super::run::tab;
use super::{Sandbox, answer, files, stream};

/// Further connections are closed at once: files that are open are few.
const MOST_CONNECTIONS: usize = 256;
/// So long a client may take for its request: as long for the head as for the body.
const PATIENCE: Duration = Duration::from_secs(10);

/// Serves for ever.
pub(super) async fn serve(listener: TcpListener, sandbox: Rc<Sandbox>) {
    let open = Rc::new(Cell::new(0));
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // That one is lost; what is to blame may be over soon.
            sleep(Duration::from_millis(20)).await;
            continue;
        };
        if open.get() >= MOST_CONNECTIONS {
            continue;
        }
        let counted = Counted::new(&open);
        let sandbox = sandbox.clone();
        drop(spawn(async move {
            let _counted = counted;
            // Whoever has gone is told nothing.
            if let Err(Fault::Refused(code, say)) = reply(&stream, &sandbox).await {
                let body = format!("{say}\n");
                let _ = answer::send(&stream, code, "text/plain; charset=utf-8", &body).await;
            }
            answer::close(&stream).await;
        }));
    }
}

/// Counts a connection for as long as it lives.
struct Counted(Rc<Cell<usize>>);

impl Counted {
    fn new(open: &Rc<Cell<usize>>) -> Self {
        open.set(open.get() + 1);
        Self(open.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

async fn reply(stream: &TcpStream, sandbox: &Sandbox) -> Result<(), Fault> {
    let head = in_time(Head::read(stream)).await?;
    let path = sandbox.guard.admit(&head)?;
    match (&*head.method, path) {
        ("POST", "run") => {
            let body = acting(stream, sandbox, head).await?;
            stream::run(stream, sandbox, &body).await
        }
        ("POST", "stop") => {
            let body = acting(stream, sandbox, head).await?;
            let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
            let is_stopped = tab(&asked).is_some_and(|tab| sandbox.tabs.stop(&tab));
            let say = if is_stopped { "{\"stopped\":true}" } else { "{\"stopped\":false}" };
            Ok(answer::send(stream, 200, "application/json", say).await?)
        }
        (_, "run" | "stop") => Err(Fault::Refused(405, "This is asked for by POST.")),
        ("GET", path) => match files::find(path) {
            Some((kind, text)) => Ok(answer::send(stream, 200, kind, &text).await?),
            None => Err(Fault::Refused(404, "There is no such file.")),
        },
        _ => Err(Fault::Refused(405, "This is asked for by GET.")),
    }
}

/// The body of a request that acts, if it may.
async fn acting(stream: &TcpStream, sandbox: &Sandbox, head: Head) -> Result<Vec<u8>, Fault> {
    sandbox.guard.allow_to_act(&head)?;
    in_time(head.body(stream)).await
}

async fn in_time<T>(read: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
    let late = Fault::Refused(408, "The request did not come to its end in time.");
    timeout(PATIENCE, read).await.unwrap_or(Err(late))
}
