//! One run of a loop, and what is shown of it at its end.

use std::collections::BTreeSet;

use executor::Stuck;

use crate::observers::Recorder;
use crate::picture::timeline::Timeline;
use crate::stage::Stage;
use crate::{Journal, PageStory, picture, println, story};

/// A run that is over, and what its loop told.
pub(crate) struct Scene {
    pub(crate) title: &'static str,
    pub(crate) journal: Journal,
    /// It has told more, which was not kept.
    pub(crate) is_cut: bool,
}

/// A run that goes on.
pub(crate) struct RunningScene<'a> {
    pub(crate) stage: &'a Stage,
    pub(crate) title: &'static str,
    pub(crate) recorder: Recorder,
    pub(crate) page: Option<PageStory>,
}

impl RunningScene<'_> {
    /// It is over: writes its trace, and shows its picture.
    pub(crate) fn end(self, stuck: Option<&Stuck>) -> Scene {
        self.read(stuck)
    }

    fn read(&self, stuck: Option<&Stuck>) -> Scene {
        let (stage, title) = (self.stage, self.title);
        if let Some(page) = &self.page {
            page.end(stuck);
        }
        let (is_cut, journal) = (self.recorder.is_full(), self.recorder.take());
        if let Some(file) = &stage.options.chrome {
            file.scene(stage.program, title, &journal, stage.options.pace);
        }
        if !stage.options.plain {
            if let Some(stuck) = stuck {
                println!("{}", story::stuck::of(stuck));
            }
            self.show(&Timeline::of(&journal));
        }
        Scene { title, journal, is_cut }
    }

    fn show(&self, timeline: &Timeline) {
        if timeline.took < picture::SHORTEST {
            return;
        }
        let ascii = self.stage.options.ascii;
        let (picture, signs) = picture::draw(timeline, ascii);
        println!("{picture}");
        // A sign is explained where it is seen first.
        let mut explained = self.stage.explained.borrow_mut();
        let new: BTreeSet<_> = signs.difference(&explained).copied().collect();
        let legend = picture::legend(&new, ascii);
        if !legend.is_empty() {
            println!("{legend}");
        }
        explained.extend(new);
    }
}

impl Drop for RunningScene<'_> {
    /// The program has panicked: what it did up to there is worth a look all the more.
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.read(None);
        }
    }
}
