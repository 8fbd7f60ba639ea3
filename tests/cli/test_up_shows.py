"""What `rediscover up` says of its rules: what each does, by whose clock, when it is next, and what is tried again."""

import io
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from filelock import FileLock
from rich.console import Console
from samtranslator.yaml_helper import yaml_parse

from rediscover.commands.up.journal import Journal
from rediscover.commands.up.keeper import LOOKS_BETWEEN, LOOKS_EVERY, Keeper
from rediscover.commands.up.stack import WHAT, Alarm, Deployed, Fired, NotStarted, Rule
from rediscover.commands.up.up import show, upcoming, waiting

WEEKLY, DAILY = Rule("rediscover-weekly", "cron(0 6 ? * MON *)"), Rule("rediscover-daily", "rate(1 day)")
OWN = Rule("rediscover-weekly", "cron(30 7 * * ? *)", None)
MONDAY = datetime(2026, 11, 30, 6, tzinfo=UTC)


class Clock:
    """One that stands still until it is set."""

    time = MONDAY - timedelta(hours=1)

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        raise AssertionError(seconds)


class Spotify:
    """What is started, if it is reached."""

    is_reached = False

    def __call__(self, *_: object) -> Fired:
        if not self.is_reached:
            raise NotStarted("Spotify cannot be reached.")
        return Fired()


@pytest.fixture(autouse=True)
def _in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Europe/Berlin")
        time.tzset()
        yield
    time.tzset()


def test_each_rule_is_told_with_what_it_does_its_clock_and_the_zone_of_its_next_date(tmp_path: Path) -> None:
    journal, now = Journal(tmp_path / "up.json"), MONDAY - timedelta(days=1)
    assert list(upcoming([WEEKLY, DAILY], journal, now)) == [
        "rediscover-weekly, the run: cron(0 6 ? * MON *) in UTC, next Mon 2026-11-30 07:00 CET",
        "rediscover-daily, a look at the authorization and at when a run last succeeded: rate(1 day), "
        "next Mon 2026-11-30 07:00 CET",
    ]
    assert list(upcoming([OWN], journal, MONDAY)) == [
        "rediscover-weekly, the run: cron(30 7 * * ? *) by local time, next Mon 2026-11-30 07:30 CET"
    ]


def test_every_rule_of_the_template_has_a_word_for_what_it_does() -> None:
    resources = yaml_parse((Path(__file__).parents[2] / "template.yaml").read_text())["Resources"]
    deployed = [one["Properties"] for one in resources.values() if "Properties" in one and "Condition" not in one]
    events = [event for one in deployed for event in one.get("Events", {}).values()]
    names = [str(event["Properties"]["Name"]) for event in events if event["Type"] == "Schedule"]
    assert names
    assert not [name for name in names if not any(end in name for end in WHAT)]


def test_a_start_that_is_tried_again_is_shown_until_it_succeeds(tmp_path: Path) -> None:
    path, clock, spotify = tmp_path / "up.json", Clock(), Spotify()
    keeper = Keeper(Deployed((WEEKLY,), Alarm("a", "w", 8)), Journal(path), clock, spotify, lambda *_: None)
    keeper.look()
    clock.time = MONDAY
    keeper.look()
    with FileLock(tmp_path / "up.lock"):
        shown = io.StringIO()
        assert show({"REDISCOVER_HOME": str(tmp_path)}, Console(file=shown, width=10_000)) == 0
    assert shown.getvalue().splitlines()[-1] == (
        "rediscover-weekly was due Mon 2026-11-30 07:00 CET and could not be started, so far 1 time of 24: Spotify "
        "cannot be reached. It is tried again at Mon 2026-11-30 07:15 CET."
    )
    spotify.is_reached = True
    clock.time += timedelta(seconds=LOOKS_BETWEEN * LOOKS_EVERY)
    for _ in range(LOOKS_BETWEEN):
        keeper.look()
    assert list(waiting(Journal(path))) == []


def test_a_journal_of_the_release_before_is_read(tmp_path: Path) -> None:
    path = tmp_path / "up.json"
    list(upcoming([WEEKLY], Journal(path), MONDAY))
    document = json.loads(path.read_text())
    del document["postponed"]
    path.write_text(json.dumps(document))
    assert [rule.name for rule in Journal(path).rules] == ["rediscover-weekly"]
