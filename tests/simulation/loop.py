"""Simulated time, and work of which only one piece runs: it lets another go on where that comes first."""

import heapq
from collections.abc import Callable
from itertools import count
from random import Random
from typing import Any

from greenlet import getcurrent, greenlet

MOST_STEPS = 200_000
"""Of one loop; a sequence of runs has some thousands."""


Timer = list[Any]
"""When, what decides at the same instant, which one it is, and what to call."""


def cancel(timer: Timer) -> None:
    """Have nothing happen; the time does not come to it either."""
    timer[3] = None


class Stuck(BaseException):
    """Something goes round for ever, or nobody is left who could wake the one that waits."""


class Loop:
    """What is to happen, in the order of its time; of two things at the same instant the seed has one come first.

    `now` is in seconds since 1970, `steps` counts what happened.
    """

    def __init__(self, random: Random, now: float) -> None:
        self.random = random
        self.now = now
        self.steps = 0
        self.current: Fiber | None = None
        self._ids = count()
        self._heap: list[Timer] = []
        self.waiting = 0

    def after(self, seconds: float, callback: Callable[[], object]) -> "Timer":
        """Have `callback` called by the loop, `seconds` from now."""
        timer: Timer = [self.now + seconds, self.random.random(), next(self._ids), callback]
        heapq.heappush(self._heap, timer)
        return timer

    def comes_next(self, when: float) -> bool:
        """Whether nothing is to happen until then."""
        heap = self._heap
        while heap and heap[0][3] is None:
            heapq.heappop(heap)
        return not heap or when < heap[0][0]

    def run(self) -> None:
        """Let happen all there is. Raises Stuck."""
        while self._heap:
            when, _, _, callback = heapq.heappop(self._heap)
            if callback is None:
                continue
            self.now = max(self.now, when)
            self.step()
            callback()
        if self.waiting:
            raise Stuck(f"{self.waiting} fibers wait for nobody")

    def step(self) -> None:
        """Count a step. Raises Stuck after MOST_STEPS."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise Stuck(f"more than {MOST_STEPS} steps")


class Fiber:
    """Work in a greenlet of its own, which runs only while the loop has switched to it.

    `owner` is what the work is done for; `stopped`, where it is set, is raised in it at its next pause.
    """

    def __init__(self, loop: Loop, work: Callable[[], None], owner: Any = None) -> None:
        self.loop = loop
        self.owner = owner
        self.work = work
        self._greenlet: greenlet | None = None
        self._is_blocked = False

    def start(self) -> None:
        """Have it begin now, when its turn comes."""
        self.loop.waiting += 1
        self.loop.after(0, self._resume)

    def pause(self, seconds: float) -> None:
        """Called by its own work: go on `seconds` later, after all that comes before."""
        loop = self.loop
        when = loop.now + seconds
        if loop.comes_next(when):
            loop.now = when
            loop.step()
            return
        loop.after(seconds, self._resume)
        self._pass_on()

    def block(self) -> None:
        """Called by its own work: go on when somebody calls `wake`."""
        self._is_blocked = True
        self._pass_on()

    def wake(self) -> None:
        """End its `block`, if it is in one."""
        if self._is_blocked:
            self._is_blocked = False
            self.loop.after(0, self._resume)

    def _resume(self) -> None:
        self.loop.current = self
        if self._greenlet is None:
            self._greenlet = greenlet(self._work)
        self._greenlet.parent = getcurrent()
        try:
            self._greenlet.switch()
        finally:
            self.loop.current = None

    def _work(self) -> None:
        try:
            self.work()
        finally:
            self.loop.waiting -= 1

    def _pass_on(self) -> None:
        own = self._greenlet
        if own is None or own.parent is None or own is not getcurrent():
            raise Stuck("paused by other work than its own")
        own.parent.switch()
