"""What tests of every kind share."""

import gc
import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.loaders import JSONFileLoader

from rediscover.engine import Engine
from rediscover.simulator import Simulator
from tests.simulation.quick import QuickStack, quick_stack
from tests.support.few import SOAK
from tests.support.homes import new_home
from tests.support.stack import Stack
from tests.support.warm import Warm

for said_of_the_terminal in ("COLUMNS", "LC_ALL", "LC_CTYPE", "LANG", "TERM", "NO_COLOR"):
    os.environ.pop(said_of_the_terminal, None)  # a test says what it needs; readline sets COLUMNS

gc.set_threshold(10_000, 10, 10)  # by Python's own, a fifth of the tests' time goes into looking for garbage

WAIT_SCALE = 0.02
"""Waits and retries take this part of their time; none is left out."""


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is loaded with the tests stays: it is not looked through for garbage again and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session", autouse=True)
def endpoints_read_once() -> Iterator[None]:
    """Each boto3 session, and so each command and engine, would read botocore's list of AWS's endpoints again."""
    read = JSONFileLoader.load_file
    kept: dict[str, Any] = {}

    def load_file(self: JSONFileLoader, path: str) -> Any:
        if "service-2" in path or path not in kept:  # a client changes its service's description
            kept[path] = read(self, path)
        return kept[path]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JSONFileLoader, "load_file", load_file)
        yield


@pytest.fixture(scope="session")
def shared_simulator() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def quick(request: pytest.FixtureRequest) -> Iterator[QuickStack | None]:
    """The stack without an engine, for a test that is marked so."""
    marked = {mark.name for mark in request.node.iter_markers()}
    if SOAK or "quick" not in marked or "engine" in marked:
        yield None
        return
    with quick_stack() as stack:
        yield stack


@pytest.fixture
def simulator(request: pytest.FixtureRequest, quick: QuickStack | None) -> Simulator:
    """A simulated Spotify in which nothing has happened yet."""
    if quick:
        return quick.simulator
    shared: Simulator = request.getfixturevalue("shared_simulator")
    shared.reset()
    return shared


@pytest.fixture(scope="session")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where all processes of tests keep what engines have parsed."""
    folder = tmp_path_factory.getbasetemp()
    return (folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "parsed"


@pytest.fixture
def home(tmp_path: Path, parsed: Path) -> Iterator[Path]:
    """A home for a command that starts an engine."""
    with new_home(tmp_path / "home", parsed) as home:
        yield home


@pytest.fixture(scope="module")
def shared_home(tmp_path_factory: pytest.TempPathFactory, parsed: Path) -> Iterator[Path]:
    with new_home(tmp_path_factory.mktemp("home"), parsed) as home:
        yield home


@pytest.fixture(scope="module")
def shared_stack(shared_simulator: Simulator, shared_home: Path) -> Iterator[Stack]:
    parameters = {
        **shared_simulator.parameters,
        "SettleSeconds": "0",
    }
    with Engine(shared_home, parameters, keep_secrets=("AccessTokenSecret",), wait_scale=WAIT_SCALE) as engine:
        yield Stack(engine, shared_home)


@pytest.fixture
def stack(
    request: pytest.FixtureRequest, quick: QuickStack | None, simulator: Simulator
) -> Iterator[Stack | QuickStack]:
    """A stack that remembers nothing, with the listener's credentials stored; no role may be refused anything."""
    if quick:
        quick.renew(simulator)
        yield quick
        return
    shared_stack: Stack = request.getfixturevalue("shared_stack")
    shared_stack.renew(simulator)
    shared_stack.engine.denials.clear()
    yield shared_stack
    assert shared_stack.engine.denials == []


@pytest.fixture
def warm(stack: Stack, simulator: Simulator) -> Warm:
    """A home in which nothing has happened yet, and commands in it that start no engine."""
    return Warm(stack, simulator)
