"""An archive as a source: what is lost at Spotify comes back from the record, in order."""

import json

import pytest

from rediscover.simulator import Simulator
from rediscover_archive.ledger.record import record_key
from rediscover_archive.ledger.shelf import archives
from tests.simulation.quick import QuickStack
from tests.support.few import SOAK
from tests.support.stack import DeployedStack, Stack

pytestmark = pytest.mark.quick

ALL = {"bring_back_removed": True, "max_new": 10_000}
LARGE = 10_000 if SOAK else 1_000
"""Tracks of which the record of a large archive tells."""


class _Bucket:
    """What stands in the bucket, as the commands read it."""

    def __init__(self, stack: DeployedStack) -> None:
        self._documents = stack.documents()

    def get(self, key: str, /) -> dict[str, object] | None:
        return self._documents.get(key)

    def keys(self, prefix: str, /) -> list[str]:
        return [key for key in self._documents if key.startswith(prefix)]


def _kept(stack: Stack, simulator: Simulator, *, weeks: int = 3) -> tuple[str, list[str | None]]:
    """A target with some weeks' tracks, and what it holds."""
    source, target = simulator.create_playlist("Inbox"), simulator.create_playlist("Kept")
    for week in range(weeks):
        simulator.replace(source, simulator.tracks(4, f"Week {week}, track"))
        stack.run(source, target)
    return target, simulator.uris(target)


def test_a_target_that_was_emptied_by_accident_is_restored_in_its_order(stack: Stack, simulator: Simulator) -> None:
    target, before = _kept(stack, simulator)
    simulator.replace(target, [])
    refused = stack.run(f"archive:{target}", target)
    assert refused.output["outcome"] == "nothing_new"
    (told,) = stack.report(refused)["pairs"][0]["warnings"]
    assert all(word in told for word in ("12 tracks", "bring_back_removed", "--bring-back-removed"))
    assert stack.run(f"archive:{target}", target, **ALL).output["pairs"][0]["added"] == 12
    assert simulator.uris(target) == before
    again = stack.run(f"archive:{target}", target, **ALL)
    assert (again.output["outcome"], stack.report(again)["pairs"][0]["warnings"]) == ("nothing_new", [])
    assert simulator.uris(target) == before


def test_a_deleted_playlist_is_restored_into_a_new_one_by_name(stack: Stack, simulator: Simulator) -> None:
    target, before = _kept(stack, simulator)
    del simulator.playlists[target]
    pair = {"source": f"archive:https://open.spotify.com/playlist/{target}?si=0a", "target": {"create": "Kept again"}}
    execution = stack.ended(stack.start({"pairs": [pair]}))
    assert execution.status == "SUCCEEDED", execution.cause
    (restored,) = stack.report(execution)["pairs"]
    assert simulator.uris(restored["target_id"]) == before
    assert [track["name"] for track in restored["added_tracks"]][:2] == ["Week 0, track 1", "Week 0, track 2"]


def test_the_archive_of_a_lost_account_is_restored_with_anothers_authorization(
    stack: Stack, simulator: Simulator
) -> None:
    target, before = _kept(stack, simulator)
    simulator.revoke_authorization()
    simulator.playlists[target].owner = simulator.create_user("gone")
    stack.store_credentials(json.dumps(simulator.authorize(user=simulator.create_user("another"))))
    theirs = simulator.create_playlist("Theirs", owner="another")
    assert stack.run(f"archive:{target}", target).error in ("PlaylistNotReadable", "PlaylistNotFound")
    assert stack.run(f"archive:{target}", theirs).output["pairs"][0]["added"] == 12
    assert simulator.uris(theirs) == before


def test_of_a_lost_bucket_the_next_run_makes_anew_what_the_target_tells(stack: Stack, simulator: Simulator) -> None:
    source, target = simulator.create_playlist("Inbox"), simulator.create_playlist("Kept")
    simulator.replace(source, simulator.tracks(4, "First"))
    stack.run(source, target)
    simulator.remove(target, [str(simulator.uris(target)[0])])
    simulator.replace(source, simulator.tracks(2, "Second"))
    stack.run(source, target)
    (before,) = archives(_Bucket(stack))
    for key in stack.documents():
        stack.keep(key, None)
    assert stack.run(source, target).output["outcome"] == "nothing_new"
    (after,) = archives(_Bucket(stack))
    there = [track for track in before.tracks if track["left_at"] is None]
    known = ("uri", "isrc", "added_at", "week")
    assert [[track[name] for name in known] for track in after.tracks] == [
        [track[name] for name in known] for track in there
    ]
    assert after.name == before.name
    assert [(week, one.whole().status) for week, one in after.ledger.weeks.items()] == [
        (week, one.whole().status) for week, one in before.ledger.weeks.items()
    ]
    assert [(track["name"], track["source"]) for track in after.tracks] == [
        *[("", "")] * 3,
        ("Second 1", source),
        ("Second 2", source),
    ]
    assert sum(week.whole().runs for week in after.ledger.weeks.values()) == 1


