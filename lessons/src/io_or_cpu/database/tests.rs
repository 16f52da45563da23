use std::{env, fs, process, thread};

use redb::ReadableDatabase;

use super::{COMMITS, ORDERS, Orders};

#[test]
fn no_order_is_lost_among_threads_and_several_users_of_the_file() {
    let path = env::temp_dir().join(format!("short-order-{}.redb", process::id()));
    let users = [Orders::open(&path).unwrap(), Orders::open(&path).unwrap()];
    thread::scope(|scope| {
        for orders in users.iter().chain(&users) {
            scope.spawn(|| assert_eq!(orders.note_down().unwrap(), COMMITS));
        }
    });
    let transaction = users[0].database.begin_read().unwrap();
    let orders = transaction.open_table(ORDERS).unwrap();
    assert_eq!(orders.get("soup").unwrap().unwrap().value(), 4 * COMMITS);
    drop((transaction, orders, users));
    fs::remove_file(path).unwrap();
}
