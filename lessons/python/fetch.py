"""The common mistake once more: a library that waits for the network itself stops everything."""

import asyncio
import concurrent.futures
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

REQUESTS = 10
THREADS = 32  # of the pool, as in Short Order


class SlowKitchen(BaseHTTPRequestHandler):
    """Takes a second for each answer, however many it has to give."""

    def do_GET(self):
        time.sleep(1)
        self.send_response(200)
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"dish")

    def log_message(self, format, *args):
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = REQUESTS  # so many may come at once


# The server is here: whatever proxy the environment names cannot reach it.
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def get(url):
    """As `requests.get`: it knows of no loop, and holds its thread until the answer is there."""
    with direct.open(url) as answer:
        return answer.read().decode()


def serve(dish):
    print(dish, end=" ", flush=True)


async def bad_fetch(address):
    # This blocks everything! That it stands in an async function does not help.
    serve(get("http://{}:{}/".format(*address)))


async def good_fetch(address):
    # At each await it gives control back to the loop.
    reader, writer = await asyncio.open_connection(*address)
    host = "{}:{}".format(*address)
    writer.write(f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    _, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    serve(body.decode())


async def pooled_fetch(address):
    # The same blocking call as the bad one's, but a thread of the pool is blocked by it.
    serve(await asyncio.to_thread(get, "http://{}:{}/".format(*address)))


async def heartbeat():
    """Beats as long as it gets its turn, until it is cancelled."""
    while True:
        await asyncio.sleep(0.3)
        print("beat", end=" ", flush=True)


async def next_to_a_heart(fetch, address):
    """Ten of them at once."""
    # asyncio's has as many as the machine has cores, and four more: too few on a small one.
    pool = concurrent.futures.ThreadPoolExecutor(THREADS)
    asyncio.get_running_loop().set_default_executor(pool)
    start = time.perf_counter()
    heart = asyncio.create_task(heartbeat())
    await asyncio.gather(*(fetch(address) for _ in range(REQUESTS)))
    heart.cancel()
    print(f"after {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    # On a thread of its own: on the loop of its clients it could not answer one that blocks.
    server = Server(("127.0.0.1", 0), SlowKitchen)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    asyncio.run(next_to_a_heart(bad_fetch, server.server_address))
    asyncio.run(next_to_a_heart(good_fetch, server.server_address))
    asyncio.run(next_to_a_heart(pooled_fetch, server.server_address))
