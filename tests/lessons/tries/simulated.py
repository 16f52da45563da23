"""Runs an asyncio program by a clock that jumps, as the lessons do with `--clock simulated`.

    python3 simulated.py PROGRAM.py

Everything else is asyncio's own. The time stands still while the program runs; `time.sleep` moves
it, and so does the loop, when it has nothing to do but to wait. A program that would wait for ever
is ended, and says so.
"""

import asyncio
import runpy
import selectors
import sys
import threading
import time

LATER = 1e-6  # seconds: a real sleep never ends before its time, and always a little after it

now = 0.0
jobs = 0  # how many there are on threads
asleep = []  # until when each of those sleeps that does
moved = threading.Condition()


def move(moment):
    """Lets the time pass, and wakes the threads that have slept until then."""
    global now
    now = max(now, moment) + LATER
    asleep[:] = [until for until in asleep if until > now]
    moved.notify_all()


def sleep(seconds):
    with moved:
        until = now + seconds
        if threading.current_thread() is threading.main_thread():
            move(until)
        else:
            asleep.append(until)
            moved.wait_for(lambda: now > until)


async def to_thread(job, *arguments, on_thread=asyncio.to_thread):
    global jobs
    jobs += 1
    try:
        return await on_thread(job, *arguments)
    finally:
        jobs -= 1


class Selector(selectors.DefaultSelector):
    def select(self, timeout=None):
        ready = super().select(0)
        if timeout == 0:
            return ready
        while not ready and jobs > len(asleep):  # a job is at work, which takes no time
            ready = super().select(0.001)
        if ready:
            return ready
        with moved:
            moments = [*asleep] if timeout is None else [*asleep, now + timeout]
            if moments:
                move(min(moments))
                return []
        # With no socket but its own, by which other threads call it, and with no other thread.
        if len(self.get_map()) == 1 and threading.active_count() == 1:
            sys.exit("asyncio would wait for ever")
        return super().select()


time.sleep = sleep
time.perf_counter = lambda: now
asyncio.to_thread = to_thread
asyncio.BaseEventLoop.time = lambda self: now
selectors.DefaultSelector = Selector
runpy.run_path(sys.argv[1], run_name="__main__")
