//! The other end of what is measured: the same for both runtimes, and on neither.

use std::io::{Read, Write};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use futures::channel::oneshot;

/// Runs a client in a thread of its own, while the caller's loop serves it, and says its figure.
pub async fn in_a_thread(client: impl FnOnce() -> f64 + Send + 'static) -> f64 {
    let (done, figure) = oneshot::channel();
    thread::spawn(move || done.send(client()));
    figure.await.expect("a client that fails has said why")
}

/// Requests a second, as `h2load` counts them; every one has to be answered.
pub fn h2load(url: &str, requests: u64, options: &[&str]) -> f64 {
    let mut h2load = Command::new("h2load");
    h2load.args(["-n", &requests.to_string()]).args(options).arg(url);
    let output = h2load.output().expect("there is h2load, of Debian's nghttp2-client");
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(report.contains(&format!(" {requests} succeeded")), "{report}");
    // "finished in 1.02s, 58823.53 req/s, 1.40MB/s"
    let line = report.lines().find(|line| line.starts_with("finished in"));
    let figure = line.and_then(|line| line.split(", ").nth(1)?.strip_suffix(" req/s"));
    figure.and_then(|figure| figure.parse().ok()).unwrap_or_else(|| panic!("{report}"))
}

/// How many times a second; `f` does it so many times.
pub fn rate(times: u64, f: impl FnOnce()) -> f64 {
    let start = Instant::now();
    f();
    per_second(times, start.elapsed())
}

fn per_second(times: u64, elapsed: Duration) -> f64 {
    times as f64 / elapsed.as_secs_f64()
}

/// Reads so many bytes.
pub fn skip(stream: &mut impl Read, count: u64) {
    let skipped = std::io::copy(&mut stream.take(count), &mut std::io::sink());
    assert_eq!(skipped.expect("the server sends them"), count);
}

/// Writes so many bytes.
pub fn fill(stream: &mut impl Write, count: u64) {
    let written = std::io::copy(&mut std::io::repeat(7).take(count), stream);
    assert_eq!(written.expect("the server takes them"), count);
}
