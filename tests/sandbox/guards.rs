//! Who may ask for what.

use serde_json::json;

use crate::client::Sandbox;

const ROUTES: [&str; 7] =
    ["", "look.css", "main.js", "sandbox.js", "sandbox.css", "examples.json", "nothing.js"];

/// D2.1
#[test]
fn without_the_token_in_the_address_there_is_nothing() {
    let sandbox = Sandbox::start(&[]);
    let host = sandbox.host();
    let wrong = "0".repeat(32);
    let token = &sandbox.token;
    for path in ["/", "/look.css", &format!("/{wrong}/"), &format!("/{token}x/"), "*", "/../"] {
        let answer = sandbox.send(format!("GET {path} HTTP/1.1\r\n{host}\r\n\r\n").as_bytes());
        assert_eq!(answer.code, 403, "{path}: {}", answer.body);
        assert!(!answer.body.contains(token));
    }
    for route in ROUTES {
        let code = if route == "nothing.js" { 404 } else { 200 };
        assert_eq!(sandbox.ask("GET", route, &[&host], "").code, code, "{route}");
    }
}

/// D2.1
#[test]
fn every_route_asks_for_our_host() {
    let sandbox = Sandbox::start(&[]);
    let port = sandbox.port;
    let ours = format!("Host: localhost:{port}");
    let others = [
        vec![],
        vec!["Host:".to_owned()],
        vec!["Host: 127.0.0.1".to_owned()],
        vec![format!("Host: evil.example:{port}")],
        vec![format!("Host: 127.0.0.1.evil.example:{port}")],
        vec![format!("Host: 127.0.0.1:{}", port.wrapping_add(1))],
        vec![format!("Host: evil.example:{port}"), format!("Host: 127.0.0.1:{port}")],
    ];
    for route in ROUTES.into_iter().chain(["run", "stop"]) {
        for fields in &others {
            let fields: Vec<_> = fields.iter().map(String::as_str).collect();
            let answer = sandbox.ask("GET", route, &fields, "");
            assert_eq!(answer.code, 403, "{route} {fields:?}");
        }
    }
    assert_eq!(sandbox.ask("GET", "", &[&ours], "").code, 200);
}

/// D2.1
#[test]
fn an_origin_that_is_not_ours_is_refused_also_if_it_equals_the_host() {
    let sandbox = Sandbox::start(&[]);
    let (host, port) = (sandbox.host(), sandbox.port);
    for origin in ["http://evil.example", "null", "http://127.0.0.1", "https://127.0.0.1:1"] {
        let origin = format!("Origin: {origin}");
        assert_eq!(sandbox.ask("GET", "", &[&host, &origin], "").code, 403, "{origin}");
    }
    let evil =
        [&*format!("Host: evil.example:{port}"), &format!("Origin: http://evil.example:{port}")];
    assert_eq!(sandbox.ask("GET", "", &evil, "").code, 403);
    let ours = format!("Origin: http://127.0.0.1:{port}");
    assert_eq!(sandbox.ask("GET", "", &[&host, &ours], "").code, 200);
}

/// D2.1
#[test]
fn what_acts_is_asked_for_by_post_as_json_and_with_the_token_in_a_field() {
    let sandbox = Sandbox::start(&[]);
    let host = sandbox.host();
    let body = json!({"tab": "a", "text": "async fn main() {}"}).to_string();
    let length = format!("Content-Length: {}", body.len());
    let token = format!("X-Token: {}", sandbox.token);
    let wrong = format!("X-Token: {}", "0".repeat(32));
    let json = "Content-Type: application/json";
    for route in ["run", "stop"] {
        for method in ["GET", "PUT", "DELETE", "HEAD", "OPTIONS"] {
            let answer = sandbox.ask(method, route, &[&host, json, &token, &length], &body);
            assert_eq!(answer.code, 405, "{method} {route}");
        }
        for kind in ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data"] {
            let kind = format!("Content-Type: {kind}");
            let answer = sandbox.ask("POST", route, &[&host, &kind, &token, &length], &body);
            assert_eq!(answer.code, 415, "{kind} {route}");
        }
        let refused = |fields: &[&str]| sandbox.ask("POST", route, fields, &body).code;
        assert_eq!(refused(&[&host, &token, &length]), 415);
        assert_eq!(refused(&[&host, json, &length]), 403);
        assert_eq!(refused(&[&host, json, &wrong, &length]), 403);
    }
    assert_eq!(sandbox.ask("POST", "stop", &[&host, json, &token, &length], &body).code, 200);
}

/// D2.1
#[test]
fn the_page_runs_no_script_but_its_own_files_stands_in_no_frame_and_tells_its_address_nobody() {
    let sandbox = Sandbox::start(&[]);
    let host = sandbox.host();
    let page = sandbox.ask("GET", "", &[&host], "");
    let refusal = sandbox.send(format!("GET / HTTP/1.1\r\n{host}\r\n\r\n").as_bytes());
    for answer in [&page, &refusal] {
        let policy = answer.head.lines().find(|line| line.starts_with("Content-Security-Policy:"));
        let policy = policy.expect("there is a policy");
        let scripts = policy.split("; ").find(|rule| rule.starts_with("script-src"));
        assert_eq!(scripts, Some("script-src 'self'"), "{policy}");
        assert!(policy.contains("default-src 'none'"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(answer.head.contains("Referrer-Policy: no-referrer"));
    }
    for script in page.body.split("<script").skip(1) {
        let tag = script.split('>').next().expect("a tag has an end");
        assert!(tag.contains("src=") || tag.contains("application/json"), "{tag}");
    }
    for route in ROUTES {
        let answer = sandbox.ask("GET", route, &[&host], "");
        assert!(!answer.body.contains(&sandbox.token), "{route}");
    }
}
