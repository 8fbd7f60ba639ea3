"""What comes of every field that is read from Spotify's answers, when it is not as documented.

One odd entry never stops the others; only an answer without which nothing can be known is malformed.
"""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from rediscover_archive.errors import ArchiveError, MalformedAnswer, PlaylistNotReadable
from rediscover_archive.pairs.listening import plays
from rediscover_archive.pairs.options import Options
from rediscover_archive.pairs.selection import select
from rediscover_archive.spotify import transport
from rediscover_archive.spotify.client import Spotify
from rediscover_archive.spotify.http import Answer
from rediscover_archive.spotify.items import LONGEST_URI

ID = "A" * 22
MISSING = object()
DAMAGES: dict[str, Any] = {
    "missing": MISSING,
    "null": None,
    "empty text": "",
    "number": 7,
    "no": False,
    "list": [],
    "object": {},
    "too long": "x" * (LONGEST_URI + 1),
    "odd signs": "a\u00a0\u202eb\x1b[31m\nc",
}
GOOD = {
    "uri": f"spotify:track:{ID}",
    "type": "track",
    "name": "Good",
    "is_local": False,
    "is_playable": True,
    "explicit": False,
    "external_ids": {"isrc": "GBAAA2600001"},
    "artists": [{"name": "Somebody"}],
}
OTHER = {**GOOD, "uri": f"spotify:track:{'B' * 22}", "external_ids": {"isrc": "GBAAA2600002"}}
ENTRY = {"is_local": False, "item": GOOD}
LOCAL = {"is_local": True, "item": {"uri": "spotify:local:Band:Album:Song:200", "name": "Song", "type": "track"}}

MEDIA = ("uri", "type", "name", "is_local", "is_playable", "explicit", "external_ids", "artists")
IN_ENTRY: list[tuple[str | int, ...]] = [
    *((), ("is_local",), ("item",), *(("item", one) for one in MEDIA)),
    *(("item", "external_ids", "isrc"), ("item", "artists", 0), ("item", "artists", 0, "name")),
]
IN_TRACK = [(ENTRY, path) for path in IN_ENTRY]
IN_LOCAL: list[tuple[dict[str, Any], tuple[str | int, ...]]] = [
    (LOCAL, path) for path in (("is_local",), ("item",), *(("item", one) for one in ("uri", "name", "type")))
]


def named(value: Any) -> str:
    """What a test is called after."""
    if isinstance(value, tuple):
        return ".".join(map(str, value)) or "entry"
    return value if isinstance(value, str) else "local" if value is LOCAL else "track"


def damaged(value: Any, path: tuple[Any, ...], damage: Any) -> Any:
    """A copy of `value` with something else at a place of it."""
    if not path:
        return damage
    whole = copy.deepcopy(value)
    inner = whole
    for key in path[:-1]:
        inner = inner[key]
    if damage is MISSING:
        del inner[path[-1]]
    else:
        inner[path[-1]] = damage
    return whole


def answered(monkeypatch: pytest.MonkeyPatch, body: Any, call: Callable[[Spotify], Any]) -> Any:
    """What comes of a call that is answered with `body`."""
    monkeypatch.setattr(transport, "request", lambda *_, **__: Answer(200, {}, json.dumps(body).encode()))
    return call(Spotify("https://api.spotify.com/v1", "token"))


def page(spotify: Spotify) -> Any:
    return spotify.page(ID, 0, "uri")


def saved(spotify: Spotify) -> Any:
    return spotify.saved_tracks(0)


