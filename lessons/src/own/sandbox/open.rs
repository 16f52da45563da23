//! Opens the browser, where there is a way. Where it fails, the address that was printed does.
//!
//! The address is a secret. On Unix the command line of a process is to be seen by all users of a
//! machine: so the browser is given a file, which is for us alone, and leads there. (Jupyter does so.)
//! On Windows a command line is for the user alone whose process it is, and for administrators, while
//! a folder may be open to others, and `.html` belong to an editor: so the browser is given the address.

/// Opens the address in the browser of the user's choice.
#[cfg(windows)]
pub(super) fn browser(address: &str, _: &std::path::Path) {
    let address = address.to_owned();
    // It lasts until the browser has started.
    std::thread::spawn(move || opener::open(address));
}

#[cfg(not(windows))]
pub(super) use by_file::browser;

#[cfg(not(windows))]
mod by_file {
    use std::env;
    use std::fs::File;
    use std::io::{self, Write};
    use std::path::{Path, PathBuf};
    use std::process::{Command, Stdio};

    /// Opens the address, by way of a file in the folder.
    pub(in super::super) fn browser(address: &str, folder: &Path) {
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
        let has_screen =
            ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| env::var_os(name).is_some());
        (cfg!(unix) && has_screen).then_some("xdg-open")
    }

    /// The folder is closed to others.
    fn write(address: &str, folder: &Path) -> io::Result<PathBuf> {
        let path = folder.join("open.html");
        let page =
            format!("<!doctype html><meta http-equiv=\"refresh\" content=\"0; url={address}\">");
        File::create(&path)?.write_all(page.as_bytes())?;
        Ok(path)
    }
}
