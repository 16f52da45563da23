//! One run: the text is compiled and played, on a thread of the pool.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, PipeReader, Read};
use std::path::PathBuf;
use std::process::ExitStatus;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::super::compile::compile;
use super::super::crates::Crates;
use super::super::ended::cause;
use super::super::jobs::Jobs;
use super::super::rustc::remove;
use super::super::source::Source;
use super::super::{Failure, pipe};
use super::told::{Decoder, Message, Phase, Teller};

/// A program that writes more than this is stopped.
const MOST_OUTPUT: usize = 1 << 20;
/// So many bytes of memory a program may have.
const MEMORY: u64 = 1 << 30;
/// What the page of the run is called, next to the program.
const PAGE: &str = "run.html";

/// What a tab has asked for.
pub(super) struct Asked {
    pub(super) tab: String,
    name: String,
    text: String,
    options: Vec<OsString>,
}

impl Asked {
    /// Reads it; `None` if it is something else.
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        let asked: Value = serde_json::from_slice(body).ok()?;
        let tab = tab(&asked)?;
        let text = asked["text"].as_str()?.to_owned();
        let letters = |name: &str| -> String {
            let is_good = |letter: &char| letter.is_ascii_alphanumeric() || "_-".contains(*letter);
            name.chars().filter(is_good).take(40).collect()
        };
        let name = letters(asked["name"].as_str().unwrap_or_default());
        let name = if name.is_empty() { "sandbox".to_owned() } else { name };
        let mut options: Vec<OsString> = vec!["--plain".into(), "--page".into(), PAGE.into()];
        if asked["clock"] == "simulated" {
            options.extend(["--clock".into(), "simulated".into()]);
        } else if let Some(speed) = asked["speed"].as_f64().filter(|speed| *speed != 1.0) {
            options.extend(["--speed".into(), speed.to_string().into()]);
        }
        Some(Self { tab, name, text, options })
    }
}

/// By which name a tab of the browser is known.
pub(super) fn tab(asked: &Value) -> Option<String> {
    asked["tab"].as_str().filter(|tab| tab.len() <= 64).map(str::to_owned)
}

/// A run that is to go.
pub(super) struct Run {
    pub(super) asked: Asked,
    /// A folder of its own, which goes with it.
    pub(super) folder: PathBuf,
    pub(super) jobs: Jobs,
    pub(super) teller: Teller,
}

impl Drop for Run {
    /// Also when it panics.
    fn drop(&mut self) {
        self.teller.tell(Message::Over);
    }
}

impl Run {
    /// Goes to its end, and tells meanwhile.
    pub(super) fn go(self) {
        let (how, say) = match self.play() {
            Ok(ended) => ended,
            Err(Failure::Said(text)) => ("refused", text),
            Err(Failure::Compiler(said)) => {
                let said = plain(&said);
                let is_silent = said.trim().is_empty();
                self.teller.text("errors", &said);
                ("errors", if is_silent { SILENT.to_owned() } else { String::new() })
            }
            Err(Failure::Stopped) => ("stopped", "It was stopped.".to_owned()),
        };
        self.teller.tell(Message::Ended(how, say));
        // Of a program that never began there is none.
        let _ = self.tell_page();
        // Should it not go, the next sandbox has it.
        let _ = remove(&self.folder);
    }

    fn play(&self) -> Result<(&'static str, String), Failure> {
        self.teller.tell(Message::Began(Phase::Crates));
        let crates = Crates::build(&self.jobs)?;
        let crates = Crates { programs: self.folder.join("built"), ..crates };
        self.teller.tell(Message::Began(Phase::Compiler));
        let path = PathBuf::from(&self.asked.name).with_extension("rs");
        let source = Source { path, text: self.asked.text.clone(), folder: self.folder.clone() };
        let written =
            fs::create_dir_all(&self.folder).and_then(|()| fs::write(source.place(), &source.text));
        written.map_err(|error| {
            Failure::Said(format!("The program could not be written to the disk: {error}."))
        })?;
        let program = compile(&source, &crates, &self.jobs)?;
        self.teller.text("warnings", &plain(&program.warnings));
        self.teller.tell(Message::Began(Phase::Program));

        let (output, to_us) = pipe()?;
        let mut command = self.jobs.command(&program.path, Some(MEMORY));
        command.args(&self.asked.options).current_dir(&self.folder);
        let again = to_us.try_clone().map_err(|error| Failure::Said(error.to_string()))?;
        command.stdout(to_us).stderr(again);
        let is_too_much = AtomicBool::new(false);
        let mut lacked_memory = false;
        let ended = self.jobs.run(command, || {
            lacked_memory = self.show(output, &is_too_much);
        });
        if is_too_much.into_inner() {
            let say = "The program has written more than a megabyte, which is the most that it may \
                       write here, so it was ended. `cargo run -- try` has no such limit.";
            return Ok(("cut", say.to_owned()));
        }
        Ok(how_it_ended(ended?, lacked_memory))
    }

    /// Shows what comes, until the end or until it is too much; says whether the program told that
    /// it lacked memory.
    fn show(&self, mut output: PipeReader, is_too_much: &AtomicBool) -> bool {
        let (mut decoder, mut written, mut before) = (Decoder::default(), 0, String::new());
        let mut lacked_memory = false;
        let mut piece = vec![0; 64 << 10];
        while let Ok(length @ 1..) = output.read(&mut piece) {
            written += length;
            let text = decoder.decode(&piece[..length]);
            self.teller.text("output", &text);
            // The words may have come in two pieces.
            before.push_str(&text);
            lacked_memory |= OUT_OF_MEMORY.iter().any(|words| before.contains(words));
            let kept = before.floor_char_boundary(before.len().saturating_sub(40));
            before.drain(..kept);
            if written > MOST_OUTPUT {
                is_too_much.store(true, Relaxed);
                self.jobs.stop();
                break;
            }
            // So that many small pieces come as one.
            thread::sleep(Duration::from_millis(3));
        }
        lacked_memory
    }

    /// The story of the run, from its page: what stands around it, the sandbox's page has itself.
    fn tell_page(&self) -> io::Result<()> {
        const BEGINNING: &str = "<div id=\"story\">";
        let mut page = BufReader::new(File::open(self.folder.join(PAGE))?);
        let mut line = String::new();
        while page.read_line(&mut line)? > 0 && line.trim() != BEGINNING {
            line.clear();
        }
        self.teller.text("page", &line);
        let (mut decoder, mut piece) = (Decoder::default(), vec![0; 64 << 10]);
        loop {
            match page.read(&mut piece)? {
                0 => return Ok(()),
                length => self.teller.text("page", &decoder.decode(&piece[..length])),
            }
        }
    }
}

const SILENT: &str =
    "The compiler has ended without a word: it may have had too little memory or space.";

fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

/// What programs write that lack memory.
const OUT_OF_MEMORY: [&str; 2] = ["memory allocation of", "Cannot allocate memory"];

/// What to say of the end of a program.
fn how_it_ended(status: ExitStatus, lacked_memory: bool) -> (&'static str, String) {
    if status.success() {
        return ("done", String::new());
    }
    let say = if lacked_memory {
        format!(
            "The program asked for more memory than the {} MiB that it may have here, so it was \
             ended. `cargo run -- try` has no such limit.",
            MEMORY >> 20
        )
    } else if let Some(cause) = cause(status) {
        format!("The program was ended by {cause}.")
    } else if let Some(code) = status.code() {
        format!("The program has ended with exit code {code}.")
    } else {
        format!("The program has ended with {status}.")
    };
    ("failed", say)
}
