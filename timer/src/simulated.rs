use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use crate::Instant;
use crate::context;
use crate::park::Unparker;

thread_local! {
    /// This thread runs a job for which the clock of its loop is held.
    pub(crate) static OWNS_A_HOLD: Cell<bool> = const { Cell::new(false) };
}

/// The time of a simulated clock, and the threads that wait for it to pass.
#[derive(Debug, Default)]
pub(crate) struct Simulated {
    state: Mutex<State>,
    /// The tick of `State::now`, to be read without the lock.
    tick: AtomicU64,
    released: Condvar,
}

#[derive(Debug, Default)]
struct State {
    now: Duration,
    /// Holds whose owners are at work, so not those asleep in `advance`.
    busy: usize,
    /// Threads asleep in `advance`: until when, and in which order they came.
    asleep: BTreeSet<(Duration, u64)>,
    arrivals: u64,
    /// The loop that lives by this clock, to be told when it may move again.
    unparker: Option<Unparker>,
}

impl Simulated {
    pub(crate) fn now(&self) -> Duration {
        self.state.lock().now
    }

    pub(crate) fn tick(&self) -> u64 {
        self.tick.load(Relaxed)
    }

    fn move_to(&self, state: &mut State, now: Duration) {
        state.now = now;
        self.tick.store((Instant::START + now).now_tick(), Relaxed);
    }

    pub(crate) fn attach(&self, unparker: Unparker) {
        self.state.lock().unparker = Some(unparker);
    }

    pub(crate) fn hold(self: &Arc<Self>) -> Hold {
        self.state.lock().busy += 1;
        Hold(self.clone())
    }

    pub(crate) fn advance(self: &Arc<Self>, by: Duration) {
        let is_a_job = OWNS_A_HOLD.get() && !context::current_lives_by(self);
        let mut state = self.state.lock();
        let until = state.now.saturating_add(by);
        if !is_a_job || state.busy == 0 {
            self.move_to(&mut state, until);
            return state.nudge();
        }
        // A job: it gives its hold up while it sleeps, so that the loop may move time.
        state.arrivals += 1;
        let sleeper = (until, state.arrivals);
        state.asleep.insert(sleeper);
        state.busy -= 1;
        state.nudge();
        while state.asleep.contains(&sleeper) {
            self.released.wait(&mut state);
        }
    }

    /// Moves time on, now that the loop has nothing to do before `next`. Says whether the loop has
    /// something to do now, be it that somebody has called.
    ///
    /// Sleeping threads are woken before timers of the same moment, one at a time, each time
    /// waiting until all is quiet again: so a run is the same every time. The loop then parks.
    pub(crate) fn step(&self, next: Option<Duration>, is_called: impl Fn() -> bool) -> bool {
        let mut state = self.state.lock();
        if state.busy > 0 {
            return false;
        }
        // Whoever has held the clock called the loop first, so the call is seen here.
        if is_called() {
            return true;
        }
        match (state.asleep.first().copied(), next) {
            (Some(sleeper), next) if next.is_none_or(|next| sleeper.0 <= next) => {
                let now = state.now.max(sleeper.0);
                self.move_to(&mut state, now);
                state.asleep.remove(&sleeper);
                state.busy += 1;
                self.released.notify_all();
                false
            }
            (_, Some(next)) => {
                let now = state.now.max(next);
                self.move_to(&mut state, now);
                true
            }
            (_, None) => false,
        }
    }
}

impl State {
    fn nudge(&self) {
        if let Some(unparker) = &self.unparker {
            unparker.nudge();
        }
    }
}

#[derive(Debug)]
pub(crate) struct Hold(Arc<Simulated>);

impl Drop for Hold {
    fn drop(&mut self) {
        let mut state = self.0.state.lock();
        state.busy -= 1;
        state.nudge();
    }
}
