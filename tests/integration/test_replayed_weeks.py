"""Weeks of a real list that is copied into an inbox, by a listener who forgets three of them."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from rediscover.simulator import Simulator
from rediscover_archive.ledger.ledger import Ledger, ledger_key
from rediscover_archive.ledger.weeks import week_of, without_gaps
from tests.integration.test_replay import REAL, Version, invented_versions, real_versions
from tests.simulation.quick import QuickStack
from tests.support.stack import DeployedStack

pytestmark = pytest.mark.quick

DAY = 86_400
FORGOTTEN = (3, 4, 8)
"""The weeks, from 0 on, in which nothing is copied."""

IS_REAL = pytest.mark.skipif(not REAL.exists(), reason=f"the recorded playlist {REAL.name} is not beside this checkout")
VERSIONS = {"real": real_versions, "invented": invented_versions}

Fill = Callable[[Simulator, str, list[Any]], object]
FILLED: dict[str, tuple[Fill, dict[str, Any]]] = {
    "replaced": (lambda simulator, inbox, items: simulator.replace(inbox, items), {}),
    "appended": (lambda simulator, inbox, items: simulator.add(inbox, items), {}),
    "cleared": (lambda simulator, inbox, items: simulator.add(inbox, items), {"clear_source": True}),
}
"""How each week's list gets into the inbox, and further options of the pair."""


@pytest.fixture
def weekly(stack: DeployedStack) -> QuickStack:
    """A stack in which weeks pass in no time."""
    if not isinstance(stack, QuickStack):
        pytest.skip("weeks pass in simulated time only")
    return stack


class Listener:
    """Copies each week's list into the inbox, but for the weeks forgotten, and looks at what is told."""

    def __init__(self, stack: QuickStack, versions: list[Version], filled: str) -> None:
        self._stack, self._simulator, self._versions = stack, stack.simulator, versions
        self._fill, options = FILLED[filled]
        self.inbox, self.target = self._simulator.create_playlist("Inbox"), self._simulator.create_playlist("Archive")
        self._options = {"expect_new_days": 7, "copied_from": "37i9dQZEVXcDiscoverWee", **options}
        self.first_seen: dict[str, None] = {}
        self.weeks: list[str] = []
        self.reminded: list[int] = []
        self.requests: list[int] = []

    def replay(self, *, runs_when_forgotten: bool) -> None:
        """All weeks, each with a run on two days."""
        for number, version in enumerate(self._versions):
            self.weeks.append(week_of(datetime.fromtimestamp(self._stack.loop.now, UTC)))
            is_forgotten = number in FORGOTTEN
            if not is_forgotten:
                items = [self._simulator.track(name, artists, id=id) for id, name, artists in version]
                self._fill(self._simulator, self.inbox, items)
                self.first_seen |= dict.fromkeys(str(item["uri"]) for item in items)
            for days in (3, 4):
                if runs_when_forgotten or not is_forgotten:
                    self._run(number)
                self._stack.loop.now += days * DAY

    def _run(self, number: int) -> None:
        execution = self._stack.run(self.inbox, self.target, **self._options)
        (pair,) = self._stack.report(execution)["pairs"]
        assert (execution.status, pair["verified"]) == ("SUCCEEDED", True)
        self.requests.append(execution.output["spotify_requests"])
        self.reminded += [number for warning in pair["warnings"] if warning.startswith("Nothing new has come")]

    @property
    def told(self) -> dict[str, tuple[str, int]]:
        """What the ledger has of each week: its status, and how many tracks were added."""
        known = Ledger.of_document(self._stack.documents(ledger_key(self.target))[ledger_key(self.target)])
        return {week: (one.status, one.added) for week, one in without_gaps(known.weeks, None)}


@pytest.mark.parametrize("filled", FILLED)
@pytest.mark.parametrize("recorded", [pytest.param("real", marks=IS_REAL), "invented"])
@pytest.mark.parametrize(("runs", "forgotten"), [(True, "unchanged"), (False, "missed")])
def test_exactly_the_three_weeks_that_were_not_copied_are_told_and_every_track_is_there_once(
    weekly: QuickStack, recorded: str, filled: str, runs: bool, forgotten: str
) -> None:
    listener = Listener(weekly, VERSIONS[recorded](), filled)
    listener.replay(runs_when_forgotten=runs)
    assert weekly.simulator.uris(listener.target) == list(listener.first_seen)
    statuses = {week: status for week, (status, _) in listener.told.items()}
    expected = {week: forgotten if n in FORGOTTEN else "kept" for n, week in enumerate(listener.weeks)}
    assert statuses == expected
    assert sum(added for _, added in listener.told.values()) == len(listener.first_seen)
    assert listener.reminded == (list(FORGOTTEN) if runs else [])


@pytest.mark.parametrize("filled", FILLED)
def test_a_week_of_thirty_tracks_takes_six_requests_but_where_all_of_the_inbox_is_read_once_in_thirty_days(
    weekly: QuickStack, filled: str
) -> None:
    listener = Listener(weekly, invented_versions(), filled)
    listener.replay(runs_when_forgotten=True)
    first, *others = listener.requests
    assert first <= 8
    assert len([one for one in others if one > 6]) <= len(listener.weeks) * 7 // 30
    assert max(others) <= 8
