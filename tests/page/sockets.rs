//! An order on its way through the sockets of `echo`, and what each poll is put down to.

use serde_json::json;

use crate::browser::Browser;
use crate::page_of;

/// Goes to each event of a kind, and says what the page has of it there.
fn at_each(browser: &Browser, event: &str, what: &str) -> Vec<String> {
    let found = browser.run(&format!(
        "return stage.run.events.flatMap((event, index) => {{
           if (event.event !== '{event}') return [];
           stage.goTo(index);
           return [({what}).replace(/\\s+/g, ' ').trim()];
         }})"
    ));
    found.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_order_can_be_followed_from_socket_to_socket() {
    let Some(browser) = Browser::start("sockets") else { return };
    browser.open(&page_of("echo", "sockets"), "");
    let say = "document.querySelector('#say').textContent";
    let expected = [
        "serve accepts a connection from token 1",
        "guest connects token 2: the connection stands",
        "guest writes 4 bytes to token 2",
        "waiter reads 4 bytes from token 3, all there is: not readable any more",
        "waiter writes 4 bytes to token 3",
        "guest reads 4 bytes from token 2",
    ];
    assert_eq!(at_each(&browser, "io_done", say), expected);

    let row = "document.querySelector(`[data-place='socket:${event.socket}']`).textContent";
    let rows = at_each(&browser, "io_done", row);
    assert!(rows[0].contains("token 1 listener of open"), "{rows:?}");
    assert!(rows[2].contains("writable, 4 bytes written"), "{rows:?}");
    assert!(rows[3].contains("token 3 stream of serve") && rows[3].contains("4 bytes read"));
    assert!(rows[3].contains("not readable"), "{rows:?}");
    browser.has_a_quiet_console("echo");
}

#[test]
fn the_line_that_waits_for_a_socket_is_marked_and_none_where_none_is_known() {
    let Some(browser) = Browser::start("lines") else { return };
    browser.open(&page_of("echo", "lines"), "");
    let line = "document.querySelector('#lines .current')?.textContent ?? 'none'";
    let lines = at_each(&browser, "io_waits", line);
    assert!(lines[0].contains("listener.accept().await"), "{lines:?}");
    assert!(lines[1].contains("TcpStream::connect(address).await"), "{lines:?}");
    assert!(lines[2].contains("listener.accept().await"), "{lines:?}");
    assert_eq!(lines[3], "none", "`read_exact` polls by a trait: {lines:?}");
    assert!(lines[4].contains("stream.read(&mut buffer).await"), "{lines:?}");
}

/// D3.1.
#[test]
fn a_poll_is_put_down_to_the_wake_before_it() {
    let Some(browser) = Browser::start("causes") else { return };
    for lesson in ["breakfast", "blocking", "echo"] {
        browser.open(&page_of(lesson, "causes"), "");
        let wrong = browser.run(
            "return stage.run.events.filter((event, index) => {
               if (event.event !== 'poll_started') return false;
               const before = stage.run.events.slice(0, index);
               const wake = before.findLastIndex((it) => it.event === 'woken' && it.task === event.task);
               return stage.causes[index] !== wake;
             }).length",
        );
        assert_eq!(wrong, json!(0), "{lesson}");
    }
}
