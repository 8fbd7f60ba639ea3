"""What tests of every kind share."""

from collections.abc import Iterator

import pytest

from rediscover.simulator import Simulator


@pytest.fixture(scope="session")
def _simulator() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def simulator(_simulator: Simulator) -> Simulator:
    """A simulated Spotify in which nothing has happened yet."""
    _simulator.reset()
    return _simulator
