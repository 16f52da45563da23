"""A lock that is held across an await: who waits for it blocks whoever has it."""

import asyncio
import threading
import time


def acquire(lock):
    """As `Lock.acquire`: it blocks the thread until it has the lock. But it gives up after two
    seconds, which that does not."""
    for _ in range(4):
        if lock.acquire(blocking=False):
            return True
        time.sleep(0.5)
    return False


async def price():
    await asyncio.sleep(1)
    return 5


async def hold_it_and_wait(name, till, lock):
    if not acquire(lock):
        print(f"{name} gives up: nobody gives the lock back")
        return
    print(f"{name} has the lock")
    till.append(await price())  # with the lock, and without the thread
    lock.release()


async def wait_by_the_loop(name, till, lock):
    async with lock:
        print(f"{name} has the lock")
        till.append(await price())


async def wait_without_it(name, till, lock):
    paid = await price()
    with lock:
        till.append(paid)


async def two(pay, lock):
    """Alice and Bob, each a task, at the same time."""
    start = time.perf_counter()
    till = []
    guests = [asyncio.create_task(pay(name, till, lock)) for name in ["Alice", "Bob"]]
    for guest in guests:
        await guest
    print(f"All are done after {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    asyncio.run(two(hold_it_and_wait, threading.Lock()))
    asyncio.run(two(wait_by_the_loop, asyncio.Lock()))
    asyncio.run(two(wait_without_it, threading.Lock()))
