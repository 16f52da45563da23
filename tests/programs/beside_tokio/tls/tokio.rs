//! On tokio's `current_thread`, by tokio-rustls.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::spawn;
use tokio_rustls::TlsAcceptor;

use super::{Kind, Load, PIECE, TOTAL, ends};
use crate::client::in_a_thread;
use crate::row::on_tokio;

pub fn serve(kind: Kind, load: Load) -> f64 {
    let (server, client) = ends();
    on_tokio(async move {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a port");
        let address = listener.local_addr().expect("it has one");
        let acceptor = TlsAcceptor::from(server);
        spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.expect("there are descriptors");
                stream.set_nodelay(true).expect("it is a TCP stream");
                spawn(serve_one(stream, kind, acceptor.clone()));
            }
        });
        in_a_thread(move || load(address, client)).await
    })
}

async fn serve_one(stream: TcpStream, kind: Kind, acceptor: TlsAcceptor) -> io::Result<()> {
    let mut stream = acceptor.accept(stream).await?;
    match kind {
        Kind::Echo => {
            let mut word = [0; 4];
            loop {
                stream.read_exact(&mut word).await?;
                stream.write_all(&word).await?;
                stream.flush().await?;
            }
        }
        Kind::Source => {
            let piece = vec![7; PIECE];
            let mut left = TOTAL;
            while left > 0 {
                left -= stream.write(&piece[..left.min(PIECE)]).await?;
            }
            stream.shutdown().await
        }
        Kind::Sink => {
            let mut piece = vec![0; PIECE];
            let mut left = TOTAL;
            while left > 0 {
                left -= stream.read(&mut piece).await?;
            }
            stream.write_all(b"!").await?;
            stream.shutdown().await
        }
    }
}
