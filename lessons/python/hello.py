"""A coroutine is a value, and does nothing until it is driven."""

import asyncio


async def say_hello():
    print("Hello...")
    await asyncio.sleep(1)
    print("...World!")


async def poll_by_hand():
    """What the loop does with a coroutine: asks it to go on. Only that nobody asks again."""
    hello = say_hello()
    hello.send(None)  # returns at the first await that has to wait
    print("Pending")
    hello.close()


if __name__ == "__main__":
    hello = say_hello()
    print("Called: it prints nothing")
    hello.close()  # without this, Python warns that it was never awaited
    print("Dropped: it has never run")

    asyncio.run(say_hello())
    asyncio.run(poll_by_hand())
