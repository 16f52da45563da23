//! The answer to "run this": a line of JSON for each thing that happens, as it happens.

use std::rc::Rc;
use std::time::Duration;

use executor::net::TcpStream;
use executor::{JoinHandle, spawn, spawn_blocking};
use futures_lite::{StreamExt, future};
use serde_json::{Value, json};
use timer::sleep;

use super::super::jobs::Jobs;
use super::options::Limits;
use super::request::Fault;
use super::run::{Asked, Run};
use super::tabs::{Running, Why};
use super::told::{Message, Phase, Teller};
use super::{Sandbox, answer};

/// What can happen to whoever waits for the next thing to tell.
enum Next {
    Told(Option<Message>),
    /// The tab is gone, or wants to hear no more.
    Gone,
}

/// Runs what is asked for, and tells how it goes. The run ends with the connection.
pub(super) async fn run(stream: &TcpStream, sandbox: &Sandbox, body: &[u8]) -> Result<(), Fault> {
    let not_understood = Fault::Refused(400, "The request is to have a tab, a name and a text.");
    let asked = Asked::read(body).ok_or(not_understood)?;
    let (teller, mut told) = Teller::new();
    let progress = teller.clone();
    let jobs = Jobs::supervised(std::sync::Arc::new(move |line| {
        let line = anstream::adapter::strip_str(line).to_string();
        progress.text("progress", &format!("{line}\n"));
    }));
    let entered = sandbox.tabs.enter(&asked.tab, jobs.clone())?;
    let run = Run { asked, folder: sandbox.folder_for_a_run(), jobs, teller };
    let job = spawn_blocking(move || run.go());

    let mut is_gone = answer::begin(stream, "application/x-ndjson").await.is_err();
    let mut limit = None;
    loop {
        if is_gone {
            entered.running.stop(Why { how: "gone", say: String::new() });
        }
        let line = match next(stream, &mut told, is_gone).await {
            Next::Gone => {
                is_gone = true;
                continue;
            }
            Next::Told(Some(Message::Began(phase))) => {
                limit = limit_of(phase, sandbox.limits, &entered.running);
                json!({"is": "began", "phase": word(phase)})
            }
            Next::Told(Some(Message::Ended(how, say))) => {
                drop(limit.take());
                ended(how, say, &entered.running)
            }
            Next::Told(Some(Message::Line(line))) => line,
            Next::Told(Some(Message::Over) | None) => break,
        };
        is_gone = is_gone || send(stream, &line).await.is_err();
    }
    if job.await.is_err() {
        let say = "The sandbox itself has failed: see what it has printed.";
        let _ = send(stream, &json!({"is": "ended", "how": "refused", "say": say})).await;
    }
    answer::send_piece(stream, "").await?;
    Ok(())
}

async fn next(
    stream: &TcpStream,
    told: &mut futures_channel::mpsc::Receiver<Message>,
    is_gone: bool,
) -> Next {
    let told = async { Next::Told(told.next().await) };
    if is_gone {
        return told.await;
    }
    // Whoever waits for an answer sends nothing: so whatever comes is the end.
    let gone = async {
        let _ = stream.read(&mut [0]).await;
        Next::Gone
    };
    future::or(told, gone).await
}

async fn send(stream: &TcpStream, line: &Value) -> std::io::Result<()> {
    answer::send_piece(stream, &format!("{line}\n")).await
}

/// Of a run that was stopped, the reason for that is what is to be said.
fn ended(how: &str, say: String, running: &Running) -> Value {
    match running.why() {
        Some(Why { how: why, say }) if how == "stopped" => {
            json!({"is": "ended", "how": why, "say": say})
        }
        _ => json!({"is": "ended", "how": how, "say": say}),
    }
}

fn word(phase: Phase) -> &'static str {
    match phase {
        Phase::Crates => "crates",
        Phase::Compiler => "compiling",
        Phase::Program => "running",
    }
}

/// A task that stops a run when its time is over, unless it is dropped before.
struct Limit(JoinHandle<()>);

impl Drop for Limit {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// To build the crates may take its time, the first time: only Stop ends it.
fn limit_of(phase: Phase, limits: Limits, running: &Rc<Running>) -> Option<Limit> {
    let (limit, say) = match phase {
        Phase::Crates => return None,
        Phase::Compiler => {
            (limits.compile, too_long("compiler", "--compile-limit", limits.compile))
        }
        Phase::Program => (limits.run, too_long("program", "--limit", limits.run)),
    };
    let running = running.clone();
    Some(Limit(spawn(async move {
        sleep(limit).await;
        running.stop(Why { how: "limit", say });
    })))
}

fn too_long(who: &str, option: &str, limit: Duration) -> String {
    format!(
        "The {who} has taken longer than {} s, which is the most that it may take here, so it was \
         ended. `cargo run -- sandbox {option} SECONDS` gives it more.",
        limit.as_secs()
    )
}
