"""Large playlists: what passes between states stays small."""

import pytest

from rediscover.simulator import Simulator
from tests.support.few import SOAK
from tests.support.stack import Execution, Stack

pytestmark = pytest.mark.quick

LIMIT = 262_144
"""Most bytes of a state's input or output (Step Functions, quotas)."""


LARGE = 10_000 if SOAK else 2_000
"""Tracks whose URIs alone are more than what passes between states."""


def largest_payload(execution: Execution) -> int:
    """Bytes of the largest input or output of a state."""
    payloads = [
        details[key]
        for event in execution.history
        for details in event.values()
        if isinstance(details, dict)
        for key in ("input", "output")
        if key in details
    ]
    assert len(payloads) > 20
    return max(len(payload.encode()) for payload in payloads)


def test_a_thousand_new_tracks_go_into_a_large_archive(stack: Stack, simulator: Simulator) -> None:
    simulator.settings.update(playlist_cap=11_000)
    source = simulator.create_playlist("Source", simulator.tracks(1000, "New"))
    target = simulator.create_playlist("Archive", simulator.tracks(LARGE, "Old"))
    execution = stack.run(source, target, max_new=1000)
    print(f"largest payload {largest_payload(execution)} bytes, {simulator.requests_count()} requests")
    assert execution.output["pairs"][0]["added"] == 1000
    assert simulator.uris(target)[LARGE:] == simulator.uris(source)
    assert simulator.most_in_flight <= 8
    assert largest_payload(execution) < LIMIT / 8


def test_forty_failed_pairs_fit_into_the_state(stack: Stack) -> None:
    pairs = [{"source": f"{n:022d}", "target": f"{n + 100:022d}"} for n in range(40)]
    execution = stack.ended(stack.start({"pairs": pairs}), seconds=120)
    assert execution.error == "PlaylistNotFound"
    assert str(execution.cause).startswith("40 of 40 pairs failed.")
    assert largest_payload(execution) < LIMIT / 2


def test_forty_pairs_with_the_widest_names_fit_into_the_state(stack: Stack, simulator: Simulator) -> None:
    wide = "𝄞" * 200
    tracks = [simulator.track(f"{n}{wide}", [wide]) for n in range(12)]
    sources = [simulator.create_playlist(f"Source {n}", tracks) for n in range(40)]
    targets = [simulator.create_playlist(f"Archive {n}") for n in range(40)]
    pairs = [{"source": source, "target": target} for source, target in zip(sources, targets, strict=True)]
    execution = stack.ended(stack.start({"pairs": pairs, "dry_run": True}), seconds=120)
    assert execution.output["outcome"] == "dry_run"
    assert largest_payload(execution) < LIMIT * 3 / 4
