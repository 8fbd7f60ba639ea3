"""A target's memory, which another execution may write while a state reads the target."""

from collections.abc import Callable
from typing import Any

import pytest

import read_playlist as reading
import verify_target as verifying
from rediscover.simulator import Simulator
from rediscover_archive.documents import Documents
from rediscover_archive.pairs.adding import Note, keep_note
from rediscover_archive.pairs.memory import Memory, memory_key, recall, remember
from rediscover_archive.pairs.plan import write_plan, write_progress
from rediscover_archive.runs.step import Attempt
from rediscover_archive.settings import Settings
from rediscover_archive.spotify.client import Spotify
from rediscover_archive.spotify.items import Item
from tests.unit.additions import Addition

PLAN = "plans/run/0.json"


def attempt_at(state: str, target: str) -> Attempt[Any]:
    pair = {"index": 0, "target_id": target, "source_ids": [], "options": {}}
    run = {"name": "run", "dry_run": False, "settle_seconds": 0}
    given = {"pair": pair, "run": run, "plan": {"document": PLAN}, "target": {}}
    return Attempt("arn", "run", state, 0, given, Settings.from_environment({"BUCKET": "archive"}))


@pytest.mark.parametrize("state", ["ReadTarget", "VerifyTarget"])
def test_what_another_execution_notes_while_a_target_is_read_is_kept(
    state: str, documents: Documents, simulator: Simulator, spotify: Spotify, monkeypatch: pytest.MonkeyPatch
) -> None:
    addition = Addition(simulator, spotify)
    addition.add()
    target, where = addition.target, memory_key(addition.target, "target")
    theirs = Item(uri=str(simulator.track("Theirs")["uri"]))
    remember(documents, where, Memory(target, 3, [Item(uri=uri) for uri in addition.old], ["old"]), "target")
    write_plan(documents, PLAN, addition.plan)
    write_progress(documents, PLAN, addition.progress)
    module: Any = reading if state == "ReadTarget" else verifying
    work: Callable[..., Any] = module.read_playlist if state == "ReadTarget" else module.verify_target
    name = "read" if state == "ReadTarget" else "verify"
    real = getattr(module, name)
    calls = []

    def read(*given: Any, **options: Any) -> Any:
        calls.append(given)
        found = real(*given, **options)
        if len(calls) == 1:
            simulator.add(target, [str(theirs.uri)])
            simulator.show_as(target, str(theirs.uri), simulator.track("Shown"))
            keep_note(documents, target, Note(sent=(theirs,)), on_top=False)
        return found

    monkeypatch.setattr(module, name, read)
    work(attempt_at(state, target), spotify)
    memory = recall(documents, where, target)
    assert memory is not None
    assert theirs.uri in {item.uri for item in memory.held}
    assert {*addition.old, *addition.new} <= {item.uri for item in memory.held}
