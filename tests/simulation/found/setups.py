"""A setup in which nothing is out of the ordinary but what is named."""

from typing import Any

from tests.simulation.schedule import Pair, Setup


def setup(*pairs: Pair, **differently: Any) -> Setup:
    """The plain setup of `pairs`, `differently` in what is named."""
    return Setup(pairs, **differently)
