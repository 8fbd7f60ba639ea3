"""Spotify shows something else than it was given, through the state machine: nothing is added twice, or in the dark."""

from collections.abc import Callable
from typing import Any

import pytest

from rediscover.simulator import Fault, Simulator
from tests.support.few import paired
from tests.support.scopes import SCOPES_ALL
from tests.support.stack import Execution, Stack

pytestmark = pytest.mark.quick

Show = Callable[[Simulator, str, str], None]


def _relinked(simulator: Simulator, target: str, uri: str) -> None:
    """spotipy#1097, web-api#1232: the URI of another version stands in its place."""
    simulator.show_as(target, uri, simulator.track("Another version"))


def _empty(simulator: Simulator, target: str, uri: str) -> None:
    """news-bulletin-playlist#79: the place reads back as `item: null`."""
    simulator.show_as(target, uri, None)


def _hidden(simulator: Simulator, target: str, uri: str) -> None:
    """The total counts it, and no page has a row for it."""
    simulator.hide(target, uri)


SHOWN = pytest.mark.parametrize("show", [_relinked, _empty, _hidden])
SHOWN_AT = pytest.mark.parametrize(
    ("show", "at"), paired([_relinked, _empty, _hidden], [("bottom", 14), ("bottom", 29), ("top", 0)])
)


def _uris(tracks: list[dict[str, Any]]) -> list[str]:
    return [str(track["uri"]) for track in tracks]


def _pair(simulator: Simulator, new: int = 30, old: int = 60) -> tuple[str, str, list[str]]:
    tracks = _uris(simulator.tracks(new, "New"))
    target = simulator.create_playlist("Archive", simulator.tracks(old, "Old"))
    return simulator.create_playlist("Inbox", tracks), target, tracks


def _once(simulator: Simulator, target: str, tracks: list[str]) -> bool:
    now = simulator.uris(target)
    return [uri for uri in now if uri in tracks] == tracks and len(now) == len(set(now))


def _warnings(stack: Stack, execution: Execution) -> list[str]:
    found: list[str] = stack.report(execution)["pairs"][0]["warnings"]
    return found


@SHOWN_AT
def test_what_is_shown_otherwise_is_added_once_and_told_once(
    stack: Stack, simulator: Simulator, show: Show, at: tuple[str, int]
) -> None:
    position, place = at
    source, target, tracks = _pair(simulator)
    show(simulator, target, tracks[place])
    first = stack.run(source, target, position=position)
    assert first.status == "SUCCEEDED", first.cause
    told = first.output["pairs"][0]
    assert (told["added"], told["verified"]) == (30, show is not _hidden)
    message = stack.report(first)["message"]
    assert ("shows 1 of the added tracks as another version" in message) == (show is not _hidden)
    assert ("does not show all of them yet" in message) == (show is _hidden)
    for _ in range(2):
        again = stack.run(source, target, position=position)
        assert (again.status, again.output["outcome"]) == ("SUCCEEDED", "nothing_new")
        assert again.output["pairs"][0]["already_there"] == 30
        assert _warnings(stack, again) == []
    assert _once(simulator, target, tracks)
    simulator.add(source, simulator.tracks(2, "Next week"))
    assert stack.run(source, target, position=position).output["pairs"][0]["added"] == 2
    assert len(simulator.uris(target)) == 92


@SHOWN
def test_a_single_track_that_is_shown_otherwise_is_added_once(stack: Stack, simulator: Simulator, show: Show) -> None:
    source, target, tracks = _pair(simulator, new=1, old=0)
    show(simulator, target, tracks[0])
    for _ in range(3):
        assert stack.run(source, target).status == "SUCCEEDED"
    assert simulator.uris(target) == tracks


@SHOWN
def test_a_run_costs_no_more_requests_when_it_is_done_with_what_is_shown_otherwise(
    stack: Stack, simulator: Simulator, show: Show
) -> None:
    source, target, tracks = _pair(simulator)
    show(simulator, target, tracks[3])
    for _ in range(3 if show is _hidden else 2):  # what is hidden is believed at the second reading
        stack.run(source, target)
    assert stack.run(source, target).output["spotify_requests"] == 3


@pytest.mark.parametrize(("show", "bring_back"), paired([_relinked, _empty], [False, True]))
def test_what_changes_only_weeks_later_still_counts_as_there(
    stack: Stack, simulator: Simulator, show: Show, bring_back: bool
) -> None:
    source, target, tracks = _pair(simulator)
    stack.run(source, target)
    stack.run(source, target)
    show(simulator, target, tracks[7])
    simulator.rename(target, "Another snapshot")
    for _ in range(2):
        execution = stack.run(source, target, bring_back_removed=bring_back)
        assert execution.output["pairs"][0]["already_there"] == 30
    assert _once(simulator, target, tracks)


