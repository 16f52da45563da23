//! Clients that send what they should not: each gets an answer or an end, and the others theirs.

use std::io::Write;
use std::net::Shutdown;

use serde_json::json;

use crate::client::{Answer, Sandbox};

#[track_caller]
fn still_serves(sandbox: &Sandbox) {
    assert_eq!(sandbox.ask("GET", "", &[&sandbox.host()], "").code, 200);
}

/// D2.1
#[test]
fn bad_requests_are_told_what_is_wrong() {
    let sandbox = Sandbox::start(&[]);
    let (host, token) = (sandbox.host(), sandbox.token.clone());
    let acting = format!(
        "POST /{token}/run HTTP/1.1\r\n{host}\r\nContent-Type: application/json\r\nX-Token: {token}"
    );
    let many: String = (0..100).map(|nth| format!("X-{nth}: 1\r\n")).collect();
    let requests = [
        (400, "toast\r\n\r\n".to_owned()),
        (400, "\0\u{1}\u{2}\r\n\r\n".to_owned()),
        (400, format!("GET / HTTP/1.1\r\n{host}\r\nno field\r\n\r\n")),
        (431, format!("GET /{} HTTP/1.1\r\n", "x".repeat(40_000))),
        (431, format!("GET / HTTP/1.1\r\n{many}\r\n")),
        (411, format!("{acting}\r\n\r\n")),
        (411, format!("{acting}\r\nContent-Length: -1\r\n\r\n")),
        (411, format!("{acting}\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{{}}")),
        (411, format!("{acting}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")),
        (413, format!("{acting}\r\nContent-Length: 99999999999999999999999\r\n\r\n")),
        (400, format!("{acting}\r\nContent-Length: 4\r\n\r\nsoup")),
        (400, format!("{acting}\r\nContent-Length: 2\r\n\r\n{{}}")),
    ];
    for (code, request) in requests {
        let answer = sandbox.send(request.as_bytes());
        let shown: String = request.chars().take(200).collect();
        assert_eq!(answer.code, code, "{shown}: {}", answer.body);
        assert!(!answer.body.trim().is_empty(), "{shown}");
    }
    still_serves(&sandbox);
}

/// D2.6
#[test]
fn a_text_of_ten_megabytes_is_refused_in_a_sentence_and_the_next_one_runs() {
    let sandbox = Sandbox::start(&[]);
    let answer = sandbox.post("run", &json!({"tab": "a", "text": "x".repeat(10_000_000)}));
    assert_eq!(answer.code, 413);
    assert!(answer.body.contains("2 MiB"), "{}", answer.body);
    let mut run = sandbox.run("a", "async fn main() { println!(\"soup\"); }");
    assert_eq!(run.end()[0], "done");
    assert_eq!(run.text("output"), "soup\n");
}

/// D2.1
#[test]
fn a_request_that_never_ends_is_ended() {
    let sandbox = Sandbox::start(&[]);
    let (host, token) = (sandbox.host(), &sandbox.token);
    let half_a_body = format!(
        "POST /{token}/run HTTP/1.1\r\n{host}\r\nContent-Type: application/json\r\n\
         X-Token: {token}\r\nContent-Length: 100\r\n\r\n{{"
    );
    let beginnings = ["", "GET /", &half_a_body].map(|beginning| {
        let mut stream = sandbox.connect();
        stream.write_all(beginning.as_bytes()).unwrap();
        stream
    });
    still_serves(&sandbox);
    for stream in beginnings {
        assert_eq!(Answer::read(stream).code, 408);
    }
    let half_open = sandbox.connect();
    half_open.shutdown(Shutdown::Write).unwrap();
    assert_eq!(Answer::read(half_open).code, 0);
}

/// D2.1
#[test]
fn of_a_thousand_connections_at_once_each_gets_an_answer_or_an_end() {
    let sandbox = Sandbox::start(&[]);
    let request = format!("GET /{}/ HTTP/1.1\r\n{}\r\n\r\n", sandbox.token, sandbox.host());
    let streams: Vec<_> = (0..1000)
        .map(|_| {
            let mut stream = sandbox.connect();
            // It may have been closed already.
            let _ = stream.write_all(request.as_bytes());
            stream
        })
        .collect();
    for stream in streams {
        let code = Answer::read(stream).code;
        assert!([200, 408, 0].contains(&code), "{code}");
    }
    still_serves(&sandbox);
}
