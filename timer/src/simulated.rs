use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use crate::park::Unparker;
use crate::primitives::thread_local;
use crate::{Instant, context};

thread_local! {
    /// The clocks of the holds that this thread's work owns, once for each hold.
    static OWNED: RefCell<Vec<Arc<Simulated>>> = const { RefCell::new(Vec::new()) };
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
    /// It was moved by hand since the loop last asked whether time may pass.
    moved: bool,
    /// Holds whose owners are at work, so not those of the threads asleep in `advance`.
    busy: usize,
    /// Threads asleep in `advance`: until when, in which order they came, and how many holds each
    /// has given up.
    asleep: BTreeMap<(Duration, u64), usize>,
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

    /// From now on the clock serves that loop. Two loops would each move it as if the other had
    /// nothing to do.
    pub(crate) fn attach(&self, unparker: Unparker) -> io::Result<()> {
        let mut state = self.state.lock();
        if state.unparker.is_some() {
            let text = "this simulated clock serves another event loop already: give each loop a \
                        clock of its own, or drop the other loop first";
            return Err(io::Error::new(io::ErrorKind::ResourceBusy, text));
        }
        state.unparker = Some(unparker);
        Ok(())
    }

    /// The loop is gone. Whoever waits for it to let time pass would wait for ever.
    pub(crate) fn detach(&self) {
        let mut state = self.state.lock();
        state.unparker = None;
        while self.release_first(&mut state) {}
    }

    pub(crate) fn hold(self: &Arc<Self>) -> Hold {
        self.state.lock().busy += 1;
        Hold(self.clone())
    }

    pub(crate) fn advance(self: &Arc<Self>, by: Duration) {
        // The loop's own thread cannot wait for itself.
        let owned = if context::current_lives_by(self) { 0 } else { self.owned_here() };
        let mut state = self.state.lock();
        let until = state.now.saturating_add(by);
        if owned == 0 || state.unparker.is_none() {
            self.move_to(&mut state, until);
            state.moved = true;
            return state.nudge();
        }
        // It gives its holds up while it sleeps, so that the loop may move time.
        state.arrivals += 1;
        let sleeper = (until, state.arrivals);
        state.asleep.insert(sleeper, owned);
        // They are alive, as `own_while` borrows them, and given up once, as this thread sleeps.
        state.busy -= owned;
        state.nudge();
        while state.asleep.contains_key(&sleeper) {
            self.released.wait(&mut state);
        }
    }

    /// How many holds on this clock the work on this thread owns.
    fn owned_here(self: &Arc<Self>) -> usize {
        let count = |owned: &RefCell<Vec<_>>| {
            owned.borrow().iter().filter(|clock| Arc::ptr_eq(clock, self)).count()
        };
        // While a thread ends, its locals may be gone, and its work is over.
        OWNED.try_with(count).unwrap_or(0)
    }

    /// Moves time on, now that the loop has nothing to do before `next`. Says whether the loop has
    /// something to do now, be it that somebody has called.
    ///
    /// Sleeping threads are woken before timers of the same moment, one at a time, each time
    /// waiting until all is quiet again: so a run is the same every time. The loop then parks.
    pub(crate) fn step(&self, next: Option<Duration>, is_called: impl Fn() -> bool) -> bool {
        let mut state = self.state.lock();
        let moved = std::mem::take(&mut state.moved);
        if state.busy > 0 {
            // Only a hand has let the time come that the loop waits for.
            return moved && next.is_some_and(|next| next <= state.now);
        }
        // Whoever has held the clock called the loop first, so the call is seen here.
        if is_called() {
            return true;
        }
        let sleeper = state.asleep.first_key_value().map(|(&(until, _), _)| until);
        match (sleeper, next) {
            (Some(until), next) if next.is_none_or(|next| until <= next) => {
                self.release_first(&mut state);
                false
            }
            (_, Some(next)) => {
                self.move_to(&mut state, next);
                true
            }
            (_, None) => false,
        }
    }

    /// Wakes the thread that sleeps until the earliest moment, at that moment, and gives it its
    /// holds back. Says whether there was one.
    fn release_first(&self, state: &mut State) -> bool {
        let Some(((until, _), owned)) = state.asleep.pop_first() else { return false };
        self.move_to(state, until);
        state.busy += owned;
        self.released.notify_all();
        true
    }

    /// Never back: the clock may have been moved beyond that moment by hand.
    fn move_to(&self, state: &mut State, moment: Duration) {
        state.now = state.now.max(moment);
        self.tick.store((Instant::START + state.now).now_tick(), Relaxed);
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

impl Hold {
    /// Has the work on this thread own the hold until the guard is dropped.
    pub(crate) fn own(&mut self) -> Owned<'_> {
        let own = |owned: &RefCell<Vec<_>>| owned.borrow_mut().push(self.0.clone());
        Owned { is_noted: OWNED.try_with(own).is_ok(), _hold: self }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let mut state = self.0.state.lock();
        state.busy -= 1;
        state.nudge();
    }
}

/// It borrows the hold, which so lives for as long as it is owned, and has one owner.
pub(crate) struct Owned<'a> {
    is_noted: bool,
    _hold: &'a Hold,
}

impl Drop for Owned<'_> {
    fn drop(&mut self) {
        if self.is_noted {
            // The last one is this one's: guards are dropped in the reverse order.
            let _ = OWNED.try_with(|owned| owned.borrow_mut().pop());
        }
    }
}
