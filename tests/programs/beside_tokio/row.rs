//! One row of the comparison: a program, and what is measured of it.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// How often each runtime has its turn.
const ROUNDS: usize = 5;

/// One figure of one program, taken on both runtimes.
#[derive(Clone, Copy)]
pub struct Row {
    /// The program and what is measured, "hyper, HTTP/1, requests a second".
    pub name: &'static str,
    /// Runs it once on our loop, and says the figure.
    pub ours: fn() -> f64,
    /// The same on tokio's `current_thread`.
    pub tokio: fn() -> f64,
}

impl Row {
    /// What [`measure`](Self::measure) says in each column.
    pub fn head() -> String {
        let [ours, tokio] = ["Short Order", "tokio"];
        format!("{:<38} {ours:>12} {tokio:>12} {:>7} {:>9}", "", "ratio", "processor")
    }

    /// Runs both in turn, so that what the machine does meanwhile meets both, and says the
    /// medians and their ratio. The last column is tokio's processor time in ours, of the thread of
    /// the loop: that of other programs does not count in it.
    pub fn measure(&self) -> String {
        let (mut ours, mut tokio) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            ours.push(turn(self.ours));
            tokio.push(turn(self.tokio));
        }
        let [ours, tokio] = [ours, tokio].map(|turns| {
            let (figures, times) = turns.into_iter().unzip();
            (median(figures), median(times))
        });
        let (ratio, processor) = (ours.0 / tokio.0, tokio.1 / ours.1);
        let (name, ours, tokio) = (self.name, ours.0, tokio.0);
        format!("{name:<38} {ours:>12.1} {tokio:>12.1} {ratio:>7.2} {processor:>9.2}")
    }
}

/// The figure of one run, and the seconds that this thread was at work for it.
fn turn(run: fn() -> f64) -> (f64, f64) {
    let before = processor_time();
    let figure = run();
    (figure, (processor_time() - before).as_secs_f64())
}

fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).expect("it is not negative")
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// How many bytes are allocated for each of `count`, when `open` has them all at once. What it
/// allocates for one is taken off: it is more than another costs.
pub fn bytes_each<T>(count: usize, open: impl Fn(usize) -> T) -> f64 {
    let peak = |count| {
        let counted = allocation_counter::measure(|| drop(open(count)));
        counted.bytes_max as f64
    };
    (peak(1 + count) - peak(1)) / count as f64
}

/// What whoever has no other wishes runs a future on.
pub fn on_tokio<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("the system has what it needs").block_on(future)
}
