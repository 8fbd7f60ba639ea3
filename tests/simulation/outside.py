"""Whatever the functions reach outside of themselves, bound to a simulation instead.

Nothing in functions/ knows of it: wherever one of its modules has the clock, a pool of threads, boto3, an id by chance
or an HTTP exchange by whatever name, it gets the simulation's. So is chance in the simulated Spotify.
"""

import concurrent.futures
import datetime as calendar
import os
import random
import secrets
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FunctionType, ModuleType, SimpleNamespace
from typing import Any, Protocol

from tests.simulation.loop import Fiber, Loop

PAGE, BATCH = 5, 10
"""A tenth of Spotify's, so that a run of two batches has a dozen tracks."""

SCALE = {
    "PAGE": (50, PAGE),
    "MOST_PER_PAGE": (50, PAGE),
    "FIRST": (100, BATCH),
    "BATCH": (100, BATCH),
    "EMBEDDED_ITEMS": (100, BATCH),
    "MOST_ADDED_AT_ONCE": (100, BATCH),
    "VISIBLE_PLAYS": (50, PAGE),
}
"""By the names that the functions and the simulated Spotify have for them."""

ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "POWERTOOLS_SERVICE_NAME": "simulated",
    "BUCKET": "bucket",
    "CREDENTIALS_SECRET": "credentials",
    "ACCESS_TOKEN_SECRET": "tokens",
}


class Simulated(Protocol):
    """What stands in for the outside."""

    loop: Loop

    def sleep(self, seconds: float) -> None:
        """As time.sleep."""

    def client(self, service: str) -> Any:
        """As boto3.client."""

    def exchange(self, session: object, method: str, url: str, **arguments: Any) -> Any:
        """As rediscover_archive.spotify.http.request."""


class Present:
    """The simulation that is under way; there is one at a time in a process."""

    now: Simulated


def _loop() -> Loop:
    return Present.now.loop


class _Datetime(calendar.datetime):
    @classmethod
    def now(cls, tz: calendar.tzinfo | None = None) -> "_Datetime":
        return cls.fromtimestamp(_loop().now, tz)


class Semaphore:
    """As threading's, for fibers."""

    def __init__(self, value: int) -> None:
        self._free = value
        self._waiting: list[Fiber] = []

    def __enter__(self) -> None:
        while not self._free:
            fiber = _fiber()
            self._waiting.append(fiber)
            fiber.block()
        self._free -= 1

    def __exit__(self, *_: object) -> None:
        self._free += 1
        if self._waiting:
            self._waiting.pop(0).wake()


class Pool:
    """As ThreadPoolExecutor, of fibers."""

    def __init__(self, max_workers: int) -> None:
        self._most = max_workers
        self._waiting: list[Fiber] = []
        self._running = 0
        self._parent: Fiber | None = None

    def __enter__(self) -> "Pool":
        return self

    def submit(self, work: Callable[..., Any], *arguments: Any) -> "concurrent.futures.Future[Any]":
        """Have it done by one of the pool's fibers."""
        future: concurrent.futures.Future[Any] = concurrent.futures.Future()

        def run() -> None:
            try:
                future.set_result(work(*arguments))
            except BaseException as error:
                future.set_exception(error)
            self._running -= 1
            self._go_on()

        self._waiting.append(Fiber(_loop(), run, _fiber().owner))
        self._go_on()
        return future

    def __exit__(self, *_: object) -> None:
        self._parent = _fiber()
        while self._running:
            self._parent.block()

    def _go_on(self) -> None:
        while self._waiting and self._running < self._most:
            self._running += 1
            self._waiting.pop(0).start()
        if not self._running and self._parent:
            self._parent.wake()


def _fiber() -> Fiber:
    fiber = _loop().current
    assert fiber is not None, "a function runs in a fiber"
    return fiber


def _uuid4() -> uuid.UUID:
    return uuid.UUID(int=_loop().random.getrandbits(128), version=4)


def _clock() -> SimpleNamespace:
    def now() -> float:
        return _loop().now

    return SimpleNamespace(time=now, monotonic=now, sleep=lambda seconds: Present.now.sleep(seconds))


