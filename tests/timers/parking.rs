//! The loop's own sleep: until when it lasts, and what ends it (B9.9).

use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, unbounded};
use executor::journal::{Event, Observer, Unparked};
use executor::{Clock, Spawner, spawn, spawner, yield_now};
use futures::channel::oneshot;
use futures::poll;
use timer::{Instant, now, sleep};

use super::at;
use crate::checked::EventLoop;
use crate::support::{HOUR, Record, YEAR, ms, simulate_and_record};

/// Keeps a record, and tells another thread that the loop goes to sleep.
struct TellParked {
    record: Record,
    parked: Sender<()>,
}

impl Observer for TellParked {
    fn on_event(&mut self, at: Duration, event: &Event) {
        self.record.on_event(at, event);
        if let Event::Parked { .. } = event {
            // Nobody listens any more once it has seen enough.
            let _ = self.parked.send(());
        }
    }
}

/// A loop with its record, and what another thread sees of its parks.
fn observed(clock: Clock) -> (EventLoop, Record, Receiver<()>) {
    let (record, (parked, parks)) = (Record::default(), unbounded());
    let observer = TellParked { record: record.clone(), parked };
    (EventLoop::builder().clock(clock).observer(observer).build().unwrap(), record, parks)
}

/// Until when the loop parked each time, and what ended it.
fn parks(record: &Record) -> (Vec<Option<Instant>>, Vec<Unparked>) {
    let until = record.pick(|_, event| match event {
        Event::Parked { until } => Some(*until),
        _ => None,
    });
    let by = record.pick(|_, event| match event {
        Event::Unparked { by } => Some(*by),
        _ => None,
    });
    (until, by)
}

/// B9.9: the other thread acts when the loop is parked, or just about to be.
#[test]
fn an_earlier_timer_armed_by_another_thread_shortens_the_current_sleep() {
    let (mut event_loop, record, parked) = observed(Clock::real());
    let spawner = event_loop.spawner();
    let (ends, end) = oneshot::channel();
    let other = std::thread::spawn(move || {
        parked.recv().unwrap();
        drop(spawner.spawn(async {
            let deadline = now() + ms(1);
            timer::sleep_until(deadline).await;
            ends.send(deadline).unwrap();
        }));
    });
    let deadline = event_loop.run(async {
        let mut far = timer::sleep_until(Instant::START + HOUR);
        assert!(poll!(&mut far).is_pending());
        end.await.unwrap()
    });
    other.join().unwrap();
    let (until, by) = parks(&record);
    assert_eq!((until[0], by[0]), (Some(Instant::START + HOUR), Unparked::Thread));
    // It parks a second time unless that millisecond has passed by then; at most for a tick more.
    assert!(until[1..].iter().flatten().all(|until| *until < deadline + ms(1)), "{until:?}");
}

/// B9.9
#[test]
fn an_earlier_timer_shortens_the_next_sleep() {
    let ((), record) = simulate_and_record(async {
        let mut far = sleep(HOUR);
        assert!(poll!(&mut far).is_pending());
        sleep(ms(5)).await;
        sleep(ms(5)).await;
    });
    assert_eq!(parks(&record).0, [Some(at(5)), Some(at(10))]);
}

/// B9.9
#[test]
fn the_removal_of_the_earliest_timer_lengthens_the_sleep() {
    let ((), record) = simulate_and_record(async {
        let mut earliest = [sleep(ms(5)), sleep(ms(5)), sleep(ms(70))];
        for sleep in &mut earliest {
            assert!(poll!(sleep).is_pending());
        }
        let far = spawn(sleep(YEAR));
        yield_now().await;
        drop(earliest);
        far.await.unwrap();
    });
    assert_eq!(parks(&record).0, [Some(Instant::START + YEAR)]);
}

/// Has another thread end the wait of the task that calls this, once the loop is asleep.
async fn wait_for_a_call(parks: Receiver<()>, spawner: Spawner) {
    let (calls, call) = oneshot::channel();
    let caller = std::thread::spawn(move || {
        parks.recv().unwrap();
        drop(spawner.spawn(async { calls.send(()).unwrap() }));
    });
    call.await.unwrap();
    caller.join().unwrap();
}

/// B9.9
#[test]
fn the_removal_of_the_last_timer_has_the_loop_sleep_until_it_is_called() {
    for clock in [Clock::real(), Clock::simulated()] {
        let (mut event_loop, record, parked) = observed(clock);
        event_loop.run(async {
            let mut last = sleep(HOUR);
            assert!(poll!(&mut last).is_pending());
            yield_now().await;
            drop(last);
            wait_for_a_call(parked, spawner()).await;
        });
        assert_eq!(parks(&record), (vec![None], vec![Unparked::Thread]));
    }
}

/// B9.4, B9.13: neither a deadline to sleep until, nor a time to jump to.
#[test]
fn a_timer_that_never_fires_is_nothing_to_wait_for() {
    for clock in [Clock::real(), Clock::simulated()] {
        let (mut event_loop, record, parked) = observed(clock);
        event_loop.run(async {
            let mut never = sleep(Duration::MAX);
            assert!(poll!(&mut never).is_pending());
            wait_for_a_call(parked, spawner()).await;
            assert!(now() < Instant::START + YEAR);
        });
        assert_eq!(parks(&record), (vec![None], vec![Unparked::Thread]));
    }
}

