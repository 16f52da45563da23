"""Wakers: asyncio's is the callback that a task leaves with the future that it awaits."""

import asyncio
import time

LOOK = 0.04  # of a second: how long a look at the bell takes


class Bell:
    """A bell, and the future of the task that listens."""

    def __init__(self):
        self.has_rung = False
        self.listener = None

    def ring(self):
        print("Ding!")
        self.has_rung = True
        # Nobody else knows that there is something to look at.
        if self.listener is not None:
            self.listener.set_result(None)


async def ring_later(bell):
    await asyncio.sleep(1)
    bell.ring()


async def forgetful(bell):
    """Awaits a future that nobody else has."""
    while not bell.has_rung:
        await asyncio.get_running_loop().create_future()
    print("The waiter comes")


async def spinning(bell):
    """Has itself called again at once, over and over."""
    while not bell.has_rung:
        time.sleep(LOOK)
        await asyncio.sleep(0)
    print("The waiter comes")


async def sleeping(bell):
    """Leaves its future where the bell finds it."""
    while not bell.has_rung:
        bell.listener = asyncio.get_running_loop().create_future()
        await bell.listener
    print("The waiter comes")


async def listen(task):
    bell = Bell()
    try:
        # asyncio cannot know that nothing will ever happen: it would sleep for ever.
        await asyncio.wait_for(asyncio.gather(ring_later(bell), task(bell)), 3)
    except TimeoutError:
        pass


if __name__ == "__main__":
    asyncio.run(listen(forgetful))
    asyncio.run(listen(spinning))
    asyncio.run(listen(sleeping))
