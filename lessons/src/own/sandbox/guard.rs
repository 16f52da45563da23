//! Who may ask for what.
//!
//! A web page elsewhere can have a browser send requests here. It cannot read the token; it cannot
//! send a `Host` of ours from a name of its own that it has let point here (DNS rebinding); it cannot
//! send another `Origin` than its own. Each of the three is asked for, on every route: one may fail.
//! Jupyter's server asks for the same.

use super::request::{Fault, Head};

/// What a request has to show.
pub(super) struct Guard {
    /// The secret that the sandbox's address has in it.
    pub(super) token: String,
    /// The port that it listens at.
    pub(super) port: u16,
}

/// The field in which requests that act have the token.
const TOKEN_FIELD: &str = "x-token";

impl Guard {
    /// A new secret for a sandbox at that port.
    pub(super) fn new(port: u16) -> Result<Self, getrandom::Error> {
        let mut secret = [0; 16];
        getrandom::fill(&mut secret)?;
        let token = secret.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { token, port })
    }

    /// The path behind the token, if the request comes from here and knows it.
    pub(super) fn admit<'a>(&self, head: &'a Head) -> Result<&'a str, Fault> {
        if !head.field("host").is_some_and(|host| self.is_ours(host)) {
            return Err(Fault::Refused(403, "The Host of the request is not this sandbox."));
        }
        if head.has("origin") && !self.is_our_origin(head.field("origin")) {
            return Err(Fault::Refused(403, "The Origin of the request is not this sandbox."));
        }
        let path = head.path.split_once('?').map_or(&*head.path, |(path, _)| path);
        let inside = path.strip_prefix('/').and_then(|path| path.split_once('/'));
        match inside {
            Some((token, path)) if self.is_token(token) => Ok(path),
            _ => Err(Fault::Refused(
                403,
                "This address is not that of the sandbox: it has a secret in it. Take the whole \
                 address that `cargo run -- sandbox` has printed.",
            )),
        }
    }

    /// Whether the request may act: a form, or a page elsewhere that asks nobody, cannot send it so.
    pub(super) fn allow_to_act(&self, head: &Head) -> Result<(), Fault> {
        let kind = head.field("content-type").unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/json") {
            return Err(Fault::Refused(415, "The Content-Type has to be application/json."));
        }
        if !head.field(TOKEN_FIELD).is_some_and(|token| self.is_token(token)) {
            return Err(Fault::Refused(403, "The request lacks the token in its X-Token."));
        }
        Ok(())
    }

    fn is_ours(&self, host: &str) -> bool {
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) => (name, port),
            // That of HTTP is left out.
            None => (host, "80"),
        };
        let is_name = name.eq_ignore_ascii_case("localhost") || name == "127.0.0.1";
        is_name && port == self.port.to_string()
    }

    fn is_our_origin(&self, origin: Option<&str>) -> bool {
        origin.and_then(|origin| origin.strip_prefix("http://")).is_some_and(|it| self.is_ours(it))
    }

    /// Compares all of it, however soon it differs: how long that takes tells nothing.
    fn is_token(&self, token: &str) -> bool {
        let differs = token.bytes().zip(self.token.bytes()).fold(0, |or, (a, b)| or | (a ^ b));
        token.len() == self.token.len() && differs == 0
    }
}