/// B9.4: the poller takes fewer milliseconds than fit into 32 bits; the loop must neither spin
/// nor oversleep. Around 2^31 and 2^32 ms is where a cut-off number of them turns to nonsense.
#[test]
fn a_far_deadline_is_parked_for_once_on_a_real_clock() {
    for days in [1, 25, 50, 365 * 1000] {
        let (mut event_loop, record, parked) = observed(Clock::real());
        let far = Instant::START + Duration::from_secs(days * 24 * 60 * 60);
        event_loop.run(async {
            let mut sleep = timer::sleep_until(far);
            assert!(poll!(&mut sleep).is_pending());
            wait_for_a_call(parked, spawner()).await;
        });
        assert_eq!(parks(&record), (vec![Some(far)], vec![Unparked::Thread]));
    }
}

/// B9.9: the loop reads its clock anew when it parks, whatever a poll before has taken.
#[test]
fn a_deadline_that_passed_during_a_long_poll_fires_in_the_next_turn() {
    let clock = Clock::simulated();
    let record = Record::default();
    let builder = EventLoop::builder().clock(clock.clone()).observer(record.clone());
    builder.build().unwrap().run(async {
        let short = spawn(sleep(ms(5)));
        yield_now().await;
        clock.advance(HOUR);
        short.await.unwrap();
        assert_eq!(now(), Instant::START + HOUR);
    });
    let late = record.pick(|_, event| match event {
        Event::TimerFired { late, .. } => Some(*late),
        _ => None,
    });
    assert_eq!(late, [HOUR - ms(5)]);
}

/// `EINTR`: on Linux a program that was stopped and continued finds its sleep interrupted. The
/// test runs itself in a child process, which it stops and continues while the loop is parked.
#[cfg(target_os = "linux")]
mod stopped_and_continued {
    use std::io::{BufRead, BufReader, Lines, Write};
    use std::process::{Child, ChildStdout, Command, Stdio};
    use std::{env, fs, io, thread};

    use super::*;
    use crate::support::this_program;

    const CHILD: &str = "SHORT_ORDER_TEST_CHILD";
    const NAME: &str = "a_program_that_is_stopped_and_continued_sleeps_on";

    #[test]
    fn a_program_that_is_stopped_and_continued_sleeps_on() {
        if env::var_os(CHILD).is_some() {
            return sleep_until_called();
        }
        let module = module_path!().split_once("::").unwrap().1;
        let mut child = this_program()
            .args(["--exact", &format!("{module}::{NAME}"), "--nocapture"])
            .env(CHILD, "yes")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let sleeper = after(&mut lines, "the loop is on thread ");
        after(&mut lines, "parked");
        let state = format!("/proc/{sleeper}/stat");
        wait_for(&state, 'S');
        for _ in 0..10 {
            signal(&child, "-STOP");
            wait_for(&state, 'T');
            signal(&child, "-CONT");
            wait_for(&state, 'S');
        }
        child.stdin.take().unwrap().write_all(b"end\n").unwrap();
        // One sleep, from the first stop to the call that ended it.
        after(&mut lines, "unparked by Thread, ended by the call");
        assert!(child.wait().unwrap().success());
    }

    /// The rest of the first line with that in it. The test harness's own output is on the lines, too.
    fn after(lines: &mut Lines<BufReader<ChildStdout>>, text: &str) -> String {
        let line = lines.map(Result::unwrap).find(|line| line.contains(text));
        line.expect("the child says so").split_once(text).unwrap().1.to_owned()
    }

    fn signal(child: &Child, signal: &str) {
        let status = Command::new("kill").args([signal, &child.id().to_string()]).status();
        assert!(status.unwrap().success());
    }

    /// Waits until the thread is in that state: asleep or stopped.
    fn wait_for(stat: &str, state: char) {
        while !fs::read_to_string(stat).unwrap().contains(&format!(") {state} ")) {
            thread::yield_now();
        }
    }

    /// The child: parks for an hour, and is called when a line comes in.
    fn sleep_until_called() {
        let (mut event_loop, record, parked) = observed(Clock::real());
        let spawner = event_loop.spawner();
        let (calls, call) = oneshot::channel();
        let caller = thread::spawn(move || {
            parked.recv().unwrap();
            println!("parked");
            io::stdin().read_line(&mut String::new()).unwrap();
            drop(spawner.spawn(async { calls.send(()).unwrap() }));
        });
        let thread = fs::read_link("/proc/thread-self").unwrap();
        println!("the loop is on thread {}", thread.display());
        event_loop.run(async {
            let mut far = timer::sleep_until(Instant::START + HOUR);
            assert!(poll!(&mut far).is_pending());
            call.await.unwrap();
        });
        caller.join().unwrap();
        let (until, by) = parks(&record);
        assert_eq!(until, [Some(Instant::START + HOUR)]);
        println!("unparked by {:?}, ended by the call", by[0]);
    }
}
