//! Jobs that the end of `run` does not wait for (B11.7): what is promised of them.

use std::time::Duration;

use crossbeam_channel::{Sender, bounded};
use executor::journal::Event;
use executor::{Clock, JoinHandle, spawn_blocking, spawner};

use super::{held_job, is_cancelled};
use crate::checked::{Builder, EventLoop, run};
use crate::support::{HOUR, Record, ends, ms};

fn impatient(limit: Duration) -> Builder {
    EventLoop::builder().clock(Clock::simulated()).shutdown_timeout(limit)
}

/// Runs until a job is at work, and ends without it.
fn leave_a_job(event_loop: &mut EventLoop) -> (Sender<()>, JoinHandle<&'static str>) {
    event_loop.run(async {
        let (has_started, release, job) = held_job();
        has_started.recv().unwrap();
        (release, job)
    })
}

/// B11.7. The job is let go only after `run` has returned: it would hang.
#[test]
fn an_end_that_is_not_to_wait_leaves_the_job_that_runs_and_its_handle_says_how_it_ended() {
    ends(|| {
        let mut event_loop = impatient(Duration::ZERO).build().unwrap();
        let (release, job) = leave_a_job(&mut event_loop);
        assert!(!job.is_finished());
        drop(event_loop);
        drop(release);
        assert_eq!(run(job).unwrap(), "done");
    });
}

/// B11.7. By the loop's clock, which jobs that let time pass do not keep from passing.
#[test]
fn an_end_waits_for_a_job_as_long_as_it_was_told_and_no_longer() {
    for (takes, left_at) in [(ms(300), None), (HOUR, Some(ms(500)))] {
        ends(move || {
            let record = Record::default();
            let clock = Clock::simulated();
            let builder = impatient(ms(500)).clock(clock.clone()).observer(record.clone());
            let (job,) = builder.build().unwrap().run(async {
                let (started, has_started) = bounded(1);
                let clock = clock.clone();
                let job = spawn_blocking(move || {
                    started.send(()).unwrap();
                    clock.advance(takes);
                });
                has_started.recv().unwrap();
                (job,)
            });
            let left =
                record.pick(|at, event| matches!(event, Event::JobsLeft { .. }).then_some(at));
            assert_eq!(left.first(), left_at.as_ref());
            assert!(job.is_finished() || left_at.is_some());
        });
    }
}

/// B11.7, B11.4
#[test]
fn jobs_that_wait_for_a_thread_are_cancelled_and_those_that_run_are_told_to_be_left() {
    ends(|| {
        let record = Record::default();
        let builder = impatient(Duration::ZERO).blocking_threads(1).observer(record.clone());
        let (release, queued) = builder.build().unwrap().run(async {
            let (has_started, release, _running) = held_job();
            has_started.recv().unwrap();
            (release, spawn_blocking(|| "never"))
        });
        assert!(is_cancelled(queued));
        let left = record.pick(|_, event| match event {
            Event::JobsLeft { jobs } => Some(*jobs),
            _ => None,
        });
        assert_eq!(left, [1]);
        drop(release);
    });
}

/// B11.7. Its only thread is still busy with what was left.
#[test]
fn a_loop_that_has_left_a_job_runs_again_with_as_many_threads_as_before() {
    ends(|| {
        let mut event_loop = EventLoop::builder()
            .blocking_threads(1)
            .shutdown_timeout(Duration::ZERO)
            .build()
            .unwrap();
        let (release, job) = leave_a_job(&mut event_loop);
        let done = event_loop.run(async { spawn_blocking(|| "done").await.unwrap() });
        assert_eq!((done, job.is_finished()), ("done", false));
        drop(release);
        assert_eq!(event_loop.run(job).unwrap(), "done");
    });
}

/// B11.7, B12.2
#[test]
fn a_report_of_a_stuck_loop_hopes_for_nothing_from_a_job_that_was_left() {
    ends(|| {
        let mut event_loop = EventLoop::builder().shutdown_timeout(Duration::ZERO).build().unwrap();
        let (release, _job) = leave_a_job(&mut event_loop);
        assert!(event_loop.try_run(std::future::pending::<()>()).is_err());
        drop(release);
    });
}

/// B11.7. As any other thread's would be: by the loop's next run, and by none when it is gone.
#[test]
fn what_a_job_that_was_left_spawns_is_run_as_long_as_there_is_its_loop() {
    ends(|| {
        let mut event_loop = EventLoop::builder().shutdown_timeout(Duration::ZERO).build().unwrap();
        let (release, released) = bounded::<()>(0);
        let (spawned, handles) = bounded(1);
        event_loop.run(async {
            let (started, has_started) = bounded(1);
            drop(spawn_blocking(move || {
                started.send(()).unwrap();
                for _ in 0..2 {
                    released.recv().unwrap();
                    spawned.send(spawner().spawn(async { "run" })).unwrap();
                }
            }));
            has_started.recv().unwrap();
        });
        release.send(()).unwrap();
        assert_eq!(event_loop.run(handles.recv().unwrap()).unwrap(), "run");
        drop(event_loop);
        release.send(()).unwrap();
        assert!(is_cancelled(handles.recv().unwrap()));
    });
}
