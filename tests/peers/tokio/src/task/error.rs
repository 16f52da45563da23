//! `JoinError`: ours, with the task's id.

use std::any::Any;
use std::fmt;
use std::io;
use std::sync::Mutex;

use super::Id;

pub struct JoinError {
    id: Id,
    /// What the task has panicked with; the lock makes it `Sync`, as tokio's is.
    panic: Option<Mutex<Box<dyn Any + Send>>>,
}

impl JoinError {
    pub(crate) fn new(id: Id, error: executor::JoinError) -> Self {
        let panic = match error {
            executor::JoinError::Cancelled => None,
            executor::JoinError::Panicked(panic) => Some(Mutex::new(panic)),
        };
        Self { id, panic }
    }

    pub fn is_cancelled(&self) -> bool {
        self.panic.is_none()
    }

    pub fn is_panic(&self) -> bool {
        self.panic.is_some()
    }

    #[track_caller]
    pub fn into_panic(self) -> Box<dyn Any + Send> {
        match self.try_into_panic() {
            Ok(panic) => panic,
            Err(_) => panic!("`JoinError` reason is not a panic."),
        }
    }

    pub fn try_into_panic(self) -> Result<Box<dyn Any + Send>, Self> {
        let Self { id, panic } = self;
        let panic = panic.ok_or(Self { id, panic: None })?;
        Ok(panic.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner()))
    }

    pub fn id(&self) -> Id {
        self.id
    }

    fn message(&self) -> Option<String> {
        let panic = self.panic.as_ref()?.lock().ok()?;
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        text.or_else(|| panic.downcast_ref::<String>().cloned())
    }
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = self.id;
        match (&self.panic, self.message()) {
            (None, _) => write!(f, "task {id} was cancelled"),
            (Some(_), Some(text)) => write!(f, "task {id} panicked with message {text:?}"),
            (Some(_), None) => write!(f, "task {id} panicked"),
        }
    }
}

impl fmt::Debug for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = self.id;
        match (&self.panic, self.message()) {
            (None, _) => write!(f, "JoinError::Cancelled({id:?})"),
            (Some(_), Some(text)) => write!(f, "JoinError::Panic({id:?}, {text:?}, ...)"),
            (Some(_), None) => write!(f, "JoinError::Panic({id:?}, ...)"),
        }
    }
}

impl std::error::Error for JoinError {}

impl From<JoinError> for io::Error {
    fn from(error: JoinError) -> Self {
        Self::other(match error.is_panic() {
            true => "task panicked",
            false => "task was cancelled",
        })
    }
}
