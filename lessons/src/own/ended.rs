//! What has ended a program that has not ended by itself.

use std::process::ExitStatus;

/// What has ended it: of a supervised program as well.
pub(super) fn cause(status: ExitStatus) -> Option<String> {
    let code = status.code()?;
    if cfg!(windows) {
        // An exception is a code that no program has of its own.
        let exception = u32::try_from(i64::from(code) & 0xffff_ffff).ok()?;
        let is_one = exception >= 0xc000_0000;
        return is_one
            .then(|| format!("the exception {exception:#X}{}", name(EXCEPTIONS, exception)));
    }
    // A supervisor names a signal as shells do.
    let signal =
        u32::try_from(code).ok()?.checked_sub(128).filter(|signal| (1..=64).contains(signal))?;
    Some(format!("the signal {signal}{}", name(SIGNALS, signal)))
}

fn name(names: &[(u32, &str)], number: u32) -> String {
    let found = names.iter().find(|(it, _)| *it == number);
    found.map(|(_, name)| format!(", {name}")).unwrap_or_default()
}

/// What the signals are called that end a program; the numbers are the same on all systems.
const SIGNALS: &[(u32, &str)] = &[
    (4, "SIGILL: it ran what is no instruction"),
    (6, "SIGABRT: it gave itself up"),
    (9, "SIGKILL: somebody, or the system for want of memory, has killed it"),
    (11, "SIGSEGV: it used memory that it does not have"),
    (15, "SIGTERM: somebody has asked it to end"),
    (25, "SIGXFSZ: it wrote a file of more than a gigabyte"),
];

/// The same of Windows, as `ntstatus.h` has them.
const EXCEPTIONS: &[(u32, &str)] = &[
    (0xc000_0005, "STATUS_ACCESS_VIOLATION: it used memory that it does not have"),
    (0xc000_001d, "STATUS_ILLEGAL_INSTRUCTION: it ran what is no instruction"),
    (0xc000_00fd, "STATUS_STACK_OVERFLOW: its functions called each other too deep"),
    (0xc000_013a, "STATUS_CONTROL_C_EXIT: somebody has asked it to end"),
    (0xc000_0409, "STATUS_STACK_BUFFER_OVERRUN: it gave itself up"),
];
