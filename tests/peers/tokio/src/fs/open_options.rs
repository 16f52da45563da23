//! `OpenOptions`: `std`'s.

use std::fs;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::{File, job};

#[derive(Clone, Debug)]
pub struct OpenOptions(fs::OpenOptions);

macro_rules! options {
    ($($name:ident: $kind:ty),*) => {
        $(pub fn $name(&mut self, value: $kind) -> &mut Self {
            self.0.$name(value);
            self
        })*
    };
}

impl OpenOptions {
    pub fn new() -> Self {
        Self(fs::OpenOptions::new())
    }

    options!(read: bool, write: bool, append: bool, truncate: bool, create: bool, create_new: bool);
    options!(mode: u32, custom_flags: i32);

    pub async fn open(&self, path: impl AsRef<Path>) -> io::Result<File> {
        let (options, path) = (self.0.clone(), path.as_ref().to_owned());
        job(move || options.open(path)).await.map(File::from_std)
    }
}

impl From<fs::OpenOptions> for OpenOptions {
    fn from(options: fs::OpenOptions) -> Self {
        Self(options)
    }
}
