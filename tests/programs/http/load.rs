//! Loads that are not ours: every request is answered.

use super::Version::{Http1, Http2};
use super::{serve, serve_tls};
use crate::identity::Identity;
use crate::peers::{Folder, bytes, command, text, with};

/// What a report says behind this name.
fn figure<'a>(report: &'a str, name: &str) -> &'a str {
    let line = report.lines().find_map(|line| line.strip_prefix(name));
    line.unwrap_or_else(|| panic!("no {name}\n{report}")).trim()
}

/// Apache's `ab`, 64 connections at a time, each request on its own and then on ones that are kept.
#[test]
fn every_request_of_ab_is_answered() {
    with(&["ab"], async {
        for (requests, kept) in [("2000", None), ("10000", Some("-k"))] {
            let mut ab = command("ab");
            ab.args(["-q", "-n", requests, "-c", "64", "-s", "30"]).args(kept);
            let report = text(ab.arg(format!("http://{}/hello", serve(Http1).await))).await;
            assert_eq!(figure(&report, "Complete requests:"), requests, "{report}");
            assert_eq!(figure(&report, "Failed requests:"), "0", "{report}");
            assert!(!report.contains("Non-2xx"), "{report}");
            if kept.is_some() {
                assert_eq!(figure(&report, "Keep-Alive requests:"), requests, "{report}");
            }
        }
    });
}

/// `h2load`, 50 connections with 10 requests at a time on each.
async fn h2load(url: &str, options: &[&str]) {
    const REQUESTS: &str = "5000";
    let mut h2load = command("h2load");
    h2load.args(["-n", REQUESTS, "-c", "50", "-m", "10"]).args(options);
    let report = text(h2load.arg(url)).await;
    let all_is_well = format!(
        "{REQUESTS} total, {REQUESTS} started, {REQUESTS} done, {REQUESTS} succeeded, \
         0 failed, 0 errored, 0 timeout"
    );
    assert_eq!(figure(&report, "requests:"), all_is_well, "{url}: {report}");
}

#[test]
fn every_request_of_h2load_is_answered() {
    with(&["h2load"], async {
        h2load(&format!("http://{}/slow?h2load", serve(Http1).await), &["--h1"]).await;
        h2load(&format!("http://{}/slow?h2load", serve(Http2).await), &[]).await;
        let tls = serve_tls(&Identity::new()).await;
        h2load(&format!("https://{tls}/hello"), &[]).await;
        h2load(&format!("https://{tls}/hello"), &["--npn-list=http/1.1"]).await;
    });
}

#[test]
fn every_body_of_h2load_comes_back() {
    with(&["h2load"], async {
        let folder = Folder::new().unwrap();
        let body = folder.file("body", bytes(10_000));
        let data = format!("--data={}", body.display());
        h2load(&format!("http://{}/echo", serve(Http1).await), &["--h1", &data]).await;
        h2load(&format!("http://{}/echo", serve(Http2).await), &[&data]).await;
    });
}
