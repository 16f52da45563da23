//! What each lesson proposes, and that change in both languages. `changes/stumbles.rs` has those of
//! the lessons in which something goes wrong first.

mod stumbles;

/// A change that a lesson proposes.
pub(super) struct Change {
    pub(super) lesson: &'static str,
    /// The lesson's words. Who mends them looks here whether they still say what is changed.
    pub(super) words: &'static str,
    pub(super) rust: &'static [Edit],
    /// None, where there is no asyncio program.
    pub(super) python: &'static [Edit],
}

/// What stands in the source, once, and what takes its place.
pub(super) type Edit = (&'static str, &'static str);

/// All of them.
pub(super) fn changes() -> impl Iterator<Item = &'static Change> {
    FIRST.iter().chain(stumbles::STUMBLES)
}

static FIRST: [Change; 8] = [
    Change {
        lesson: "dinner",
        words: "give the cook eight sorts of vegetables. When does the pasta go in then, and why? \
                (asyncio's goes in a vegetable later: its timers wake a future, and that the task.)",
        rust: &[(
            r#"&["onions", "carrots", "celery"]"#,
            r#"&["onions", "carrots", "celery", "leeks", "beans", "peas", "corn", "kale"]"#,
        )],
        python: &[(
            r#"["onions", "carrots", "celery"]"#,
            r#"["onions", "carrots", "celery", "leeks", "beans", "peas", "corn", "kale"]"#,
        )],
    },
    Change {
        lesson: "hello",
        words: "poll it by hand a second time, right after the first. Is it ready then? (asyncio \
                raises an error: a coroutine goes on only when what it awaits is done, while a \
                future may be polled at any time.)",
        rust: &[(
            "    println!(\"{polled:?}\");\n",
            "    println!(\"{polled:?}\");
    let polled = hello.as_mut().poll(&mut context);
    println!(\"{polled:?}\");\n",
        )],
        python: &[(
            "    print(\"Pending\")\n",
            "    print(\"Pending\")\n    hello.send(None)\n    print(\"Pending\")\n",
        )],
    },
    Change {
        lesson: "breakfast",
        words: "let the toast take three seconds. Which line comes last, and what is the result?",
        rust: &[("sleep(Duration::from_secs(1)).await", "sleep(Duration::from_secs(3)).await")],
        python: &[("asyncio.sleep(1)", "asyncio.sleep(3)")],
    },
    Change {
        lesson: "blocking",
        words: "let bad_coroutine sleep in ten parts, with executor::yield_now().await in \
                between. How late is the heart? (asyncio's is a part later: its timers wake a \
                future, and that the task.)",
        rust: &[(
            "    sleep_the_thread(&clock, Duration::from_secs(5));\n",
            "    for _ in 0..10 {
        sleep_the_thread(&clock, HALF_A_SECOND);
        executor::yield_now().await;
    }\n",
        )],
        python: &[(
            "    time.sleep(5)\n",
            "    for _ in range(10):\n        time.sleep(0.5)\n        await asyncio.sleep(0)\n",
        )],
    },
    Change {
        lesson: "stuck",
        words: "let forgetful keep a clone of its waker in a `thread_local!`. No report comes, nor \
                anything else after `Waiting to be woken`: whoever has a waker may call it, so \
                the loop sleeps until somebody does. asyncio's sleeps either way. Ctrl+C ends it.",
        rust: &[(
            "    poll_fn(|_cx| Poll::<()>::Pending).await;\n",
            "    thread_local!(static KEPT: Cell<Option<std::task::Waker>> = Cell::default());
    poll_fn(|cx| {
        KEPT.set(Some(cx.waker().clone()));
        Poll::<()>::Pending
    })
    .await;\n",
        )],
        // What asyncio's tasks wait for is a future: it is kept where everybody can find it. And
        // nobody ends the program after a second.
        python: &[
            (
                "    await asyncio.get_running_loop().create_future()  # of which nobody else knows",
                "    global kept\n    kept = asyncio.get_running_loop().create_future()\n    \
                 await kept",
            ),
            ("ended_after_a_second(forgetful())", "forgetful()"),
        ],
    },
    Change {
        lesson: "fetch",
        words: "let REQUESTS be 40. How long does each of the three take now, and what limits the \
                last one?",
        rust: &[("REQUESTS: usize = 10;", "REQUESTS: usize = 40;")],
        python: &[
            ("REQUESTS = 10", "REQUESTS = 40"),
            // A tenth of the time is enough to see it.
            ("time.sleep(1)", "time.sleep(0.1)"),
            ("asyncio.sleep(0.3)", "asyncio.sleep(0.03)"),
            ("{time.perf_counter() - start:.0f} s", "{(time.perf_counter() - start) * 10:.0f} s"),
        ],
    },
    Change {
        lesson: "io-or-cpu",
        words: "let one_by_one sleep for a millisecond after each job. Which figures change?",
        rust: &[
            (
                "        answers.push(job.on_the_loop().await);\n",
                "        answers.push(job.on_the_loop().await);
        timer::sleep(std::time::Duration::from_millis(1)).await;\n",
            ),
            // The other columns do not call it: they would only take time.
            (
                "ALL: [Self; 4] = [Self::OneByOne, Self::Gathered, Self::InThreads, \
                 Self::InProcesses]",
                "ALL: [Self; 1] = [Self::OneByOne]",
            ),
        ],
        python: &[
            (
                "    return [await on_the_loop(job) for job in jobs]\n",
                "    answers = []
    for job in jobs:
        answers.append(await on_the_loop(job))
        await asyncio.sleep(0.001)
    return answers\n",
            ),
            (
                "    \"gathered\": gathered,\n    \"in threads\": in_threads,\n    \"in processes\": \
                 in_processes,\n",
                "",
            ),
        ],
    },
    Change {
        lesson: "echo",
        words: "let a guest order a second thing, with --trace.",
        rust: &[(
            "    stream.write_all(order.as_bytes()).await?;
    // A stream has no messages, only bytes: so it reads as many as it is to get back.
    let mut echo = vec![0; order.len()];
    stream.read_exact(&mut echo).await?;
    Ok(String::from_utf8_lossy(&echo).into_owned())\n",
            "    let mut echoes = Vec::new();
    for order in [order, \"tea\"] {
        stream.write_all(order.as_bytes()).await?;
        let mut echo = vec![0; order.len()];
        stream.read_exact(&mut echo).await?;
        echoes.push(String::from_utf8_lossy(&echo).into_owned());
    }
    Ok(echoes.join(\" and \"))\n",
        )],
        python: &[(
            "    writer.write(order.encode())
    # A stream has no messages, only bytes: so it reads as many as it is to get back.
    echo = await reader.readexactly(len(order))
    writer.close()
    return echo.decode()\n",
            "    echoes = []
    for order in [order, \"tea\"]:
        writer.write(order.encode())
        echoes.append((await reader.readexactly(len(order))).decode())
    writer.close()
    return \" and \".join(echoes)\n",
        )],
    },
];