def _stand_ins() -> dict[int, Any]:
    """By the identity of what they stand in for."""
    from rediscover_archive.clients import client
    from rediscover_archive.spotify.http import request

    return {
        id(time): _clock(),
        id(calendar.datetime): _Datetime,
        id(uuid.uuid4): _uuid4,
        id(random): SimpleNamespace(randint=lambda low, high: _loop().random.randint(low, high)),
        id(secrets): SimpleNamespace(token_hex=lambda size: f"{_loop().random.getrandbits(8 * size):0{2 * size}x}"),
        id(concurrent.futures.ThreadPoolExecutor): Pool,
        id(threading): SimpleNamespace(Lock=threading.Lock, RLock=threading.RLock, Semaphore=Semaphore),
        id(client): lambda service: Present.now.client(service),
        id(request): lambda *given, **arguments: Present.now.exchange(*given, **arguments),
    }


Undo = list[Callable[[], None]]

LIMITS: dict[str, list[ModuleType]] = {"CAP": [], "NEARLY_FULL": []}
"""What a playlist takes, by the names that the functions have for it, and where they have it while they are bound."""


def playlists_take(cap: int) -> None:
    """Have the functions count on so many items of a playlist at most; on 5 % fewer, one is nearly full."""
    for name, most in (("CAP", cap), ("NEARLY_FULL", cap - cap // 20)):
        for module in LIMITS[name]:
            setattr(module, name, most)


def _bind(owner: Any, name: str, value: Any, undo: Undo) -> None:
    before = getattr(owner, name)
    undo.append(lambda: setattr(owner, name, before))
    setattr(owner, name, value)


def _bind_module(module: ModuleType, stand_ins: dict[int, Any], undo: Undo) -> None:
    for name, value in list(vars(module).items()):
        if id(value) in stand_ins:
            _bind(module, name, stand_ins[id(value)], undo)


def _scale_module(module: ModuleType, undo: Undo) -> None:
    for name, value in list(vars(module).items()):
        if name in SCALE and value == SCALE[name][0]:
            _bind(module, name, SCALE[name][1], undo)
        elif name in LIMITS:
            _bind(module, name, value, undo)
            LIMITS[name].append(module)
        elif isinstance(value, FunctionType) and value.__module__ == module.__name__:
            _bind_defaults(value, undo)
        elif isinstance(value, type) and value.__module__ == module.__name__:
            for method in vars(value).values():
                if isinstance(method, FunctionType):
                    _bind_defaults(method, undo)


def _bind_defaults(function: FunctionType, undo: Undo) -> None:
    """A default that was PAGE when the module was read."""
    given = function.__defaults__ or ()
    if any(one == SCALE["PAGE"][0] and type(one) is int for one in given):
        _bind(function, "__defaults__", tuple(PAGE if one == SCALE["PAGE"][0] else one for one in given), undo)


@contextmanager
def bound(functions: str, *, scaled: bool = True) -> Iterator[None]:
    """The modules in the folder `functions` and the simulated Spotify, bound to `Present.now` while it lasts."""
    from rediscover_archive.runs.log import logger
    from rediscover_archive.runs.measure import metrics

    undo: Undo = []
    environment = {name: os.environ.get(name) for name in ENVIRONMENT}
    os.environ.update(ENVIRONMENT)
    level = logger.log_level
    logger.setLevel("CRITICAL")
    # They are one for all functions of a process, and print.
    _bind(metrics, "add_metric", lambda **_: None, undo)
    _bind(metrics.provider, "flush_metrics", lambda **_: None, undo)
    stand_ins = _stand_ins()
    for name, module in list(sys.modules.items()):
        if name.startswith("rediscover.simulator") or str(getattr(module, "__file__", "")).startswith(functions):
            _bind_module(module, stand_ins, undo)
            if scaled:
                _scale_module(module, undo)
    try:
        yield
    finally:
        for one in reversed(undo):
            one()
        for modules in LIMITS.values():
            modules.clear()
        logger.setLevel(level)
        for name, value in environment.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
