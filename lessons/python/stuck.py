"""Waiting for what never comes: asyncio hangs, so each program is ended after a second."""

import asyncio


async def forgetful():
    print("Waiting to be woken")
    await asyncio.get_running_loop().create_future()  # of which nobody else knows


async def host():
    """Two guests, each of whom waits for the end of the other; their host waits for nobody."""
    guests = {}

    async def guest(name, other):
        print(f"{name}: after you, {other}")
        # As `await guests[other]`, but that could not even be cancelled: each would cancel the
        # other, until Python's stack is full.
        await asyncio.wait({guests[other]})

    guests["Alice"] = asyncio.create_task(guest("Alice", "Bob"))
    guests["Bob"] = asyncio.create_task(guest("Bob", "Alice"))
    await asyncio.Event().wait()


async def receive(news, request):
    print("Receiver: I wait for the news")
    await news
    request.set_result(None)


async def send(news, request):
    print("Sender: I wait to be asked")
    await request
    news.set_result(None)


async def no_news():
    """A receiver whose sender waits for it."""
    loop = asyncio.get_running_loop()
    news, request = loop.create_future(), loop.create_future()
    both = asyncio.gather(receive(news, request), send(news, request))
    try:
        await asyncio.wait_for(both, 1)
    except TimeoutError:
        print("A second has passed: no news")


async def ended_after_a_second(coroutine):
    """asyncio cannot know that nothing will ever happen: it would sleep for ever."""
    try:
        await asyncio.wait_for(coroutine, 1)
    except TimeoutError:
        pass


if __name__ == "__main__":
    asyncio.run(ended_after_a_second(forgetful()))
    asyncio.run(ended_after_a_second(host()))
    asyncio.run(no_news())
