"""`rediscover check`: whether a target is at Spotify as its record says."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from rediscover.commands.archive.check import CheckArguments, check
from rediscover.errors import Busy, NoArchive
from rediscover_archive.errors import PlaylistNotFound
from rediscover_archive.ledger.record import brought_up_to_date, record_key, record_of
from rediscover_archive.pairs.memory import Memory, memory_key, remember
from rediscover_archive.spotify.items import media_of
from tests.cli.patient import Patient


class _Folder:
    """The home's bucket, to be written."""

    def __init__(self, path: Path) -> None:
        self._path = path / "buckets" / "Bucket"

    def put(self, key: str, document: Any) -> None:
        (self._path / key).parent.mkdir(parents=True, exist_ok=True)
        (self._path / key).write_text(json.dumps(document))


class Archive:
    """A target of 120 tracks as a run has left it, and what the command says of it."""

    def __init__(self, patient: Patient) -> None:
        self.patient, self.spotify = patient, patient.spotify
        self.tracks = self.spotify.tracks(120, "Kept")
        self.target = self.spotify.create_playlist("Rediscovered", self.tracks)
        self.uris = [track["uri"] for track in self.tracks]
        rows = [media_of(track) for track in self.tracks]
        newest = datetime.now(UTC).strftime("%Y-%m-%dT23:59:59Z")
        memory = Memory(self.target, 120, rows, newest=newest)
        bucket: Any = _Folder(patient.home.path)
        remember(bucket, memory_key(self.target, "target"), memory, "target")
        kept = brought_up_to_date([], memory, {}, lambda _: None, datetime.now(UTC))
        bucket.put(record_key(self.target), record_of(self.target, kept))

    def check(self, *, as_json: bool = True) -> tuple[int, Any]:
        """The exit code, and what is printed."""
        out = io.StringIO()
        console = Console(file=out, highlight=False, markup=False, soft_wrap=True)
        code = check(CheckArguments(None, as_json, None), self.patient.environment, console)
        self.patient.printed += out.getvalue()
        return code, json.loads(out.getvalue()) if as_json else out.getvalue()

    def differences(self) -> dict[str, list[str | None]]:
        """The kinds of which there is something, with the URIs."""
        code, told = self.check()
        kinds = ("twice", "gone", "not_in_record", "withdrawn", "moved")
        assert (code == 0) is told["agrees"] is not any(told[kind] for kind in kinds)
        return {kind: [one["uri"] for one in told[kind]] for kind in kinds if told[kind]}


@pytest.fixture
def archive(patient: Patient) -> Archive:
    """What is checked."""
    return Archive(patient)


def test_where_all_agrees_it_says_so_and_what_it_took_and_changes_nothing(archive: Archive) -> None:
    home = archive.patient.home.path
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    archive.spotify.forget_requests()
    code, told = archive.check(as_json=False)
    assert (code, told.splitlines()) == (
        0,
        ["“Rediscovered” holds 120 items, and its record says 120.", "All agrees.", "Spotify requests: 5."],
    )
    assert archive.spotify.requests_count() == 5
    assert {one.method for one in archive.spotify.requests if "token" not in one.path} == {"GET"}
    after = {path: path.read_bytes() for path in home.rglob("*") if path.is_file() and path.name != "lock"}
    assert after == before


def test_each_thing_that_does_not_agree_is_named(archive: Archive) -> None:
    spotify, target, uris = archive.spotify, archive.target, archive.uris
    assert archive.differences() == {}
    spotify.remove(target, [uris[3]])
    assert archive.differences() == {"gone": [uris[3]]}
    spotify.add(target, [archive.tracks[3]], 3)
    assert archive.differences() == {}
    spotify.add(target, [archive.tracks[7]])
    assert archive.differences() == {"twice": [uris[7]]}
    spotify.replace(target, [*archive.tracks, by_hand := spotify.track("By hand")])
    assert archive.differences() == {"not_in_record": [by_hand["uri"]]}
    spotify.replace(target, archive.tracks)
    spotify.reorder(target, 100, 5, 2)
    assert archive.differences() == {"moved": uris[100:102]}


def test_what_spotify_withdrew_is_named_by_the_record_and_another_version_agrees(archive: Archive) -> None:
    archive.spotify.show_as(archive.target, archive.uris[60], None)
    archive.spotify.show_as(archive.target, archive.uris[61], archive.spotify.track("Another version"))
    code, told = archive.check()
    assert (code, [told[kind] for kind in ("gone", "not_in_record", "moved")]) == (1, [[], [], []])
    assert told["withdrawn"] == [
        {"uri": archive.uris[60], "name": "Kept 61", "artists": ["The Simulated"], "places": [61]}
    ]
    archive.spotify.show_as(archive.target, archive.uris[60], {**archive.tracks[60], "is_playable": False})
    assert archive.differences() == {"withdrawn": [archive.uris[60]]}


def test_what_is_counted_and_shown_at_no_place_does_not_agree(archive: Archive) -> None:
    archive.spotify.hide(archive.target, archive.uris[119])
    code, told = archive.check()
    assert (code, told["agrees"], told["not_shown"]) == (1, False, 1)


def test_in_words_the_first_twenty_of_a_kind_are_named_and_what_to_do(archive: Archive) -> None:
    archive.spotify.remove(archive.target, archive.uris[:30])
    code, told = archive.check(as_json=False)
    assert code == 1
    assert "30 in the record as there, and not in the playlist:" in told
    assert [f"“Kept {number} – The Simulated”" in told for number in (1, 20, 21)] == [True, True, False]
    assert "10 more, which --json has" in told
    assert "--bring-back-removed`." in told


def test_without_what_the_last_run_remembered_the_record_tells_the_order(archive: Archive) -> None:
    for path in archive.patient.home.path.rglob("*.target.json"):
        path.unlink()
    assert archive.differences() == {}
    archive.spotify.reorder(archive.target, 0, 120)
    assert archive.differences() == {"moved": [archive.uris[0]]}


def test_a_deleted_target_nothing_known_and_a_run_at_work_are_refused(archive: Archive) -> None:
    with archive.patient.home.locked(), pytest.raises(Busy):
        archive.check()
    del archive.spotify.playlists[archive.target]
    with pytest.raises(PlaylistNotFound):
        archive.check()
    for path in archive.patient.home.path.rglob("archives/tracks/*"):
        path.unlink()
    with pytest.raises(NoArchive):
        archive.check()
