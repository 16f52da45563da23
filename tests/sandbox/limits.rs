//! What a program may have, and no more.

use crate::client::Sandbox;
use crate::family::Family;

/// D2.2
#[test]
fn the_time_limit_holds_though_the_output_never_pauses() {
    let (sandbox, mut family) = (Sandbox::start(&["--limit", "3"]), Family::new());
    let text = family.program(1).replace(
        "let _ = held.read(&mut [0]);",
        "loop { println!(\"soup\"); std::thread::sleep(std::time::Duration::from_millis(1)); }",
    );
    let mut run = sandbox.run("a", &text);
    family.gather(1);
    let [how, say] = run.end();
    assert_eq!(how, "limit");
    assert!(say.contains("longer than 3 s") && say.contains("--limit"), "{say}");
    assert!(run.text("output").contains("soup"));
    family.are_gone();
}

/// D2.2
#[test]
fn compiling_has_a_limit_of_its_own() {
    let sandbox = Sandbox::start(&["--compile-limit", "2", "--limit", "3600"]);
    let mut run = sandbox.run(
        "a",
        "#![allow(long_running_const_eval)]\n\
         const SOUP: u64 = { let mut n = 0u64; while n < u64::MAX { n += 1; } n };\n\
         async fn main() { println!(\"{SOUP}\"); }",
    );
    let [how, say] = run.end();
    assert_eq!(how, "limit", "{say} {}", run.text("errors"));
    assert!(say.contains("compiler") && say.contains("--compile-limit"), "{say}");
}

/// D2.3
#[test]
fn of_an_output_without_end_the_beginning_comes_and_a_sentence() {
    let sandbox = Sandbox::start(&["--limit", "3600"]);
    let mut run = sandbox.run("a", "async fn main() { loop { println!(\"soup\"); } }");
    let [how, say] = run.end();
    assert_eq!(how, "cut");
    assert!(say.contains("more than a megabyte"), "{say}");
    let length = run.text("output").len();
    assert!((1 << 20..2 << 20).contains(&length), "{length}");
}

/// D2.4
#[test]
fn memory_is_limited_and_a_sentence_says_so() {
    let sandbox = Sandbox::start(&["--limit", "3600"]);
    let mut run = sandbox.run(
        "a",
        "async fn main() { let mut all = Vec::new(); loop { all.push(vec![1u8; 50 << 20]); } }",
    );
    let [how, say] = run.end();
    assert_eq!(how, "failed");
    assert!(say.contains("more memory than the 1024 MiB"), "{say}");
}
