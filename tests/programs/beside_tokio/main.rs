//! How fast the programs are on our loop, next to tokio's `current_thread`, in one run.
//!
//! `cargo bench -p programs [WORD…]` runs the rows whose names have one of the words.

mod client;
mod dns;
mod http;
#[path = "../identity.rs"]
mod identity;
#[expect(dead_code, reason = "the tests do more with them")]
#[path = "../peers.rs"]
mod peers;
mod postgres;
mod quic;
mod redis;
mod row;
#[expect(dead_code, reason = "the tests do more with them")]
#[path = "../servers/mod.rs"]
mod servers;
mod tls;
mod websocket;

use row::Row;

/// Every program's rows.
fn rows() -> Vec<Row> {
    [
        dns::rows(),
        http::rows(),
        postgres::rows(),
        quic::rows(),
        redis::rows(),
        tls::rows(),
        websocket::rows(),
    ]
    .concat()
}

fn main() {
    // cargo adds `--bench` to what the user says.
    let words: Vec<String> =
        std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    println!("{}", Row::head());
    for row in rows() {
        if words.is_empty() || words.iter().any(|word| row.name.contains(word.as_str())) {
            println!("{}", row.measure());
        }
    }
    dns::end();
    postgres::end();
    redis::end();
}
