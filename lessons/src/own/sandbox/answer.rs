//! Answers of HTTP/1.1: one a connection, which then ends.

use std::io;
use std::net::Shutdown;
use std::time::Duration;

use executor::net::TcpStream;
use timer::timeout;

/// A client that takes nothing for so long has gone.
const PATIENCE: Duration = Duration::from_secs(10);
/// So long a client may go on to send what nobody reads, before the connection is cut.
const LINGER: Duration = Duration::from_secs(2);

/// No script but the sandbox's own files, nothing from elsewhere, and in nobody's frame. (The page
/// draws by `style` attributes.) The address, which has the token in it, is told to nobody.
const GUARDS: &str = "Content-Security-Policy: default-src 'none'; script-src 'self'; \
    style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'\r\n\
    X-Frame-Options: DENY\r\n\
    X-Content-Type-Options: nosniff\r\n\
    Referrer-Policy: no-referrer\r\n\
    Cross-Origin-Resource-Policy: same-origin\r\n\
    Cross-Origin-Opener-Policy: same-origin\r\n\
    Cache-Control: no-store\r\n\
    Connection: close\r\n";

/// Sends a whole answer.
pub(super) async fn send(stream: &TcpStream, code: u16, kind: &str, body: &str) -> io::Result<()> {
    let length = body.len();
    let head = head(code, &format!("Content-Type: {kind}\r\nContent-Length: {length}\r\n"));
    write(stream, head.as_bytes()).await?;
    write(stream, body.as_bytes()).await
}

/// The head of an answer whose body comes in [pieces](send_piece).
pub(super) async fn begin(stream: &TcpStream, kind: &str) -> io::Result<()> {
    let head = head(200, &format!("Content-Type: {kind}\r\nTransfer-Encoding: chunked\r\n"));
    write(stream, head.as_bytes()).await
}

/// A piece of the body; an empty one is its end.
pub(super) async fn send_piece(stream: &TcpStream, piece: &str) -> io::Result<()> {
    write(stream, format!("{:x}\r\n{piece}\r\n", piece.len()).as_bytes()).await
}

/// Ends the connection so that the answer is not lost: a client that is still sending would be told
/// of a reset, and forget the answer.
pub(super) async fn close(stream: &TcpStream) {
    let _ = stream.shutdown(Shutdown::Write);
    let mut piece = [0; 16 << 10];
    let drain = async { while let Ok(1..) = stream.read(&mut piece).await {} };
    let _ = timeout(LINGER, drain).await;
}

fn head(code: u16, fields: &str) -> String {
    let allow = if code == 405 { "Allow: GET, HEAD, POST\r\n" } else { "" };
    format!("HTTP/1.1 {code} {}\r\n{GUARDS}{allow}{fields}\r\n", reason(code))
}

fn reason(code: u16) -> &'static str {
    match code {
        200 => "OK",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        409 => "Conflict",
        411 => "Length Required",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        431 => "Request Header Fields Too Large",
        _ => "Service Unavailable",
    }
}

async fn write(stream: &TcpStream, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        let written = timeout(PATIENCE, stream.write(bytes)).await;
        let written = written.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        bytes = &bytes[written..];
    }
    Ok(())
}
