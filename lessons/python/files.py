"""Files: the system's poller refuses them, so a thread of the pool has to wait for them."""

import asyncio
import os
import tempfile
import time


async def ask_the_poller(menu):
    """Asks the system to say when the file can be read, as the loop does for each socket."""
    with open(menu) as file:
        try:
            asyncio.get_running_loop().add_reader(file.fileno(), print)
            print("The poller takes the file")
        except PermissionError:
            print("The poller refuses the file: PermissionDenied")


def read(menu):
    """Reads from a slow disk: it blocks the thread for two seconds."""
    with open(menu) as file:
        text = file.read()
    time.sleep(2)
    return text


async def read_on_the_loop(menu):
    """`async` in front of a call that blocks changes nothing."""
    print(f"Read: {read(menu)}")


async def read_on_the_pool(menu):
    """The same call, while a thread of the pool waits for the disk."""
    print(f"Read: {await asyncio.to_thread(read, menu)}")


async def heart():
    start, worst = time.perf_counter(), 0.0
    for beat in range(1, 4):
        due = start + beat / 2
        await asyncio.sleep(due - time.perf_counter())
        worst = max(worst, time.perf_counter() - due)
        print("beat", end=" ", flush=True)
    print(f"{worst:.1f} seconds late at worst")


async def next_to_a_heart(reading):
    await asyncio.gather(heart(), reading)


if __name__ == "__main__":
    with tempfile.NamedTemporaryFile("w", delete=False) as file:
        file.write("soup, fish, cake")
    asyncio.run(ask_the_poller(file.name))
    asyncio.run(next_to_a_heart(read_on_the_loop(file.name)))
    asyncio.run(next_to_a_heart(read_on_the_pool(file.name)))
    os.remove(file.name)
