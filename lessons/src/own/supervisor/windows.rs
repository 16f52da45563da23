//! The supervisor is in a *job object*, and so is all that descends from it. The system ends what is
//! in the job with the last handle to it; the only one is this process's, and goes with it, however
//! it ends.

use std::io;
use std::mem;
use std::os::windows::process::CommandExt;
use std::process::{Command, ExitStatus};

use win32job::{ExtendedLimitInfo, JobError};

/// So Windows' `winnt.h` has them: a limit for all of the job, and no window that says that a program
/// has crashed, and waits for somebody to close it.
const JOB_OBJECT_LIMIT_JOB_MEMORY: u32 = 0x200;
const JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION: u32 = 0x400;
const CREATE_NEW_PROCESS_GROUP: u32 = 0x200;

/// A job that this process is in, with all that it starts.
pub(in crate::own) struct Job(win32job::Job);

impl Job {
    /// Puts this process into one. What is in it may have no more memory than this, all together.
    pub(in crate::own) fn enter(memory: u64) -> io::Result<Self> {
        let mut limits = ExtendedLimitInfo::new();
        limits.limit_kill_on_job_close();
        limits.0.BasicLimitInformation.LimitFlags |= JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION;
        if let Some(memory @ 1..) = usize::try_from(memory).ok() {
            limits.0.JobMemoryLimit = memory;
            limits.0.BasicLimitInformation.LimitFlags |= JOB_OBJECT_LIMIT_JOB_MEMORY;
        }
        let job = win32job::Job::create_with_limit_info(&mut limits).map_err(error)?;
        job.assign_current_process().map_err(error)?;
        Ok(Self(job))
    }

    /// What is in the job stays when this process ends.
    pub(in crate::own) fn let_go(&self) -> io::Result<()> {
        self.0.set_extended_limit_info(&mut ExtendedLimitInfo::new()).map_err(error)
    }
}

/// From now on what this process starts ends with it, and may have no more memory than this.
pub(super) fn hold_together(memory: u64) -> io::Result<()> {
    // To drop it would end this process.
    Job::enter(memory).map(mem::forget)
}

/// The system does that when this process ends.
pub(super) fn end_all() {}

/// What to end with if the program has ended so.
pub(super) fn code(status: ExitStatus) -> i32 {
    status.code().unwrap_or(1)
}

/// Ctrl+C is not for it, nor for what it starts.
pub(in crate::own) fn alone(command: &mut Command) {
    command.creation_flags(CREATE_NEW_PROCESS_GROUP);
}

/// A `JobError` does not show the system's error that is in it.
fn error(error: JobError) -> io::Error {
    match error {
        JobError::CreateFailed(error)
        | JobError::AssignFailed(error)
        | JobError::SetInfoFailed(error) => error,
        other => io::Error::other(other),
    }
}
