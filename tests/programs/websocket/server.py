"""A server that prints its port and says what it is told, but for some wishes.

Its argument is the longest message that it takes.
"""

import asyncio
import sys

import websockets


async def wait_on(socket):
    async for message in socket:
        if message == "the bill, please":
            await socket.close(4000, "paid")
        elif message == "ping me, please":
            await (await socket.ping(b"soup"))
            await socket.send("a pong came")
        elif message == "in pieces, please":
            await socket.send(["sóu", "", "p"])
            await socket.send([bytes(range(256))] * 3)
        elif message == "vanish, please":
            socket.transport.abort()
        else:
            await socket.send(message)


async def main():
    server = await websockets.serve(wait_on, "127.0.0.1", 0, max_size=int(sys.argv[1]))
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().create_future()


asyncio.run(main())
