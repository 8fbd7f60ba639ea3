"""A run that waits while a new release is deployed goes on with its functions."""

import json
from pathlib import Path
from typing import Any

import pytest

from rediscover.simulator import Simulator
from tests.integration.released import FOLDER, SOURCE, TARGET, TRACKS, Replay
from tests.support.stack import Stack

RELEASES = sorted(FOLDER.glob("*.json"))


def moments(release: Path) -> list[dict[str, Any]]:
    recorded: list[dict[str, Any]] = json.loads(release.read_text())
    return recorded


CASES = [
    pytest.param(moment, id=f"{release.stem} {number} {moment['state']}")
    for release in RELEASES
    for number, moment in enumerate(moments(release))
]


@pytest.mark.parametrize("moment", CASES)
def test_a_run_of_an_older_release_is_completed_from_every_state(
    stack: Stack, simulator: Simulator, moment: dict[str, Any]
) -> None:
    replay = Replay(stack.engine, simulator)
    replay.set_up()
    replay.restore(moment)
    told = replay.go_on(moment["state"], moment["given"], moment["whole"])
    assert not told["failed"], told["cause"]
    (pair,) = told["output"]["pairs"]
    assert (pair["source"], pair["target"], pair["added"], pair["target_total"]) == (SOURCE, TARGET, TRACKS, TRACKS + 3)
    everything = [track["uri"] for track in simulator.tracks(TRACKS, "Released")]
    assert simulator.uris(TARGET)[3:] == everything


def test_the_recorded_runs_take_every_state_and_a_wait() -> None:
    for release in RELEASES:
        recorded = moments(release)
        assert {moment["state"] for moment in recorded} == {
            *("Prepare", "RefreshToken", "ReadSource", "ReadTarget", "SelectNewTracks", "AddTracks"),
            *("VerifyTarget", "Summarize"),
        }
        assert any(moment["given"].get("again") for moment in recorded)
