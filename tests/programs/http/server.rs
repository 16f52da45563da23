//! Our server, and clients that nobody here wrote.

use std::fs;
use std::path::Path;

use super::Version::{self, Http1, Http2};
use super::{serve, serve_tls};
use crate::identity::Identity;
use crate::peers::{Folder, bytes, command, output, text, with};

/// More than all the buffers on the way hold together.
const LONG: usize = 20_000_000;

/// Sends a long body with these options, and has it sent back; says of which version the answer was.
async fn curl_echo(url: &str, options: &[&str]) -> String {
    let folder = Folder::new().unwrap();
    let sent = bytes(LONG);
    let (from, to) = (folder.file("sent", &sent), folder.path().join("back"));
    let mut curl = command("curl");
    curl.args(["--silent", "--show-error", "--fail", "--write-out", "%{http_version}"]);
    curl.arg("--data-binary").arg(format!("@{}", from.display())).arg("--output").arg(&to);
    let version = text(curl.args(options).arg(url)).await;
    assert!(fs::read(to).unwrap() == sent, "not what was sent");
    version
}

#[test]
fn curl_gets_back_what_it_sends() {
    with(&["curl"], async {
        let url = format!("http://{}/echo", serve(Http1).await);
        assert_eq!(curl_echo(&url, &[]).await, "1.1");
        let chunked = ["--header", "transfer-encoding: chunked"];
        assert_eq!(curl_echo(&url, &chunked).await, "1.1");
    });
}

#[test]
fn curl_gets_back_what_it_sends_in_the_frames_of_http2() {
    with(&["curl"], async {
        let url = format!("http://{}/echo", serve(Http2).await);
        assert_eq!(curl_echo(&url, &["--http2-prior-knowledge"]).await, "2");
    });
}

#[test]
fn curl_chooses_the_version_over_tls() {
    with(&["curl"], async {
        let identity = Identity::new();
        let folder = Folder::new().unwrap();
        let trusted = folder.file("certificate", identity.0.cert.pem());
        let trusted = ["--cacert", trusted.to_str().unwrap()];
        let url = format!("https://localhost:{}/echo", serve_tls(&identity).await.port());
        for (option, version) in [("--http1.1", "1.1"), ("--http2", "2")] {
            let options = [&trusted[..], &[option]].concat();
            assert_eq!(curl_echo(&url, &options).await, version);
        }
    });
}

/// Each of many requests at a time, by one process, gets its own answer.
async fn curl_many(url: &str, options: &[&str]) {
    let folder = Folder::new().unwrap();
    let mut curl = command("curl");
    curl.args(["--silent", "--show-error", "--fail", "--no-progress-meter"]);
    curl.args(["--parallel", "--parallel-max", "50"]);
    curl.args(options).arg(format!("{url}/slow?n=[1-300]"));
    curl.arg("--output").arg(folder.path().join("#1"));
    output(&mut curl).await;
    for n in 1..=300 {
        let answer = fs::read_to_string(folder.path().join(n.to_string())).unwrap();
        assert_eq!(answer, format!("/slow?n={n}"));
    }
}

#[test]
fn each_request_of_curl_gets_its_own_answer() {
    with(&["curl"], async {
        curl_many(&format!("http://{}", serve(Http1).await), &[]).await;
        // Without TLS curl 7.88 confuses itself, whoever serves it.
        let tls = serve_tls(&Identity::new()).await;
        curl_many(&format!("https://{tls}"), &["--insecure", "--http2"]).await;
    });
}

async fn nghttp_echo(url: &str, sent: &[u8], file: &Path) {
    let mut nghttp = command("nghttp");
    nghttp.arg("--no-verify-peer").arg("--data").arg(file).arg(url);
    assert!(output(&mut nghttp).await == sent, "not what was sent to {url}");
}

#[test]
fn nghttp_gets_back_what_it_sends() {
    with(&["nghttp"], async {
        let folder = Folder::new().unwrap();
        let sent = bytes(LONG);
        let file = folder.file("sent", &sent);
        nghttp_echo(&format!("http://{}/echo", serve(Http2).await), &sent, &file).await;
        let tls = serve_tls(&Identity::new()).await;
        nghttp_echo(&format!("https://{tls}/echo"), &sent, &file).await;
    });
}

#[test]
fn what_is_not_there_is_not_found_by_any_version() {
    with(&["curl"], async {
        let asks = [(Http1, "--http1.1"), (Http2, "--http2-prior-knowledge")];
        for (version, option) in asks as [(Version, &str); 2] {
            let mut curl = command("curl");
            curl.args(["--silent", option, "--write-out", " %{http_code}"]);
            curl.arg(format!("http://{}/menu", serve(version).await));
            assert_eq!(text(&mut curl).await, "there is no /menu 404");
        }
    });
}
