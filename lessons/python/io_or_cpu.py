"""Which tool is for which work: ten jobs of each of four kinds, done in each of four ways.

It makes a directory in the current one, and removes it in the end: `/tmp` is often not on a disk.
"""

import asyncio
import multiprocessing
import os
import socket
import sqlite3
import tempfile
import textwrap
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

JOBS = 10
SLOW = 0.2  # seconds for an answer of the server
COMMITS = 5  # of each job for the database
SIZE = 4 << 20  # bytes of a file
LIMIT = 500_000  # of the sieve
CORES = os.cpu_count()
BEAT = 0.01  # seconds from one beat of the heart to the next


async def ask(port):
    """Asks the server, and waits for its answer as a coroutine does."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answer = await reader.read()
    writer.close()
    return len(answer)


def ask_and_block(port):
    """The same with a blocking socket, for a thread that has nothing else to do."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        return len(connection.makefile("rb").read())


def note_down(path):
    """Each `with` is a transaction: it returns when the order is on the disk."""
    database = sqlite3.connect(path, timeout=60)
    for _ in range(COMMITS):
        with database:
            database.execute("UPDATE orders SET count = count + 1")
    database.close()
    return COMMITS


def write_and_read(path):
    """Writes a file, waits until it is on the disk, and reads it again."""
    written = b"." * SIZE
    with open(path, "wb") as file:
        file.write(written)
        file.flush()
        os.fsync(file.fileno())
    read = Path(path).read_bytes()
    os.remove(path)
    assert read == written
    return len(read)


def count_primes(limit):
    """The sieve of Eratosthenes, which waits for nothing."""
    is_prime = [True] * limit
    count = 0
    for number in range(2, limit):
        if is_prime[number]:
            count += 1
            for multiple in range(2 * number, limit, number):
                is_prime[multiple] = False
    return count


async def on_the_loop(job):
    work, argument = job
    if work is ask_and_block:
        return await ask(argument)
    # There is nothing in the others to await: the loop is held until they are done.
    return work(argument)


async def one_by_one(jobs):
    return [await on_the_loop(job) for job in jobs]


async def gathered(jobs):
    return await asyncio.gather(*map(on_the_loop, jobs))


async def in_threads(jobs):
    """Of which there are a few more than cores: some network jobs have to wait for a thread."""
    return await asyncio.gather(*(asyncio.to_thread(work, it) for work, it in jobs))


async def in_processes(jobs):
    """Of which there is one for each core, started beforehand, since that takes a while."""
    loop = asyncio.get_running_loop()
    return await asyncio.gather(*(loop.run_in_executor(processes, *job) for job in jobs))


WAYS = {
    "one by one": one_by_one,
    "gathered": gathered,
    "in threads": in_threads,
    "in processes": in_processes,
}


async def next_to_a_heart(work):
    """Does the work while a heart beats on the same loop."""
    over = False
    worst = 0.0

    async def heartbeat():
        nonlocal worst
        while not over:
            due = time.perf_counter() + BEAT
            await asyncio.sleep(BEAT)
            worst = max(worst, time.perf_counter() - due)

    heart = asyncio.create_task(heartbeat())
    await asyncio.sleep(0)  # until the heart waits for its first beat
    start = time.perf_counter()
    answers = await work
    took = time.perf_counter() - start
    over = True
    await heart  # the beat for which it waits now may be the one that is late
    return took, worst, answers


def start_server():
    """The slow server, on a loop and a thread of its own; returns its port."""

    async def answer(reader, writer):
        await asyncio.sleep(SLOW)
        writer.write(b"Your order is ready\n")
        writer.close()

    async def serve():
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        port.append(server.sockets[0].getsockname()[1])
        ready.set()
        await server.serve_forever()

    port, ready = [], threading.Event()
    threading.Thread(target=lambda: asyncio.run(serve()), daemon=True).start()
    ready.wait()
    return port[0]


ADVICE = {
    "network": """To wait 0.2 s for an answer. Async is for this: ten waits on the loop take as
        long as one, and no thread stands by for each.""",
    "database": """To commit to SQLite. Its calls block: on the loop they stop all else (late).
        In threads they do not, but one transaction writes at a time. A database server, behind a
        socket, would be a case for the loop.""",
    "files": """To write and read. That blocks, too: a regular file always counts as ready, so a
        loop cannot wait for it (epoll does not even take one). It takes threads.""",
    "heavy work": """To count primes. Nothing waits, so async gains nothing: it takes cores (here
        {cores}, if they are free). But one thread at a time runs Python (the GIL), and the loop's
        has to wait for its turn: it takes processes, which share no memory. In Rust, threads.""",
}


def main(directory):
    port = start_server()
    orders = os.path.join(directory, "orders.sqlite")
    with sqlite3.connect(orders) as database:
        database.execute("CREATE TABLE orders (count INTEGER)")
        database.execute("INSERT INTO orders VALUES (0)")
    database.close()
    kinds = {
        "network": [(ask_and_block, port)] * JOBS,
        "database": [(note_down, orders)] * JOBS,
        "files": [(write_and_read, os.path.join(directory, f"file-{n}")) for n in range(JOBS)],
        "heavy work": [(count_primes, LIMIT)] * JOBS,
    }

    print(f"{'ten jobs':<12}" + "".join(f"{way:>16}" for way in WAYS))
    print(f"{'seconds':<12}" + f"{'took':>9}{'late':>7}" * len(WAYS))
    for kind, jobs in kinds.items():
        print(f"{kind:<12}", end="", flush=True)
        for way in WAYS.values():
            took, late, answers = asyncio.run(next_to_a_heart(way(jobs)))
            assert len(set(answers)) == 1
            print(f"{took:>9.2f}{late:>7.2f}", end="", flush=True)
        print()
    print()
    for kind, text in ADVICE.items():
        text = " ".join(text.format(cores=CORES).split())
        print(textwrap.fill(text, 80, initial_indent=f"{kind:<12}", subsequent_indent=" " * 12))


if __name__ == "__main__":
    # Forked, they would share what this process's threads have locked.
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(CORES, spawned) as processes:
        list(processes.map(count_primes, [0] * CORES))
        with tempfile.TemporaryDirectory(prefix="io-or-cpu-", dir=".") as directory:
            main(directory)
