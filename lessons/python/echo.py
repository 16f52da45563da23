"""How a task waits for a socket: an echo server and its guests, all on one thread."""

import asyncio
import json


async def echo(reader, writer):
    """Sends back all that comes, until the guest has gone."""
    while order := await reader.read(1024):
        print(f"Waiter: {order.decode()}!")
        writer.write(order)
        await writer.drain()
    writer.close()


async def guest(address, order):
    reader, writer = await asyncio.open_connection(*address)
    writer.write(order.encode())
    # A stream has no messages, only bytes: so it reads as many as it is to get back.
    echo = await reader.readexactly(len(order))
    writer.close()
    return echo.decode()


async def open_for(orders):
    # Each guest gets a waiter: `start_server` makes a task of `echo` for each connection.
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    address = server.sockets[0].getsockname()
    echoes = await asyncio.gather(*(guest(address, order) for order in orders))
    server.close()
    print(f"Got back: {json.dumps(echoes)}")  # as JSON, for the double quotes


if __name__ == "__main__":
    asyncio.run(open_for(["soup"]))
    asyncio.run(open_for(["soup", "salad", "cake"]))
