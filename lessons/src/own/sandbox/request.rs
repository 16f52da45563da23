//! A request of HTTP/1.1, as much of it as the sandbox has to understand.

use std::io;

use executor::net::TcpStream;

/// A request line and fields that are longer are refused.
const LONGEST_HEAD: usize = 16 << 10;
/// And so are more fields than this.
const MOST_FIELDS: usize = 64;
/// A larger body is not read.
pub(super) const LARGEST_BODY: usize = 2 << 20;

/// The head of a request; the names of its fields are in small letters.
pub(super) struct Head {
    pub(super) method: String,
    pub(super) path: String,
    fields: Vec<(String, String)>,
    /// What came behind it in the same piece: the beginning of the body.
    rest: Vec<u8>,
}

/// Why a request cannot be answered as it wants.
pub(super) enum Fault {
    /// With this code, and a sentence.
    Refused(u16, &'static str),
    /// Nobody is there to be answered.
    Gone,
}

impl From<io::Error> for Fault {
    fn from(_: io::Error) -> Self {
        Self::Gone
    }
}

impl Head {
    /// Reads the head; takes as long as the client does.
    pub(super) async fn read(stream: &TcpStream) -> Result<Self, Fault> {
        let mut read = Vec::new();
        let mut piece = [0; 2048];
        loop {
            if let Some(head) = Self::parse(&read)? {
                return Ok(head);
            }
            if read.len() > LONGEST_HEAD {
                return Err(Fault::Refused(431, "The head of the request is too long."));
            }
            match stream.read(&mut piece).await? {
                0 => return Err(Fault::Gone),
                length => read.extend_from_slice(&piece[..length]),
            }
        }
    }

    /// The head, if all of it is there.
    fn parse(read: &[u8]) -> Result<Option<Self>, Fault> {
        let mut fields = [httparse::EMPTY_HEADER; MOST_FIELDS];
        let mut request = httparse::Request::new(&mut fields);
        let length = match request.parse(read) {
            Ok(httparse::Status::Complete(length)) => length,
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(httparse::Error::TooManyHeaders) => {
                return Err(Fault::Refused(431, "The request has too many header fields."));
            }
            Err(_) => return Err(Fault::Refused(400, "This is no request of HTTP/1.1.")),
        };
        let field = |field: &httparse::Header<'_>| {
            let value = String::from_utf8_lossy(field.value).trim().to_owned();
            (field.name.to_ascii_lowercase(), value)
        };
        Ok(Some(Self {
            method: request.method.unwrap_or_default().to_owned(),
            path: request.path.unwrap_or_default().to_owned(),
            fields: request.headers.iter().map(field).collect(),
            rest: read[length..].to_vec(),
        }))
    }

    /// The field of that name; of several, which nobody has a reason to send, none.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        let mut values = self.fields.iter().filter(|(it, _)| it == name).map(|(_, value)| value);
        values.next().filter(|_| values.next().is_none()).map(String::as_str)
    }

    /// Whether there is a field of that name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(it, _)| it == name)
    }

    /// Reads the body behind it.
    pub(super) async fn body(self, stream: &TcpStream) -> Result<Vec<u8>, Fault> {
        if self.has("transfer-encoding") {
            return Err(Fault::Refused(411, "The request has to say its Content-Length."));
        }
        let digits = |text: &&str| text.bytes().all(|byte| byte.is_ascii_digit());
        let length = self.field("content-length").filter(digits);
        let Some(length) = length.filter(|text| !text.is_empty()) else {
            return Err(Fault::Refused(411, "The request has to say its Content-Length."));
        };
        // What is no number any more is certainly too large.
        let length = length.parse().unwrap_or(usize::MAX);
        if length > LARGEST_BODY {
            return Err(Fault::Refused(
                413,
                "This is too much for a program: 2 MiB is the most that the sandbox takes.",
            ));
        }
        let mut body = self.rest;
        body.truncate(length);
        let mut piece = vec![0; 16 << 10];
        while body.len() < length {
            let wanted = piece.len().min(length - body.len());
            match stream.read(&mut piece[..wanted]).await? {
                0 => return Err(Fault::Gone),
                read => body.extend_from_slice(&piece[..read]),
            }
        }
        Ok(body)
    }
}
