"""asyncio in the rows of the comparison: `asyncio_rows.py ROW N` prints what one costs, in ns.

Each function does what the function of the same row in `rows/` does.
"""

import asyncio
import resource
import sys
import threading
import time
from queue import SimpleQueue

MESSAGE = 64


def resident_bytes():
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


def moment(i, n):
    # Twice as late as in Rust: Python takes longer to arm them all.
    return 0.2 + (3 * n + i) / 1e6 * 2


def shuffled(i, n):
    return i * 7_368_787 % n


async def yields(n):
    start = time.perf_counter_ns()
    for _ in range(n):
        await asyncio.sleep(0)
    return (time.perf_counter_ns() - start) / n


async def yields_among(n):
    tasks, each = 10_000, max(n // 10_000, 1)

    async def task():
        await asyncio.sleep(0)
        start = time.perf_counter_ns()
        for _ in range(each):
            await asyncio.sleep(0)
        return start, time.perf_counter_ns()

    times = await asyncio.gather(*(task() for _ in range(tasks)))
    return (max(end for _, end in times) - min(start for start, _ in times)) / (tasks * each)


async def number(i):
    return i


async def spawn_and_join(n):
    start = time.perf_counter_ns()
    for i in range(n):
        assert await asyncio.create_task(number(i)) == i
    return (time.perf_counter_ns() - start) / n


async def spawn_and_join_many(n):
    start = time.perf_counter_ns()
    tasks = [asyncio.create_task(number(i)) for i in range(n)]
    total = 0
    for task in tasks:
        total += await task
    assert total == n * (n - 1) // 2
    return (time.perf_counter_ns() - start) / n


async def ping_pong(n):
    there, back = asyncio.Queue(1), asyncio.Queue(1)

    async def other():
        while (message := await there.get()) is not None:
            await back.put(message)

    task = asyncio.create_task(other())
    start = time.perf_counter_ns()
    for i in range(n // 2):
        await there.put(i)
        assert await back.get() == i
    elapsed = time.perf_counter_ns() - start
    await there.put(None)
    await task
    return elapsed / n


async def gathers(n):
    async def member(i):
        await asyncio.sleep(0)
        return i

    start = time.perf_counter_ns()
    for _ in range(n // 1000):
        outputs = await asyncio.gather(*(member(i) for i in range(1000)))
        assert outputs == list(range(1000))
    return (time.perf_counter_ns() - start) / n


async def round_trips(n):
    loop, questions, answers = asyncio.get_running_loop(), SimpleQueue(), asyncio.Queue()

    def passes_on():
        while (message := questions.get()) is not None:
            loop.call_soon_threadsafe(answers.put_nowait, message)

    thread = threading.Thread(target=passes_on)
    thread.start()
    start = time.perf_counter_ns()
    for i in range(n):
        questions.put(i)
        assert await answers.get() == i
    elapsed = time.perf_counter_ns() - start
    questions.put(None)
    thread.join()
    return elapsed / n


async def flood(n):
    loop, each = asyncio.get_running_loop(), n // 1000
    queues = [asyncio.Queue() for _ in range(1000)]

    async def receives(queue):
        return sum([await queue.get() for _ in range(each)])

    def sends(mine):
        for _ in range(each):
            for queue in mine:
                loop.call_soon_threadsafe(queue.put_nowait, 1)

    tasks = [asyncio.create_task(receives(queue)) for queue in queues]
    await asyncio.sleep(0)
    start = time.perf_counter_ns()
    for thread in range(4):
        threading.Thread(target=sends, args=(queues[thread * 250 : thread * 250 + 250],)).start()
    assert await asyncio.gather(*tasks) == [each] * 1000
    return (time.perf_counter_ns() - start) / (each * 1000)


async def blocking(n):
    await asyncio.to_thread(int)
    start = time.perf_counter_ns()
    for i in range(n):
        assert await asyncio.to_thread(lambda i=i: i) == i
    return (time.perf_counter_ns() - start) / n


async def arm_and_cancel(n):
    loop = asyncio.get_running_loop()
    start = time.perf_counter_ns()
    for _ in range(n):
        loop.call_later(60, int).cancel()
    return (time.perf_counter_ns() - start) / n


async def arm_and_fire(n):
    loop, last = asyncio.get_running_loop(), asyncio.Event()
    fired = 0

    def fire():
        nonlocal fired
        fired += 1
        if fired == n:
            last.set()

    before = time.process_time_ns()
    for i in range(n):
        loop.call_later(moment(shuffled(i, n), n), fire)
    await last.wait()
    return (time.process_time_ns() - before) / n


async def sleepers(n):
    ended = 0

    async def sleeper(i):
        nonlocal ended
        await asyncio.sleep(moment(shuffled(i, n), n))
        ended += 1

    before, memory = time.process_time_ns(), resident_bytes()
    tasks = {asyncio.create_task(sleeper(i)) for i in range(n)}
    await asyncio.sleep(0.001)
    assert ended == 0
    memory = resident_bytes() - memory
    await asyncio.wait(tasks)
    return (time.process_time_ns() - before) / n, memory / n


async def sleepers_time(n):
    return (await sleepers(n))[0]


async def sleepers_bytes(n):
    return (await sleepers(n))[1]


async def echoes(n, connections):
    each = n // connections

    async def serves(reader, writer):
        while message := await reader.read(1024):
            writer.write(message)
        writer.close()

    async def client():
        reader, writer = await asyncio.open_connection(*address)
        start = time.perf_counter_ns()
        for _ in range(each):
            writer.write(b"." * MESSAGE)
            await reader.readexactly(MESSAGE)
        end = time.perf_counter_ns()
        writer.close()
        return start, end

    async with await asyncio.start_server(serves, "127.0.0.1", 0) as server:
        address = server.sockets[0].getsockname()
        times = await asyncio.gather(*(client() for _ in range(connections)))
    span = max(end for _, end in times) - min(start for start, _ in times)
    return span / (each * connections)


async def echo(n):
    return await echoes(n, 1)


async def echo_64(n):
    return await echoes(n, 64)


ROWS = {
    "yield": yields,
    "yield among 10,000": yields_among,
    "spawn and join": spawn_and_join,
    "spawn and join 1,000,000": spawn_and_join_many,
    "ping-pong": ping_pong,
    "gather 1,000": gathers,
    "wake from a thread": round_trips,
    "wakes from 4 threads": flood,
    "spawn_blocking": blocking,
    "arm and cancel": arm_and_cancel,
    "arm and fire 1,000,000": arm_and_fire,
    "100,000 sleeping tasks": sleepers_time,
    "bytes of each": sleepers_bytes,
    "TCP echo": echo,
    "TCP echo, 64 connections": echo_64,
}

if __name__ == "__main__":
    print(asyncio.run(ROWS[sys.argv[1]](int(sys.argv[2]))))
