//! A process for each measurement: what one runtime leaves behind (threads, memory, caches) is
//! not there for the next.

use std::env;
use std::fs;
use std::io::{self, Read};
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::time::{ClockId, clock_gettime};
use nix::unistd::{SysconfVar, sysconf};

use crate::runtimes;

/// No measurement takes so long, unless a runtime hangs.
const LIMIT: Duration = Duration::from_secs(120);

/// What one operation of a row costs a runtime, measured in a process of its own.
pub fn measure(runtime: &str, row: &str, size: u64) -> io::Result<f64> {
    figure(Command::new(env::current_exe()?).args(["measure", runtime, row, &size.to_string()]))
}

/// The same for asyncio.
pub fn measure_asyncio(row: &str, size: u64) -> io::Result<f64> {
    let rows = concat!(env!("CARGO_MANIFEST_DIR"), "/asyncio_rows.py");
    figure(Command::new("python3").args([rows, row, &size.to_string()]))
}

/// The same in this process, of which nothing else is asked.
pub fn measure_here(runtime: &str, row: &str, size: u64) -> Option<f64> {
    let runtime = runtimes::ALL.iter().find(|other| other.name == runtime)?;
    Some((runtime.find(row)?.measure)(size))
}

/// Requests to a server of this process from another one: how long each has taken.
pub fn load(address: SocketAddr, requests: u64) -> f64 {
    let program = env::current_exe().expect("the program that runs is a file");
    let mut command = Command::new(program);
    command.args(["load", &address.to_string(), &requests.to_string()]);
    figure(&mut command).expect("the clients are served")
}

/// Runs a process that prints one number.
fn figure(command: &mut Command) -> io::Result<f64> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if start.elapsed() > LIMIT {
            child.kill()?;
            child.wait()?;
            return Err(io::Error::new(io::ErrorKind::TimedOut, format!("not done in {LIMIT:?}")));
        }
        thread::sleep(Duration::from_millis(5));
    };
    let mut printed = String::new();
    child.stdout.take().map(|mut out| out.read_to_string(&mut printed)).transpose()?;
    printed.trim().parse().map_err(|_| io::Error::other(format!("it printed no figure: {status}")))
}

/// How long this process has been at work, all its threads together.
pub fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID).expect("every system has it");
    time.into()
}

/// How much memory this process has in use.
pub fn resident_bytes() -> u64 {
    let sizes = fs::read_to_string("/proc/self/statm").expect("Linux tells the sizes of a process");
    let pages: Option<u64> = sizes.split(' ').nth(1).and_then(|pages| pages.parse().ok());
    let page = sysconf(SysconfVar::PAGE_SIZE).ok().flatten().expect("every system has it");
    pages.expect("the second number is the resident size") * page.cast_unsigned()
}
