//! A browser, driven by its driver: JSON over HTTP, as the W3C's WebDriver has it.

use std::env;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::file;

/// One at a time: a browser is a load of its own.
static ONLY_ONE: Mutex<()> = Mutex::new(());

pub struct Browser {
    driver: Child,
    port: u16,
    session: String,
    profile: PathBuf,
    _only_one: MutexGuard<'static, ()>,
}

impl Browser {
    /// A browser without anything in it, unless there is none on this machine.
    pub fn start(test: &str) -> Option<Self> {
        let only_one = ONLY_ONE.lock().unwrap_or_else(PoisonError::into_inner);
        let mut driver = Command::new("chromedriver");
        driver.arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null());
        let Ok(mut driver) = driver.spawn() else {
            assert!(env::var_os("REQUIRE_CHROMIUM").is_none(), "there is no chromedriver");
            eprintln!("skipped: there is no chromedriver to drive a browser with");
            return None;
        };
        let port = port(&mut driver);
        let profile = file(&format!("profile-{test}"));
        let _ = std::fs::remove_dir_all(&profile);
        let session = String::new();
        let mut browser = Self { driver, port, session, profile, _only_one: only_one };
        let options = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            &format!("--user-data-dir={}", browser.profile.display()),
        ];
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": {"args": options},
            "goog:loggingPrefs": {"browser": "ALL"},
        }}});
        let session = browser.ask("POST", "/session", &wanted);
        browser.session = session["sessionId"].as_str().expect("a session").to_owned();
        Some(browser)
    }

    /// Opens a page, as a double click does; `moment` is the fragment of its address.
    pub fn open(&self, page: &Path, moment: &str) {
        self.go_to("about:blank");
        self.go_to(&format!("file://{}{moment}", page.display()));
    }

    /// Opens an address.
    pub fn go_to(&self, address: &str) {
        self.post("/url", &json!({"url": address}));
    }

    /// What a function body returns in the page.
    pub fn run(&self, script: &str) -> Value {
        self.post("/execute/sync", &json!({"script": script, "args": []}))
    }

    /// The text that is shown at a place.
    pub fn text(&self, place: &str) -> String {
        let text = self.run(&format!("return document.querySelector({place:?}).textContent"));
        text.as_str().expect("it is text").to_owned()
    }

    /// Presses keys, one after the other; those that have no letter are named as WebDriver does.
    pub fn press(&self, keys: &[char]) {
        let actions: Vec<_> = keys
            .iter()
            .flat_map(|key| ["keyDown", "keyUp"].map(|what| json!({"type": what, "value": key})))
            .collect();
        let keyboard = json!({"type": "key", "id": "keyboard", "actions": actions});
        self.post("/actions", &json!({"actions": [keyboard]}));
    }

    /// Presses a key while another is held down.
    #[allow(dead_code)] // for the sandbox's tests
    pub fn chord(&self, held: char, key: char) {
        let actions = [("keyDown", held), ("keyDown", key), ("keyUp", key), ("keyUp", held)];
        let actions = actions.map(|(what, key)| json!({"type": what, "value": key}));
        let keyboard = json!({"type": "key", "id": "keyboard", "actions": actions});
        self.post("/actions", &json!({"actions": [keyboard]}));
    }

    /// Presses the mouse at a place of the window, and lets go.
    pub fn click(&self, x: f64, y: f64) {
        let actions = json!([
            {"type": "pointerMove", "x": x as i64, "y": y as i64},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]);
        let mouse = json!({"type": "pointer", "id": "mouse", "actions": actions});
        self.post("/actions", &json!({"actions": [mouse]}));
    }

    /// Waits until an expression is true in the page.
    pub fn wait_until(&self, expression: &str) {
        for _ in 0..6000 {
            if self.run(&format!("return Boolean({expression})")) == true {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("it never became true: {expression}");
    }

    /// A window of that width; a narrow one is a phone's.
    pub fn resize(&self, width: u32) {
        let parameters =
            json!({"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500});
        self.devtools("Emulation.setDeviceMetricsOverride", &parameters);
    }

    /// Chromium's own commands.
    pub fn devtools(&self, command: &str, parameters: &Value) -> Value {
        self.post("/goog/cdp/execute", &json!({"cmd": command, "params": parameters}))
    }

    /// Fails if anything was told on the console since the last time.
    pub fn has_a_quiet_console(&self, page: &str) {
        let told = self.post("/se/log", &json!({"type": "browser"}));
        assert_eq!(told, json!([]), "{page}");
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.ask("POST", &format!("/session/{}{path}", self.session), body)
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        let answer = self.try_to_ask(method, path, body).expect("the driver answers");
        let value = &answer["value"];
        assert!(value["error"].is_null(), "{path}: {value}");
        value.clone()
    }

    fn try_to_ask(&self, method: &str, path: &str, body: &Value) -> io::Result<Value> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        let body = body.to_string();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes())?;
        let mut reader = BufReader::new(stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line)?;
            if line == "\r\n" || line.is_empty() {
                break;
            }
            let field = line.to_lowercase();
            if let Some(number) = field.strip_prefix("content-length:") {
                length = number.trim().parse().unwrap_or_default();
            }
        }
        let mut answer = vec![0; length];
        reader.read_exact(&mut answer)?;
        Ok(serde_json::from_slice(&answer)?)
    }
}

/// The driver says on which port it listens.
fn port(driver: &mut Child) -> u16 {
    let told = BufReader::new(driver.stdout.take().expect("it is piped"));
    let ports = told.lines().map_while(Result::ok).filter_map(|line| {
        let number = line.split(" on port ").nth(1)?.trim_end_matches('.').to_owned();
        number.parse().ok().filter(|port| *port > 0)
    });
    ports.take(1).last().expect("the driver says its port")
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Also of a test that fails: the driver alone would leave its browser behind.
        let _ = self.try_to_ask("DELETE", &format!("/session/{}", self.session), &json!({}));
        let _ = self.driver.kill();
        let _ = self.driver.wait();
        let _ = std::fs::remove_dir_all(&self.profile);
    }
}
