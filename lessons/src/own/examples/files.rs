//! A file is not a socket: nobody tells when it can be read, so a thread has to wait for it.

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs, io, process};

use executor::{gather, spawn_blocking};
use timer::{now, sleep_until};

const SECOND: Duration = Duration::from_secs(1);

/// Asks the loop to wait until the file can be read, as it does for a socket: it is refused.
#[cfg(unix)]
fn ask_the_loop(menu: &Path) -> io::Result<()> {
    match executor::net::Async::new(fs::File::open(menu)?) {
        Ok(_) => println!("The loop takes the file"),
        Err(error) => println!("The loop refuses the file: {:?}", error.kind()),
    }
    Ok(())
}

/// Reads from a slow disk: it blocks its thread for two seconds.
fn read(menu: &Path) -> io::Result<String> {
    stage::block(2 * SECOND);
    fs::read_to_string(menu)
}

/// Wrong: `async` in front of a call that blocks changes nothing.
async fn read_on_the_loop(menu: PathBuf) -> io::Result<String> {
    read(&menu)
}

/// Right: a thread of the pool waits for the disk.
async fn read_on_the_pool(menu: PathBuf) -> io::Result<String> {
    spawn_blocking(move || read(&menu)).await.expect("the job neither panics nor is aborted")
}

/// Beats three times, half a second apart, if it gets its turn.
async fn heart() {
    let (start, mut worst) = (now(), Duration::ZERO);
    for beat in 1..=3 {
        let due = start + beat * SECOND / 2;
        sleep_until(due).await;
        worst = worst.max(now() - due);
    }
    println!("The heart was {:.1} seconds late at worst", worst.as_secs_f64());
}

async fn main() -> io::Result<()> {
    let menu = env::temp_dir().join(format!("menu-{}", process::id()));
    fs::write(&menu, "soup, fish, cake")?;
    #[cfg(unix)]
    ask_the_loop(&menu)?;
    let (_, on_the_loop) = gather!(heart(), read_on_the_loop(menu.clone())).await;
    println!("Read on the loop: {}", on_the_loop?);
    let (_, on_the_pool) = gather!(heart(), read_on_the_pool(menu.clone())).await;
    println!("Read on the pool: {}", on_the_pool?);
    fs::remove_file(&menu)
}
