//! `--page FILE`: a run to look at, event by event, in a browser; one file, and nothing else.
//!
//! The file is the story, a list item an event, which can be read as it stands. Each item has its
//! event's line of the journal in an attribute. Of a long story the rest are such lines, without items.
//! From the lines the script at the file's head draws any moment of the run. It is written while the run goes on: a run that is cut, or never ends,
//! leaves a page, too.
//!
//! What the browser gets is in `lessons/stage/page`: `page.html` is the frame, `look.css` how it
//! looks, `main.js` where the script begins, `state.js` how events become what is drawn, and `lines.js`
//! reads what `lines.rs` writes.

use std::cell::RefCell;
use std::rc::Rc;

use executor::Stuck;

use super::File;

mod bundle;
mod ending;
mod lines;
mod markup;
mod runtime;
mod story;

pub use bundle::{page_files, page_frame, page_index};
pub use story::PageStory;
pub(crate) use story::printed;

use lines::Lines;
use markup::{attribute, script, text};
use serde_json::json;

/// A page holds no more events of one run. It would be too slow to open.
const MOST_EVENTS: usize = 200_000;

/// A page has no more list items of events: nobody would read on, and they are what makes it large.
const MOST_ITEMS: usize = 1_000;

/// A program's source: its path from the workspace's root, and its text.
pub type Source<'a> = (&'a str, &'a str);

/// Writes a page with runs to look at, see the options' `--page`; clones write into the same file,
/// which is whole when the last of them is gone.
///
/// ```
/// use stage::PageFile;
///
/// let file = std::env::temp_dir().join("kitchen.html");
/// let page = PageFile::create(&file.to_string_lossy());
/// page.program("kitchen", "somebody gives way", &[("src/main.rs", "fn main() {}")]);
/// let story = page.scene("kitchen", "once", "real");
/// let mut event_loop = executor::EventLoop::builder().observer(story.clone()).build()?;
/// let outcome = event_loop.try_run(executor::yield_now());
/// story.end(outcome.as_ref().err());
/// # drop((event_loop, story, page));
/// assert!(std::fs::read_to_string(&file)?.contains("it only lets the others go first"));
/// # std::fs::remove_file(file)?;
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone)]
pub struct PageFile(Rc<RefCell<Inner>>);

struct Inner {
    file: File,
    has_begun: bool,
    lines: Lines,
    items: usize,
}

impl PageFile {
    /// Makes the file anew; `-` is stdout. If that cannot be done, this says so and ends the program.
    pub fn create(name: &str) -> Self {
        let file = File::create(name);
        let (has_begun, lines, items) = Default::default();
        Self(Rc::new(RefCell::new(Inner { file, has_begun, lines, items })))
    }

    /// What the file is called; stdout has no name.
    pub fn name(&self) -> Option<String> {
        self.0.borrow().file.name()
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

    /// An event's line, as it stands in this page.
    fn told(&self, line: &str) -> String {
        self.0.borrow_mut().lines.told(line)
    }

    /// Whether there may be one more; then it counts as there.
    fn has_room_for_an_item(&self) -> bool {
        let items = &mut self.0.borrow_mut().items;
        *items += 1;
        *items <= MOST_ITEMS
    }

    /// The end of a run.
    fn end(&self, stuck: Option<&Stuck>, left_out: usize) {
        let (how, words) = ending::of(stuck, left_out);
        self.line(&format!(
            "<p class=\"end\" data-end='{}'>{}</p></section>",
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
    }
}
