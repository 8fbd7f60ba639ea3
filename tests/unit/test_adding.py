"""Adding batches, and verifying them: once each, in order, whatever became of earlier attempts."""

from dataclasses import replace
from typing import Any

import pytest

from archive.documents import Documents
from archive.errors import DocumentMissing, NotVisibleYet, PlaylistFull, RateLimited, SpotifyUnavailable
from archive.pairs.adding import Adder
from archive.pairs.memory import Memory
from archive.pairs.plan import Plan, Progress, read_plan, read_progress, write_plan, write_progress
from archive.pairs.verifying import verify
from archive.spotify.client import Spotify
from archive.spotify.items import Item
from rediscover.simulator import Fault, Simulator

WHERE = "plans/run/0.json"


class Run:
    """A plan to add `count` new tracks to a target of `before` tracks."""

    def __init__(
        self, simulator: Simulator, spotify: Spotify, before: int = 3, count: int = 5, position: str = "bottom"
    ) -> None:
        self.simulator = simulator
        self.spotify = spotify
        self.old = [str(track["uri"]) for track in simulator.tracks(before, "Old")]
        self.new = [str(track["uri"]) for track in simulator.tracks(count, "New")]
        self.target = simulator.create_playlist("Archive", self.old)
        tracks: list[dict[str, Any]] = [{"uri": uri, "name": "", "artists": [], "isrc": None} for uri in self.new]
        self.plan = Plan(self.target, before, tracks, [], position)
        self.progress = Progress()
        self.saved: list[Progress] = []

    def add(self, *, interrupted: bool = False) -> None:
        Adder(
            spotify=self.spotify,
            plan=self.plan,
            progress=self.progress,
            save=lambda progress: self.saved.append(replace(progress)),
            note=lambda _: None,
            lag=0,
        ).add_next_batch(interrupted=interrupted)

    def archive(self) -> list[str | None]:
        return self.simulator.uris(self.target)

    def whole(self) -> list[str]:
        """What the target holds when all is done."""
        return self.new + self.old if self.plan.position == "top" else self.old + self.new


POSITIONS = pytest.mark.parametrize("position", ["bottom", "top"])


@pytest.fixture
def run(simulator: Simulator, spotify: Spotify, position: str) -> Run:
    return Run(simulator, spotify, position=position)


@pytest.fixture
def position() -> str:
    """Where a test's run adds, unless the test has a parameter of that name."""
    return "bottom"


@POSITIONS
def test_a_batch_is_one_request_and_keeps_the_order(run: Run) -> None:
    run.add()
    assert run.archive() == run.whole()
    assert run.progress.added == 5
    assert run.simulator.requests_count(path="/items") == 1


def test_what_is_about_to_be_sent_is_written_down_first(run: Run) -> None:
    run.add()
    assert [(one.next, one.sending) for one in run.saved] == [(0, True), (5, False)]


@POSITIONS
def test_more_than_a_hundred_go_batch_by_batch(simulator: Simulator, spotify: Spotify, position: str) -> None:
    run = Run(simulator, spotify, before=2, count=230, position=position)
    for expected in (100, 200, 230):
        run.add()
        assert run.progress.next == expected
    assert run.archive() == run.whole()


@POSITIONS
@pytest.mark.parametrize("theirs_on_top", [False, True])
@pytest.mark.parametrize("removed", [0, 1, 3])
@pytest.mark.parametrize("own", [0, 4])
@pytest.mark.parametrize("kind", ["lost_response", "reset", "truncated"])
def test_a_retry_after_an_unknown_outcome_adds_nothing_twice(
    run: Run, kind: str, own: int, removed: int, theirs_on_top: bool
) -> None:
    run.simulator.faults.add(Fault(kind, method="POST"))  # type: ignore[arg-type]  # one of Kind
    with pytest.raises(SpotifyUnavailable):
        run.add()
    run.simulator.remove(run.target, run.old[:removed])
    theirs = [str(track["uri"]) for track in run.simulator.tracks(own, "Theirs")]
    run.simulator.add(run.target, theirs, position=0 if theirs_on_top else None)
    run.add()
    archive = run.archive()
    assert sorted(map(str, archive)) == sorted(run.old[removed:] + run.new + theirs)
    assert [uri for uri in archive if uri in run.new] == run.new


def test_a_batch_that_was_refused_is_not_in_doubt(run: Run) -> None:
    run.simulator.faults.add(Fault("rate_limited", method="POST", retry_after=9))
    with pytest.raises(RateLimited):
        run.add()
    assert not run.progress.sending


@POSITIONS
def test_a_half_sent_batch_goes_on_with_its_other_half_after_a_wait(run: Run) -> None:
    run.simulator.withdraw(run.new[4])
    run.simulator.faults.add(Fault("rate_limited", method="POST", nth=3, retry_after=9))
    with pytest.raises(RateLimited):
        run.add()
    assert not run.progress.sending
    run.add(interrupted=True)
    assert run.archive() == [uri for uri in run.whole() if uri != run.new[4]]


