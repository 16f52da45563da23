//! What a stepper says of journals that were made up, and of those of the lessons.

use std::future::pending;
use std::panic::Location;
use std::thread;
use std::time::Duration;

use executor::journal::{Cause, Event};
use executor::{Clock, EventLoop, TaskId, gather_all, spawn, spawn_blocking, yield_now};
use timer::{Instant, Key, Wheel, sleep, timeout};

use super::keys;
use super::screen::{Halted, draw};
use super::state::{Phase, State};
use super::why::sentence;
use crate::Recorder;

mod sockets;

const SECOND: Duration = Duration::from_secs(1);

/// Ids and keys are given out by loops and wheels alone.
fn cook_and_pot() -> (TaskId, TaskId, Key) {
    let event_loop = EventLoop::new().expect("there are descriptors left for a loop");
    let [cook, pot] = [(), ()].map(|()| event_loop.spawn(async {}).id());
    (cook, pot, Wheel::new().insert(1, ()).expect("a tick to come"))
}

#[track_caller]
fn spawned(task: TaskId, name: &'static str, by: Option<TaskId>) -> [Event; 2] {
    let site = Location::caller();
    [Event::Spawned { task, name: name.into(), site, by }, Event::Woken { task, by: Cause::Spawn }]
}

fn polled(task: TaskId, poll: u64, meanwhile: &[Event]) -> Vec<Event> {
    let (took, ready) = (Duration::ZERO, false);
    let mut events = vec![Event::PollStarted { task, poll }];
    events.extend_from_slice(meanwhile);
    events.push(Event::PollEnded { task, poll, took, ready });
    events
}

fn after(events: impl IntoIterator<Item = Event>) -> State {
    let mut state = State::default();
    events.into_iter().for_each(|event| state.read(&event));
    state
}

fn armed(timer: Key, by: TaskId) -> Event {
    let deadline = Instant::START + SECOND;
    Event::TimerArmed {
        timer,
        by: Some(by),
        deadline,
        level: 1,
        slot: 15,
        site: Location::caller(),
    }
}

fn shown(state: &State, at: Duration, event: &Event) -> String {
    let (printed, next) = (vec!["The water is on".to_owned()], sentence(state, at, event));
    let halted = Halted { title: "a scene", step: 3, steps: Some(7), at, state, printed, next };
    anstream::adapter::strip_str(&draw(&halted, None, true).0).to_string()
}

#[test]
fn a_task_is_ready_then_runs_then_waits() {
    let (cook, ..) = cook_and_pot();
    let mut state = after(spawned(cook, "cook", None));
    assert_eq!((state.tasks[&cook].phase, state.ready.len()), (Phase::Ready, 1));
    state.read(&Event::PollStarted { task: cook, poll: 1 });
    assert_eq!((state.tasks[&cook].phase, state.ready.len()), (Phase::Running, 0));
    state.read(&Event::PollEnded { task: cook, poll: 1, took: SECOND, ready: false });
    assert_eq!((state.tasks[&cook].phase, state.tasks[&cook].polls), (Phase::Waiting, 1));
    state.read(&Event::Cancelled { task: cook });
    assert_eq!(state.tasks[&cook].phase, Phase::Over("cancelled"));
}

#[test]
fn a_task_woken_while_it_runs_is_ready_after_it() {
    let (cook, ..) = cook_and_pot();
    let yields = polled(cook, 1, &[Event::Woken { task: cook, by: Cause::Itself }]);
    let state = after(spawned(cook, "cook", None).into_iter().chain(yields));
    assert_eq!((state.tasks[&cook].phase, state.ready.len()), (Phase::Ready, 1));
    let next = sentence(&state, SECOND, &Event::PollStarted { task: cook, poll: 2 });
    assert_eq!(
        next,
        "The loop is about to poll cook for the 2nd time: it woke itself in its last poll."
    );
}

#[test]
fn a_timer_lies_in_its_slot_until_it_fires() {
    let (cook, _, timer) = cook_and_pot();
    let mut state = after(polled(cook, 1, &[armed(timer, cook)]));
    state.read(&Event::TimerMoved { timer, level: 0, slot: 40 });
    assert_eq!((state.timers[0].level, state.timers[0].slot), (0, 40));
    assert_eq!(state.timers_of(cook).count(), 1);
    state.read(&Event::TimerFired { timer, late: Duration::ZERO });
    assert!(state.timers.is_empty());
}

#[test]
fn the_screen_shows_who_waits_for_what() {
    let (cook, pot, timer) = cook_and_pot();
    let mut begins = spawned(pot, "pot", Some(cook)).to_vec();
    begins.push(Event::Awaits { task: cook, other: pot, site: None });
    let spawns = polled(cook, 1, &begins);
    let heats = polled(pot, 1, &[armed(timer, pot)]);
    let state = after(spawned(cook, "cook", None).into_iter().chain(spawns).chain(heats));
    let until = Some(Instant::START + SECOND);
    assert_eq!(
        shown(&state, SECOND / 4, &Event::Parked { until }),
        "\
-- a scene, step 3 of 7 -------------------------------------------------------
time     0.250 s
ready    nobody
tasks    cook  waiting   1 poll   for the end of pot
         pot   waiting   1 poll   for timer 1, due at 1.000 s
wheel    level 1, slot 15  timer 1 of pot, due at 1.000 s
printed  The water is on

Nobody is ready: the loop is about to sleep for 0.750 s, until the timer of pot
is due.
"
    );
}

