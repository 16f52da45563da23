"""The lost wake-up: between a look at what one waits for and the future that one leaves."""

import asyncio
import threading
import time

PATIENCE = 2  # seconds: how long one waits for a letter before one gives up


class LetterBox:
    """A letter box, which two threads use."""

    def __init__(self):
        self.has_letter = False
        self.waker = None

    def deliver(self):
        """What the postman does: puts the letter in, then calls whoever has left a waker."""
        self.has_letter = True
        if self.waker is None:
            self.came = "puts a letter in, and finds no waker"
        else:
            self.waker()
            self.came = "puts a letter in, and calls the waker"

    def look(self):
        print(f"I look: {'a letter!' if self.has_letter else 'no letter'}")
        return self.has_letter

    def register(self):
        """Returns what to await: it is done when the waker is called."""
        print("I leave my waker")
        loop = asyncio.get_running_loop()
        called = asyncio.Event()
        self.waker = lambda: loop.call_soon_threadsafe(called.set)
        return called.wait()


def postman_comes(letter_box):
    """All of his steps, on his own thread, before the next of ours."""
    postman = threading.Thread(target=letter_box.deliver)
    postman.start()
    postman.join()
    print(f"        The postman {letter_box.came}")


async def look_first(letter_box):
    """Who looks first leaves a gap between the look and the waker."""
    while not letter_box.look():
        postman_comes(letter_box)
        await letter_box.register()


async def waker_first(letter_box):
    """Who leaves the waker first cannot miss him: not if he comes before the look,"""
    called = letter_box.register()
    postman_comes(letter_box)
    if not letter_box.look():
        await called
    called.close()


async def waker_first_he_later(letter_box):
    """and not if he comes after it."""
    called = letter_box.register()
    while not letter_box.look():
        postman_comes(letter_box)
        await called
        called = letter_box.register()
    called.close()


async def wait(letter):
    start = time.perf_counter()
    try:
        await asyncio.wait_for(letter(LetterBox()), PATIENCE)
        came = "I have it"
    except TimeoutError:
        came = "I give up"
    print(f"{came} after {time.perf_counter() - start:.0f} seconds")


if __name__ == "__main__":
    asyncio.run(wait(look_first))
    asyncio.run(wait(waker_first))
    asyncio.run(wait(waker_first_he_later))
