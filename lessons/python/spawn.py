"""Spawning: when a task starts, where it runs, and what becomes of it without its handle."""

import asyncio
import threading
import time

kept = set()  # the loop has only weak references: a task that nobody keeps may vanish


async def bake(cake):
    """Bakes for a second; returns the thread that did it."""
    print(f"{cake}: into the oven")
    await asyncio.sleep(1)
    print(f"{cake}: baked")
    return threading.get_ident()


async def keep_busy():
    """Spawns, and works on for two seconds: to spawn is only to queue."""
    start = time.perf_counter()
    cake = asyncio.create_task(bake("Cake"))
    print("Spawned")
    time.sleep(2)
    print(f"Two seconds later it is baked: {str(cake.done()).lower()}")
    baker = await cake
    print(f"Awaited: it took {time.perf_counter() - start:.0f} seconds")
    print(f"On a thread of its own: {str(baker != threading.get_ident()).lower()}")


async def drop_the_handle():
    """Without its handle a task runs on, but only until the run ends."""
    kept.add(asyncio.create_task(bake("Tart")))
    await asyncio.sleep(2)
    kept.add(asyncio.create_task(bake("Bread")))
    await asyncio.sleep(0.5)
    print("The cook goes home")


async def burn():
    raise RuntimeError("it is burnt")


async def ask_the_handle():
    """A task that fails tells it to whoever awaits its handle."""
    roast = asyncio.create_task(burn())
    await asyncio.sleep(0)
    print(f"The roast is done, and nobody has asked: {str(roast.done()).lower()}")
    try:
        await roast
    except RuntimeError as why:
        print(f"Asked: {why}")


if __name__ == "__main__":
    asyncio.run(keep_busy())
    asyncio.run(drop_the_handle())
    asyncio.run(ask_the_handle())