@POSITIONS
@pytest.mark.parametrize("theirs_on_top", [False, True])
def test_what_the_listener_adds_during_a_wait_is_not_added_again(
    simulator: Simulator, spotify: Spotify, position: str, theirs_on_top: bool
) -> None:
    run = Run(simulator, spotify, before=3, count=230, position=position)
    run.add()
    theirs = [run.new[120], run.new[225]]
    simulator.add(run.target, theirs, position=0 if theirs_on_top == (position == "top") else None)
    run.add(interrupted=True)
    run.add()
    archive = run.archive()
    assert sorted(map(str, archive)) == sorted(run.old + run.new)
    assert [uri for uri in archive if uri in run.new and uri not in theirs] == [
        uri for uri in run.new if uri not in theirs
    ]


@POSITIONS
def test_a_long_archive_is_not_read_whole_to_settle_a_doubt(
    simulator: Simulator, spotify: Spotify, position: str
) -> None:
    run = Run(simulator, spotify, before=1000, count=100, position=position)
    simulator.faults.add(Fault("lost_response", method="POST"))
    with pytest.raises(SpotifyUnavailable):
        run.add()
    simulator.forget_requests()
    run.add()
    assert simulator.requests_count("GET") <= 5
    assert simulator.requests_count("POST") == 0
    assert run.archive() == run.whole()


@pytest.mark.parametrize("bad", [[0], [4], [1, 3], [0, 1, 2, 3, 4]])
@pytest.mark.parametrize("named", [True, False])
def test_a_refused_track_is_left_out_with_its_reason_and_the_rest_is_added(
    run: Run, bad: list[int], named: bool
) -> None:
    unknown = [run.new[place] for place in bad]
    for place in bad:
        if named:
            run.new[place] = f"spotify:track:broken{place}"
        else:
            run.simulator.withdraw(run.new[place])
    run.plan = replace(run.plan, tracks=[{"uri": uri, "name": "", "artists": []} for uri in run.new])
    run.add()
    good = [uri for place, uri in enumerate(run.new) if place not in bad]
    assert run.archive() == run.old + good
    assert run.progress.added == len(good)
    assert len(run.progress.left_out) == len(unknown)
    assert all("Spotify refuses it" in one["reason"] for one in run.progress.left_out)


@pytest.mark.parametrize("status", [403, 500])
def test_a_full_target_says_how_many_are_still_to_add(run: Run, monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    run.simulator.settings.update(playlist_cap=6, playlist_cap_status=status)
    monkeypatch.setattr("archive.pairs.adding.CAP", 6)
    with pytest.raises(PlaylistFull, match="5 tracks are still to add"):
        run.add()
    assert run.archive() == run.old


@POSITIONS
def test_what_was_added_is_verified_and_remembered(run: Run) -> None:
    run.add()
    before = Memory(run.target, 3, [Item(uri=uri) for uri in run.old], ["old"])
    found = verify(run.spotify, run.plan, run.progress, before)
    assert found.total == 8
    assert found.memory is not None
    assert [item.uri for item in found.memory.items] == run.archive()
    assert found.memory.is_of(run.spotify.head(run.target).snapshot_id, 8)


@POSITIONS
def test_an_edit_between_reading_and_adding_is_not_taken_for_ours(run: Run) -> None:
    before = Memory(run.target, 3, [Item(uri=uri) for uri in run.old], ["old"])
    run.simulator.remove(run.target, run.old[:1])
    run.simulator.add(run.target, [run.simulator.track("Theirs")["uri"]])
    run.add()
    found = verify(run.spotify, run.plan, run.progress, before)
    assert found.memory is not None
    assert not found.memory.is_of(run.spotify.head(run.target).snapshot_id, 8)
    assert {item.uri for item in found.memory.items} == {*run.old, *run.new}


def test_added_tracks_that_do_not_show_yet_are_looked_for_again(run: Run) -> None:
    run.simulator.settings.update(items_lag_seconds=60)
    run.add()
    with pytest.raises(NotVisibleYet, match="5 of 5 added tracks"):
        verify(run.spotify, run.plan, run.progress, None)


@POSITIONS
def test_verifying_thirty_tracks_in_a_long_archive_is_one_request(
    simulator: Simulator, spotify: Spotify, position: str
) -> None:
    run = Run(simulator, spotify, before=1000, count=30, position=position)
    run.add()
    simulator.forget_requests()
    verify(spotify, run.plan, run.progress, None)
    assert simulator.requests_count() == 1


def test_plan_and_progress_outlive_the_function(documents: Documents, run: Run) -> None:
    progress = Progress(next=2, sending=True, snapshot_id="s", left_out=[{"uri": "u", "reason": "r"}])
    write_plan(documents, WHERE, run.plan)
    assert read_progress(documents, WHERE) == Progress()
    write_progress(documents, WHERE, progress)
    assert read_plan(documents, WHERE) == run.plan
    assert read_progress(documents, WHERE) == progress
    with pytest.raises(DocumentMissing, match="Start a new run"):
        read_plan(documents, "plans/other/0.json")
