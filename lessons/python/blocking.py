"""The common mistake: a call that blocks inside a coroutine stops everything."""

import asyncio
import time

BEATS = 9


async def bad_coroutine():
    # This blocks everything!
    time.sleep(5)
    print("Done sleeping")


async def good_coroutine():
    # This gives control back to the loop.
    await asyncio.sleep(5)
    print("Done sleeping")


async def pooled_coroutine():
    # The same blocking call as the bad one's, but a thread of the pool is blocked by it.
    await asyncio.to_thread(time.sleep, 5)
    print("Done sleeping")


async def heartbeat():
    """Beats every half second, as long as it gets its turn."""
    start = time.perf_counter()
    worst = 0.0
    for beat in range(1, BEATS + 1):
        due = start + beat * 0.5
        await asyncio.sleep(due - time.perf_counter())
        worst = max(worst, time.perf_counter() - due)
        print("beat", end=" ", flush=True)
    print(f"{worst:.1f} seconds late at worst")


async def next_to_a_heart(coroutine):
    await asyncio.gather(heartbeat(), coroutine)


if __name__ == "__main__":
    asyncio.run(next_to_a_heart(bad_coroutine()))
    asyncio.run(next_to_a_heart(good_coroutine()))
    asyncio.run(next_to_a_heart(pooled_coroutine()))
