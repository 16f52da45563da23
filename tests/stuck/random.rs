//! Ten thousand programs that are not stuck, none of which may be reported; and ten thousand
//! trees of tasks with something stuck in them, each of which must be, task by task.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Poll, Waker};

use executor::{JoinHandle, Stuck, Waits, spawn, spawn_blocking, spawn_named, yield_now};
use futures::channel::oneshot;
use proptest::prelude::*;
use timer::{sleep, timeout};

use crate::support::{self, ends, ms, simulated};

/// What a task does.
#[derive(Clone, Debug)]
enum Program {
    Yield(u8),
    Sleep(u64),
    /// Waits for a word from a task of its own.
    Channel(u64),
    /// Has a thread call its waker.
    Thread,
    Job,
    /// Times out while it forgets its waker.
    Timeout(u64),
    /// Starts a task of its own for each of them, and awaits them one after the other.
    Join(Vec<Program>),
    /// Lets others go first so many times, and then keeps no waker.
    Forget(u8),
    /// Has its waker dropped by somebody else, who lets others go first so many times.
    Lose(u8),
    /// Starts so many tasks, each of which awaits the next one; then keeps no waker.
    Ring(u8),
}

use Program::*;

fn harmless() -> impl Strategy<Value = Program> {
    prop_oneof![
        4 => (0..4u8).prop_map(Yield),
        4 => (0..200u64).prop_map(Sleep),
        4 => (0..200u64).prop_map(Channel),
        2 => (0..200u64).prop_map(Timeout),
        1 => Just(Thread),
    ]
}

fn stuck() -> impl Strategy<Value = Program> {
    prop_oneof![(0..4u8).prop_map(Forget), (0..4u8).prop_map(Lose), (1..5u8).prop_map(Ring)]
}

/// A tree of tasks that ends. Jobs are only in those of which all tasks do: see
/// `a_job_that_has_just_ended_is_no_hope`.
fn ending(with_jobs: bool) -> impl Strategy<Value = Program> {
    let jobs = if with_jobs { 1 } else { 0 };
    let harmless = prop_oneof![15 => harmless(), jobs => Just(Job)];
    harmless.prop_recursive(4, 16, 4, |inner| prop::collection::vec(inner, 0..4).prop_map(Join))
}

/// A tree of tasks that does not.
fn not_ending() -> impl Strategy<Value = Program> {
    let around = |inner: BoxedStrategy<Program>| {
        let siblings =
            || prop::collection::vec(prop_oneof![3 => ending(false), 1 => stuck()], 0..3);
        (siblings(), inner, siblings()).prop_map(|(mut before, stuck, after)| {
            before.push(stuck);
            before.extend(after);
            Join(before)
        })
    };
    stuck().prop_recursive(3, 12, 4, around)
}

/// By the name of a task, the line that has spawned it.
type Lines = Rc<RefCell<BTreeMap<String, u32>>>;

/// Starts a task of that name. There are several lines that may do so.
fn start(name: String, program: Program, lines: &Lines) -> JoinHandle<()> {
    let (key, task, kind) =
        (name.clone(), play(name.clone(), program.clone(), lines.clone()), program);
    let (line, handle) = match kind {
        Join(_) => {
            let line = line!() + 1;
            (line, spawn_named(name, task))
        }
        Forget(_) | Lose(_) | Ring(_) => {
            let line = line!() + 1;
            (line, spawn_named(name, task))
        }
        _ => {
            let line = line!() + 1;
            (line, spawn_named(name, task))
        }
    };
    lines.borrow_mut().insert(key, line);
    handle
}

fn play(name: String, program: Program, lines: Lines) -> Pin<Box<dyn Future<Output = ()>>> {
    Box::pin(async move {
        match program {
            Yield(times) => yield_times(times).await,
            Sleep(time) => sleep(ms(time)).await,
            Channel(time) => {
                let (sender, receiver) = oneshot::channel();
                drop(spawn(async move {
                    sleep(ms(time)).await;
                    let _ = sender.send(());
                }));
                receiver.await.expect("the sender sends");
            }
            Thread => {
                let (sender, receiver) = oneshot::channel();
                let thread = std::thread::spawn(move || sender.send(()));
                receiver.await.expect("the sender sends");
                thread.join().expect("it does not panic").expect("there is a receiver");
            }
            Job => spawn_blocking(|| ()).await.expect("it does not panic"),
            Timeout(time) => {
                assert!(timeout(ms(time), std::future::pending::<()>()).await.is_err())
            }
            Join(programs) => {
                let tasks: Vec<_> = (programs.into_iter().enumerate())
                    .map(|(nth, program)| start(format!("{name}.{nth}"), program, &lines))
                    .collect();
                for task in tasks {
                    task.await.expect("it does not panic");
                }
            }
            Forget(times) => {
                yield_times(times).await;
                std::future::pending().await
            }
            Lose(times) => lose(times).await,
            Ring(size) => {
                ring(&name, size, &lines);
                std::future::pending().await
            }
        }
    })
}

