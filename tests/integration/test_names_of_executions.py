"""Whatever an execution is called, its documents are its own."""

import pytest

from rediscover.simulator import Simulator
from rediscover_archive.pairs.plan import run_folder
from tests.support.stack import Stack

pytestmark = pytest.mark.quick

NAMES = ("latest", "..", ".", "failed", "claims", "run", "x" * 80, "Ünï©øde-" + "ж" * 20, "a=b+c@d!e'f(g)")


@pytest.mark.parametrize("name", NAMES)
def test_an_execution_of_any_name_keeps_what_the_others_keep(stack: Stack, simulator: Simulator, name: str) -> None:
    source = simulator.create_playlist("Source", simulator.tracks(3, "First"))
    target = simulator.create_playlist("Archive")
    stack.run(source, target)
    before = stack.documents()
    simulator.add(source, simulator.tracks(2, "Second"))
    execution = stack.ended(stack.start({"pairs": [{"source": source, "target": target}]}, name))
    assert execution.output["pairs"][0]["added"] == 2
    after = stack.documents()
    growing = ("playlists/", "archives/")
    shared = ("claims/run.json", "latest/run.json", *(key for key in before if key.startswith(growing)))
    assert {key: after[key] for key in before if key not in shared} == {
        key: before[key] for key in before if key not in shared
    }
    own = set(after) - set(before)
    assert own == {f"runs/{name}.json", *(f"{run_folder(name)}/0{kind}.json" for kind in ("", ".progress"))}
    assert after["claims/run.json"]["execution"] == execution.arn
    assert after["latest/run.json"]["succeeded_at"] > before["latest/run.json"]["succeeded_at"]


def test_no_two_executions_share_a_folder_and_none_is_a_step_up() -> None:
    folders = [run_folder(name) for name in (*NAMES, "...", "..x", ". .")]
    assert len(set(folders)) == len(folders)
    assert not [one for one in folders if not one.rpartition("/")[2].strip(".")]
