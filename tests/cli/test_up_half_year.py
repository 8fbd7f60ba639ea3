"""`rediscover up` through half a year of its own clock, killed and started again at random."""

import json
import tracemalloc
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from rediscover.commands.up import keeper
from rediscover.commands.up.journal import Journal
from rediscover.commands.up.keeper import Keeper
from rediscover.commands.up.stack import Alarm, Deployed, Fired, NotStarted, Rule
from rediscover_archive.authorization.reminder import DAYS_AHEAD, reminder

WEEKLY, DAILY = Rule("weekly", "cron(0 6 ? * MON *)"), Rule("daily", "rate(1 day)")
DEPLOYED = Deployed((WEEKLY, DAILY), Alarm("no-success", "No run has succeeded.", 8))
BEGIN = datetime(2026, 3, 4, 11, 30, tzinfo=UTC)
END = BEGIN + timedelta(days=183)
ENDS = (END - timedelta(days=2)).date()
DAYS = {ENDS - timedelta(days=days) for days in (*DAYS_AHEAD, 0)}
QUARTER = 900.0


class Killed(BaseException):
    """The process is no more."""


def seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311 (chance is a seed's, no secret)


@dataclass
class World:
    """What outlives a process of `up`: the time, the home, and what was done. Chance kills, and lets time pass."""

    path: Path
    chance: Random = field(default_factory=lambda: seeded(0))
    deadly: float = 0.0
    time: datetime = BEGIN
    until: datetime = END
    fails_until: datetime = BEGIN
    done: list[tuple[str, datetime]] = field(default_factory=list)
    succeeded: datetime = BEGIN
    told: list[tuple[datetime, str]] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    looks: list[datetime] = field(default_factory=list)

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.looks.append(self.time)  # which came to its end
        self._maybe_die(0.02)
        self.time += timedelta(seconds=seconds)
        if self.deadly and self.chance.random() < 0.002:
            self.time += timedelta(hours=self.chance.choice((5, 30, 100)))  # a lid is closed
        if self.time >= self.until:
            raise Killed

    def fire(self, rule: Rule, due: datetime) -> Fired:
        self._maybe_die(1)
        if rule is DAILY:
            return self._answered(due)
        if self.time < self.fails_until:
            raise NotStarted("no network")
        if (rule.name, due) not in self.done:  # as the history of executions says
            self.done.append((rule.name, due))
            self.succeeded = self.time
        self._maybe_die(1)
        return Fired()

    def _answered(self, due: datetime) -> Fired:
        self._maybe_die(1)
        text = reminder(self.time.date(), ENDS, "Renew it.")
        published = ((keeper.ENDS, text),) if text else ()
        days = (self.time - self.succeeded).days
        self.done.append((DAILY.name, due))
        return Fired(published, days, ENDS.isoformat(), bool(text))

    def tell(self, _: str, message: str) -> None:
        self._maybe_die(1)
        self.told.append((self.time, message))
        try:
            self._maybe_die(1)
        except Killed:
            self.twice.append(message)  # nobody can know that it was told
            raise

    def _maybe_die(self, weight: float) -> None:
        if self.chance.random() < self.deadly * weight:
            raise Killed

    def live(self, until: datetime = END) -> None:
        """Run `up` again and again until then."""
        self.until = until
        while self.time < until:
            try:
                Keeper(DEPLOYED, Journal(self.path), self, self.fire, self.tell).run()
            except Killed:
                if self.deadly:
                    self.time += self.chance.choice((timedelta(), timedelta(minutes=7), timedelta(days=3), WEEKS))

    def reminders(self) -> list[date]:
        return [when.date() for when, message in self.told if "authorization" in message]


WEEKS = timedelta(days=16)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(keeper, "LOOKS_EVERY", QUARTER)
    return World(tmp_path / "up.json")


@pytest.fixture
def minutely(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """With looks as often as they are."""
    monkeypatch.setattr(keeper, "LOOKS_EVERY", 60.0)
    return world


def mondays() -> list[datetime]:
    first = datetime(2026, 3, 9, 6, tzinfo=UTC)
    return [first + timedelta(weeks=week) for week in range(26) if first + timedelta(weeks=week) < END]


def test_in_half_a_year_every_date_is_kept_once_and_each_reminder_told_on_its_day(world: World) -> None:
    world.live()
    assert [due for name, due in world.done if name == "weekly"] == mondays()
    assert [due for name, due in world.done if name == "daily"] == [BEGIN + timedelta(days=n) for n in range(1, 183)]
    assert world.reminders() == sorted(DAYS)
    assert len(world.told) == len(DAYS)


@pytest.mark.parametrize("seed", range(12))
def test_killed_and_started_again_at_random_it_keeps_every_date_once(world: World, seed: int) -> None:
    world.chance, world.deadly = seeded(seed), 0.05
    world.live()
    kept = [due for name, due in world.done if name == "weekly"]
    assert len(kept) == len(set(kept))
    assert set(kept) <= set(mondays())
    for monday, next_one in pairwise([*mondays(), END]):
        if any(monday <= look < next_one for look in world.looks):
            assert monday in kept
    messages = [message for _, message in world.told]
    again = [message for message in set(messages) if messages.count(message) > 1 + world.twice.count(message)]
    assert [message for message in again if "authorization" in message] == []


@pytest.mark.parametrize("seed", range(12))
def test_a_reminder_whose_day_was_slept_through_is_told_at_the_next_look(world: World, seed: int) -> None:
    world.chance, world.deadly = seeded(100 + seed), 0.05
    world.live()
    looked = sorted(set(map(datetime.date, world.looks)))
    for day in DAYS:
        # The daily look has its hour; a day that was lived through and the next one hold it for certain.
        after = next((look for look in looked if look > day), None)
        if after and {after + timedelta(days=1)} <= set(looked):
            assert any(day <= told <= after + timedelta(days=1) for told in world.reminders()), day


def test_too_many_days_without_success_are_told_once_and_again_after_a_success(minutely: World) -> None:
    minutely.fails_until = BEGIN + timedelta(days=21)
    minutely.live(BEGIN + timedelta(days=40))
    (alarm,) = [(when, message) for when, message in minutely.told if "succeeded" in message]
    assert alarm[0].date() == (BEGIN + timedelta(days=9)).date()
    assert alarm[1] == "No run has succeeded. It is 9 days ago that a run succeeded; 8 are allowed.\n"
    assert [message.split(",")[1] for _, message in minutely.told if "could not be started" in message] == [
        f" due {monday.astimezone():%a %Y-%m-%d %H:%M %Z}" for monday in mondays()[:3]
    ]
    assert not Journal(minutely.path).alarmed
    minutely.fails_until = END
    minutely.live(BEGIN + timedelta(days=60))
    assert len([message for _, message in minutely.told if "succeeded" in message]) == 2


def test_a_start_that_fails_is_tried_again_for_six_hours(minutely: World) -> None:
    minutely.fails_until = mondays()[0] + timedelta(hours=5, minutes=40)
    minutely.live(BEGIN + timedelta(days=6))
    assert ("weekly", mondays()[0]) in minutely.done
    assert minutely.told == []


@pytest.mark.parametrize("jump", [timedelta(days=3650), timedelta(days=40), timedelta(hours=2)])
def test_a_clock_that_was_ahead_for_a_while_costs_no_date(world: World, jump: timedelta) -> None:
    monday = mondays()[1]
    up = Keeper(DEPLOYED, Journal(world.path), world, world.fire, world.tell)
    ahead_at = monday - timedelta(hours=1) + jump
    for moment in (BEGIN, monday - timedelta(hours=1), ahead_at, ahead_at + timedelta(minutes=1)):
        world.time = moment
        up.look()
    ahead = [due for name, due in world.done if name == "weekly"]
    assert len(ahead) == 2  # the Monday before, and the last one that the wrong clock shows
    world.time = monday - timedelta(minutes=50)
    while world.time < monday + timedelta(weeks=3):
        up.look()
        world.time += timedelta(hours=1)
    kept = [due for name, due in world.done if name == "weekly"]
    assert len(kept) == len(set(kept))
    assert set(mondays()[:4]) <= set(kept)


def test_a_clock_that_is_set_back_repeats_no_date(world: World) -> None:
    up = Keeper(DEPLOYED, Journal(world.path), world, world.fire, world.tell)
    for hours in (0, 24 * 12, 24 * 12 - 30, 24 * 5, 24 * 12, 24 * 13):
        world.time = BEGIN + timedelta(hours=hours)
        up.look()
    kept = [due for name, due in world.done if name == "weekly"]
    assert sorted(kept) == mondays()[:2]


def test_what_was_not_told_any_more_is_told_first(world: World) -> None:
    journal = Journal(world.path)
    journal.note(WEEKLY, BEGIN, BEGIN, [("a subject", "not told")])
    world.live(BEGIN + timedelta(hours=1))
    assert world.told == [(BEGIN, "not told")]
    assert Journal(world.path).untold == []


def test_another_expression_counts_from_now_and_makes_up_for_nothing(world: World) -> None:
    Keeper(DEPLOYED, Journal(world.path), world, world.fire, world.tell).look()
    world.time += timedelta(days=7)
    other = Rule("weekly", "cron(0 0 * * ? *)")
    changed = Keeper(Deployed((other,), DEPLOYED.alarm), Journal(world.path), world, world.fire, world.tell)
    changed.look()
    assert world.done == []
    world.time += timedelta(days=1)
    changed.look()
    assert len(world.done) == 1


def test_the_second_half_of_half_a_year_takes_no_memory(world: World) -> None:
    up = Keeper(DEPLOYED, Journal(world.path), world, world.fire, lambda *_: None)
    used: list[int] = []
    tracemalloc.start()
    try:
        for minute in range(0, 183 * 24 * 60, 15):
            world.time = BEGIN + timedelta(minutes=minute)
            up.look()
            world.done.clear()
            if minute in (110 * 24 * 60, 182 * 24 * 60):  # the journal keeps a hundred dates
                used.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert used[1] - used[0] < 20_000
    daily = json.loads(world.path.read_bytes())["rules"]["daily"]
    assert len(daily["done"]) == 100
