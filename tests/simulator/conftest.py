from collections.abc import Iterator

import pytest

from rediscover.simulator import Simulator
from tests.simulator.client import Client, Clock
from tests.support.scopes import SCOPES_ALL


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def spotify(clock: Clock) -> Iterator[Simulator]:
    with Simulator(clock=clock) as simulator:
        yield simulator


@pytest.fixture
def client(spotify: Simulator) -> Client:
    signed_in = Client(spotify)
    signed_in.sign_in()
    return signed_in


@pytest.fixture
def reader(spotify: Simulator) -> Client:
    """A client whose user also agreed to the scopes of saved tracks and plays."""
    spotify.authorize(SCOPES_ALL)
    signed_in = Client(spotify)
    signed_in.sign_in()
    return signed_in
