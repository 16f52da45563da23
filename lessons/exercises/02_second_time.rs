//! A future that is ready the second time.
//!
//! A future remembers between its polls how far it came: that is all that an
//! async function is, once it is compiled. Its fields are its memory.
//!
//! Wanted: the first poll returns `Pending`, the second `Ready` with the
//! dish. Add a field for what has to be remembered. Nobody has to be woken.

use std::pin::Pin;
use std::task::{Context, Poll};

pub type Dish = &'static str;

pub struct SecondTime {
    dish: Dish,
}

impl SecondTime {
    pub fn new(dish: Dish) -> Self {
        Self { dish }
    }
}

impl Future for SecondTime {
    type Output = Dish;

    fn poll(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Dish> {
        Poll::Pending
    }
}
