//! A process for each measurement: what one runtime leaves behind (threads, memory, caches) is
//! not there for the next.

use std::env;
use std::fs;
use std::io::{self, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::time::{ClockId, clock_gettime};
use nix::unistd::{SysconfVar, sysconf};
#[cfg(target_os = "linux")]
use nix::{
    sched::{CpuSet, sched_getaffinity, sched_setaffinity},
    unistd::Pid,
};

use crate::idle::Idle;
use crate::runtimes;

/// No measurement takes so long, unless a runtime hangs.
const LIMIT: Duration = Duration::from_secs(120);

/// What one operation of a row costs a runtime, measured in a process of its own.
pub fn measure(program: &Path, runtime: &str, row: &str, size: u64) -> io::Result<f64> {
    figure(Command::new(program).args(["measure", runtime, row, &size.to_string()]))
}

/// The same next to `count` idle ones.
pub fn measure_beside(runtime: &str, row: &str, idle: Idle, count: u64) -> io::Result<f64> {
    let mut command = Command::new(env::current_exe()?);
    command.args(["measure-beside", runtime, row]).args([idle.to_string(), count.to_string()]);
    figure(&mut command)
}

/// The same for asyncio.
pub fn measure_asyncio(row: &str, size: u64) -> io::Result<f64> {
    let rows = concat!(env!("CARGO_MANIFEST_DIR"), "/asyncio_rows.py");
    figure(Command::new("python3").args([rows, row, &size.to_string()]))
}

/// The same in this process, of which nothing else is asked.
pub fn measure_here(runtime: &str, row: &str, size: u64) -> io::Result<f64> {
    let found = runtimes::ALL.iter().find(|other| other.name == runtime);
    let measured = found.and_then(|runtime| runtime.find(row));
    Ok((measured.ok_or_else(|| no_row(runtime, row))?.measure)(size))
}

/// The same next to `count` idle ones, on one core: which of its threads has which core decides
/// nothing then.
pub fn measure_beside_here(runtime: &str, row: &str, idle: Idle, count: u64) -> io::Result<f64> {
    let found = runtimes::BESIDE.iter().find(|(other, _)| *other == runtime);
    let beside = found.and_then(|(_, rows)| rows.iter().find(|beside| beside.row == row));
    let beside = beside.ok_or_else(|| no_row(runtime, row))?;
    stay_on_one_core()?;
    Ok((beside.measure)(idle, count))
}

fn no_row(runtime: &str, row: &str) -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, format!("{runtime:?} has no row {row:?}"))
}

/// The last of those that it may have: the system likes to do its own work on the first.
#[cfg(target_os = "linux")]
fn stay_on_one_core() -> io::Result<()> {
    let this = Pid::this();
    let allowed = sched_getaffinity(this)?;
    let last = (0..CpuSet::count()).rfind(|&core| allowed.is_set(core).unwrap_or(false));
    let mut one = CpuSet::new();
    one.set(last.expect("a process may have one core at least"))?;
    Ok(sched_setaffinity(this, &one)?)
}

#[cfg(not(target_os = "linux"))]
fn stay_on_one_core() -> io::Result<()> {
    Ok(())
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

/// Lets this process and those that it starts have as many descriptors as the system allows them,
/// and says how many that are.
pub fn raise_descriptor_limit() -> io::Result<u64> {
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE)?;
    setrlimit(Resource::RLIMIT_NOFILE, most, most)?;
    Ok(most)
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
