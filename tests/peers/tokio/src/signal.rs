//! `tokio::signal`: signals by way of a socket, which our `Async` waits for.

use std::io;

use unix::SignalKind;

pub async fn ctrl_c() -> io::Result<()> {
    unix::signal(SignalKind::interrupt())?.recv().await;
    Ok(())
}

pub mod unix {
    use std::io::{self, Read};
    use std::os::unix::net::UnixStream;
    use std::task::{Context, Poll};

    use executor::net::Async;
    use signal_hook::SigId;
    use signal_hook::consts::{self, FORBIDDEN};

    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub struct SignalKind(i32);

    macro_rules! kinds {
        ($($name:ident: $signal:ident),*) => {
            $(pub const fn $name() -> Self {
                Self(consts::$signal)
            })*
        };
    }

    impl SignalKind {
        kinds!(alarm: SIGALRM, child: SIGCHLD, hangup: SIGHUP, interrupt: SIGINT, io: SIGIO);
        kinds!(pipe: SIGPIPE, quit: SIGQUIT, terminate: SIGTERM, user_defined1: SIGUSR1);
        kinds!(user_defined2: SIGUSR2, window_change: SIGWINCH);

        pub const fn from_raw(signal: i32) -> Self {
            Self(signal)
        }

        pub const fn as_raw_value(&self) -> i32 {
            self.0
        }
    }

    #[derive(Debug)]
    pub struct Signal {
        came: Async<UnixStream>,
        id: SigId,
    }

    #[track_caller]
    pub fn signal(kind: SignalKind) -> io::Result<Signal> {
        let _panics_without_one = crate::runtime::Handle::current();
        if kind.0 < 0 || FORBIDDEN.contains(&kind.0) {
            return Err(io::Error::other(format!("Refusing to register signal {}", kind.0)));
        }
        let (came, comes) = UnixStream::pair()?;
        let came = Async::new(came)?;
        let id = signal_hook::low_level::pipe::register(kind.0, comes)?;
        Ok(Signal { came, id })
    }

    impl Signal {
        /// All that came since the last time are one.
        pub async fn recv(&mut self) -> Option<()> {
            self.came.read_with(take_all).await.ok()
        }

        pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<()>> {
            self.came.poll_read_with(cx, take_all).map(Result::ok)
        }
    }

    fn take_all(mut came: &UnixStream) -> io::Result<()> {
        came.read(&mut [0; 1024]).map(|_| ())
    }

    impl Drop for Signal {
        fn drop(&mut self) {
            signal_hook::low_level::unregister(self.id);
        }
    }
}
