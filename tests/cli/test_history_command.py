"""`rediscover history`, on saved executions."""

import io
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from rich.console import Console

from rediscover.commands.history import history
from rediscover.errors import UnknownExecution
from tests.cli.recordings import load

OUTPUT = {"outcome": "nothing_new", "pairs": [{"added": 0}], "spotify_requests": 2, "reauthorize_by": None}


class Recorded:
    """Executions as a home, or AWS, would list them."""

    def __init__(self, *executions: dict[str, Any]) -> None:
        self._executions = list(executions)

    def all(self) -> list[dict[str, Any]]:
        return self._executions

    def described(self, execution: Mapping[str, Any]) -> dict[str, Any]:
        return dict(execution)

    def page(self, _: Mapping[str, Any]) -> None:
        return None

    def events(self, _: Mapping[str, Any]) -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = load("nested-maps")["events"]
        return events


def execution(name: str, **changes: Any) -> dict[str, Any]:
    described: dict[str, Any] = load("nested-maps")["execution"]
    arn = f"arn:aws:states:us-east-1:123456789012:execution:rediscover:{name}"
    return {**described, "name": name, "executionArn": arn, "output": json.dumps(OUTPUT), **changes}


def shown(past: Recorded, wanted: str | None = None, *, io_shown: bool = False, as_json: bool = False) -> str:
    out = Console(file=io.StringIO(), width=80, highlight=False, markup=False, emoji=False)
    assert history(past, wanted, io=io_shown, as_json=as_json, out=out) == 0
    assert isinstance(out.file, io.StringIO)
    return out.file.getvalue()


def test_the_list_shows_what_came_of_each_execution_at_80_columns() -> None:
    added = {**OUTPUT, "outcome": "added", "pairs": [{"added": 26}, {"added": 4}]}
    text = shown(
        Recorded(
            execution("20261122-220000-aaaaaa", output=json.dumps(added)),
            execution("20261115-220000-bbbbbb"),
            execution("20261108-220000-cccccc", output=None, status="FAILED", error="PlaylistNotFound"),
        )
    )
    header, first, second, third = text.splitlines()
    assert header.split() == ["Execution", "Started", "Took", "Added", "Result"]
    assert re.match(r"20261122-220000-aaaaaa +2026-11-2\d \d\d:\d\d +2\.6 s +30 +added", first)
    assert re.search(r" 0 +nothing new", second)
    assert re.search(r"FAILED: PlaylistNotFound", third)
    assert max(map(len, text.splitlines())) <= 80


def test_long_names_are_shown_as_far_as_they_are_needed_to_tell_them_apart() -> None:
    long = "0b9f6d3c-0000-4000-8000-0"
    past = Recorded(execution(f"{long}1_x"), execution(f"{long}2_x"), execution("8" * 70))
    names = [line.split()[0] for line in shown(past).splitlines()[1:]]
    assert names == [f"{long}1", f"{long}2", "8" * 24]
    assert all("SUCCEEDED" in shown(past, name) for name in names)


def test_no_executions_yet_is_said() -> None:
    assert shown(Recorded()) == "No executions yet.\n"
    assert json.loads(shown(Recorded(), as_json=True)) == []


def test_the_list_as_json() -> None:
    (one,) = json.loads(shown(Recorded(execution("monday")), as_json=True))
    assert one == {
        "execution": "monday",
        "started": "2026-11-22T22:10:58.555000+00:00",
        "stopped": "2026-11-22T22:11:01.170000+00:00",
        "status": "SUCCEEDED",
        "outcome": "nothing_new",
        "added": 0,
        "error": None,
    }


@pytest.mark.parametrize(
    "wanted", ["monday-2", "monday-2x", "arn:aws:states:us-east-1:123456789012:execution:rediscover:monday-2x"]
)
def test_an_execution_is_found_by_name_beginning_or_arn(wanted: str) -> None:
    text = shown(Recorded(execution("monday-1"), execution("monday-2x")), wanted)
    assert text.startswith("monday-2x  SUCCEEDED  2.6 s\n✔ Prepare")


def test_a_name_that_is_the_beginning_of_another_is_found() -> None:
    assert shown(Recorded(execution("monday"), execution("monday-2")), "monday").startswith("monday  SUCC")


def test_an_unknown_or_ambiguous_name_is_said() -> None:
    past = Recorded(execution("monday-1"), execution("monday-2"))
    with pytest.raises(UnknownExecution, match="no execution tuesday"):
        shown(past, "tuesday")
    with pytest.raises(UnknownExecution, match="monday-1, monday-2"):
        shown(past, "monday")


def test_a_timeline_as_json_has_every_state_with_where_it_ran_and_its_failures() -> None:
    found = json.loads(shown(Recorded(execution("monday")), "monday", as_json=True))
    assert found["status"] == "SUCCEEDED"
    read = [step for step in found["steps"] if step["state"] == "ReadSource"][1]
    assert read["where"] == [
        {"state": "ArchiveTargets", "index": 0},
        {"state": "ArchivePairs", "index": 1},
        {"state": "ReadBoth", "index": 0},
    ]
    assert read["attempts"] == 3
    assert read["failures"][0]["cause"] == "Spotify answered 503 (Service Unavailable)."
    assert read["failures"][0]["retried_after_seconds"] == pytest.approx(0.908)
    assert "input" not in read


def test_inputs_and_outputs_are_in_the_json_on_request() -> None:
    found = json.loads(shown(Recorded(execution("monday")), "monday", io_shown=True, as_json=True))
    assert json.loads(found["steps"][-1]["output"]) == {"outcome": "added"}


def test_a_running_execution_is_listed() -> None:
    past = Recorded(execution("now", status="RUNNING", stopDate=None, output=None, startDate=datetime.now(UTC)))
    assert re.search(r"now .* 0\.\d\d? s +RUNNING", shown(past))
