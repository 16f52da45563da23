"""Queues: without a bound the fast side fills memory, with one it waits; and how they end."""

import asyncio
import time

DISHES = 5
TO_COOK = 0.1  # of a second
TO_SERVE = 1
NO_MORE = None  # a queue of asyncio 3.11 cannot be closed: its last entry says that it is


async def cook(dishes, ends=True):
    """Cooks faster than anybody serves."""
    start, most = time.perf_counter(), 0
    for dish in range(DISHES):
        await asyncio.sleep(TO_COOK)
        await dishes.put(dish)
        most = max(most, dishes.qsize())
    took = time.perf_counter() - start
    print(f"Cook: {DISHES} dishes in {took:.1f} s, up to {most} of them wait")
    if ends:
        await dishes.put(NO_MORE)


async def serve(dishes):
    served = 0
    while await dishes.get() is not NO_MORE:
        await asyncio.sleep(TO_SERVE)
        served += 1
    print(f"Waiter: {served} served, and no cook is left")


async def without_a_bound():
    dishes = asyncio.Queue()
    cooking = asyncio.create_task(cook(dishes))
    await serve(dishes)
    await cooking


async def with_a_bound():
    """Where two wait already, the cook waits as well: that is back-pressure."""
    dishes = asyncio.Queue(2)
    cooking = asyncio.create_task(cook(dishes))
    await serve(dishes)
    await cooking


async def the_end_is_not_told():
    """The waiter's end never comes."""
    dishes = asyncio.Queue(2)
    cooking = asyncio.create_task(cook(dishes, ends=False))
    try:
        await asyncio.wait_for(serve(dishes), 6)
    except TimeoutError:
        print("Six seconds have passed: the waiter still waits")
    await cooking


if __name__ == "__main__":
    asyncio.run(without_a_bound())
    asyncio.run(with_a_bound())
    asyncio.run(the_end_is_not_told())
