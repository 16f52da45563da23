//! Programs that run, and what is said of them.

use serde_json::json;

use crate::client::{Sandbox, wait_until};
use crate::is_windows;

/// Prints for ever, and never pauses; but it takes long to have printed too much.
const FOR_EVER: &str = "async fn main() {\n    loop {\n        println!(\"soup\");\n        \
    std::thread::sleep(std::time::Duration::from_millis(1));\n    }\n}\n";

/// D2.3
#[test]
fn output_comes_while_the_program_runs_and_stop_ends_one_that_prints_for_ever() {
    let sandbox = Sandbox::start(&["--limit", "3600"]);
    let mut run = sandbox.run("a", FOR_EVER);
    run.wait_for("soup\nsoup\n");
    assert!(sandbox.stop("a"));
    let [how, say] = run.end();
    assert_eq!((&*how, &*say), ("stopped", "The program was stopped."));
    assert!(!sandbox.stop("a"), "there is nothing to stop any more");
    assert!(run.text("page").contains("data-e="), "what there is of its story can be looked at");
}

/// D2.3
#[test]
fn a_tab_has_one_program_at_a_time() {
    let sandbox = Sandbox::start(&["--limit", "3600"]);
    let mut run = sandbox.run("a", FOR_EVER);
    run.wait_for("soup");
    let second = sandbox.post("run", &json!({"tab": "a", "text": "async fn main() {}"}));
    assert_eq!(second.code, 409, "{}", second.body);
    let mut other = sandbox.run("b", "async fn main() { println!(\"cake\"); }");
    assert_eq!(other.end()[0], "done", "another tab has its own");
    assert!(sandbox.stop("a"));
    assert_eq!(run.end()[0], "stopped");
    wait_until("the tab may run the next", || {
        let next = sandbox.post("run", &json!({"tab": "a", "text": "async fn main() {}"}));
        next.code == 200 && next.body.contains("\"how\":\"done\"")
    });
}

/// D2.6
#[test]
fn errors_are_the_compilers_own_at_the_lines_of_the_text() {
    let sandbox = Sandbox::start(&[]);
    let mut run = sandbox.run("a", "async fn main() {\n    soup();\n}\n");
    assert_eq!(run.end()[0], "errors");
    let errors = run.text("errors");
    assert!(errors.contains("cannot find function `soup`"), "{errors}");
    assert!(errors.contains("--> pot.rs:2:5"), "{errors}");
    assert!(!errors.contains("try/sandbox"), "{errors}");
    assert!(!errors.contains('\u{1b}'), "{errors}");
}

/// D2.6
#[test]
fn a_text_that_is_no_program_gets_an_answer_and_the_next_one_runs() {
    let sandbox = Sandbox::start(&[]);
    for text in [
        "",
        "\n\n",
        "fn main() {}",
        "async fn main() { \" }",
        "\0",
        "toast",
        "async fn main(x: u8) {}",
    ] {
        let mut run = sandbox.run("a", text);
        let [how, say] = run.end();
        assert!(how == "errors" || how == "refused", "{text:?}: {how}");
        assert!(!format!("{say}{}", run.text("errors")).trim().is_empty(), "{text:?}");
    }
    let mut run = sandbox.run("a", "async fn main() { println!(\"soup\"); }");
    assert_eq!(run.end()[0], "done");
}

/// D2.4
#[test]
fn a_program_that_fails_is_said_to_and_why() {
    let sandbox = Sandbox::start(&[]);
    let abort = match is_windows() {
        true => "the exception 0xC0000409, STATUS_STACK_BUFFER_OVERRUN: it gave itself up",
        false => "the signal 6, SIGABRT",
    };
    let ends = [
        ("std::process::exit(3)", "exit code 3"),
        ("std::process::abort()", abort),
        ("let nobody = std::future::pending::<()>(); nobody.await", "exit code 1"),
    ];
    for (body, words) in ends {
        let mut run = sandbox.run("a", &format!("async fn main() {{ {body} }}"));
        let [how, say] = run.end();
        assert_eq!(how, "failed", "{body}: {say}");
        assert!(say.contains(words), "{body}: {say}");
    }
}

/// D2.4
#[test]
fn without_a_compiler_there_is_a_sentence() {
    let only_one = Sandbox::start(&[]);
    let sandbox =
        Sandbox::another(&[], &[("RUSTC", "/nowhere/rustc"), ("CARGO", "/nowhere/cargo")]);
    let mut run = sandbox.run("a", "async fn main() {}");
    let [how, say] = run.end();
    assert_eq!(how, "refused");
    assert!(say.contains("could not be built"), "{say}");
    let progress = run.text("progress");
    assert!(progress.contains("/nowhere/cargo could not be started"), "{progress}");
    drop(only_one);
}
