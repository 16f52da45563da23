//! The changes that the lessons about stumbles propose.

use super::Change;

pub(super) static STUMBLES: &[Change] = &[
    Change {
        lesson: "spawn",
        words: "let keep_busy wait its two seconds by `sleep(2 * SECOND).await`. When is the cake \
                baked then, and how long does it take?",
        rust: &[
            ("    sleep_the_thread(&clock, 2 * SECOND);\n", "    sleep(2 * SECOND).await;\n"),
            ("async fn keep_busy(clock: Clock)", "async fn keep_busy(_clock: Clock)"),
            ("Twin, look, println, sleep_the_thread}", "Twin, look, println}"),
        ],
        python: &[("    time.sleep(2)\n", "    await asyncio.sleep(2)\n")],
    },
    Change {
        lesson: "waker",
        words: "let a look at the bell take half as long (LOOK). How many polls is that more, and \
                of which scene? (Without any pause it would be millions.)",
        rust: &[("Duration::from_millis(40)", "Duration::from_millis(20)")],
        python: &[("LOOK = 0.04", "LOOK = 0.02")],
    },
    Change {
        lesson: "lost-wake-up",
        words: "let wait call letter without spawn. Then the timeout's timer wakes the same task, \
                which looks again: what was lost is found, too late. (So other wakes hide a lost \
                one. asyncio's timeout wakes only to cancel, so its program gives up as before.)",
        rust: &[
            ("let letter = spawn(letter(Arc::default()));", "let letter = letter(Arc::default());"),
            ("use executor::spawn;\n", ""),
        ],
        python: &[],
    },
    Change {
        lesson: "cancel",
        words: "let the guests say `one ` and `salad\\\\n` apart. What is heard with the line \
                inside, and what with the line outside?",
        rust: &[(r#""one salad\n""#, r#""one ", "salad\n""#)],
        python: &[(r#""one salad\n""#, r#""one ", "salad\n""#)],
    },
    Change {
        lesson: "locks",
        words: "let Carol come as well. How long is each scene?",
        rust: &[(r#"["Alice", "Bob"]"#, r#"["Alice", "Bob", "Carol"]"#)],
        python: &[(r#"["Alice", "Bob"]"#, r#"["Alice", "Bob", "Carol"]"#)],
    },
    Change {
        lesson: "errors",
        words: "let group end with the first error: `.await?`, and `Ok(menu)` at its end. What is \
                cooked for nobody then?",
        rust: &[
            ("map(end_of)).await;\n    for dish", "map(end_of)).await?;\n    for dish"),
            ("    menu\n}\n", "    Ok(menu)\n}\n"),
        ],
        python: &[],
    },
    Change {
        lesson: "collect",
        words: "let serve spawn the sleep, and drop its handle. How long is the fish in the pan \
                then, and when is it served?",
        rust: &[(
            "        sleep(2 * SECOND).await;\n",
            "        drop(executor::spawn(sleep(2 * SECOND)));\n",
        )],
        python: &[],
    },
    Change {
        lesson: "channel",
        words: "let the bound be 1. How long does the cook take, how long the whole scene?",
        rust: &[(
            "async fn with_a_bound() {\n    let (to_waiter, dishes) = bounded(2);",
            "async fn with_a_bound() {\n    let (to_waiter, dishes) = bounded(1);",
        )],
        python: &[(
            "that is back-pressure.\"\"\"\n    dishes = asyncio.Queue(2)",
            "that is back-pressure.\"\"\"\n    dishes = asyncio.Queue(1)",
        )],
    },
    Change {
        lesson: "fairness",
        words: "let peel_in_turns yield after every other piece only. In which order is peeled \
                then?",
        rust: &[
            (
                "async fn peel_in_turns(what: &str, clock: Clock) {\n    for _ in 0..4 {",
                "async fn peel_in_turns(what: &str, clock: Clock) {\n    for piece in 1..=4 {",
            ),
            (
                "        print!(\"{what} \");\n        yield_now().await;\n",
                "        print!(\"{what} \");\n        if piece % 2 == 0 {\n            \
                 yield_now().await;\n        }\n",
            ),
        ],
        python: &[],
    },
    Change {
        lesson: "nested",
        words: "let bake return at once, without its sleep. Does block_on get the cake now?",
        rust: &[
            ("    sleep(SECOND).await;\n", ""),
            ("use timer::{now, sleep};", "use timer::now;"),
        ],
        python: &[("    await asyncio.sleep(1)\n    return \"baked\"\n", "    return \"baked\"\n")],
    },
    Change {
        lesson: "wheel",
        words: "let c be due at 4,095, a tick before the third level begins. Where does it lie?",
        rust: &[("('c', 5_000)", "('c', 4_095)")],
        python: &[],
    },
    Change {
        lesson: "files",
        words: "let both read the menu twice. How late is the heart then, in each scene?",
        rust: &[
            (
                "    told(read(&menu, &clock));\n",
                "    told(read(&menu, &clock));\n    told(read(&menu, &clock));\n",
            ),
            (
                "spawn_blocking(move || read(&menu, &clock));",
                "spawn_blocking(move || read(&menu, &clock).and_then(|_| read(&menu, &clock)));",
            ),
        ],
        python: &[
            (
                "    print(f\"Read: {read(menu)}\")\n",
                "    print(f\"Read: {read(menu)}\")\n    print(f\"Read: {read(menu)}\")\n",
            ),
            (
                "    print(f\"Read: {await asyncio.to_thread(read, menu)}\")\n",
                "    await asyncio.to_thread(read, menu)\n    print(f\"Read: {await \
                 asyncio.to_thread(read, menu)}\")\n",
            ),
        ],
    },
    Change {
        lesson: "reactor",
        words: "ask once more at the end of by_hand, before c is read. Does the system say it \
                again?",
        rust: &[(
            "    by_hand.ask(Duration::from_secs(10))\n}\n",
            "    by_hand.ask(Duration::from_secs(10))?;\n    by_hand.ask(Duration::ZERO)\n}\n",
        )],
        python: &[],
    },
];
