//! `--page FILE`: a run to look at, event by event, in a browser; one file, and nothing else.
//!
//! The file is the story, a list item an event, which can be read as it stands. Each item has its
//! event's line of the journal in an attribute. From these lines the script at the file's head draws
//! any moment of the run. It is written while the run goes on: a run that is cut, or never ends,
//! leaves a page, too.
//!
//! What the browser gets is in `lessons/stage/page`: `page.html` is the frame, `look.css` how it
//! looks, `main.js` where the script begins, `state.js` how events become what is drawn.

use std::cell::RefCell;
use std::rc::Rc;

use executor::Stuck;

use super::File;

mod bundle;
mod ending;
mod markup;
mod runtime;
mod story;

pub use bundle::{page_files, page_frame, page_index};
pub use story::PageStory;
pub(crate) use story::printed;

use markup::{attribute, script, text};
use serde_json::json;

/// A page holds no more events of one run. It would be too slow to open.
const MOST_EVENTS: usize = 200_000;

/// A program's source: its path from the workspace's root, and its text.
pub type Source<'a> = (&'a str, &'a str);

/// Writes the page; clones write into the same file.
#[derive(Clone)]
pub struct PageFile(Rc<RefCell<Inner>>);

struct Inner {
    file: File,
    has_begun: bool,
    /// To be named at the end, if it is.
    named: Option<String>,
}

impl PageFile {
    /// Makes the file anew; `-` is stdout. If that cannot be done, this says so and ends the program.
    pub fn create(name: &str) -> Self {
        let (file, has_begun, named) = (File::create(name), false, None);
        Self(Rc::new(RefCell::new(Inner { file, has_begun, named })))
    }

    /// Says on stderr when it is written, and how to open it.
    pub fn announced(self, name: &str) -> Self {
        self.0.borrow_mut().named = (name != "-").then(|| name.to_owned());
        self
    }

    /// A lesson, or another program: its name, what it is about, and its source.
    pub fn program(&self, name: &str, about: &str, sources: &[Source<'_>]) {
        self.begin(name);
        let files: Vec<_> =
            sources.iter().map(|(path, text)| json!({"path": path, "text": text})).collect();
        let program = script(&json!({"lesson": name, "files": files}));
        self.line(&format!(
            "<script type=\"application/json\" class=\"program\">{program}</script>\n<p>{}</p>",
            text(about)
        ));
    }

    /// One run of a loop: its observer, which has to be told when the run has [ended](PageStory::end).
    pub fn scene(&self, lesson: &str, scene: &str, clock: &str) -> PageStory {
        self.begin(lesson);
        let run = json!({"lesson": lesson, "scene": scene, "clock": clock}).to_string();
        self.line(&format!(
            "<section class=\"run\" data-run='{}'><h2>{}</h2><ol>",
            attribute(&run),
            text(scene)
        ));
        PageStory::new(self.clone())
    }

    fn begin(&self, title: &str) {
        let inner = &mut *self.0.borrow_mut();
        if !std::mem::replace(&mut inner.has_begun, true) {
            inner.file.line(&bundle::head(title));
        }
    }

    fn line(&self, line: &str) {
        self.0.borrow_mut().file.line(line);
    }

    /// The end of a run.
    fn end(&self, stuck: Option<&Stuck>, left_out: usize) {
        let (how, words) = ending::of(stuck, left_out);
        self.line(&format!(
            "</ol><p class=\"end\" data-end='{}'>{}</p></section>",
            attribute(&how.to_string()),
            text(&words)
        ));
    }
}

impl Drop for Inner {
    /// The end of the document. Browsers do without it, should the program not get here.
    fn drop(&mut self) {
        if self.has_begun {
            self.file.line("</div></body></html>");
        }
        if let Some(name) = &self.named {
            anstream::eprintln!("{name} is written: open it in a browser, by a double click.");
        }
    }
}
