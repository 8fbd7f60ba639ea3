"""The ledger of a target's weeks, as the workflow writes it: every week accounted for, every run counted once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rediscover.simulator import Fault, Simulator
from rediscover_archive.ledger.ledger import Ledger, ledger_key
from rediscover_archive.ledger.record import record_key
from rediscover_archive.ledger.weeks import week_of, without_gaps
from tests.simulation.quick import QuickStack
from tests.support.scopes import SCOPES_ALL
from tests.support.stack import DeployedStack

pytestmark = [pytest.mark.quick, pytest.mark.usefixtures("is_quick")]

WEEK = 7 * 86_400


@pytest.fixture
def is_quick(stack: DeployedStack) -> None:
    """Weeks pass in simulated time only."""
    if not isinstance(stack, QuickStack):
        pytest.skip("weeks pass in simulated time only")


def _pass(stack: QuickStack, seconds: float = WEEK) -> None:
    stack.loop.now += seconds


def _at(stack: QuickStack, moment: str) -> None:
    stack.loop.now = datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp()


def _this_week(stack: QuickStack) -> str:
    return week_of(datetime.fromtimestamp(stack.loop.now, UTC))


def _weeks(stack: QuickStack, target: str) -> list[tuple[str, str, int, int]]:
    """Week, status, added and runs of each, oldest first."""
    known = Ledger.of_document(stack.documents(ledger_key(target))[ledger_key(target)])
    return [(name, week.status, week.added, week.runs) for name, week in without_gaps(known.weeks, None)]


def _record(stack: QuickStack, target: str) -> list[dict[str, Any]]:
    return list(stack.documents(record_key(target))[record_key(target)]["tracks"])


def _inbox(simulator: Simulator, number: int = 3) -> tuple[str, str]:
    return simulator.create_playlist("Inbox", simulator.tracks(number)), simulator.create_playlist("Kept")


def test_a_week_is_kept_then_unchanged_and_one_without_a_run_is_missed(stack: QuickStack, simulator: Simulator) -> None:
    source, target = _inbox(simulator)
    first = _this_week(stack)
    stack.run(source, target)
    stack.run(source, target)
    _pass(stack)
    second = _this_week(stack)
    stack.run(source, target)
    _pass(stack, 2 * WEEK)
    simulator.add(source, simulator.tracks(2, "Later"))
    stack.run(source, target)
    assert [row[1:] for row in _weeks(stack, target)] == [
        ("kept", 3, 2),
        ("unchanged", 0, 1),
        ("missed", 0, 0),
        ("kept", 2, 1),
    ]
    assert [row[0] for row in _weeks(stack, target)][:2] == [first, second]


def test_a_week_of_plays_is_heard_and_beside_an_inbox_that_brought_something_it_is_kept(
    stack: QuickStack, simulator: Simulator
) -> None:
    simulator.authorize(SCOPES_ALL)
    stack.renew(simulator)
    inbox, target = _inbox(simulator, 0)
    (played, copied) = simulator.tracks(2, "Played")
    simulator.play(played)
    pair = {"pairs": [{"source": ["recently-played", inbox], "target": target}]}
    stack.ended(stack.start(pair))
    assert [row[1] for row in _weeks(stack, target)] == ["heard"]
    simulator.add(inbox, [copied])
    stack.ended(stack.start(pair))
    assert [row[1:] for row in _weeks(stack, target)] == [("kept", 2, 2)]
    assert [one["source"] for one in _record(stack, target)] == ["recently-played", inbox]


def test_a_list_whose_tracks_are_all_there_already_counts_as_kept(stack: QuickStack, simulator: Simulator) -> None:
    source, target = _inbox(simulator)
    stack.run(source, target)
    _pass(stack)
    simulator.replace(source, simulator.uris(target)[:2])
    stack.run(source, target)
    assert [row[1:] for row in _weeks(stack, target)] == [("kept", 3, 1), ("kept", 0, 1)]


def test_a_week_in_which_every_run_fails_is_missed_also_where_the_authorization_ended(
    stack: QuickStack, simulator: Simulator
) -> None:
    source, target = _inbox(simulator)
    simulator.faults.add(Fault("unavailable", path=f"/playlists/{source}", count=-1))
    assert stack.run(source, target).status == "FAILED"
    simulator.faults.clear()
    simulator.revoke_authorization()
    assert stack.run(source, target).status == "FAILED"
    assert [row[1:] for row in _weeks(stack, target)] == [("missed", 0, 2)]


def test_what_a_run_added_before_it_failed_is_kept_by_the_next_that_finds_it_there(
    stack: QuickStack, simulator: Simulator
) -> None:
    source, target = _inbox(simulator)
    fault = Fault("unavailable", method="GET", path=f"/playlists/{target}/items", nth=2, count=-1)
    simulator.faults.add(fault)
    assert stack.run(source, target).error == "SpotifyUnavailable"
    assert [row[1:] for row in _weeks(stack, target)] == [("missed", 3, 1)]
    simulator.faults.clear()
    assert stack.run(source, target).output["outcome"] == "nothing_new"
    assert [row[1:] for row in _weeks(stack, target)] == [("kept", 3, 2)]


def test_a_dry_run_and_a_busy_one_write_nothing(stack: QuickStack, simulator: Simulator) -> None:
    source, target = _inbox(simulator)
    stack.run(source, target, dry_run=True)
    assert stack.documents("archives/") == {}
    pairs = {"pairs": [{"source": source, "target": target}]}
    first, second = stack.start(pairs), stack.start(pairs)
    assert {stack.ended(arn).output["outcome"] for arn in (first, second)} == {"added", "busy"}
    assert [row[1:] for row in _weeks(stack, target)] == [("kept", 3, 1)]


@pytest.mark.parametrize(
    ("moment", "weeks"),
    [("2026-12-31T23:00:00", ["2026-W53", "2026-W53"]), ("2027-01-03T23:00:00", ["2026-W53", "2027-W01"])],
)
def test_a_week_is_the_iso_week_of_the_day_in_utc_also_at_the_end_of_a_year(
    stack: QuickStack, simulator: Simulator, moment: str, weeks: list[str]
) -> None:
    _at(stack, moment)
    source, target = _inbox(simulator)
    for _ in weeks:
        stack.run(source, target)
        simulator.add(source, simulator.tracks(1, moment))
        _pass(stack, 2 * 3600)
    assert [row[0] for row in _weeks(stack, target)] == sorted(set(weeks))
    assert [one["week"] for one in _record(stack, target)] == [weeks[0]] * 3 + [weeks[1]]


def test_a_lost_ledger_and_record_are_made_anew_from_when_each_track_came(
    stack: QuickStack, simulator: Simulator
) -> None:
    source, target = _inbox(simulator)
    stack.run(source, target)
    _pass(stack)
    simulator.add(source, simulator.tracks(1, "Later"))
    stack.run(source, target)
    before = [row[:3] for row in _weeks(stack, target)], _record(stack, target)
    for key in stack.documents("archives/"):
        stack.keep(key, None)
    _pass(stack, 60)
    execution = stack.run(source, target)
    assert ([row[:3] for row in _weeks(stack, target)], _record(stack, target)) == before
    assert stack.report(execution)["pairs"][0]["warnings"] == []


@pytest.mark.parametrize("body", [b"{", b"[]", b"{}", b'{"version": 1, "target": "x", "pairs": 3}'])
def test_a_damaged_ledger_or_record_is_told_and_made_anew(stack: QuickStack, simulator: Simulator, body: bytes) -> None:
    source, target = _inbox(simulator)
    stack.run(source, target)
    whole = _record(stack, target)
    for key in stack.documents("archives/"):
        stack.keep(key, body)
    execution = stack.run(source, target)
    assert execution.status == "SUCCEEDED"
    told = stack.report(execution)["pairs"][0]["warnings"]
    assert [("record" in one, "weeks" in one, "made anew" in one) for one in told] == [
        (True, False, True),
        (False, True, True),
    ]
    assert _record(stack, target) == whole
    assert [row[1:3] for row in _weeks(stack, target)] == [("kept", 3)]


def test_the_record_says_when_a_track_left_and_that_it_came_back(stack: QuickStack, simulator: Simulator) -> None:
    source, target = _inbox(simulator)
    stack.run(source, target)
    gone = simulator.uris(target)[1]
    assert gone
    simulator.remove(target, [gone])
    stack.run(source, target)
    assert [(one["uri"] == gone, one["left_at"] is None) for one in _record(stack, target)] == [
        (False, True),
        (True, False),
        (False, True),
    ]
    stack.run(source, target, bring_back_removed=True)
    last = _record(stack, target)[-1]
    assert (last["uri"], last["left_at"], last["name"] != "") == (gone, None, True)


def test_a_run_asks_spotify_for_nothing_more_because_of_the_ledger(stack: QuickStack, simulator: Simulator) -> None:
    source, target = _inbox(simulator)
    assert stack.run(source, target).output["spotify_requests"] == 6
    assert stack.run(source, target).output["spotify_requests"] == 3


def test_the_report_and_the_message_name_the_week_and_its_status(stack: QuickStack, simulator: Simulator) -> None:
    source, target = _inbox(simulator)
    report = stack.report(stack.run(source, target))
    week = _this_week(stack)
    assert (report["pairs"][0]["week"], report["pairs"][0]["week_status"]) == (week, "kept")
    assert f"{week}: kept." in report["message"]


# The reminder to copy


def _reminders(stack: QuickStack, source: str, target: str, **given: Any) -> list[str]:
    execution = stack.run(source, target, **given)
    return [one for one in stack.report(execution)["pairs"][0]["warnings"] if one.startswith("Nothing new has come")]


def test_the_listener_is_reminded_once_a_week_when_nothing_new_came_for_so_many_days(
    stack: QuickStack, simulator: Simulator
) -> None:
    source, target = _inbox(simulator)
    link = "https://open.spotify.com/playlist/37i9dQZEVXcDiscoverWee"
    asked = {"expect_new_days": 8, "copied_from": f"{link}?si=abc"}
    since = datetime.fromtimestamp(stack.loop.now, UTC).date()
    told = []
    for _ in range(4):
        told.append(len(_reminders(stack, source, target, **asked)))
        _pass(stack, timedelta(days=3).total_seconds())
    assert told == [0, 0, 0, 1]
    (text,) = [*_reminders(stack, source, target, **asked), *_after_a_week(stack, source, target, asked)]
    assert f"since {since}," in text
    assert all(one in text for one in (f"{link},", source, "On a phone", "desktop app", "--source - --target", target))
    assert _reminders(stack, source, target, **asked) == []
    simulator.add(source, simulator.tracks(1, "New"))
    assert _after_a_week(stack, source, target, asked) == []


def _after_a_week(stack: QuickStack, source: str, target: str, asked: dict[str, Any]) -> list[str]:
    _pass(stack)
    return _reminders(stack, source, target, **asked)
