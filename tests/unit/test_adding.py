"""Adding batches: each track once, in order, whatever became of earlier attempts."""

from dataclasses import replace

import pytest

from rediscover.simulator import Fault, Simulator
from rediscover_archive.documents import Documents
from rediscover_archive.errors import DocumentMissing, PlaylistFull, RateLimited, SpotifyUnavailable
from rediscover_archive.pairs.plan import Progress, read_plan, read_progress, write_plan, write_progress
from rediscover_archive.spotify.client import Spotify
from tests.unit.additions import POSITIONS, Addition

WHERE = "plans/run/0.json"


@POSITIONS
def test_a_batch_is_one_request_and_keeps_the_order(addition: Addition) -> None:
    addition.add()
    assert addition.archive() == addition.whole()
    assert addition.progress.added == 5
    assert addition.simulator.requests_count(path="/items") == 1


def test_what_is_about_to_be_sent_is_written_down_first(addition: Addition) -> None:
    addition.add()
    assert [(one.next, one.sending) for one in addition.saved] == [(0, True), (5, False)]


@POSITIONS
def test_more_than_a_hundred_go_batch_by_batch(simulator: Simulator, spotify: Spotify, position: str) -> None:
    addition = Addition(simulator, spotify, before=2, count=230, position=position)
    for expected in (100, 200, 230):
        addition.add()
        assert addition.progress.next == expected
    assert addition.archive() == addition.whole()


@POSITIONS
@pytest.mark.parametrize("theirs_on_top", [False, True])
@pytest.mark.parametrize("removed", [0, 1, 3])
@pytest.mark.parametrize("own", [0, 4])
@pytest.mark.parametrize("kind", ["lost_response", "reset", "truncated"])
def test_a_retry_after_an_unknown_outcome_adds_nothing_twice(
    addition: Addition, kind: str, own: int, removed: int, theirs_on_top: bool
) -> None:
    addition.simulator.faults.add(Fault(kind, method="POST"))  # type: ignore[arg-type]  # one of Kind
    with pytest.raises(SpotifyUnavailable):
        addition.add()
    addition.simulator.remove(addition.target, addition.old[:removed])
    theirs = [str(track["uri"]) for track in addition.simulator.tracks(own, "Theirs")]
    addition.simulator.add(addition.target, theirs, position=0 if theirs_on_top else None)
    addition.add()
    archive = addition.archive()
    assert sorted(map(str, archive)) == sorted(addition.old[removed:] + addition.new + theirs)
    assert [uri for uri in archive if uri in addition.new] == addition.new


def test_a_batch_that_was_refused_is_not_in_doubt(addition: Addition) -> None:
    addition.simulator.faults.add(Fault("rate_limited", method="POST", retry_after=9))
    with pytest.raises(RateLimited):
        addition.add()
    assert not addition.progress.sending


@POSITIONS
def test_a_half_sent_batch_goes_on_with_its_other_half_after_a_wait(addition: Addition) -> None:
    addition.simulator.withdraw(addition.new[4])
    addition.simulator.faults.add(Fault("rate_limited", method="POST", nth=3, retry_after=9))
    with pytest.raises(RateLimited):
        addition.add()
    assert not addition.progress.sending
    addition.add(interrupted=True)
    assert addition.archive() == [uri for uri in addition.whole() if uri != addition.new[4]]


@POSITIONS
@pytest.mark.parametrize("theirs_on_top", [False, True])
def test_what_the_listener_adds_during_a_wait_is_not_added_again(
    simulator: Simulator, spotify: Spotify, position: str, theirs_on_top: bool
) -> None:
    addition = Addition(simulator, spotify, before=3, count=230, position=position)
    addition.add()
    theirs = [addition.plan.uris[120], addition.plan.uris[225]]
    simulator.add(addition.target, theirs, position=0 if theirs_on_top == (position == "top") else None)
    addition.add(interrupted=True)
    addition.add()
    archive = addition.archive()
    assert sorted(map(str, archive)) == sorted(addition.old + addition.new)
    assert [uri for uri in archive if uri in addition.new and uri not in theirs] == [
        uri for uri in addition.new if uri not in theirs
    ]


@pytest.mark.parametrize("interrupted", [False, True])
@pytest.mark.parametrize("removed", [0, 1, 97, 103])
def test_on_top_a_batch_goes_above_the_one_before_whatever_the_listener_does_meanwhile(
    simulator: Simulator, spotify: Spotify, removed: int, interrupted: bool
) -> None:
    addition = Addition(simulator, spotify, before=3, count=130, position="top")
    addition.add()
    for hidden in (addition.new[40], addition.new[129]):
        simulator.hide(addition.target, hidden)
    theirs = [str(track["uri"]) for track in simulator.tracks(2, "Theirs")]
    gone = [uri for uri in simulator.uris(addition.target) if uri][:removed]
    simulator.remove(addition.target, gone)
    simulator.add(addition.target, theirs, position=0)
    addition.add(interrupted=interrupted)
    left = [uri for uri in addition.whole() if uri not in gone]
    assert addition.archive() == [*addition.new[:30], *theirs, *left[30:]]


