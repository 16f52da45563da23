"""A loop in a loop: why not, what a nested wait eats, and how two loops talk."""

import asyncio
import threading
import time


async def bake():
    await asyncio.sleep(1)
    return "baked"


async def run_in_run():
    """A library that hides a `run` is called from a task."""
    cake = bake()
    try:
        print(f"The cake is {asyncio.run(cake)}")
    except RuntimeError:
        print("Refused: this thread has a loop already")
    cake.close()


def block_on(cake):
    """Waits for a task by blocking the thread, as long as its patience lasts."""
    for _ in range(3):
        if cake.done():
            return cake.result()
        time.sleep(1)
    return "not baked: I give up"


async def block_on_in_a_task():
    """This keeps the thread: the loop cannot run the task that it waits for."""
    print(f"The cake is {block_on(asyncio.create_task(bake()))}")


async def await_in_a_task():
    cake = asyncio.create_task(bake())
    print(f"The cake is {await cake}")


async def heart():
    """A heart that should beat after a second."""
    due = time.perf_counter() + 1
    await asyncio.sleep(1)
    print(f"The heart beats {time.perf_counter() - due:.0f} s late")


async def next_to_a_heart(coroutine):
    await asyncio.gather(heart(), coroutine)


class Bakery(threading.Thread):
    """A loop of its own, on a thread of its own."""

    def __init__(self):
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.start()

    def run(self):
        self.loop.run_forever()
        self.loop.close()

    async def bake(self, order):
        return f"The {order} is baked, on the other loop"


async def two_loops():
    """Two loops talk by futures of threads: run_coroutine_threadsafe makes one."""
    bakery = Bakery()
    for cake in ["tart", "pie"]:
        baked = asyncio.run_coroutine_threadsafe(bakery.bake(cake), bakery.loop)
        print(await asyncio.wrap_future(baked))
    bakery.loop.call_soon_threadsafe(bakery.loop.stop)
    bakery.join()


if __name__ == "__main__":
    asyncio.run(run_in_run())
    asyncio.run(next_to_a_heart(block_on_in_a_task()))
    asyncio.run(next_to_a_heart(await_in_a_task()))
    asyncio.run(two_loops())
