//! What runs, and for which tab of a browser: one program each.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::super::jobs::Jobs;
use super::request::Fault;

/// So many programs run at the same time, whatever the number of tabs.
pub(super) const MOST_RUNS: usize = 4;

/// All that run, by their tabs.
#[derive(Default)]
pub(super) struct Tabs(RefCell<HashMap<String, Rc<Running>>>);

/// A run that goes on.
pub(super) struct Running {
    jobs: Jobs,
    why: RefCell<Option<Why>>,
}

/// Why a run was stopped: a word for the page, and a sentence.
#[derive(Clone)]
pub(super) struct Why {
    pub(super) how: &'static str,
    pub(super) say: String,
}

impl Tabs {
    /// A run begins; it is stopped when what is returned is dropped.
    pub(super) fn enter(&self, tab: &str, jobs: Jobs) -> Result<Entered<'_>, Fault> {
        let mut tabs = self.0.borrow_mut();
        if tabs.contains_key(tab) {
            return Err(Fault::Refused(409, "A program of this tab still runs: stop it first."));
        }
        if tabs.len() >= MOST_RUNS {
            return Err(Fault::Refused(
                503,
                "Four programs run already, in other tabs: stop one of them first.",
            ));
        }
        let running = Rc::new(Running { jobs, why: RefCell::default() });
        tabs.insert(tab.to_owned(), running.clone());
        Ok(Entered { tabs: self, tab: tab.to_owned(), running })
    }

    /// Stops what runs for that tab; says whether there was anything.
    pub(super) fn stop(&self, tab: &str) -> bool {
        let running = self.0.borrow().get(tab).cloned();
        let say = "The program was stopped.".to_owned();
        running.is_some_and(|running| {
            running.stop(Why { how: "stopped", say });
            true
        })
    }
}

impl Running {
    /// Ends the program and its children. Of several reasons the first is the true one.
    pub(super) fn stop(&self, why: Why) {
        self.why.borrow_mut().get_or_insert(why);
        self.jobs.stop();
    }

    /// Why it was stopped, if it was.
    pub(super) fn why(&self) -> Option<Why> {
        self.why.borrow().clone()
    }
}

/// A tab whose program runs.
pub(super) struct Entered<'a> {
    tabs: &'a Tabs,
    tab: String,
    pub(super) running: Rc<Running>,
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        self.running.jobs.stop();
        self.tabs.0.borrow_mut().remove(&self.tab);
    }
}
