//! A bad line: it loses datagrams, at random, and always the same for the same seed.

use std::cell::Cell;
use std::net::SocketAddr;
use std::rc::Rc;

use executor::net::UdpSocket;
use executor::spawn;

/// What went through it.
#[derive(Debug, Default)]
pub struct Traffic {
    pub passed: Cell<u64>,
    pub lost: Cell<u64>,
}

impl Traffic {
    fn loses(&self, state: &mut u64, one_in: u64) -> bool {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        let is_lost = state.is_multiple_of(one_in);
        let count = if is_lost { &self.lost } else { &self.passed };
        count.set(count.get() + 1);
        is_lost
    }
}

/// A relay between one client and `server`, which loses one datagram in `one_in`, both ways. Returns
/// where the client is to send to.
pub async fn relay(server: SocketAddr, one_in: u64, seed: u64) -> (SocketAddr, Rc<Traffic>) {
    let front = Rc::new(UdpSocket::bind("127.0.0.1:0").await.unwrap());
    let back = Rc::new(UdpSocket::bind("127.0.0.1:0").await.unwrap());
    back.connect(server).await.unwrap();
    let (address, traffic) = (front.local_addr().unwrap(), Rc::<Traffic>::default());
    let client = Rc::new(Cell::new(None));
    drop(spawn({
        let (front, back, traffic) = (front.clone(), back.clone(), traffic.clone());
        let (client, mut state) = (client.clone(), seed);
        async move {
            let mut datagram = [0; 65_536];
            loop {
                let (length, from) = front.recv_from(&mut datagram).await.unwrap();
                client.set(Some(from));
                if !traffic.loses(&mut state, one_in) {
                    back.send(&datagram[..length]).await.unwrap();
                }
            }
        }
    }));
    drop(spawn({
        let (traffic, mut state) = (traffic.clone(), !seed);
        async move {
            let mut datagram = [0; 65_536];
            loop {
                let length = back.recv(&mut datagram).await.unwrap();
                let client = client.get().expect("a server answers, and does not begin");
                if !traffic.loses(&mut state, one_in) {
                    front.send_to(&datagram[..length], client).await.unwrap();
                }
            }
        }
    }));
    (address, traffic)
}
