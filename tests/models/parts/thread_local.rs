//! `std::thread_local`, for loom's threads.

macro_rules! local {
    ($(#[$attribute:meta])* $vis:vis static $name:ident: $t:ty = const $init:block;) => {
        $(#[$attribute])*
        $vis static $name: loom::thread::LocalKey<$t> = loom::thread::LocalKey {
            init: (|| $init) as fn() -> $t,
            _p: std::marker::PhantomData,
        };
    };
}

pub(crate) use local as thread_local;
