//! A blocking call, moved out: a solution.

use std::time::Duration;

use executor::spawn_blocking;

pub fn chop(what: &'static str) -> String {
    stage::block(Duration::from_millis(300));
    format!("chopped {what}")
}

pub async fn cook(what: &'static str) -> String {
    let chopped = spawn_blocking(move || chop(what)).await;
    let chopped = chopped.expect("to chop does not panic");
    format!("{chopped}, fried")
}
