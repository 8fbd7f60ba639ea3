"""Verifying what was added, and what is remembered of the target then."""

import time

import pytest

from rediscover.simulator import Simulator
from rediscover.simulator.world import shapes
from rediscover_archive.errors import NotVisibleYet
from rediscover_archive.pairs.memory import NEW, Memory, Sent
from rediscover_archive.pairs.verifying import verify
from rediscover_archive.spotify.client import Spotify
from rediscover_archive.spotify.items import Item
from tests.unit.additions import POSITIONS, Addition


@POSITIONS
def test_what_was_added_is_verified_and_remembered(addition: Addition) -> None:
    addition.add()
    before = Memory(addition.target, 3, [Item(uri=uri) for uri in addition.old], ["old"])
    found = verify(addition.spotify, addition.plan, addition.progress, before)
    assert found.total == 8
    assert found.memory is not None
    assert [item.uri for item in found.memory.items] == addition.archive()
    assert found.memory.is_of(addition.spotify.head(addition.target).snapshot_id, 8)


@POSITIONS
def test_an_edit_between_reading_and_adding_is_not_taken_for_ours(addition: Addition) -> None:
    before = Memory(addition.target, 3, [Item(uri=uri) for uri in addition.old], ["old"])
    addition.simulator.remove(addition.target, addition.old[:1])
    addition.simulator.add(addition.target, [addition.simulator.track("Theirs")["uri"]])
    addition.add()
    found = verify(addition.spotify, addition.plan, addition.progress, before)
    assert found.memory is not None
    assert not found.memory.is_of(addition.spotify.head(addition.target).snapshot_id, 8)
    assert {item.uri for item in found.memory.items} == {*addition.old, *addition.new}


@POSITIONS
def test_what_an_earlier_run_sent_and_was_not_shown_is_remembered_once_it_is(addition: Addition) -> None:
    earlier = [str(track["uri"]) for track in addition.simulator.tracks(2, "Earlier")]
    sent = [Sent(Item(uri=uri), NEW) for uri in earlier]
    before = Memory(addition.target, 3, [Item(uri=uri) for uri in addition.old], ["old"], sent=sent)
    addition.simulator.add(addition.target, earlier, 0 if addition.plan.on_top else None)
    addition.add()
    found = verify(addition.spotify, addition.plan, addition.progress, before)
    assert found.memory is not None
    assert [item.uri for item in found.memory.items] == addition.archive()
    assert found.memory.sent == []


@POSITIONS
def test_what_is_read_back_is_known_where_another_execution_has_read_the_target_meanwhile(addition: Addition) -> None:
    addition.add()
    *read, last = addition.archive()
    sent = [Sent(Item(uri=last), NEW)]
    before = Memory(addition.target, 7, [Item(uri=uri) for uri in read], ["its"], sent=sent)
    found = verify(addition.spotify, addition.plan, addition.progress, before)
    assert found.memory is not None
    assert {item.uri for item in found.memory.items} == {*read, last}
    assert (found.memory.total, found.memory.sent, found.memory.snapshot_ids) == (8, [], [])


def test_a_row_of_before_is_none_of_ours_though_it_is_empty_now(
    simulator: Simulator, spotify: Spotify, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last of ours is hidden on top, so that a row of before comes where it should be."""
    addition = Addition(simulator, spotify, before=2, count=3, position="top")
    newest = shapes.timestamp(time.time() + 1)
    before = Memory(addition.target, 2, [Item(uri=uri, added_at=newest) for uri in addition.old], newest=newest)
    monkeypatch.setattr(simulator, "clock", lambda: time.time() + 60)
    addition.add()
    simulator.hide(addition.target, addition.new[-1])
    simulator.show_as(addition.target, addition.old[0], None)
    with pytest.raises(NotVisibleYet, match="1 of 3"):
        verify(spotify, addition.plan, addition.progress, before)


@pytest.mark.parametrize("snapshot_ids", [["old"], []])
def test_what_the_reading_before_hid_for_the_first_time_is_not_believed(
    addition: Addition, snapshot_ids: list[str]
) -> None:
    addition.simulator.hide(addition.target, addition.old[2])
    addition.add()
    before = Memory(addition.target, 3, [Item(uri=uri) for uri in addition.old[:2]], snapshot_ids, unseen=1)
    found = verify(addition.spotify, addition.plan, addition.progress, before)
    assert found.memory is not None
    assert bool(found.memory.snapshot_ids) == bool(snapshot_ids)


def test_an_edit_right_below_what_was_added_on_top_is_seen(simulator: Simulator, spotify: Spotify) -> None:
    addition = Addition(simulator, spotify, before=1, count=100, position="top")
    before = Memory(addition.target, 1, [Item(uri=uri) for uri in addition.old], ["old"])
    simulator.remove(addition.target, addition.old)
    simulator.add(addition.target, [simulator.track("Theirs")["uri"]])
    addition.add()
    found = verify(spotify, addition.plan, addition.progress, before)
    assert found.memory is not None
    assert not found.memory.snapshot_ids


def test_what_was_added_on_top_is_found_below_what_the_listener_put_above(
    simulator: Simulator, spotify: Spotify
) -> None:
    addition = Addition(simulator, spotify, count=100, position="top")
    addition.add()
    simulator.add(addition.target, [str(track["uri"]) for track in simulator.tracks(120, "Theirs")], position=0)
    assert len(verify(spotify, addition.plan, addition.progress, None).verified) == 100


def test_a_pasted_track_that_is_relinked_is_known_by_the_recording_of_the_row_in_its_place(addition: Addition) -> None:
    other = addition.simulator.track("Remastered", isrc="QZABC2600001")
    addition.simulator.show_as(addition.target, addition.new[2], other)
    addition.add()
    before = Memory(addition.target, 3, [Item(uri=uri) for uri in addition.old], ["old"])
    found = verify(addition.spotify, addition.plan, addition.progress, before)
    assert found.memory is not None
    assert [(one.item.uri, one.item.isrc) for one in found.memory.sent] == [(addition.new[2], "QZABC2600001")]


def test_added_tracks_that_do_not_show_yet_are_looked_for_again(addition: Addition) -> None:
    addition.simulator.settings.update(items_lag_seconds=60)
    addition.add()
    with pytest.raises(NotVisibleYet, match="5 of 5 that were added"):
        verify(addition.spotify, addition.plan, addition.progress, None)


@POSITIONS
def test_verifying_thirty_tracks_in_a_long_archive_is_one_request(
    simulator: Simulator, spotify: Spotify, position: str
) -> None:
    addition = Addition(simulator, spotify, before=1000, count=30, position=position)
    addition.add()
    simulator.forget_requests()
    verify(spotify, addition.plan, addition.progress, None)
    assert simulator.requests_count() == 1
