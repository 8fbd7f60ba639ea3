"""A setup in which nothing is out of the ordinary but what is named."""

from tests.simulation.schedule import Pair, Setup

PLAIN = {
    "settle": 5,
    "items_lag": 0,
    "snapshot_lag": 0,
    "listing_lag": 0,
    "rotates": False,
    "token_seconds": 3600,
    "consent_age": 0,
    "most_rows": 100,
}


def setup(*pairs: Pair, **differently: float | str) -> Setup:
    """The plain setup of `pairs`, `differently` in what is named."""
    return Setup(**{"pairs": pairs, **PLAIN, **differently})  # type: ignore[arg-type]  # by name
