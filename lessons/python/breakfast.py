"""Two things at once: gather."""

import asyncio
import json
import time


async def brew_coffee():
    print("Starting coffee...")
    await asyncio.sleep(2)
    print("Coffee is ready!")
    return "Coffee"


async def toast_bread():
    print("Starting toast...")
    await asyncio.sleep(1)
    print("Toast is ready!")
    return "Toast"


async def breakfast():
    """Both at the same time: about as long as the longer of the two, max(2, 1) seconds."""
    start = time.perf_counter()
    results = await asyncio.gather(brew_coffee(), toast_bread())
    print(f"Finished in {time.perf_counter() - start:.2f} seconds")
    print(f"Result: {json.dumps(results)}")  # as JSON, for the double quotes


async def one_by_one():
    """One after the other: the sum, 2 + 1 seconds. `async` alone makes nothing concurrent."""
    start = time.perf_counter()
    results = [await brew_coffee(), await toast_bread()]
    print(f"Finished in {time.perf_counter() - start:.2f} seconds")
    print(f"Result: {json.dumps(results)}")


if __name__ == "__main__":
    asyncio.run(breakfast())
    asyncio.run(one_by_one())