@pytest.mark.parametrize("show", [_relinked, _empty])
def test_what_is_shown_otherwise_is_the_listeners_to_remove(stack: Stack, simulator: Simulator, show: Show) -> None:
    source, target, tracks = _pair(simulator)
    show(simulator, target, tracks[7])
    stack.run(source, target)
    stack.run(source, target)
    simulator.remove(target, [tracks[7]])
    execution = stack.run(source, target)
    assert execution.output["outcome"] == "nothing_new"
    (left_out,) = stack.report(execution)["pairs"][0]["left_out"]
    assert (left_out["uri"], left_out["reason"]) == (tracks[7], "you removed it from the target")
    for _ in range(2):
        stack.run(source, target, bring_back_removed=True)
    assert simulator.uris(target).count(tracks[7]) == 1


@SHOWN
def test_what_a_run_sent_before_it_failed_counts_as_there(stack: Stack, simulator: Simulator, show: Show) -> None:
    source, target, tracks = _pair(simulator, new=230)
    show(simulator, target, tracks[50])
    refusal = {"error": {"status": 403, "message": "Forbidden"}}
    simulator.faults.add(Fault("status", method="POST", path="/items", nth=2, status=403, body=refusal))
    assert stack.run(source, target).error == "PlaylistNotWritable"
    assert stack.run(source, target).output["pairs"][0]["added"] == 130
    assert stack.run(source, target).output["outcome"] == "nothing_new"
    assert _once(simulator, target, tracks)


@pytest.mark.parametrize(
    ("show", "position", "count"), paired([_relinked, _empty, _hidden], ["bottom", "top"], [-1, 1, 1])
)
def test_an_answer_that_is_lost_with_what_is_shown_otherwise(
    stack: Stack, simulator: Simulator, show: Show, position: str, count: int
) -> None:
    source, target, tracks = _pair(simulator, new=130)
    for place in (0, 50, 129):
        show(simulator, target, tracks[place])
    simulator.faults.add(Fault("lost_response", method="POST", path="/items", count=count))
    stack.run(source, target, position=position)
    simulator.faults.clear()
    assert stack.run(source, target, position=position).status == "SUCCEEDED"
    assert _once(simulator, target, tracks)


@pytest.mark.parametrize(("most", "are_told"), paired([7, 20, 30], [True, False]))
def test_a_limit_that_was_lowered_without_notice_is_read_through(
    stack: Stack, simulator: Simulator, most: int, are_told: bool
) -> None:
    simulator.settings.update(most_rows=most, most_rows_are_told=are_told)
    both = simulator.tracks(60, "Both")
    target = simulator.create_playlist("Archive", both)
    source = simulator.create_playlist("Inbox", [*both, *simulator.tracks(130, "New")])
    execution = stack.run(source, target)
    assert (execution.status, execution.output["pairs"][0]["added"]) == ("SUCCEEDED", 130)
    assert execution.output["pairs"][0]["verified"]
    assert simulator.uris(target) == simulator.uris(source)
    assert stack.run(source, target).output["outcome"] == "nothing_new"


@pytest.mark.parametrize("nth", [1, 2])
def test_a_page_that_is_short_once_is_made_up_for(stack: Stack, simulator: Simulator, nth: int) -> None:
    source, target, tracks = _pair(simulator)
    simulator.add(target, tracks[:20])
    short = simulator.faults.add(Fault("fewer_rows", method="GET", path=f"{target}/items", nth=nth))
    assert stack.run(source, target).status == "SUCCEEDED"
    assert short.struck == 1
    assert _once(simulator, target, tracks)


def test_nothing_is_added_to_a_target_that_does_not_show_what_it_counts(stack: Stack, simulator: Simulator) -> None:
    source, target, _ = _pair(simulator)
    simulator.hide(target, _uris(simulator.tracks(60, "Old"))[10])
    execution = stack.run(source, target)
    assert (execution.status, execution.error) == ("FAILED", "PlaylistIncomplete")
    assert "counts 1 item in" in str(execution.cause)
    assert "nothing is added" in str(execution.cause)
    assert simulator.requests_count("POST", "/items") == 0
    assert execution.failed_attempts == ["PlaylistIncomplete"], "it is not tried again"


