"""Targets that are made for a name: found without a request, followed by another when full."""

from typing import Any

import pytest

from rediscover.simulator import Fault, Simulator
from rediscover_archive.documents import Documents
from rediscover_archive.errors import DocumentMissing, MalformedAnswer
from rediscover_archive.spotify.client import Spotify
from rediscover_archive.targets import making
from rediscover_archive.targets.making import DESCRIPTION
from rediscover_archive.targets.volumes import Target, mark_full, playlist_of, read_target, target_key
from tests.unit.making import NAME, MakingRun


@pytest.fixture
def run(simulator: Simulator, documents: Documents, spotify: Spotify) -> MakingRun:
    return MakingRun(simulator, documents, spotify)


def test_a_target_that_is_missing_is_made_after_one_look_for_it(run: MakingRun) -> None:
    run.simulator.forget_requests()
    found = run.attempt()
    made = run.simulator.playlists[found.volume.playlist_id]
    assert (made.name, found.earlier, found.twins) == (NAME, [], [])
    assert made.description.startswith("Kept by (re)Discover Weekly")
    assert [one.method for one in run.simulator.requests] == ["GET", "POST"]


def test_its_description_is_one_that_spotify_takes() -> None:
    assert len(DESCRIPTION.format(reference="x" * 12)) <= 300
    assert DESCRIPTION.isprintable()


def test_a_target_that_was_made_is_found_without_a_request(run: MakingRun) -> None:
    made = run.attempt()
    run.simulator.forget_requests()
    assert run.attempt() == made
    assert run.simulator.requests_count() == 0


def test_what_is_in_use_is_written_again_so_that_it_does_not_expire(
    run: MakingRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    run.attempt()
    written: list[str] = []
    monkeypatch.setattr(Documents, "replace", lambda _self, key, _document, _etag: written.append(key))
    run.attempt()
    assert written == [target_key(NAME)]


def test_a_target_that_the_listener_renamed_is_still_the_one(run: MakingRun) -> None:
    made = run.attempt()
    run.simulator.rename(made.volume.playlist_id, "Mine")
    assert run.attempt() == made


def test_a_full_target_is_followed_by_another(run: MakingRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "NEARLY_FULL", 10)
    first = run.attempt()
    run.fill(first.volume.playlist_id, 9)
    assert run.attempt() == first
    run.fill(first.volume.playlist_id, 10)
    second = run.attempt()
    run.fill(second.volume.playlist_id, 11)
    third = run.attempt()
    assert run.made == [NAME, f"{NAME} (2)", f"{NAME} (3)"]
    assert third.earlier == [first.volume.playlist_id, second.volume.playlist_id]
    assert run.attempt() == third


def test_a_target_that_took_no_more_is_followed_by_another_whatever_its_size(run: MakingRun) -> None:
    first = run.attempt()
    mark_full(run.documents, NAME)
    second = run.attempt()
    assert (second.volume.name, second.earlier) == (f"{NAME} (2)", [first.volume.playlist_id])


def test_a_dry_run_makes_and_writes_nothing(run: MakingRun, monkeypatch: pytest.MonkeyPatch) -> None:
    run.simulator.forget_requests()
    found = run.attempt(dry_run=True)
    assert (found.volume.playlist_id, found.volume.name, found.earlier) == ("", NAME, [])
    assert read_target(run.documents, NAME) == (Target(NAME), None)
    made = run.attempt()
    monkeypatch.setattr(making, "NEARLY_FULL", 0)
    run.fill(made.volume.playlist_id, 0)
    found = run.attempt(dry_run=True)
    assert (found.volume.playlist_id, found.volume.name) == ("", f"{NAME} (2)")
    assert found.earlier == [made.volume.playlist_id]
    assert [one.method for one in run.simulator.requests] == ["GET", "GET", "POST"]


@pytest.mark.parametrize("id", [None, 7, "", "x" * 500, "../../me/playlists/", "a/b"])
def test_an_id_that_is_none_is_not_taken(run: MakingRun, id: object) -> None:
    run.simulator.faults.add(Fault("status", method="POST", path="/me/playlists", status=201, body={"id": id}))
    with pytest.raises(MalformedAnswer, match="has no id"):
        run.attempt()


def test_what_was_made_is_told_by_name(run: MakingRun) -> None:
    assert playlist_of(run.documents, NAME) is None
    made = run.attempt()
    assert playlist_of(run.documents, NAME) == made.volume.playlist_id
    assert playlist_of(run.documents, NAME.lower()) is None


def test_every_name_has_a_document_of_its_own_that_a_person_can_tell() -> None:
    names = [NAME, NAME.lower(), f"{NAME} ", "時々", "時々 2", "a/b", "a b", "../x"]
    keys = [target_key(name) for name in names]
    assert len(set(keys)) == len(names)
    assert keys[0].startswith("targets/re-discover-2026-")
    assert all(one.count("/") == 1 and ".." not in one for one in keys)


DAMAGED: list[Any] = [
    *({}, [], None, "text", {"name": NAME}, {"name": NAME, "volumes": None, "creating": None}),
    *({"volumes": ["x"], "creating": None}, {"volumes": [{}], "creating": None}),
    {"volumes": [{"playlist_id": 7, "name": NAME, "run": "r", "full": False}], "creating": None},
    {"volumes": [{"playlist_id": "7", "name": NAME, "run": "r", "full": False}], "creating": None},
    {"volumes": [], "creating": {"reference": "r"}},
    {"volumes": [], "creating": "x"},
]


@pytest.mark.parametrize("damaged", [None, *DAMAGED], ids=str)
def test_what_was_made_is_found_again_when_its_document_is_lost_or_damaged(
    run: MakingRun, monkeypatch: pytest.MonkeyPatch, damaged: Any
) -> None:
    monkeypatch.setattr(making, "NEARLY_FULL", 10)
    first = run.attempt().volume.playlist_id
    run.fill(first, 10)
    second = run.attempt().volume.playlist_id
    run.simulator.create_playlist(NAME)  # the listener's own
    theirs = run.simulator.create_playlist(f"{NAME} (3)", owner="friend", description=DESCRIPTION, public=True)
    run.simulator.follow(theirs)
    run.documents.delete(target_key(NAME))
    if damaged is not None:
        run.documents.put(target_key(NAME), damaged)
    assert run.attempt(dry_run=True).again
    found = run.attempt()
    assert (found.earlier, found.volume.playlist_id, found.again) == ([first], second, True)
    assert run.made.count(NAME) == 2
    run.simulator.forget_requests()
    assert not run.attempt().again
    assert run.simulator.requests_count() == 0


@pytest.mark.parametrize("damaged", DAMAGED, ids=str)
def test_nothing_is_made_for_a_damaged_document_whose_playlist_is_not_found(run: MakingRun, damaged: Any) -> None:
    run.simulator.rename(run.attempt().volume.playlist_id, "Mine")
    run.documents.put(target_key(NAME), damaged)
    with pytest.raises(DocumentMissing, match="does not say any more what was made"):
        run.attempt()
    assert run.made == ["Mine"]
    assert playlist_of(run.documents, NAME) is None


def test_what_a_later_release_writes_besides_is_passed_over(run: MakingRun) -> None:
    made = run.attempt()
    document = run.documents.get(target_key(NAME))
    assert document
    document["volumes"][0]["colour"] = "green"
    run.documents.put(target_key(NAME), {**document, "version": 99})
    assert run.attempt() == made
