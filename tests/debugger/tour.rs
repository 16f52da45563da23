//! The tour: each of its stops prints what its text says.

use std::fs;
use std::path::{Path, PathBuf};

use crate::programs::LESSONS;
use crate::{session, top};

#[test]
fn each_stop_of_the_tour_shows_what_its_text_says() {
    let files = fs::read_dir(top().join("lessons/tour")).unwrap();
    let is_text = |file: &PathBuf| file.extension().is_some_and(|extension| extension == "txt");
    let mut stops: Vec<_> = files.map(|file| file.unwrap().path()).filter(is_text).collect();
    stops.sort();
    assert_eq!(stops.len(), 6);
    let stops: Vec<&Path> = stops.iter().map(PathBuf::as_path).collect();
    session::play(&stops, &LESSONS, &["breakfast", "--plain", "--clock", "simulated"]);
}
