//! The common mistake once more: a library that waits for the network itself stops everything.

mod http;
mod server;

use std::io;
use std::time::Duration;

use executor::{gather_all, spawn, spawn_blocking};
use timer::{now, sleep};
use ureq::Agent;

use crate::lesson::{Clocks, Evening, Lesson, Stage, Twin, look, print, println};
use server::Server;

const REQUESTS: usize = 10;

/// `ureq` knows of no loop: it holds its thread until the answer is there.
fn get(agent: &Agent, url: &str) -> io::Result<String> {
    let read = || agent.get(url).call()?.body_mut().read_to_string();
    read().map_err(ureq::Error::into_io)
}

async fn bad_fetch(agent: Agent, url: String) -> io::Result<()> {
    // This blocks everything! That it stands in an async function does not help.
    let dish = get(&agent, &url)?;
    print!("{dish} ");
    Ok(())
}

async fn good_fetch(url: String) -> io::Result<()> {
    // At each await in there it gives control back to the loop.
    let dish = http::get(&url).await?;
    print!("{dish} ");
    Ok(())
}

async fn pooled_fetch(agent: Agent, url: String) -> io::Result<()> {
    // The same blocking call as the bad one's, but a thread of the pool is blocked by it.
    let job = spawn_blocking(move || get(&agent, &url));
    let dish = job.await.expect("the job neither panics nor is aborted")?;
    print!("{dish} ");
    Ok(())
}

/// Beats as long as it gets its turn, until it is aborted.
async fn heartbeat() {
    loop {
        sleep(Duration::from_millis(300)).await;
        print!("beat ");
    }
}

/// Ten of them at once.
async fn next_to_a_heart<F>(fetch: impl Fn() -> F)
where
    F: Future<Output = io::Result<()>> + 'static,
{
    let start = now();
    let heart = spawn(heartbeat());
    let fetched = gather_all((0..REQUESTS).map(|_| fetch())).await;
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
    stage.scene("a blocking client", |_| {
        next_to_a_heart(|| bad_fetch(agent.clone(), url.clone()))
    })?;
    stage.note("The server has its own loop: on one that its client holds, it could not answer.");
    stage.scene("the loop's sockets", |_| next_to_a_heart(|| good_fetch(url.clone())))?;
    stage.scene("blocking on the pool", |_| {
        next_to_a_heart(|| pooled_fetch(agent.clone(), url.clone()))
    })
}

/// The lesson `fetch`.
pub(crate) const LESSON: Lesson = Lesson {
    name: "fetch",
    title: "how a blocking library stops the loop, and two ways out",
    watch: "\
Ten requests at once to a server that answers after a second: by a library that
blocks, as Python's `requests`, by the loop's sockets, by that library on the
pool. Watch how long the ten take, and whether the heart beats meanwhile.",
    play,
    clocks: Clocks::Real("its server is on another thread, for which that clock does not wait"),
    rust: include_str!("fetch.rs"),
    python: Twin::Program(include_str!("../python/fetch.py")),
    evening: Evening::Begin,
    minutes: 10,
    look: &[
        look!("lessons/src/fetch/http.rs", "get", "each await lets others run"),
        look!("lessons/src/fetch/server.rs", "start", "why it has a thread"),
    ],
    change: "\
let REQUESTS be 40. How long does each of the three take now, and what limits
the last one?",
};