def test_on_top_a_run_that_the_release_before_began_goes_on_with_what_it_had_not_added(
    simulator: Simulator, spotify: Spotify, documents: Documents
) -> None:
    addition = Addition(simulator, spotify, before=3, count=130, position="top")
    documents.put("plans/run/0.progress.json", {"next": 100, "above": 100})
    addition.plan, addition.progress = replace(addition.plan, backwards=False), read_progress(documents, WHERE)
    simulator.add(addition.target, addition.new[:100], position=0)
    addition.add()
    assert addition.archive() == [*addition.new[100:], *addition.new[:100], *addition.old]


def test_a_track_that_the_look_finds_was_taken_although_the_listener_removed_another(addition: Addition) -> None:
    addition.simulator.faults.add(Fault("unavailable", method="POST", count=4))
    addition.simulator.faults.add(
        Fault(
            "lost_response",
            method="POST",
            meanwhile=lambda: addition.simulator.remove(addition.target, addition.old[:1]),
        )
    )
    addition.plan = replace(addition.plan, tracks=addition.plan.tracks[:2])
    with pytest.raises(SpotifyUnavailable):
        addition.add()
    addition.add()
    assert addition.archive() == [*addition.old[1:], addition.new[1]]
    assert [one["uri"] for one in addition.progress.left_out] == addition.new[:1]


@POSITIONS
@pytest.mark.parametrize(("theirs", "most"), [(0, 5), (1000, 23)])
def test_a_long_archive_is_read_whole_to_settle_a_doubt_only_where_the_listener_replaced_it(
    simulator: Simulator, spotify: Spotify, position: str, theirs: int, most: int
) -> None:
    addition = Addition(simulator, spotify, before=1000, count=100, position=position)
    simulator.faults.add(Fault("lost_response", method="POST"))
    with pytest.raises(SpotifyUnavailable):
        addition.add()
    simulator.remove(addition.target, addition.old[:theirs])
    others = [str(track["uri"]) for track in simulator.tracks(theirs, "Theirs")]
    simulator.add(addition.target, others, position=0 if position == "top" else None)
    simulator.forget_requests()
    addition.add()
    assert simulator.requests_count("GET") <= most
    assert simulator.requests_count("POST") == 0
    assert set(addition.archive()) == {*addition.old[theirs:], *addition.new, *others}


@pytest.mark.parametrize("bad", [[0], [4], [1, 3], [0, 1, 2, 3, 4]])
@pytest.mark.parametrize("named", [True, False])
def test_a_refused_track_is_left_out_with_its_reason_and_the_rest_is_added(
    addition: Addition, bad: list[int], named: bool
) -> None:
    unknown = [addition.new[place] for place in bad]
    for place in bad:
        if named:
            addition.new[place] = f"spotify:track:broken{place}"
        else:
            addition.simulator.withdraw(addition.new[place])
    addition.plan = replace(addition.plan, tracks=[{"uri": uri, "name": "", "artists": []} for uri in addition.new])
    addition.add()
    good = [uri for place, uri in enumerate(addition.new) if place not in bad]
    assert addition.archive() == addition.old + good
    assert addition.progress.added == len(good)
    assert len(addition.progress.left_out) == len(unknown)
    assert all("Spotify refuses it" in one["reason"] for one in addition.progress.left_out)


def test_a_target_is_not_full_in_which_the_listener_made_room(
    addition: Addition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rediscover_archive.pairs.adding.CAP", 6)
    addition.simulator.remove(addition.target, addition.old)
    addition.simulator.faults.add(Fault("lost_response", method="POST"))
    addition.add()
    assert (addition.archive(), addition.progress.added) == (addition.new, 5)
    assert addition.progress.snapshot_id == "", "nobody knows it"


def test_a_request_that_fits_after_all_is_tried_again(addition: Addition, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rediscover_archive.pairs.adding.CAP", 6)
    addition.simulator.remove(addition.target, addition.old)
    addition.simulator.faults.add(Fault("unavailable", method="POST"))
    with pytest.raises(SpotifyUnavailable):
        addition.add()
    addition.add()
    assert addition.archive() == addition.new


@pytest.mark.parametrize("status", [403, 500])
def test_a_full_target_says_how_many_are_still_to_add(
    addition: Addition, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    addition.simulator.settings.update(playlist_cap=6, playlist_cap_status=status)
    monkeypatch.setattr("rediscover_archive.pairs.adding.CAP", 6)
    with pytest.raises(PlaylistFull, match="5 tracks still to add"):
        addition.add()
    assert addition.archive() == addition.old


def test_plan_and_progress_outlive_the_function(documents: Documents, addition: Addition) -> None:
    progress = Progress(next=2, sending=True, snapshot_id="s", left_out=[{"uri": "u", "reason": "r"}])
    write_plan(documents, WHERE, addition.plan)
    assert read_progress(documents, WHERE) == Progress()
    write_progress(documents, WHERE, progress)
    assert read_plan(documents, WHERE) == addition.plan
    assert read_progress(documents, WHERE) == progress
    with pytest.raises(DocumentMissing, match="Start a new run"):
        read_plan(documents, "plans/other/0.json")
