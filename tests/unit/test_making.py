"""Making a target once, whatever becomes of the request that makes it, and of the look for it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from rediscover.simulator import Fault, Simulator
from rediscover.simulator.faults import Kind
from rediscover_archive.documents import Documents
from rediscover_archive.errors import (
    AccessTokenRejected,
    ArchiveError,
    MalformedAnswer,
    PlaylistIncomplete,
    QuotaExceeded,
    RateLimited,
    RequestRefused,
    SpotifyUnavailable,
    TargetInDoubt,
)
from rediscover_archive.spotify.client import Spotify
from rediscover_archive.targets.making import MOST_REQUESTS, Maker
from rediscover_archive.targets.volumes import Target, target_key
from tests.unit.making import NAME, MakingRun


@pytest.fixture
def run(simulator: Simulator, documents: Documents, spotify: Spotify) -> MakingRun:
    return MakingRun(simulator, documents, spotify)


@pytest.mark.parametrize("kind", ["lost_response", "malformed", "truncated"])
def test_a_playlist_whose_answer_was_lost_is_found_and_not_made_twice(run: MakingRun, kind: Kind) -> None:
    run.simulator.faults.add(Fault(kind, method="POST", path="/me/playlists"))
    with pytest.raises((SpotifyUnavailable, MalformedAnswer)):
        run.attempt()
    run.wait()
    run.simulator.forget_requests()
    found = run.attempt()
    assert run.made == [NAME]
    assert found.volume.playlist_id in run.simulator.playlists
    assert run.simulator.requests_count("GET") == run.simulator.requests_count() == 1
    assert run.attempt().volume == found.volume


@pytest.mark.parametrize("kind", ["reset", "unavailable"])
def test_a_request_that_took_no_effect_is_sent_again_after_a_look(run: MakingRun, kind: Kind) -> None:
    run.simulator.faults.add(Fault(kind, method="POST", path="/me/playlists"))
    with pytest.raises(SpotifyUnavailable):
        run.attempt()
    run.wait()
    run.attempt()
    assert run.made == [NAME]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault("rate_limited", retry_after=3), RateLimited),
        (Fault("quota", retry_after=3), QuotaExceeded),
        (Fault("unauthorized"), AccessTokenRejected),
        (Fault("status", status=400, body={"error": {"status": 400, "message": "No"}}), RequestRefused),
    ],
)
def test_a_refused_request_leaves_nothing_in_doubt(run: MakingRun, fault: Fault, error: type[ArchiveError]) -> None:
    run.simulator.faults.add(replace(fault, method="POST", path="/me/playlists"))
    with pytest.raises(error):
        run.attempt()
    run.simulator.forget_requests()
    run.attempt()
    assert run.made == [NAME]
    assert run.simulator.requests_count() == 1


def test_a_request_refused_after_one_in_doubt_keeps_the_doubt_but_not_the_wait(run: MakingRun) -> None:
    run.simulator.faults.add(Fault("reset", method="POST", path="/me/playlists"))
    run.simulator.faults.add(Fault("unauthorized", method="POST", path="/me/playlists", nth=1))
    with pytest.raises(SpotifyUnavailable):
        run.attempt()
    run.wait()
    with pytest.raises(AccessTokenRejected):
        run.attempt()
    run.maker = replace(run.maker, waited_for="")
    run.simulator.forget_requests()
    run.attempt()
    assert run.made == [NAME]
    assert [request.method for request in run.simulator.requests] == ["GET", "POST"]


def test_it_is_looked_for_on_every_page(run: MakingRun) -> None:
    run.simulator.faults.add(Fault("lost_response", method="POST", path="/me/playlists"))
    with pytest.raises(SpotifyUnavailable):
        run.attempt()
    for number in range(120):
        run.simulator.create_playlist(f"Theirs {number}")
    run.wait()
    run.attempt()
    assert run.made.count(NAME) == 1
    assert run.simulator.requests_count("GET") == 1 + 3


def test_a_playlist_of_the_same_name_that_the_listener_made_is_left_alone(run: MakingRun) -> None:
    theirs = run.simulator.create_playlist(NAME)
    run.simulator.faults.add(Fault("reset", method="POST", path="/me/playlists"))
    with pytest.raises(SpotifyUnavailable):
        run.attempt()
    run.wait()
    assert run.attempt().volume.playlist_id != theirs


def test_a_list_that_lags_is_waited_for(run: MakingRun) -> None:
    """For as long as Spotify was seen to hide a write, half a minute."""
    run.simulator.settings.update(listing_lag_seconds=30)
    now = run.simulator.clock()
    run.simulator.faults.add(Fault("lost_response", method="POST", path="/me/playlists"))
    with pytest.raises(SpotifyUnavailable):
        run.attempt()
    with pytest.raises(TargetInDoubt) as doubt:
        run.attempt()
    assert doubt.value.seconds > 30
    run.maker = replace(run.maker, waited_for=str(doubt.value))
    clock, run.simulator.clock = run.simulator.clock, lambda: now + doubt.value.seconds
    try:
        run.attempt()
    finally:
        run.simulator.clock = clock
    assert run.made == [NAME]


def test_what_a_short_list_may_hide_is_not_made_again(run: MakingRun) -> None:
    run.simulator.faults.add(Fault("lost_response", method="POST", path="/me/playlists"))
    short = run.simulator.faults.add(Fault("fewer_rows", method="GET", path="/me/playlists", nth=2, count=-1))
    with pytest.raises(SpotifyUnavailable):
        run.attempt()
    run.wait()
    for _ in range(2):
        with pytest.raises(PlaylistIncomplete, match="counts 1 playlist in your library and shows 0"):
            run.attempt()
    short.count = short.struck
    assert run.attempt().volume.playlist_id in run.simulator.playlists
    assert run.made == [NAME]


def test_a_list_that_comes_short_by_chance_is_read_again(run: MakingRun) -> None:
    run.simulator.faults.add(Fault("lost_response", method="POST", path="/me/playlists"))
    run.simulator.faults.add(Fault("fewer_rows", method="GET", path="/me/playlists", nth=2))
    with pytest.raises(SpotifyUnavailable):
        run.attempt()
    run.wait()
    assert run.attempt().volume.playlist_id in run.simulator.playlists
    assert run.made == [NAME]


def test_what_a_short_list_shows_once_more_counts_once(run: MakingRun) -> None:
    run.simulator.faults.add(Fault("lost_response", method="POST", path="/me/playlists"))
    body = {"items": [{"id": "x"}, {"id": "y"}], "total": 3}
    run.simulator.faults.add(
        Fault("status", method="GET", path="/me/playlists", status=200, body=body, nth=2, count=-1)
    )
    with pytest.raises(SpotifyUnavailable):
        run.attempt()
    run.wait()
    with pytest.raises(PlaylistIncomplete, match="counts 3 playlists in your library and shows 2"):
        run.attempt()


def test_a_list_that_is_always_short_stops_nothing_while_it_counts_no_more(run: MakingRun) -> None:
    run.simulator.create_playlist("Theirs")
    run.simulator.faults.add(Fault("reset", method="POST", path="/me/playlists", count=2))
    run.simulator.faults.add(Fault("fewer_rows", method="GET", path="/me/playlists", count=-1))
    for _ in range(2):
        with pytest.raises(SpotifyUnavailable):
            run.attempt()
        run.wait()
    run.attempt()
    assert run.made == ["Theirs", NAME]


def test_a_playlist_that_the_listener_makes_meanwhile_stops_nothing(run: MakingRun) -> None:
    run.simulator.faults.add(Fault("reset", method="POST", path="/me/playlists"))
    with pytest.raises(SpotifyUnavailable):
        run.attempt()
    run.simulator.create_playlist("Theirs")
    run.wait()
    run.attempt()
    assert run.made == ["Theirs", NAME]


def test_a_doubt_that_an_earlier_release_noted_is_understood(run: MakingRun) -> None:
    run.simulator.faults.add(Fault("lost_response", method="POST", path="/me/playlists"))
    with pytest.raises(SpotifyUnavailable):
        run.attempt()
    noted = run.documents.get(target_key(NAME))
    assert noted is not None
    del noted["creating"]["listed"]
    run.documents.put(target_key(NAME), noted)
    run.wait()
    assert run.attempt().volume.run == "run"
    assert run.made == [NAME]


def test_a_twin_that_a_longer_lag_let_through_is_said_and_the_pair_goes_on(run: MakingRun) -> None:
    run.simulator.settings.update(listing_lag_seconds=0.3)
    run.simulator.faults.add(Fault("lost_response", method="POST", path="/me/playlists", count=2))
    for _ in range(2):
        with pytest.raises(SpotifyUnavailable):
            run.attempt()
        run.wait()
    run.simulator.settings.update(listing_lag_seconds=0)
    for playlist in run.simulator.playlists.values():
        playlist.listed_from = 0
    found = run.attempt()
    assert len(found.twins) == 1
    assert {found.volume.playlist_id, *found.twins} == run.simulator.playlists.keys()
    assert run.attempt().volume == found.volume


def test_of_two_attempts_at_once_one_asks_and_the_other_waits(
    run: MakingRun, documents: Documents, connect: Callable[[], Spotify]
) -> None:
    other = MakingRun(run.simulator, documents, connect())

    def meanwhile() -> None:
        other.wait()

    run.simulator.faults.add(Fault("delay_before", method="POST", path="/me/playlists", meanwhile=meanwhile))
    found = run.attempt()
    assert other.attempt() == found
    assert run.made == [NAME]


def test_of_two_attempts_that_both_waited_one_asks(
    run: MakingRun, documents: Documents, connect: Callable[[], Spotify], monkeypatch: pytest.MonkeyPatch
) -> None:
    run.simulator.faults.add(Fault("reset", method="POST", path="/me/playlists"))
    with pytest.raises(SpotifyUnavailable):
        run.attempt()
    run.wait()
    other = MakingRun(run.simulator, documents, connect())
    other.wait()
    look = Maker._look

    def look_and_be_overtaken(maker: Maker, target: Target) -> list[str]:
        found = look(maker, target)
        monkeypatch.setattr(Maker, "_look", look)
        other.attempt()
        return found

    monkeypatch.setattr(Maker, "_look", look_and_be_overtaken)
    assert run.attempt() == other.attempt()
    assert run.made == [NAME]


def test_a_spotify_that_never_says_is_not_asked_for_ever(run: MakingRun) -> None:
    run.simulator.faults.add(Fault("unavailable", method="POST", path="/me/playlists", count=-1))
    for _ in range(MOST_REQUESTS):
        with pytest.raises(SpotifyUnavailable):
            run.attempt()
        run.wait()
    run.simulator.forget_requests()
    with pytest.raises(SpotifyUnavailable, match=f"asked {MOST_REQUESTS} times"):
        run.attempt()
    assert run.simulator.requests_count() == 0


def test_the_next_run_looks_before_it_asks_again(run: MakingRun, documents: Documents, spotify: Spotify) -> None:
    run.simulator.faults.add(Fault("lost_response", method="POST", path="/me/playlists"))
    with pytest.raises(SpotifyUnavailable):
        run.attempt()
    following = MakingRun(run.simulator, documents, spotify, "next")
    following.wait()
    assert following.attempt().volume.run == "next"
    assert run.made == [NAME]


@pytest.mark.parametrize("body", [{}, {"items": None, "total": 1}, {"items": [], "total": "many"}])
def test_a_list_that_is_none_is_not_taken_for_an_empty_one(run: MakingRun, body: object) -> None:
    run.simulator.faults.add(Fault("lost_response", method="POST", path="/me/playlists"))
    run.simulator.faults.add(Fault("status", method="GET", path="/me/playlists", status=200, body=body, nth=2))
    with pytest.raises(SpotifyUnavailable):
        run.attempt()
    run.wait()
    with pytest.raises(MalformedAnswer):
        run.attempt()
    run.attempt()
    assert run.made == [NAME]


def test_a_list_with_holes_is_read(run: MakingRun) -> None:
    run.simulator.faults.add(Fault("reset", method="POST", path="/me/playlists"))
    body = {"items": [None, {"id": "x"}, {"id": "y", "description": None}], "total": 3}
    run.simulator.faults.add(
        Fault("status", method="GET", path="/me/playlists", status=200, body=body, nth=2, count=-1)
    )
    with pytest.raises(SpotifyUnavailable):
        run.attempt()
    run.wait()
    run.attempt()
    assert run.made == [NAME]