@pytest.mark.parametrize("damage", [one for one in DAMAGES if one != "missing"])
@pytest.mark.parametrize(("entry", "path"), IN_TRACK + IN_LOCAL, ids=named)
@pytest.mark.parametrize("call", [page, saved])
def test_an_odd_entry_is_skipped_with_a_reason_or_added_and_stops_no_other(
    monkeypatch: pytest.MonkeyPatch, call: Callable[[Spotify], Any], entry: Any, path: tuple[Any, ...], damage: str
) -> None:
    odd = damaged(entry, path, DAMAGES[damage])
    found = answered(monkeypatch, {"total": 2, "items": [odd, {"item": OTHER}]}, call).items
    assert len(found) == 2, "an odd entry keeps its place"
    chosen = select(found, [], [], Options())
    assert OTHER["uri"] in [item.uri for item in chosen.new]
    assert all(one.reason for one in chosen.skipped)
    assert len(chosen.new) + len(chosen.skipped) == 2
    if entry is LOCAL:
        assert len(chosen.skipped) == 1


@pytest.mark.parametrize("path", IN_ENTRY[1:], ids=named)
def test_a_field_that_is_missing_is_as_good_as_null(monkeypatch: pytest.MonkeyPatch, path: tuple[Any, ...]) -> None:
    both = [damaged(ENTRY, path, one) for one in (MISSING, None)]
    without, null = answered(monkeypatch, {"total": 2, "items": both}, page).items
    assert without == null


BODIES: dict[str, tuple[Any, Callable[[Spotify], Any], dict[tuple[str | int, ...], type[ArchiveError] | None]]] = {
    "head": (
        {
            "snapshot_id": "AAAA",
            "name": "Inbox",
            "owner": {"id": "me", "display_name": "Me"},
            "collaborative": False,
            "items": {"total": 1, "items": [ENTRY]},
        },
        lambda spotify: spotify.head(ID, "uri"),
        {
            ("name",): None,
            ("owner",): None,
            ("owner", "id"): None,
            ("owner", "display_name"): None,
            ("collaborative",): None,
            ("items", "total"): MalformedAnswer,
        },
    ),
    "page": ({"total": 1, "items": [ENTRY]}, page, {("total",): MalformedAnswer, ("items",): MalformedAnswer}),
    "saved": ({"total": 1, "items": [ENTRY]}, saved, {("total",): MalformedAnswer, ("items",): MalformedAnswer}),
    "plays": (
        {"items": [{"track": GOOD, "played_at": "2026-11-22T06:00:00Z", "context": {"uri": f"spotify:playlist:{ID}"}}]},
        plays,
        {
            ("items",): MalformedAnswer,
            ("items", 0, "played_at"): MalformedAnswer,
            ("items", 0, "track"): None,
            ("items", 0, "context"): None,
            ("items", 0, "context", "uri"): None,
        },
    ),
    "account": (
        {"id": "me", "account_id": "abc", "display_name": "Me"},
        lambda spotify: spotify.me(),
        {("id",): MalformedAnswer, ("account_id",): None, ("display_name",): None},
    ),
    "added": ({"snapshot_id": "AAAA"}, lambda spotify: spotify.add(ID, ["u"]), {("snapshot_id",): None}),
}
PLACES = [(body, path) for body, (_, _, places) in BODIES.items() for path in places]
READABLE = {
    ("page", ("items",)): {"list"},
    ("saved", ("items",)): {"list"},
    ("plays", ("items",)): {"list"},
    ("head", ("items", "total")): {"number"},
    ("page", ("total",)): {"number"},
    ("saved", ("total",)): {"number"},
    ("account", ("id",)): {"too long", "odd signs"},
}
"""Damages that leave a field what it may be."""


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize(("body", "path"), PLACES, ids=named)
def test_an_answer_is_malformed_only_where_nothing_can_be_known_without_the_field(
    monkeypatch: pytest.MonkeyPatch, body: str, path: tuple[Any, ...], damage: str
) -> None:
    good, call, places = BODIES[body]
    odd = damaged(good, path, DAMAGES[damage])
    expected = places[path]
    if expected is None or damage in READABLE.get((body, path), ()):
        answered(monkeypatch, odd, call)
        return
    with pytest.raises((expected, PlaylistNotReadable)):
        answered(monkeypatch, odd, call)
