//! Opens the browser, where there is a way.

use std::env;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Opens the address. The command line of a process is to be seen by all users of a machine, and
/// the address is a secret: so the browser is given a file, which is for us alone, and leads there.
/// (Jupyter does so.) Where this fails, the address that was printed does.
pub(super) fn browser(address: &str, folder: &Path) {
    let Some(opener) = opener() else { return };
    let Ok(file) = write(address, folder) else { return };
    let mut command = Command::new(opener);
    command.arg(file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if let Ok(mut started) = command.spawn() {
        // It has to be waited for, or it stays in the list of processes.
        std::thread::spawn(move || started.wait());
    }
}

fn opener() -> Option<&'static str> {
    if cfg!(target_os = "macos") {
        return Some("open");
    }
    let has_screen = ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| env::var_os(name).is_some());
    (cfg!(unix) && has_screen).then_some("xdg-open")
}

/// The folder is closed to others.
fn write(address: &str, folder: &Path) -> io::Result<PathBuf> {
    let path = folder.join("open.html");
    let page = format!("<!doctype html><meta http-equiv=\"refresh\" content=\"0; url={address}\">");
    File::create(&path)?.write_all(page.as_bytes())?;
    Ok(path)
}
