"""Cancelling: a coroutine that is cancelled does not finish, and what it had is gone."""

import asyncio


async def speak(pieces):
    """Sends what guests order in pieces, as a socket would: a line may come in two."""
    for piece in ["two ", "soups\n", "one salad\n"]:
        await asyncio.sleep(0.7)
        await pieces.put(piece)
    await pieces.put(None)


def guests():
    heard = asyncio.Queue(1)
    heard.speaker = asyncio.create_task(speak(heard))
    return heard


async def complete(line, guests):
    """Adds to the line until it is whole. Without guests there is none."""
    while not "".join(line).endswith("\n"):
        piece = await guests.get()
        if piece is None:
            return None
        line.append(piece)
    whole = "".join(line).rstrip()
    line.clear()
    return whole


async def read_line(guests):
    """The line is this coroutine's own: who cancels it drops what it has read."""
    return await complete([], guests)


async def select(line):
    """Waits for the line for a second, and cancels it if it has not come."""
    try:
        return await asyncio.wait_for(line, 1)
    except TimeoutError:
        return "A second has passed"


async def line_inside():
    """Each round cancels what was not ready."""
    heard = guests()
    while (line := await select(read_line(heard))) is not None:
        print(line if line.startswith("A second") else f"Order: {line}")


async def line_outside():
    """The same, but what was read outlives the coroutine that reads it."""
    heard, line = guests(), []
    while (whole := await select(complete(line, heard))) is not None:
        print(whole if whole.startswith("A second") else f"Order: {whole}")


async def pay_and_eat(steps):
    steps.append("paid")
    await asyncio.sleep(2)
    steps.append("and eaten")


async def time_out():
    """A timeout cancels what it has waited for. Shielded, only the wait for it is cancelled."""
    dropped, spawned = [], []
    await asyncio.wait({asyncio.create_task(select(pay_and_eat(dropped)))})
    await asyncio.wait({asyncio.create_task(select(asyncio.shield(pay_and_eat(spawned))))})
    await asyncio.sleep(2)
    print(f"Dropped: {' '.join(dropped)}. As a task: {' '.join(spawned)}")


if __name__ == "__main__":
    asyncio.run(line_inside())
    asyncio.run(line_outside())
    asyncio.run(time_out())
