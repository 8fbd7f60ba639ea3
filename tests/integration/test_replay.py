"""Weeks of a changing playlist, one run a week."""

import gzip
import json
from pathlib import Path

import pytest

from rediscover.simulator import Simulator
from tests.support.stack import Stack

pytestmark = pytest.mark.quick

REAL = Path(__file__).parents[3] / "shared" / "data" / "new_music_friday.jsonl.gz"
VERSIONS = 12

Version = list[tuple[str, str, list[str]]]


def real_versions() -> list[Version]:
    with gzip.open(REAL, "rt", encoding="utf-8") as lines:
        versions = [json.loads(line)["tracks"] for line, _ in zip(lines, range(VERSIONS), strict=False)]
    return [
        [(track["id"], track["name"], [artist["name"] for artist in track["artists"]]) for track in version]
        for version in versions
    ]


def invented_versions() -> list[Version]:
    """Each week keeps a third of the week before, repeats one of long ago, and shuffles."""
    versions = []
    for week in range(VERSIONS):
        numbers = [*range(week * 20, week * 20 + 30), 0]
        tracks = [(f"{number:022d}", f"Song {number}", ["Someone"]) for number in numbers]
        versions.append(tracks[week % 7 :] + tracks[: week % 7])
    return versions


def _replay(stack: Stack, simulator: Simulator, versions: list[Version], *, clear: bool) -> None:
    source = simulator.create_playlist("New Music Friday copy")
    target = simulator.create_playlist("Archive")
    first_seen: dict[str, None] = {}
    for version in versions:
        items = [simulator.track(name, artists, id=id) for id, name, artists in version]
        simulator.replace(source, items)
        seen_before = len(first_seen)
        first_seen |= dict.fromkeys(str(item["uri"]) for item in items)
        simulator.forget_requests()
        pair = stack.run(source, target, clear_source=clear).output["pairs"][0]
        assert pair["added"] == len(first_seen) - seen_before
        assert pair["verified"]
        assert simulator.requests_count() <= 8 + 3 * clear
        assert simulator.uris(source) == ([] if clear else [item["uri"] for item in items])
    assert simulator.uris(target) == list(first_seen)


@pytest.mark.parametrize("clear", [False, True])
@pytest.mark.skipif(not REAL.exists(), reason=f"the recorded playlist {REAL.name} is not beside this checkout")
def test_real_weeks_are_archived_each_track_once_in_first_seen_order(
    stack: Stack, simulator: Simulator, clear: bool
) -> None:
    versions = real_versions()
    assert len(versions) >= 10
    _replay(stack, simulator, versions, clear=clear)


@pytest.mark.parametrize("clear", [False, True])
def test_invented_weeks_are_archived_each_track_once_in_first_seen_order(
    stack: Stack, simulator: Simulator, clear: bool
) -> None:
    _replay(stack, simulator, invented_versions(), clear=clear)
