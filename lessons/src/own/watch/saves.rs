//! Tells when the file is saved.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use notify::{Event, EventKind, RecursiveMode, Watcher};

use super::super::Failure;
use super::Happening;

/// One save makes many events: they are over when so long there was none.
const QUIET: Duration = Duration::from_millis(40);
/// But the file is not waited for for longer than this, should something write to it all the time.
const LONGEST: Duration = Duration::from_millis(400);

/// Tells of saves of any of the files from now on.
///
/// What is watched is the folder, for the file's name. Many editors do not write to a file: they put
/// another one in its place, and who watches the file watches the old one from then on. If a name
/// is a link, the folder of the file behind it is watched as well.
pub(super) fn watch(paths: &[&Path], tell: Sender<Happening>) -> Result<(), Failure> {
    let (told, events) = mpsc::channel();
    let here = env::current_dir().unwrap_or_default();
    let mut files: Vec<_> = paths.iter().map(|path| here.join(path)).collect();
    let behind = paths.iter().filter_map(|path| fs::canonicalize(path).ok());
    let is_new = |file: &PathBuf| !files.iter().any(|ours| is_same(file, ours));
    let behind: Vec<_> = behind.filter(is_new).collect();
    files.extend(behind);
    let names = files.clone();
    let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        // An error means that events were lost, one of ours perhaps.
        let is_ours = event.map_or(true, |event| {
            !matches!(event.kind, EventKind::Access(_))
                && event.paths.iter().any(|path| names.iter().any(|ours| is_same(path, ours)))
        });
        if is_ours {
            let _ = told.send(());
        }
    });
    let refused = |error| refused(paths, &error);
    let mut watcher = watcher.map_err(refused)?;
    let folders: BTreeSet<_> = files.iter().filter_map(|file| file.parent()).collect();
    for folder in folders {
        watcher.watch(folder, RecursiveMode::NonRecursive).map_err(refused)?;
    }
    thread::spawn(move || {
        // It watches for as long as it lives.
        let _watcher = watcher;
        while events.recv().is_ok() {
            wait_until_quiet(&events);
            if tell.send(Happening::Saved).is_err() {
                return;
            }
        }
    });
    Ok(())
}

fn wait_until_quiet(events: &mpsc::Receiver<()>) {
    let began = Instant::now();
    while began.elapsed() < LONGEST {
        if let Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) =
            events.recv_timeout(QUIET)
        {
            return;
        }
    }
}

/// A path that a folder's watcher names is the folder's, however that was called, and the name.
fn is_same(told: &Path, ours: &Path) -> bool {
    told == ours
        || told.file_name() == ours.file_name()
            && fs::canonicalize(told.parent().unwrap_or(told)).ok()
                == fs::canonicalize(ours.parent().unwrap_or(ours)).ok()
}

fn refused(paths: &[&Path], error: &notify::Error) -> Failure {
    let path = paths.first().map(|path| path.display().to_string()).unwrap_or_default();
    Failure::Said(format!("{path} cannot be watched: {error}. Without --watch it can be played"))
}
