//! Which characters the lessons show, and which colours: as the variables say.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::PROGRAM;
use crate::try_watch::script_is_there;

/// What decides which characters are shown.
const LOCALE: [&str; 3] = ["LC_ALL", "LC_CTYPE", "LANG"];

/// What the command prints where of the locale, and of `NO_COLOR`, only these are set.
fn told(mut command: Command, variables: &[(&str, &str)]) -> String {
    for variable in LOCALE.into_iter().chain(["NO_COLOR"]) {
        command.env_remove(variable);
    }
    let output = command.envs(variables.iter().copied()).output().expect("it can be started");
    String::from_utf8(output.stdout).expect("it is text")
}

fn piped(variables: &[(&str, &str)]) -> String {
    let mut program = Command::new(&*PROGRAM);
    program.args(["breakfast", "--clock", "simulated"]);
    told(program, variables)
}

fn in_a_terminal(variables: &[(&str, &str)]) -> String {
    let mut script = Command::new("script");
    let command = format!("'{}' breakfast --clock simulated", PROGRAM.display());
    script.args(["-qec", &command, "/dev/null"]).env("TERM", "xterm");
    told(script, variables)
}

#[test]
fn pictures_are_of_ascii_where_the_locale_has_no_more() {
    for (variables, is_ascii) in [
        (&[("LC_ALL", "C")][..], true),
        (&[("LC_ALL", "POSIX")], true),
        (&[("LANG", "C")], true),
        (&[("LANG", "de_DE.ISO-8859-1")], true),
        (&[("LC_ALL", "C"), ("LANG", "C.UTF-8")], true),
        (&[("LANG", "C.UTF-8")], false),
        (&[("LC_CTYPE", "C.UTF-8"), ("LANG", "C")], false),
        (&[("LC_ALL", "en_US.utf8"), ("LC_CTYPE", "C")], false),
    ] {
        let told = piped(variables);
        assert_eq!(told.is_ascii(), is_ascii, "{variables:?}:\n{told}");
        assert!(told.contains("the loop"), "{told}");
    }
}

/// What the system itself says then is tested on Windows by `.ci/console`.
#[cfg(unix)]
#[test]
fn pictures_are_of_ascii_where_there_is_no_locale() {
    assert!(piped(&[]).is_ascii());
}

#[test]
fn in_a_terminal_it_is_the_same_and_no_color_has_no_colours() {
    if !script_is_there() {
        return;
    }
    for (locale, is_ascii) in [("POSIX", true), ("C.UTF-8", false)] {
        let locale = ("LC_ALL", locale);
        let (coloured, plain) =
            (in_a_terminal(&[locale]), in_a_terminal(&[locale, ("NO_COLOR", "1")]));
        assert!(coloured.contains("\x1b[") && !plain.contains('\x1b'), "{coloured}\n{plain}");
        for told in [coloured, plain] {
            assert_eq!(told.is_ascii(), is_ascii, "{locale:?}:\n{told}");
        }
    }
}

#[test]
fn the_help_names_the_variables_in_lines_of_a_terminals_width() {
    let mut program = Command::new(&*PROGRAM);
    program.arg("--help");
    let help = told(program, &[]);
    let (_, variables) = help.split_once("Variables:\n").expect(&help);
    for variable in LOCALE.into_iter().chain(["NO_COLOR"]) {
        assert!(variables.contains(variable), "{help}");
    }
    assert!(variables.lines().all(|line| line.len() <= 80), "{help}");
}

/// Sources, hints and prose are shown as they are.
#[test]
fn texts_that_are_shown_as_they_are_are_of_ascii() {
    let lessons = Path::new(env!("CARGO_MANIFEST_DIR")).join("../lessons");
    let mut folders: Vec<_> =
        ["exercises", "ladder", "python", "tour"].map(|name| lessons.join(name)).into();
    let mut read = 0;
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind != "pyc") {
                let text = fs::read_to_string(&path).unwrap();
                let other = text.lines().find(|line| !line.is_ascii());
                assert!(other.is_none(), "{}: {}", path.display(), other.unwrap_or_default());
                read += 1;
            }
        }
    }
    assert!(read > 50, "{read}");
}
