//! What a run tells while it goes on, from its thread to the task that has the connection.

use std::sync::{Arc, Mutex, PoisonError};

use futures_channel::mpsc;
use futures_lite::future;
use serde_json::{Value, json};

/// So many messages wait for a client that is slow. Then the run waits as well.
const MOST_WAITING: usize = 16;

/// What a run tells.
pub(super) enum Message {
    /// Something for the page.
    Line(Value),
    /// Something has begun, and another limit holds.
    Began(Phase),
    /// It is over: a word for the page, and a sentence, which may be empty.
    Ended(&'static str, String),
    /// Nothing more comes.
    Over,
}

/// What a run does just now.
#[derive(Clone, Copy)]
pub(super) enum Phase {
    /// The crates that programs use are built. The first time this takes long.
    Crates,
    /// The program is compiled.
    Compiler,
    /// The program runs.
    Program,
}

/// Tells; clones tell the same task.
#[derive(Clone)]
pub(super) struct Teller(Arc<Mutex<mpsc::Sender<Message>>>);

impl Teller {
    /// One, and where what it tells arrives.
    pub(super) fn new() -> (Self, mpsc::Receiver<Message>) {
        let (sender, receiver) = mpsc::channel(MOST_WAITING);
        (Self(Arc::new(Mutex::new(sender))), receiver)
    }

    /// Waits until there is room for it. If nobody is there any more, it is lost.
    pub(super) fn tell(&self, message: Message) {
        let mut sender = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if future::block_on(future::poll_fn(|cx| sender.poll_ready(cx))).is_ok() {
            let _ = sender.start_send(message);
        }
    }

    /// A text for one of the page's places.
    pub(super) fn text(&self, place: &str, text: &str) {
        if !text.is_empty() {
            self.tell(Message::Line(json!({"is": place, "text": text})));
        }
    }
}

/// Makes texts of pieces of bytes: a character may begin in one and end in the next.
#[derive(Default)]
pub(super) struct Decoder(Vec<u8>);

impl Decoder {
    /// The text up to the last character that is whole.
    pub(super) fn decode(&mut self, piece: &[u8]) -> String {
        self.0.extend_from_slice(piece);
        let whole = match std::str::from_utf8(&self.0) {
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            // A wrong byte is shown as one. Behind it a character may be cut, if seldom.
            _ => self.0.len(),
        };
        let rest = self.0.split_off(whole);
        let text = String::from_utf8_lossy(&self.0).into_owned();
        self.0 = rest;
        text
    }
}