def test_a_look_at_a_partial_target_adds_nothing(stack: Stack, simulator: Simulator) -> None:
    source, target, tracks = _pair(simulator, new=130, old=160)
    hide = simulator.tracks(160, "Old")[100]["uri"]
    lost = Fault("lost_response", method="POST", path="/items", meanwhile=lambda: simulator.hide(target, hide))
    simulator.faults.add(lost)
    execution = stack.run(source, target)
    assert execution.error == "PlaylistIncomplete"
    simulator.hidden.clear()
    assert stack.run(source, target).status == "SUCCEEDED"
    assert _once(simulator, target, tracks)


def test_a_source_goes_on_without_what_is_counted_and_never_shown(stack: Stack, simulator: Simulator) -> None:
    source, target, tracks = _pair(simulator, new=130)
    simulator.hide(source, tracks[60])
    first = stack.run(source, target)
    assert (first.status, first.output["pairs"][0]["added"]) == ("SUCCEEDED", 129)
    assert ["counts 130 items" in warning for warning in _warnings(stack, first)] == [True]
    once_more, again = stack.run(source, target), stack.run(source, target)
    assert (again.output["outcome"], again.output["spotify_requests"]) == ("nothing_new", 3)
    assert once_more.output["spotify_requests"] > 3, "it could have been left out by chance"
    simulator.add(source, simulator.tracks(1, "Newer"))
    assert _warnings(stack, stack.run(source, target)) == []
    assert len(simulator.uris(target)) == 60 + 130


@pytest.mark.parametrize("place", [0, 60, 129])
def test_liked_songs_go_on_without_what_is_counted_and_never_shown(
    stack: Stack, simulator: Simulator, place: int
) -> None:
    simulator.authorize(SCOPES_ALL)
    stack.renew(simulator)
    tracks = simulator.tracks(130, "Liked")
    simulator.save(tracks)
    simulator.hide("liked", tracks[place]["uri"])
    target = simulator.create_playlist("Archive")
    first = stack.run("liked", target)
    assert (first.status, first.output["pairs"][0]["added"]) == ("SUCCEEDED", 129)
    assert len(_warnings(stack, first)) == 1
    simulator.save(simulator.tracks(2, "Newly liked"))
    second = stack.run("liked", target)
    assert (second.status, second.output["pairs"][0]["added"]) == ("SUCCEEDED", 2)
    assert _warnings(stack, second) == []


def test_liked_songs_are_read_through_a_lowered_limit(stack: Stack, simulator: Simulator) -> None:
    simulator.authorize(SCOPES_ALL)
    stack.renew(simulator)
    simulator.settings.update(most_rows=20)
    simulator.save(simulator.tracks(130, "Liked"))
    target = simulator.create_playlist("Archive")
    assert stack.run("liked", target).output["pairs"][0]["added"] == 130
    simulator.save(simulator.tracks(30, "Newly liked"))
    assert stack.run("liked", target).output["pairs"][0]["added"] == 30


ODD: list[dict[str, Any]] = [
    {"head_total_off": 3},
    {"head_total_off": -3},
    {"snapshot_is_null": True},
    {"total_is_page_length": True},
    {"extra_rows": 10},
    {"total_is_page_length": True, "most_rows": 20},
]


@pytest.mark.parametrize(("odd", "old"), paired(ODD, [0, 120]), ids=str)
def test_odd_heads_and_totals_do_not_stop_the_archive(
    stack: Stack, simulator: Simulator, odd: dict[str, Any], old: int
) -> None:
    simulator.settings.update(**odd)
    source, target, tracks = _pair(simulator, new=130, old=old)
    simulator.add(target, tracks[:40])
    first = stack.run(source, target)
    assert (first.status, first.output["pairs"][0]["added"]) == ("SUCCEEDED", 90)
    assert first.output["pairs"][0]["verified"]
    assert stack.run(source, target).output["outcome"] == "nothing_new"
    assert _once(simulator, target, tracks)


def test_a_head_whose_total_is_another_for_good_costs_no_reading_in_every_run(
    stack: Stack, simulator: Simulator
) -> None:
    simulator.settings.update(head_total_off=2)
    source, target, _ = _pair(simulator, new=130)
    stack.run(source, target)
    assert stack.run(source, target).output["spotify_requests"] == 3


def test_sixty_plays_for_fifty_are_all_taken(stack: Stack, simulator: Simulator) -> None:
    simulator.authorize(SCOPES_ALL)
    stack.renew(simulator)
    rows = [
        {"track": track, "played_at": f"2026-11-20T10:{number:02}:00Z", "context": None}
        for number, track in enumerate(simulator.tracks(60, "Played"))
    ]
    simulator.faults.add(Fault("status", path="/me/player", status=200, body={"items": rows}))
    target = simulator.create_playlist("Archive")
    assert stack.run("recently-played", target).output["pairs"][0]["added"] == 60
