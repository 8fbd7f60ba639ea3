"""What tests of every kind share."""

import os
from collections.abc import Iterator

import pytest

from rediscover.engine import Engine
from rediscover.simulator import Simulator
from tests.support.stack import Stack

for said_of_the_terminal in ("COLUMNS", "LC_ALL", "LC_CTYPE", "LANG", "TERM", "NO_COLOR"):
    os.environ.pop(said_of_the_terminal, None)  # a test says what it needs; readline sets COLUMNS

WAIT_SCALE = 0.02
"""Waits and retries take this part of their time; none is left out."""


@pytest.fixture(scope="session")
def shared_simulator() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def simulator(shared_simulator: Simulator) -> Simulator:
    """A simulated Spotify in which nothing has happened yet."""
    shared_simulator.reset()
    return shared_simulator


@pytest.fixture(scope="module")
def shared_stack(shared_simulator: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    home = tmp_path_factory.mktemp("home")
    parameters = {
        **shared_simulator.parameters,
        "SettleSeconds": "0",
    }
    with Engine(home, parameters, keep_secrets=("AccessTokenSecret",), wait_scale=WAIT_SCALE) as engine:
        yield Stack(engine, home)


@pytest.fixture
def stack(shared_stack: Stack, simulator: Simulator) -> Iterator[Stack]:
    """A stack that remembers nothing, with the listener's credentials stored; no role may be refused anything."""
    shared_stack.renew(simulator)
    shared_stack.engine.denials.clear()
    yield shared_stack
    assert shared_stack.engine.denials == []