def test_archives_are_merged_each_track_once(stack: Stack, simulator: Simulator) -> None:
    one, first = _kept(stack, simulator, weeks=2)
    source = simulator.create_playlist("Other inbox", [*first[2:4], *simulator.tracks(2, "Other")])
    two = simulator.create_playlist("Other")
    stack.run(source, two)
    into = simulator.create_playlist("Merged")
    pair = {"source": [f"archive:{one}", f"archive:{two}"], "target": into}
    stack.ended(stack.start({"pairs": [pair]}))
    assert simulator.uris(into) == list(dict.fromkeys([*first, *simulator.uris(two)]))


def test_what_is_gone_comes_along_once_and_where_it_was(stack: Stack, simulator: Simulator) -> None:
    target, before = _kept(stack, simulator, weeks=2)
    simulator.remove(target, [str(before[1])])
    stack.run(f"archive:{target}", target)
    stack.run(f"archive:{target}", target, **ALL)
    record = stack.documents(record_key(target))[record_key(target)]["tracks"]
    assert [track["uri"] for track in record].count(before[1]) == 2
    into = simulator.create_playlist("Restored")
    assert stack.run(f"archive:{target}", into).output["pairs"][0]["offered"] == 8
    assert simulator.uris(into) == before


@pytest.mark.parametrize(("body", "told"), [(None, "Nothing is known"), (b'{"version": 1, "tracks": 3}', "damaged")])
def test_where_no_record_is_there_nothing_is_added_and_it_is_said(
    stack: Stack, simulator: Simulator, body: bytes | None, told: str
) -> None:
    unknown, target = simulator.create_playlist("Unknown"), simulator.create_playlist("Kept")
    stack.keep(record_key(unknown), body)
    execution = stack.run(f"archive:{unknown}", target)
    assert (execution.error, simulator.uris(target)) == ("InvalidInput", [])
    assert told in str(execution.cause)
    assert unknown in str(execution.cause)


def test_a_large_archive_is_restored_in_order_by_three_requests_for_each_hundred(
    stack: Stack, simulator: Simulator
) -> None:
    tracks = simulator.tracks(LARGE)
    target = simulator.create_playlist("Kept", tracks)
    stack.run(simulator.create_playlist("Inbox"), target)
    simulator.replace(target, [])
    stack.run(simulator.create_playlist("Inbox"), target)
    refused = stack.run(f"archive:{target}", target, bring_back_removed=True)
    assert refused.error == "TooManyNew"
    assert f'{{"max_new": {LARGE}}}' in str(refused.cause)
    assert "--max-new" in str(refused.cause)
    simulator.forget_requests()
    execution = stack.run(f"archive:{target}", target, **ALL)
    assert execution.status == "SUCCEEDED", execution.cause
    assert simulator.uris(target) == [track["uri"] for track in tracks]
    took = execution.output["spotify_requests"]
    print(f"{took} requests: {simulator.requests_count('POST', '/items')} to add")
    assert took == simulator.requests_count()
    assert took <= 3 * LARGE // 100 + 2, "beside the token and the target's head, three for each hundred"


def test_of_a_target_with_new_ones_on_top_a_record_made_anew_offers_the_oldest_first(
    stack: Stack, simulator: Simulator
) -> None:
    source, target = simulator.create_playlist("Inbox"), simulator.create_playlist("Kept")
    for week in range(2):
        simulator.replace(source, simulator.tracks(2, f"Week {week}, track"))
        stack.run(source, target, position="top")
        if isinstance(stack, QuickStack):
            stack.loop.now += 60
    first, second = simulator.uris(target)[2:], simulator.uris(target)[:2]
    for key in stack.documents():
        stack.keep(key, None)
    stack.run(source, target, position="top")
    into = simulator.create_playlist("Restored")
    stack.run(f"archive:{target}", into)
    assert simulator.uris(into) == [*first, *second]
