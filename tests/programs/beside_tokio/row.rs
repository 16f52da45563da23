//! One row of the comparison: a program, and what is measured of it.

/// How often each runtime has its turn.
const ROUNDS: usize = 5;

/// One figure of one program, taken on both runtimes.
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
