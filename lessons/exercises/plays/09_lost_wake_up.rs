/// A bell that rings after the first step of whoever waits for it.
#[derive(Default)]
struct Rings {
    has_rung: std::cell::Cell<bool>,
    waker: std::cell::RefCell<Option<Waker>>,
}

impl Rings {
    fn ring(&self) {
        let is_new = !self.has_rung.replace(true);
        match self.waker.take().filter(|_| is_new) {
            Some(waker) => {
                println!("it rings, and calls the waker");
                waker.wake();
            }
            None if is_new => println!("it rings: no waker is there"),
            None => {}
        }
    }
}

impl Bell for Rings {
    fn has_rung(&self) -> bool {
        let has_rung = self.has_rung.get();
        println!("has it rung? {has_rung}");
        self.ring();
        has_rung
    }

    fn leave(&self, waker: &Waker) {
        println!("the waker is left");
        self.waker.replace(Some(waker.clone()));
        if !self.has_rung.get() {
            self.ring();
        }
    }
}

/// Solved, it prints: the waker is left; it rings, and calls the waker; has it rung? true; done
async fn main() {
    Wait(&Rings::default()).await;
    println!("done");
}
