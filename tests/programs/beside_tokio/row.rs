//! One row of the comparison: a program, and what is measured of it.

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
    /// Runs both in turn, so that what the machine does meanwhile meets both, and says the
    /// medians and their ratio.
    pub fn measure(&self) -> String {
        let mut ours = Vec::new();
        let mut tokio = Vec::new();
        for _ in 0..ROUNDS {
            ours.push((self.ours)());
            tokio.push((self.tokio)());
        }
        let (ours, tokio) = (median(ours), median(tokio));
        format!("{:<38} {ours:>12.1} {tokio:>12.1} {:>7.2}", self.name, ours / tokio)
    }
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