async fn yield_times(times: u8) {
    for _ in 0..times {
        yield_now().await;
    }
}

/// Keeps its waker where a thief finds it.
async fn lose(times: u8) {
    let place = Rc::new(RefCell::new(None::<Waker>));
    let found = place.clone();
    drop(spawn(async move {
        yield_times(times).await;
        drop(found.take());
    }));
    poll_fn(|cx| {
        place.replace(Some(cx.waker().clone()));
        Poll::Pending
    })
    .await
}

/// Each of its tasks awaits the next one, and the last one the first.
fn ring(name: &str, size: u8, lines: &Lines) {
    let doors = Rc::new(RefCell::new(BTreeMap::new()));
    for nth in 0..size {
        let (name, next, doors_of_all) = (format!("{name}-{nth}"), (nth + 1) % size, doors.clone());
        let task = async move {
            let next: JoinHandle<()> =
                doors_of_all.borrow_mut().remove(&next).expect("it is there");
            next.await.expect("it does not panic");
        };
        lines.borrow_mut().insert(name.clone(), line!() + 1);
        let handle = spawn_named(name, task);
        doors.borrow_mut().insert(nth, handle);
    }
}

/// Who has to be in the report, and what it waits for; says whether `program` is stuck.
fn expect(name: &str, program: &Program, report: &mut BTreeMap<String, String>) -> bool {
    let waits = match program {
        Join(programs) => {
            let names: Vec<_> = (0..programs.len()).map(|nth| format!("{name}.{nth}")).collect();
            // All are looked at: those that are not awaited yet may be stuck as well.
            let stuck: Vec<_> = (names.iter().zip(programs))
                .filter(|(name, program)| expect(name, program, report))
                .collect();
            let Some((first, _)) = stuck.first() else { return false };
            format!("the end of {first}")
        }
        Forget(times) => format!("nothing since poll {}", times + 1),
        Lose(_) => "its waker, lost since poll 1".to_owned(),
        Ring(size) => {
            for nth in 0..*size {
                let waits = format!("the end of {name}-{}", (nth + 1) % size);
                report.insert(format!("{name}-{nth}"), waits);
            }
            "nothing since poll 1".to_owned()
        }
        _ => return false,
    };
    report.insert(name.to_owned(), waits);
    true
}

/// What the report says, in the same words.
fn said(stuck: &Stuck) -> BTreeMap<String, String> {
    let name = |id| {
        let task = stuck.tasks.iter().find(|task| task.id == id);
        task.expect("who is awaited is in the report").name.to_string()
    };
    let said = stuck.tasks.iter().map(|task| {
        let waits = match &task.waits {
            Waits::Join(ids) if ids.len() == 1 => format!("the end of {}", name(ids[0])),
            Waits::Join(ids) => format!("the ends of {ids:?}"),
            Waits::ForEver => panic!("nobody sleeps for ever here"),
            Waits::KeptNoWaker(poll) => format!("nothing since poll {poll}"),
            Waits::LostItsWaker(poll) => format!("its waker, lost since poll {poll}"),
        };
        (task.name.to_string(), waits)
    });
    said.collect()
}

/// Runs it as the only task of a main future that awaits it.
fn run(program: Program) -> (Result<(), Stuck>, Lines) {
    let lines = Lines::default();
    let kept = lines.clone();
    let outcome = simulated().try_run(async move {
        start("0".to_owned(), program, &kept).await.expect("it does not panic");
    });
    (outcome, lines)
}

/// On a thread of their own, should one hang.
fn for_all<S: Strategy<Value = Program> + 'static>(
    programs: fn() -> S,
    check: fn(Program) -> Result<(), TestCaseError>,
) {
    ends(move || {
        let mut runner = proptest::test_runner::TestRunner::new(support::cases(10_000));
        runner.run(&programs(), check).unwrap_or_else(|failure| panic!("{failure}"));
    });
}

#[test]
fn a_program_that_ends_is_never_reported() {
    for_all(
        || ending(true),
        |program| {
            let outcome = run(program).0.map_err(|stuck| stuck.to_string());
            prop_assert_eq!(outcome, Ok(()));
            Ok(())
        },
    );
}

#[test]
fn a_program_that_cannot_end_is_reported_with_the_right_tasks_and_lines() {
    for_all(not_ending, |program| {
        let mut expected = BTreeMap::new();
        prop_assert!(expect("0", &program, &mut expected));
        let (outcome, lines) = run(program);
        let Err(stuck) = outcome else { return Err(TestCaseError::fail("it has ended")) };

        let mut said = said(&stuck);
        let main = said.remove(&*stuck.tasks[0].name);
        prop_assert_eq!(main.as_deref(), Some("the end of 0"));
        prop_assert_eq!(&said, &expected);
        for task in &stuck.tasks[1..] {
            let line = lines.borrow().get(&*task.name).copied();
            prop_assert_eq!(line, Some(task.site.line()), "{}", task.name);
        }
        Ok(())
    });
}
