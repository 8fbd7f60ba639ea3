"""`rediscover history`, on saved executions."""

import io
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from rich.console import Console

from rediscover.commands.drawn import drawn
from rediscover.commands.history import history
from rediscover.errors import UnknownExecution
from rediscover.executions.picture.drawing import standalone
from rediscover.executions.timeline import build
from tests.cli.recordings import load
from tests.support.states import reported_pair

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


class Written:
    """The documents that runs wrote, by key."""

    def __init__(self, documents: dict[str, dict[str, Any]]) -> None:
        self._documents = documents

    def get(self, key: str, /) -> dict[str, Any] | None:
        return self._documents.get(key)

    def keys(self, prefix: str, /) -> list[str]:
        return sorted(key for key in self._documents if key.startswith(prefix))


def shown(
    past: Recorded,
    wanted: str | None = None,
    *,
    written: dict[str, dict[str, Any]] | None = None,
    io_shown: bool = False,
    as_json: bool = False,
    as_svg: bool = False,
    width: int = 80,
) -> str:
    out = Console(file=io.StringIO(), width=width, highlight=False, markup=False, emoji=False)
    form = {"io": io_shown, "as_json": as_json, "as_svg": as_svg}
    assert history(past, Written(written or {}), wanted, **form, out=out) == 0
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


TRACKS = [{"uri": f"u{n}", "name": f"Song {n}", "artists": ["June"], "isrc": None} for n in range(3)]
FAILED = {"state": "AddTracks", "error": "PlaylistFull", "cause": "It is full."}


def report(**changes: Any) -> dict[str, Any]:
    left_out = [{"uri": f"x{n}", "name": f"Odd {n}", "reason": "a local file"} for n in range(22)]
    pairs = [
        reported_pair(outcome="added", added=3, offered=25, skipped=22, added_tracks=TRACKS, left_out=left_out),
        reported_pair(outcome="failed", error=FAILED, added=1, offered=2, added_tracks=TRACKS[:1]),
        reported_pair(outcome="failed", error={**FAILED, "state": "ReadSource"}),
    ]
    return {"pairs": pairs, "spotify_requests": 9, "reauthorize_by": None, **changes}


def test_one_execution_begins_with_the_tracks_by_name_and_all_that_was_left_out_and_why() -> None:
    failed = execution("monday", status="FAILED", error="PlaylistFull", cause="2 of 3 pairs failed.", output=None)
    text = shown(Recorded(failed), "monday", written={"runs/monday.json": report()}, width=100)
    before, states = text.split("\n\n✔ Prepare")
    lines = [line.rstrip() for line in before.splitlines()]
    assert lines[:3] == ["monday  FAILED  2.6 s", "Added 3 tracks from “S” to “T”:", "    1. “Song 0 – June”"]
    assert len([line for line in lines if line.startswith("  Left out: “Odd ")]) == 22
    assert "“S” to “T” failed in AddTracks: PlaylistFull: It is full." in lines
    assert "“S” to “T” failed in ReadSource: PlaylistFull: It is full." in lines
    assert lines[-1] == "Spotify requests: 9."
    assert states.endswith("PlaylistFull: 2 of 3 pairs failed.\n")


def test_the_report_is_in_the_json_of_one_execution() -> None:
    found = json.loads(shown(Recorded(execution("m")), "m", written={"runs/m.json": report()}, as_json=True))
    assert found["report"]["pairs"][0]["added_tracks"] == TRACKS
    assert json.loads(shown(Recorded(execution("m")), "m", as_json=True))["report"] is None


def plan(**changes: Any) -> dict[str, Any]:
    return {"target": "T" * 22, "before": 0, "tracks": TRACKS, "skipped": [], **changes}


CUT_OFF = {
    "plans/monday/0.json": plan(),
    "plans/monday/0.progress.json": {"next": 2, "sending": True, "left_out": [{"uri": "u0", "reason": "refused"}]},
    "plans/monday/1.json": plan(tracks=[]),
    "plans/monday/2.json": plan(target="U" * 22),
    "plans/monday/3.json": {"of": "another release"},
    "plans/monday/failed/x.json": {"spotify_requests": 3},
}


def test_an_execution_that_was_cut_off_shows_what_it_had_added_until_then() -> None:
    killed = execution("monday", status="ABORTED", error="Killed", output=None)
    lines = [line.rstrip() for line in shown(Recorded(killed), "monday", written=CUT_OFF, width=100).splitlines()]
    assert lines[1:6] == [
        f"Cut off after 1 of 3 tracks for https://open.spotify.com/playlist/{'T' * 22}:",
        "    1. “Song 1 – June”",
        "  A request for more was under way; the next run finds out what came of it.",
        f"Cut off after 0 of 3 tracks for https://open.spotify.com/playlist/{'U' * 22}.",
        "",
    ]
    running = shown(Recorded(execution("monday", status="RUNNING", output=None)), "monday", written=CUT_OFF)
    assert "Cut off" not in running


def test_the_list_counts_what_executions_added_that_failed_or_were_cut_off() -> None:
    ended = [
        execution("failed", status="FAILED", error="PlaylistFull", output=None),
        execution("monday", status="ABORTED", error="Killed", output=None),
        execution("early", status="FAILED", error="InvalidInput", output=None),
        execution("damaged", status="FAILED", error="PlaylistFull", output=None),
    ]
    written = {"runs/failed.json": report(), **CUT_OFF, "runs/damaged.json": {"pairs": [7]}}
    found = json.loads(shown(Recorded(*ended), written=written, as_json=True))
    assert [one["added"] for one in found] == [4, 1, None, None]
    assert re.search(r"failed .* 4 +FAILED: PlaylistFull", shown(Recorded(*ended), written=written))


@pytest.mark.parametrize("damaged", [{"pairs": [7]}, {"pairs": 7}, {"pairs": [{"source_name": "S"}]}, {"other": 1}])
def test_a_damaged_report_hinders_no_history(damaged: dict[str, Any]) -> None:
    text = shown(Recorded(execution("monday")), "monday", written={"runs/monday.json": damaged})
    assert text.startswith("monday  SUCCEEDED  2.6 s\n✔ Prepare")


def test_an_execution_as_a_picture_is_one_file_of_ascii_whatever_the_terminals_width() -> None:
    text = shown(Recorded(execution("monday")), "mon", as_svg=True, width=20)
    assert text == standalone(drawn(build(execution("monday"), load("nested-maps")["events"])))
    assert text.isascii()
    assert "monday: SUCCEEDED" in text
