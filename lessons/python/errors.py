"""One of several fails: what becomes of the others, in three ways."""

import asyncio
import time


class Burnt(Exception):
    pass


async def soup():
    await asyncio.sleep(2)
    print("The soup is ready")
    return "soup"


async def fish():
    await asyncio.sleep(1)
    raise Burnt("burnt fish")


async def cake():
    await asyncio.sleep(3)
    print("The cake is ready")
    return "cake"


async def first_error():
    """Returns at the first error, and leaves the others to themselves."""
    start = time.perf_counter()
    try:
        print(f"Served: {', '.join(await asyncio.gather(soup(), fish(), cake()))}")
    except Burnt as why:
        print(f"Nothing is served: {why}, after {time.perf_counter() - start:.0f} s")
    await asyncio.sleep(2.5)  # the kitchen is open


async def all_results():
    """Waits for all of them, whatever comes."""
    start = time.perf_counter()
    menu = await asyncio.gather(soup(), fish(), cake(), return_exceptions=True)
    served = ", ".join(str(dish) for dish in menu)
    print(f"Served: {served}, after {time.perf_counter() - start:.0f} s")


async def cancel_the_others():
    """The first error cancels the others, and all are over when the group is."""
    start = time.perf_counter()
    try:
        async with asyncio.TaskGroup() as group:
            dishes = [group.create_task(dish()) for dish in (soup, fish, cake)]
        print(f"Served: {', '.join(dish.result() for dish in dishes)}")
    except* Burnt as why:
        [why] = why.exceptions
        print(f"Nothing is served: {why}, after {time.perf_counter() - start:.0f} s")
    await asyncio.sleep(2.5)


if __name__ == "__main__":
    asyncio.run(first_error())
    asyncio.run(all_results())
    asyncio.run(cancel_the_others())
