"""Clients of an echo server: URL, and which of them. They print "all is well" if it is."""

import asyncio
import os
import sys

import websockets


async def echoes(url):
    async with websockets.connect(url, max_size=None) as socket:
        for size in [0, 1, 125, 126, 65_535, 65_536, 5_000_000]:
            sent = os.urandom(size)
            await socket.send(sent)
            assert await socket.recv() == sent, size
            text = "sóup" * (size // 4)
            await socket.send(text)
            assert await socket.recv() == text, size


async def pieces(url):
    async with websockets.connect(url, max_size=None) as socket:
        sent = [os.urandom(size) for size in [1, 70_000, 0, 3]]
        await socket.send(sent)
        assert await socket.recv() == b"".join(sent)
        # A letter may be parted by the frames.
        await socket.send(["br", "ôt", ""])
        assert await socket.recv() == "brôt"
        await socket.send("in pieces, please")
        assert await socket.recv() == "sóup"
        assert await socket.recv() == bytes(range(256)) * 3


async def pings(url):
    async with websockets.connect(url) as socket:
        for n in range(20):
            # It resolves when the pong with the same bytes is there.
            await (await socket.ping(bytes([n] * n)))
        await socket.send("ping me, please")
        assert await socket.recv() == "pong: soup"


async def bill(url):
    async with websockets.connect(url) as socket:
        await socket.send("the bill, please")
        try:
            await socket.recv()
        except websockets.ConnectionClosed as closed:
            assert closed.rcvd.code == 4000 and closed.rcvd.reason == "paid"
            assert closed.rcvd_then_sent
        else:
            raise AssertionError("it was not closed")


async def leaves(url):
    socket = await websockets.connect(url)
    await socket.close(4001, "not hungry")
    assert socket.close_code == 4001


async def vanishes(url):
    socket = await websockets.connect(url)
    await socket.send("soup")
    assert await socket.recv() == "soup"
    print("all is well", flush=True)
    os._exit(0)


async def crowd(url):
    async def guest(n):
        async with websockets.connect(url) as socket:
            for course in range(20):
                await socket.send(f"guest {n}, course {course}")
                assert await socket.recv() == f"guest {n}, course {course}"

    await asyncio.gather(*(guest(n) for n in range(100)))


asyncio.run(globals()[sys.argv[2]](sys.argv[1]))
print("all is well")