#[test]
fn what_has_changed_since_the_last_halt_is_marked_and_only_that() {
    let (cook, pot, timer) = cook_and_pot();
    let mut state = after(spawned(cook, "cook", None).into_iter().chain(spawned(pot, "pot", None)));
    fn halted(state: &State, at: Duration) -> Halted<'_> {
        let (printed, next) = (Vec::new(), String::new());
        Halted { title: "a scene", step: 3, steps: None, at, state, printed, next }
    }
    let (_, shown) = draw(&halted(&state, SECOND), None, true);
    let marked = |state: &State, at| -> Vec<String> {
        let (text, _) = draw(&halted(state, at), Some(&shown), true);
        let text = anstream::adapter::strip_str(&text).to_string();
        let marked = text.lines().filter(|line| line.get(7..9) == Some("* "));
        marked.map(|line| line[9..].split("  ").next().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(marked(&state, SECOND), Vec::<String>::new());
    assert_eq!(marked(&state, 2 * SECOND), ["2.000 s"]);
    polled(cook, 1, &[armed(timer, cook)]).iter().for_each(|event| state.read(event));
    assert_eq!(marked(&state, SECOND), ["pot", "cook", "level 1, slot 15"]);
}

#[test]
fn a_poll_after_a_job_is_put_down_to_it() {
    let (cook, job, _) = cook_and_pot();
    let (site, thread, by) = (Location::caller(), thread::current(), Some(cook));
    let hands_in = [Event::JobQueued { task: job, name: "oven".into(), site, by }];
    let mut state =
        after(spawned(cook, "cook", None).into_iter().chain(polled(cook, 1, &hands_in)));
    assert_eq!(
        sentence(&state, SECOND, &Event::Parked { until: None }),
        "Nobody is ready: the loop is about to sleep, until oven (job) is done."
    );
    state.read(&Event::JobStarted { task: job, thread: thread.clone() });
    state.read(&Event::JobFinished { task: job });
    state.read(&Event::Woken { task: cook, by: Cause::Thread(thread) });
    let next = sentence(&state, SECOND, &Event::PollStarted { task: cook, poll: 2 });
    assert_eq!(next, "The loop is about to poll cook for the 2nd time: oven (job) is done.");
}

#[test]
fn a_screen_of_many_tasks_fits_a_terminal_all_the_same() {
    let event_loop = EventLoop::new().expect("there are descriptors left for a loop");
    let parent = event_loop.spawn(async {}).id();
    let mut state = after(spawned(parent, "the_one_who_has_spawned_all", None));
    let mut wheel = Wheel::new();
    for tick in 1..100 {
        let task = event_loop.spawn(async {}).id();
        let timer = wheel.insert(tick, ()).expect("a tick to come");
        let spawns = spawned(task, "a_task_with_a_name_of_some_length", Some(parent));
        spawns.iter().chain(&polled(task, 1, &[armed(timer, task)])).for_each(|it| state.read(it));
    }
    polled(parent, 1, &[]).iter().for_each(|event| state.read(event));
    let text = shown(&state, Duration::ZERO, &Event::Parked { until: None });
    assert!(text.contains("and 94 more") && text.contains("and 95 more"), "{text}");
    assert!(text.lines().count() < 24 && text.lines().all(|line| line.len() <= 80), "{text}");
}

/// Tasks that sleep, give way, join, are aborted, and hand in a job.
async fn busy_kitchen() {
    async fn cook(minutes: u32) {
        sleep(minutes * SECOND).await;
        yield_now().await;
    }
    let aborted = spawn(cook(9));
    let job = spawn_blocking(|| ());
    let cooks = spawn(async { drop(gather_all((0..20).map(cook)).await) });
    timeout(SECOND / 2, pending::<()>()).await.expect_err("it never ends");
    aborted.abort();
    job.await.expect("it neither panics nor is aborted");
    cooks.await.expect("it neither panics nor is aborted");
}

#[test]
fn the_first_of_the_queue_is_polled_and_none_is_ready_at_a_sleep() {
    let recorder = Recorder::default();
    let builder = EventLoop::builder().clock(Clock::simulated()).observer(recorder.clone());
    builder.build().expect("there are descriptors left for a loop").run(busy_kitchen());
    let mut state = State::default();
    for (_, event) in &recorder.take() {
        match event {
            Event::PollStarted { task, .. } => assert_eq!(state.ready.front(), Some(task)),
            Event::Parked { .. } => assert!(state.ready.is_empty(), "at a sleep one is ready"),
            _ => {}
        }
        state.read(event);
    }
    assert!(state.timers.is_empty(), "a timer is left");
    assert!(state.tasks.len() > 20 && state.tasks.values().all(|task| task.is_over()));
}

#[test]
fn the_help_fits_the_screen() {
    assert!(keys::HELP.lines().chain([keys::KEYS, keys::FEW_KEYS]).all(|line| line.len() <= 80));
}
