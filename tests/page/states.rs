//! The state that the page works out of the events is the runtime's own, at every event.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use executor::journal::{Event, Observer};
use executor::{Clock, EventLoop, TaskState, gather, gather_all, spawn, spawn_named, yield_now};
use futures::channel::oneshot;
use serde_json::{Value, json};
use stage::{Observers, PageFile};
use timer::{sleep, timeout};

use crate::browser::Browser;
use crate::{file, only_page};

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// Everything that changes the state of a task.
async fn kitchen() {
    let (ask, asked) = oneshot::channel();
    let waiter = spawn_named("waiter", asked);
    let cook = spawn_named("cook", async move {
        for _ in 0..3 {
            yield_now().await;
            sleep(ms(70)).await;
        }
        let _ = ask.send("soup");
    });
    let nobody = spawn(std::future::pending::<()>());
    let panics = spawn_named("panics", async {
        sleep(ms(5)).await;
        panic!("the soup is spilt");
    });
    let late = async { timeout(ms(10), sleep(ms(5000))).await.is_err() };
    gather!(late, sleep(ms(20)), yield_now()).await;
    gather_all((1..6).map(|nth| sleep(ms(nth * 40)))).await;
    nobody.abort();
    let _ = panics.await;
    let _ = waiter.await;
    cook.await.unwrap();
    drop(spawn(sleep(ms(1)))); // the end of the run cancels it
}

/// At each event: what `executor::tasks` says.
#[derive(Clone, Default)]
struct Asked(Rc<RefCell<Vec<Value>>>);

impl Observer for Asked {
    fn on_event(&mut self, _at: Duration, event: &Event) {
        // Told in the middle of a change, these are seen before or after it.
        let is_between = !matches!(
            event,
            Event::Woken { .. }
                | Event::PollStarted { .. }
                | Event::Parked { .. }
                | Event::Unparked { .. }
                | Event::Awaits { .. }
                | Event::TimerArmed { .. }
        );
        let tasks = executor::tasks().into_iter().map(|task| {
            let state = match task.state {
                TaskState::Ready => "ready",
                TaskState::Running => "running",
                TaskState::Waiting => "waiting",
            };
            (task.id.number(), json!([task.id.number(), state, task.polls]))
        });
        let tasks: std::collections::BTreeMap<_, _> = tasks.collect();
        let tasks: Vec<_> = tasks.into_values().collect();
        self.0.borrow_mut().push(if is_between { Value::Null } else { json!(tasks) });
    }
}

#[test]
fn the_pages_state_is_what_the_runtime_says_of_its_tasks() {
    let path = file("states.html");
    let only = only_page();
    let page = PageFile::create(&path.to_string_lossy());
    page.program("kitchen", "all that changes a task", &[]);
    let story = page.scene("kitchen", "once", "simulated");
    let asked = Asked::default();
    let mut observers = Observers::default();
    observers.add(story.clone());
    observers.add(asked.clone());
    let builder = EventLoop::builder().clock(Clock::simulated()).observer(observers);
    let outcome = builder.build().unwrap().try_run(kitchen());
    story.end(outcome.as_ref().err());
    drop((story, page, only));

    let Some(browser) = Browser::start("states") else { return };
    browser.open(&path, "");
    let found = browser.run(
        "return stage.run.events.slice(0, -1).map((event, index) => {
           stage.goTo(index);
           const live = [...stage.state.tasks].filter(([, task]) => ['ready', 'running', 'waiting'].includes(task.phase));
           return live.map(([id, task]) => [id, task.phase, task.polls]).sort(([one], [other]) => one - other);
         })",
    );
    let (found, asked) = (found.as_array().unwrap(), asked.0.take());
    assert_eq!(found.len(), asked.len());
    let mut compared = 0;
    for (index, (found, asked)) in found.iter().zip(&asked).enumerate() {
        if !asked.is_null() {
            assert_eq!(found, asked, "after event {}", index + 1);
            compared += 1;
        }
    }
    assert!(compared > 100, "only {compared} moments");
    browser.has_a_quiet_console("kitchen");
}
