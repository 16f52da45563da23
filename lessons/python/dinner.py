"""The cook: what can go on while one waits."""

import asyncio
import time

MINUTE = 0.1  # of a second: a minute in this kitchen
VEGETABLES = ["onions", "carrots", "celery"]


def chop(vegetable):
    """Chopping is work: it takes the cook's own hands, and so the thread."""
    time.sleep(2 * MINUTE)
    print(f"Chopped the {vegetable}")


async def stare_then_chop():
    """Stares at the pot until the water boils, then chops: 10 + 6 minutes."""
    start = time.perf_counter()
    print("The water is on")
    time.sleep(10 * MINUTE)
    print("The water boils: in goes the pasta")
    for vegetable in VEGETABLES:
        chop(vegetable)
    print(f"Dinner took {(time.perf_counter() - start) / MINUTE:.0f} minutes")


async def heat_water():
    """The pot needs nobody while it heats."""
    print("The water is on")
    await asyncio.sleep(10 * MINUTE)
    print("The water boils: in goes the pasta")


async def chop_vegetables():
    for vegetable in VEGETABLES:
        chop(vegetable)
        await asyncio.sleep(0)  # a look at the pot


async def chop_meanwhile():
    """Chops while the water heats, and switches back when it boils: max(10, 6) minutes."""
    start = time.perf_counter()
    await asyncio.gather(heat_water(), chop_vegetables())
    print(f"Dinner took {(time.perf_counter() - start) / MINUTE:.0f} minutes")


if __name__ == "__main__":
    asyncio.run(stare_then_chop())
    asyncio.run(chop_meanwhile())
