//! Files: the system's poller refuses them, so a thread of the pool has to wait for them.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs, process, thread};

use executor::{Clock, gather, spawn_blocking};
use timer::{now, sleep_until};

use crate::lesson::{Clocks, Evening, Lesson, Stage, Twin, look, print, println, sleep_the_thread};

const SECOND: Duration = Duration::from_secs(1);

/// Asks the system to say when the file can be read, as the loop does for each socket.
#[cfg(unix)]
fn watch(file: &File) -> io::Result<()> {
    use mio::unix::SourceFd;
    use std::os::fd::AsRawFd;

    let poll = mio::Poll::new()?;
    let (token, interest) = (mio::Token(0), mio::Interest::READABLE);
    poll.registry().register(&mut SourceFd(&file.as_raw_fd()), token, interest)
}

#[cfg(unix)]
fn ask_the_poller(menu: &Path) -> io::Result<()> {
    match watch(&File::open(menu)?) {
        Ok(()) => println!("The poller takes the file"),
        Err(error) => println!("The poller refuses the file: {:?}", error.kind()),
    }
    Ok(())
}

/// On Windows there is nothing to be asked: its poller is handed sockets, and nothing else.
#[cfg(not(unix))]
fn ask_the_poller(_menu: &Path) -> io::Result<()> {
    println!("The poller knows sockets alone, and no files");
    Ok(())
}

/// Reads from a slow disk: it blocks the thread for two seconds.
fn read(menu: &Path, clock: &Clock) -> io::Result<String> {
    let mut text = String::new();
    File::open(menu)?.read_to_string(&mut text)?;
    sleep_the_thread(clock, 2 * SECOND);
    Ok(text)
}

/// `async` in front of a call that blocks changes nothing.
async fn read_on_the_loop(menu: PathBuf, clock: Clock) {
    told(read(&menu, &clock));
}

/// The same call, while a thread of the pool waits for the disk.
async fn read_on_the_pool(menu: PathBuf, clock: Clock) {
    let job = spawn_blocking(move || read(&menu, &clock));
    told(job.await.expect("the job neither panics nor is aborted"));
}

fn told(text: io::Result<String>) {
    match text {
        Ok(text) => println!("Read: {text}"),
        Err(error) => println!("Not read: {error}"),
    }
}

async fn heart() {
    let (start, mut worst) = (now(), Duration::ZERO);
    for beat in 1..=3 {
        let due = start + beat * SECOND / 2;
        sleep_until(due).await;
        worst = worst.max(now() - due);
        print!("beat ");
    }
    println!("{:.1} seconds late at worst", worst.as_secs_f64());
}

async fn next_to_a_heart(reading: impl Future<Output = ()> + 'static) {
    gather!(heart(), reading).await;
}

fn play(stage: &mut Stage) -> io::Result<()> {
    // Two threads of one process may play the lesson at the same time, each with its own menu.
    let own = format!("short-order-menu-{}-{:?}", process::id(), thread::current().id());
    let menu = env::temp_dir().join(own);
    File::create(&menu)?.write_all(b"soup, fish, cake")?;
    ask_the_poller(&menu)?;
    let path = || menu.clone();
    stage.scene("read on the loop", |clock| next_to_a_heart(read_on_the_loop(path(), clock)))?;
    stage.scene("read on the pool", |clock| next_to_a_heart(read_on_the_pool(path(), clock)))?;
    fs::remove_file(&menu)
}

/// The lesson `files`.
pub(crate) const LESSON: Lesson = Lesson {
    name: "files",
    title: "a file is not a socket: nobody tells when it can be read",
    watch: "\
For the system a file is always ready, even when the disk takes two seconds. Watch
the heart while the menu is read.",
    play,
    clocks: Clocks::All,
    rust: include_str!("files.rs"),
    python: Twin::Program(include_str!("../python/files.py")),
    evening: Evening::Internals,
    minutes: 10,
    look: &[look!("executor/src/threads/pool.rs", "work", "a thread of the pool")],
    change: "\
let both read the menu twice. How late is the heart then, in each scene?",
};
