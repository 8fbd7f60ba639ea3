"""What a run says of those before it that were interrupted: what they had added, by name. Without an engine."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from rediscover.commands.earlier import earlier, with_earlier
from rediscover.commands.results import briefly, lines, warnings
from rediscover.commands.telling.runs import with_interrupted
from rediscover.commands.up.stack import Order
from rediscover.executions.finished import Ended, Notification
from rediscover.executions.reports import report_of
from rediscover.places.home import Home
from rediscover_archive.pairs.memory import Memory, memory_key, remember
from rediscover_archive.pairs.plan import report_key
from rediscover_archive.runs.summary import FROM_SPOTIFY
from rediscover_archive.spotify.items import Item
from tests.cli.recordings import load
from tests.support.states import reported_pair

ARCHIVE, OTHER = "A" * 22, "O" * 22
TRACKS = [{"uri": f"u{n}", "name": f"Song {n}", "artists": ["June"], "isrc": None} for n in range(150)]
PUBLISHED = Notification(
    "(re)Discover Weekly: 28 tracks added", f"“Inbox” → “Archive”: 28 tracks added.\n\n{FROM_SPOTIFY}\n"
)


@dataclass
class Past:
    """A home with the runs that were in it, each a minute after the one before."""

    home: Home
    runs: int = 0

    def write(self, key: str, document: dict[str, Any]) -> None:
        path = self.home.documents.where(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document))

    def put(self, key: str, document: dict[str, Any]) -> None:
        self.write(key, document)

    def ran(self, name: str, status: str = "SUCCEEDED", **given: Any) -> dict[str, Any]:
        """A run that ended so."""
        self.runs += 1
        started = datetime(2026, 11, 26, 20, self.runs, tzinfo=UTC)
        ended = {"startDate": started, "stopDate": started + timedelta(seconds=9), "input": json.dumps(given)}
        output = json.dumps({"outcome": "added", "pairs": []})
        execution = {**load("nested-maps")["execution"], "name": name, "status": status, "output": output, **ended}
        self.home.executions.save(execution, [])
        return execution

    def was_cut_off(self, name: str, planned: list[dict[str, Any]], added: int, **given: Any) -> None:
        """A run that was killed after it had added so many, with a request for more under way."""
        self.ran(name, "ABORTED", **given)
        self.write(f"plans/{name}/0.json", {"target": ARCHIVE, "before": 0, "tracks": planned, "skipped": []})
        self.write(f"plans/{name}/0.progress.json", {"next": added, "sending": True})

    def holds(self, tracks: list[dict[str, Any]]) -> None:
        """What the target was seen to hold last."""
        memory = Memory(ARCHIVE, len(tracks), [Item(uri=track["uri"]) for track in tracks])
        documents: Any = self
        remember(documents, memory_key(ARCHIVE, "target"), memory, "target")

    def runs_now(self, added: list[dict[str, Any]], name: str = "now", **otherwise: Any) -> dict[str, Any]:
        """The report of the next run, as it is printed and kept."""
        before = earlier(self.home.executions, self.home.documents)
        pair = reported_pair(
            target_id=ARCHIVE,
            target_name="Archive",
            added=len(added),
            added_tracks=added,
            **{"outcome": "added" if added else "nothing_new", **otherwise},
        )
        report = {"outcome": pair["outcome"], "pairs": [pair], "spotify_requests": 3, "error": pair["error"]}
        self.write(report_key(name), report)
        ended = with_earlier(Ended(self.ran(name), {"outcome": "added"}, report), before, self.home)
        assert ended.report
        return ended.report


@pytest.fixture
def past(tmp_path: Path) -> Past:
    return Past(Home(tmp_path / "home"))


def test_the_next_run_names_what_a_killed_one_had_added_and_its_history_keeps_it(past: Past) -> None:
    past.was_cut_off("killed", TRACKS, 100)
    past.holds(TRACKS[:148])  # the request that was under way was taken
    report = past.runs_now(TRACKS[120:148])
    told = list(lines(report))
    assert told[0] == "The run before, killed, was interrupted. Of its 150 tracks for “Archive” it had added 120:"
    assert (told[1], told[120]) == ("    1. “Song 0 – June”", "  120. “Song 119 – June”")
    assert told[121] == "Added 28 tracks from “S” to “Archive”:"
    assert report_of(past.home.documents, "now") == report, "`history` shows the same"
    assert list(warnings(report)) == [f"{told[0].removesuffix(':')}."], "also with -q"
    (named,) = briefly(report, "there")["interrupted"]
    assert (named["run"], len(named["added_tracks"]), named["completed"]) == ("killed", 100, True)
    assert "interrupted" not in past.runs_now([], "later"), "it is told once"


def test_what_several_killed_runs_had_added_is_told_of_each(past: Past) -> None:
    past.ran("fine")
    past.was_cut_off("first", TRACKS, 100)
    past.was_cut_off("before its plan", [], 0)
    past.was_cut_off("second", TRACKS[100:], 20)
    past.holds(TRACKS)
    report = past.runs_now(TRACKS[120:])
    counts = {one["run"]: len(one["added_tracks"]) for one in report["interrupted"]}
    assert counts == {"second": 20, "first": 100}


def test_a_dry_run_between_tells_nothing_and_hides_nothing(past: Past) -> None:
    past.was_cut_off("killed", TRACKS, 100)
    past.was_cut_off("looked only", TRACKS, 0, dry_run=True)
    assert "interrupted" not in past.runs_now(TRACKS[100:], "dry", outcome="dry_run")
    past.home.executions.save({**past.ran("dry"), "input": '{"dry_run": true}'}, [])
    past.holds(TRACKS)
    assert [one["run"] for one in past.runs_now([])["interrupted"]] == ["killed"]


@pytest.mark.parametrize(
    "otherwise",
    [{"target_id": OTHER}, {"outcome": "failed", "error": {"state": "ReadTarget", "error": "E", "cause": "c"}}],
)
def test_of_what_this_run_did_not_look_at_it_tells_what_is_known(otherwise: dict[str, Any], past: Past) -> None:
    past.was_cut_off("killed", TRACKS, 100)
    if "target_id" in otherwise:
        before = earlier(past.home.executions, past.home.documents)
        pair = reported_pair(**otherwise)
        ended = Ended(past.ran("now"), None, {"outcome": "added", "pairs": [pair], "spotify_requests": 3})
        report = with_earlier(ended, before, past.home).report
        assert report
    else:
        report = past.runs_now([], **otherwise)
    told = next(lines(report))
    place = f"https://open.spotify.com/playlist/{ARCHIVE}"
    assert told.startswith(f"The run before, killed, was interrupted. Of its 150 tracks for {place} it had added 100, ")
    assert told.endswith("as far as is known; the next run of that pair completes it:")


def test_of_runs_that_ended_by_themselves_nothing_is_said(past: Past) -> None:
    past.was_cut_off("killed", TRACKS, 100)
    past.ran("fine")
    assert "interrupted" not in past.runs_now([])
    assert earlier(past.home.executions, past.home.documents) == []


def test_who_is_told_of_additions_is_told_of_those_of_the_killed_run_though_nothing_was_left_to_add(past: Past) -> None:
    past.was_cut_off("killed", TRACKS[:40], 40)
    past.holds(TRACKS[:40])
    report = past.runs_now([])
    told = with_interrupted(None, report, "additions")
    assert told
    assert told.subject == "(re)Discover Weekly: 40 tracks added"
    shown = told.message.splitlines()
    assert shown[0] == "The run before, killed, was interrupted. Of its 40 tracks for “Archive” it had added 40:"
    assert (shown[1], shown[31]) == ("  “Song 0 – June”", "  … and 10 more")
    assert told.message.endswith(f"\n\n{FROM_SPOTIFY}\n")
    assert with_interrupted(None, report, "problems") is None


def test_what_the_killed_run_had_added_stands_before_what_this_one_publishes(past: Past) -> None:
    past.was_cut_off("killed", TRACKS, 120)
    past.holds(TRACKS[:148])
    report = past.runs_now(TRACKS[120:148])
    told = with_interrupted(PUBLISHED, report, "additions")
    assert told
    assert told.subject == "(re)Discover Weekly: 148 tracks added"
    assert told.message.endswith(f"\n\n{PUBLISHED.message}")
    assert told.message.count(FROM_SPOTIFY) == 1
    failed = with_interrupted(PUBLISHED, {**report, "error": {"error": "E", "cause": "c"}}, "additions")
    assert failed
    assert failed.subject == "(re)Discover Weekly: the run failed"
    assert with_interrupted(PUBLISHED, None, "additions") is PUBLISHED


def test_up_tells_it_too(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    from rediscover.commands.up import firing

    past.was_cut_off("killed", TRACKS[:40], 40)
    report = {"outcome": "nothing_new", "pairs": [reported_pair(target_id=ARCHIVE)], "spotify_requests": 3}
    ended = Ended({"name": "now", "status": "SUCCEEDED"}, None, report)
    monkeypatch.setattr(firing, "check_network", lambda _: None)
    monkeypatch.setattr(firing, "attend", lambda *_: ended)
    monkeypatch.setattr(firing, "_messages", lambda _: [])
    engine = SimpleNamespace(fire_rule=lambda *_, **__: ["arn"])
    now = datetime.now(UTC)
    order = Order("rule", now, past.home.path, {}, {}, now, {})
    out: Any = SimpleNamespace(print=lambda *_, **__: None)
    ((subject, message),) = firing._run(order, past.home, cast(Any, engine), out, out).published
    assert subject == "(re)Discover Weekly: 40 tracks added"
    assert "“Song 0 – June”" in message
    quiet = replace(order, parameters={"NotifyOn": "problems"})
    assert firing._run(quiet, past.home, cast(Any, engine), out, out).published == ()


def test_a_report_that_cannot_be_kept_is_told_all_the_same(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    past.was_cut_off("killed", TRACKS, 150)
    past.holds(TRACKS)
    monkeypatch.setattr("rediscover.machine.files.replace", full)
    before = earlier(past.home.executions, past.home.documents)
    pair = reported_pair(target_id=ARCHIVE)
    execution = {"name": "now"}
    ended = Ended(execution, None, {"outcome": "nothing_new", "pairs": [pair], "spotify_requests": 3})
    assert replace(ended, report=None) == with_earlier(replace(ended, report=None), before, past.home)
    report = with_earlier(ended, before, past.home).report
    assert report
    assert len(report["interrupted"][0]["added_tracks"]) == 150
