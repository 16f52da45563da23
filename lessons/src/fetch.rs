//! The common mistake once more: a library that waits for the network itself stops everything.

mod http;
mod server;

use std::cell::Cell;
use std::io;
use std::rc::Rc;
use std::time::Duration;

use executor::{gather_all, spawn, spawn_blocking};
use timer::{now, sleep};
use ureq::Agent;

use crate::stage::{Lesson, Look, Stage, print, println};
use server::Server;

const REQUESTS: usize = 10;

/// Where the dishes go.
#[derive(Clone, Default)]
struct Table(Rc<Cell<usize>>);

impl Table {
    fn serve(&self, dish: &str) {
        self.0.set(self.0.get() + 1);
        print!("{dish} ");
    }

    fn is_full(&self) -> bool {
        self.0.get() == REQUESTS
    }
}

/// `ureq` knows of no loop: it holds its thread until the answer is there.
fn get(agent: &Agent, url: &str) -> io::Result<String> {
    let read = || agent.get(url).call()?.body_mut().read_to_string();
    read().map_err(ureq::Error::into_io)
}

async fn bad_fetch(agent: Agent, url: String, table: Table) -> io::Result<()> {
    // This blocks everything! That it stands in an async function does not help.
    let dish = get(&agent, &url)?;
    table.serve(&dish);
    Ok(())
}

async fn good_fetch(url: String, table: Table) -> io::Result<()> {
    // At each await in there it gives control back to the loop.
    let dish = http::get(&url).await?;
    table.serve(&dish);
    Ok(())
}

async fn pooled_fetch(agent: Agent, url: String, table: Table) -> io::Result<()> {
    // The same blocking call as the bad one's, but a thread of the pool is blocked by it.
    let job = spawn_blocking(move || get(&agent, &url));
    let dish = job.await.expect("the job neither panics nor is aborted")?;
    table.serve(&dish);
    Ok(())
}

/// Beats until all dishes are there, if it gets its turn.
async fn heartbeat(table: Table) {
    loop {
        sleep(Duration::from_millis(300)).await;
        if table.is_full() {
            return;
        }
        print!("beat ");
    }
}

/// Ten of them at once.
async fn next_to_a_heart<F>(fetch: impl Fn(Table) -> F)
where
    F: Future<Output = io::Result<()>> + 'static,
{
    let (start, table) = (now(), Table::default());
    let heart = spawn(heartbeat(table.clone()));
    let fetched = gather_all((0..REQUESTS).map(|_| fetch(table.clone()))).await;
    heart.abort();
    println!("after {:.0} s", (now() - start).as_secs_f64());
    if let Some(error) = fetched.into_iter().find_map(Result::err) {
        println!("A dish is missing: {error}");
    }
}

fn play(stage: &mut Stage) -> io::Result<()> {
    let server = Server::start(stage.another_clock())?;
    let url = server.url();
    // The server is here: whatever proxy the environment names cannot reach it.
    let agent: Agent = Agent::config_builder().proxy(None).build().into();
    stage.note("The server has a loop of its own, on another thread: on this one it could never");
    stage.note("answer such a client, which holds the loop until it has the answer.");
    stage.scene("a blocking client", |_| {
        next_to_a_heart(|table| bad_fetch(agent.clone(), url.clone(), table))
    })?;
    stage
        .scene("the loop's sockets", |_| next_to_a_heart(|table| good_fetch(url.clone(), table)))?;
    stage.scene("blocking on the pool", |_| {
        next_to_a_heart(|table| pooled_fetch(agent.clone(), url.clone(), table))
    })
}

/// The lesson `fetch`.
pub(crate) const LESSON: Lesson = Lesson {
    name: "fetch",
    title: "how a blocking library stops the loop, and two ways out",
    watch: "\
Ten requests at once to a server that answers after a second, next to a heart.
Watch how long the ten take, and whether the heart beats meanwhile.",
    play,
    real_only: Some("its server is on another thread, for which that clock does not wait"),
    python: include_str!("../python/fetch.py"),
    look: &[
        Look { file: "lessons/src/fetch/http.rs", item: "get", why: "each await lets others run" },
        Look { file: "lessons/src/fetch/server.rs", item: "start", why: "why it has a thread" },
    ],
    change: "\
let REQUESTS be 40. How long does each of the three take now, and what limits
the last one?",
};
