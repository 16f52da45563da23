//! As much HTTP as this lesson needs: sockets and `httparse`, no more.

use std::io;
use std::net::SocketAddr;

use executor::net::TcpStream;
use futures_lite::{AsyncReadExt, AsyncWriteExt};
use httparse::{EMPTY_HEADER, Request, Response, Status};

/// Messages with more headers than this are refused.
const HEADERS: usize = 32;

/// Asks for what is at `http://ADDRESS`, on a connection of its own.
pub(super) async fn get(url: &str) -> io::Result<String> {
    let address = url.strip_prefix("http://").and_then(|address| address.parse().ok());
    let address: SocketAddr = address.ok_or_else(|| invalid("the URL is not http://ADDRESS"))?;
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    body_of(&answer)
}

fn body_of(answer: &[u8]) -> io::Result<String> {
    let mut headers = [EMPTY_HEADER; HEADERS];
    let mut response = Response::new(&mut headers);
    let Status::Complete(head) = response.parse(answer).map_err(io::Error::other)? else {
        return Err(io::ErrorKind::UnexpectedEof.into());
    };
    if response.code != Some(200) {
        return Err(invalid("the server's answer is not 200 OK"));
    }
    let length = response.headers.iter().find(|it| it.name.eq_ignore_ascii_case("content-length"));
    let length = length.and_then(|length| str::from_utf8(length.value).ok()?.parse().ok());
    let body = &answer[head..];
    if length != Some(body.len()) {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    String::from_utf8(body.to_vec()).map_err(io::Error::other)
}

/// Reads a request to the end of its head; says whether one came.
pub(super) async fn read_request(stream: &mut TcpStream) -> io::Result<bool> {
    let (mut request, mut piece) = (Vec::new(), [0; 1024]);
    loop {
        let length = stream.read(&mut piece).await?;
        if length == 0 {
            return Ok(false);
        }
        request.extend_from_slice(&piece[..length]);
        let mut headers = [EMPTY_HEADER; HEADERS];
        let status = Request::new(&mut headers).parse(&request).map_err(io::Error::other)?;
        if status.is_complete() {
            return Ok(true);
        }
    }
}

/// Answers a request: 200 OK, and the text.
pub(super) async fn answer(stream: &mut TcpStream, text: &str) -> io::Result<()> {
    let length = text.len();
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    stream.write_all((head + text).as_bytes()).await?;
    stream.close().await
}

fn invalid(text: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, text)
}
