"""What is said around a run here: before it, of the run before, and of the authorization. Without an engine."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rediscover import cli
from rediscover.errors import DiskFull, NoNetwork
from rediscover.executions.finished import Ended, Notification
from rediscover.places.home import Home
from rediscover_archive.authorization.consent import today
from rediscover_archive.authorization.credentials import LIFETIME
from tests.cli.recordings import load
from tests.support.states import reported_pair

INBOX, ARCHIVE = "I" * 22, "A" * 22
TRACKS = [{"uri": f"u{n}", "name": f"Song {n}", "artists": ["June"], "isrc": None} for n in range(150)]
RUN = ["run", "--source", INBOX, "--target", ARCHIVE]


class Run:
    """A home, and what the engine would do in it."""

    def __init__(self, home: Home, patch: pytest.MonkeyPatch) -> None:
        self.home = home
        self.started = 0
        self.report: dict[str, Any] | None = None
        patch.setenv("REDISCOVER_HOME", str(home.path))
        patch.setattr("rediscover.commands.executing._execute", self._execute)
        patch.setattr("rediscover.commands.executing.check_network", lambda _: None)

    def authorized(self, days_left: int) -> None:
        """Store an authorization that lasts so long."""
        given = today() + timedelta(days=days_left) - LIFETIME
        account = {"spotify_client_id": "id", "spotify_client_secret": "x", "refresh_token": "x"}
        self.home.credentials.write_text(json.dumps({**account, "authorized_at": given.isoformat()}))

    def write(self, key: str, document: dict[str, Any]) -> None:
        path = self.home.documents.where(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document))

    def _execute(self, *_: object) -> Ended:
        self.started += 1
        output = {"outcome": "added", "pairs": []}
        ended = {"name": "now", "startDate": datetime.now(UTC), "output": json.dumps(output)}
        execution = {**load("nested-maps")["execution"], **ended}
        self.home.executions.save(execution, [])
        return Ended(execution, output, self.report)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    run = Run(Home(tmp_path / "home"), monkeypatch)
    run.authorized(100)
    return run


def raising(error: Exception) -> Callable[..., None]:
    def raises(*_: object) -> None:
        raise error

    return raises


@pytest.mark.parametrize(
    ("check", "error"), [("check_network", NoNetwork("No network.")), ("check_room", DiskFull("No room."))]
)
def test_what_a_run_lacks_is_said_once_and_nothing_is_started(
    check: str, error: Exception, run: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"rediscover.commands.executing.{check}", raising(error))
    assert cli.main([*RUN, "--json"]) == 1
    told = capsys.readouterr()
    assert told.err == f"rediscover: {error}\n"
    result = json.loads(told.out)
    assert (result["status"], result["error"]) == ("FAILED", type(error).__name__)
    assert run.started == 0


@pytest.mark.parametrize("command", [RUN, ["doctor"], ["authorize", "--no-browser"], ["history", "--aws"]])
def test_certificates_that_are_not_there_are_said_before_anything_else(
    command: list[str], run: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
    assert cli.main(command) == 1
    assert capsys.readouterr().err.startswith("rediscover: The variable REQUESTS_CA_BUNDLE names '/nowhere'")
    assert run.started == 0
    assert cli.main(["history"]) == 0


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_the_end_of_the_authorization_is_said_in_its_last_thirty_days(
    more: list[str], run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([*RUN, *more]) == 0
    assert "authorization" not in capsys.readouterr().err
    run.authorized(29)
    assert cli.main([*RUN, *more]) == 0
    told = capsys.readouterr().err.splitlines()[-1]
    assert told.startswith("Spotify's authorization ends in 29 days, on ")
    assert told.endswith(" Renew it, or nothing is archived from then on. Run `rediscover authorize`.")


def test_what_a_killed_run_had_added_is_printed_and_told_by_the_next(
    run: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Notification] = []

    def tell(_: object, notification: Notification) -> list[str]:
        told.append(notification)
        return []

    monkeypatch.setattr("rediscover.commands.telling.runs.tell", tell)
    (run.home.path / "notifications.json").write_text(json.dumps({"urls": ["json://h"], "on": "additions"}))
    execution = {**load("nested-maps")["execution"], "name": "killed", "status": "RUNNING"}
    run.home.executions.save(execution, [])
    run.write("plans/killed/0.json", {"target": ARCHIVE, "before": 0, "tracks": TRACKS[:1], "skipped": []})
    run.write("plans/killed/0.progress.json", {"next": 1})
    run.report = {"outcome": "nothing_new", "pairs": [reported_pair(target_id=ARCHIVE)], "spotify_requests": 3}
    assert cli.main(RUN) == 0
    words = "The run before, killed, was interrupted. Of its 1 track for “T” it had added 1:"
    assert capsys.readouterr().out.splitlines()[:2] == [words, "    1. “Song 0 – June”"]
    assert [one.subject for one in told] == ["(re)Discover Weekly: 1 track added"]
    assert told[0].message.startswith(f"{words}\n  “Song 0 – June”\n")


def test_the_json_names_the_first_hundred_tracks_and_where_the_rest_stands(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    left_out = [{"uri": f"x{n}", "name": f"Odd {n}", "reason": "a local file"} for n in range(101)]
    pair = reported_pair(outcome="added", added=150, added_tracks=TRACKS, left_out=left_out, skipped=101)
    run.report = {"pairs": [pair], "spotify_requests": 3}
    assert cli.main([*RUN, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)["report"]
    assert report["pairs"] == [{**pair, "added_tracks": TRACKS[:100], "left_out": left_out[:100]}]
    assert report["complete_at"] == str(run.home.path / "buckets" / "Bucket" / "runs" / "now.json")
