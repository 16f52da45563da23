//! `--rust` and `--python`: the source of a lesson's program, and that of its twin.

use stage::{output, println, terminal};

use crate::lesson::{Lesson, Twin};

/// Prints one of them, or both: side by side, where there is room.
pub(crate) fn print(lesson: &Lesson, rust: bool, python: bool) {
    let rust = if rust { program(lesson.rust) } else { "" };
    let python = match lesson.python {
        Twin::Program(source) if python => source.trim_end(),
        Twin::None(why) if python => &output::wrapped(&format!("No asyncio twin. {why}"), ""),
        _ => "",
    };
    let width = |text: &str| text.lines().map(|line| line.chars().count()).max().unwrap_or(0);
    let (left, right) = (width(python), width(rust));
    if left == 0 || right == 0 || left + 3 + right > terminal::columns() {
        let gap = if left > 0 && right > 0 { "\n\n" } else { "" };
        println!("{python}{gap}{rust}");
        return;
    }
    let [mut python, mut rust] = [python, rust].map(str::lines);
    loop {
        let (python, rust) = (python.next(), rust.next());
        if python.is_none() && rust.is_none() {
            return;
        }
        let row = format!("{:<left$} | {}", python.unwrap_or_default(), rust.unwrap_or_default());
        println!("{}", row.trim_end());
    }
}

/// The program is what stands above the function that plays it.
fn program(source: &str) -> &str {
    source.split("\nfn play(").next().unwrap_or(source).trim_end()
}
