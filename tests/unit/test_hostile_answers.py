"""Answers that are meant to harm: time and memory stay bounded, nothing is sent elsewhere, what is shown is clean."""

import gzip
import itertools
import json
import socket
import time
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest

from rediscover.simulator import Fault, Simulator
from rediscover_archive.documents import Documents
from rediscover_archive.errors import (
    ArchiveError,
    MalformedAnswer,
    PlaylistChanging,
    RequestRefused,
    SpotifyUnavailable,
)
from rediscover_archive.pairs.listening import read_liked
from rediscover_archive.pairs.memory import Memory, Role
from rediscover_archive.pairs.reading import Unfinished, read
from rediscover_archive.spotify import http
from rediscover_archive.spotify.client import Spotify
from rediscover_archive.spotify.items import Item
from rediscover_archive.spotify.sources import LIKED
from rediscover_archive.text import clean
from tests.unit.hostile import Speak, body, hostile

ID = "A" * 22
MIB = 1_048_576


def ask(url: str) -> Any:
    return Spotify(url, "token").head(ID, "uri")


def refusal(speak: Speak) -> ArchiveError:
    """What reading a playlist from such a server raises."""
    with hostile(speak) as server, pytest.raises(ArchiveError) as raised:
        ask(server.url)
    return raised.value


def endless(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(4_000):
        connection.sendall(b"10000\r\n" + b" " * 65_536 + b"\r\n")


BOMB = gzip.compress(b" " * (256 * MIB), 9)


@pytest.mark.parametrize(
    "speak",
    [endless, body(b" " * (64 * MIB)), body(BOMB, "Content-Encoding: gzip")],
    ids=["endless", "huge", "gzip bomb"],
)
def test_an_answer_without_end_is_left_early(speak: Speak) -> None:
    tracemalloc.start()
    try:
        with hostile(speak) as server:
            tracemalloc.reset_peak()
            before, _ = tracemalloc.get_traced_memory()
            with pytest.raises(MalformedAnswer, match="has no end"):
                ask(server.url)
            _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak - before < 24 * MIB


def drip_headers(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for number in itertools.count():
        connection.sendall(b"X-%d: x\r\n" % number)
        time.sleep(0.1)


def drip_body(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{")
    while True:
        connection.sendall(b" ")
        time.sleep(0.05)


@pytest.mark.parametrize("speak", [drip_headers, drip_body])
def test_an_answer_that_drips_is_not_waited_for(speak: Speak, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "DEADLINE", 0.5)
    error = refusal(speak)  # which without a deadline would never come
    assert type(error) is SpotifyUnavailable
    assert "Timeout" in str(error)


def test_a_function_can_tell_of_a_request_that_took_too_long_before_it_is_ended() -> None:
    assert http.DEADLINE < 60


@pytest.mark.parametrize(
    "content", ["[" * 200_000, '{"a":' * 200_000, '{"items": ' + "[" * 100_000 + "]" * 100_000 + "}"]
)
def test_an_answer_nested_too_deep_is_malformed(content: str) -> None:
    assert type(refusal(body(content.encode()))) is MalformedAnswer


@pytest.mark.parametrize("content", [b"[]," * 660_000, b"{}," * 660_000])
def test_many_small_things_in_an_answer_take_bounded_memory(content: bytes) -> None:
    whole = b'{"snapshot_id": "s", "items": {"total": 1, "items": [' + content.removesuffix(b",") + b"]}}"
    assert len(whole) < http.LIMIT
    tracemalloc.start()
    try:
        with hostile(body(whole)) as server:
            assert len(ask(server.url).first) == 100
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 80 * MIB


@pytest.mark.parametrize("total", [10**12, 10**400, 100_001])
def test_a_total_that_cannot_be_is_not_read(simulator: Simulator, spotify: Spotify, total: int) -> None:
    content = {"snapshot_id": "s", "items": {"total": total, "items": []}}
    simulator.faults.add(Fault("status", status=200, body=content))
    with pytest.raises(MalformedAnswer, match="no total that can be"):
        spotify.head(ID)


def test_of_a_page_with_more_than_was_asked_for_the_first_are_taken() -> None:
    """The others stand on the next page, which is asked for too."""
    content = {"total": 51, "items": [{"item": None}] * 51}
    with hostile(body(json.dumps(content).encode())) as server:
        assert len(Spotify(server.url, "token").page(ID, 0, "uri").items) == 50


def endless_pages() -> Iterator[bytes]:
    """A head, and pages each of which says that there are more."""
    for number in itertools.count():
        page = {"total": 200 + 50 * number, "items": [{"item": {"uri": f"spotify:track:{number}"}}] * 50}
        yield json.dumps({"snapshot_id": "s", "name": "Mine", **page, "items": page} if number == 0 else page).encode()


@pytest.mark.parametrize("role", ["source", "target"])
def test_pages_that_never_end_are_given_up(documents: Documents, role: Role) -> None:
    pages = endless_pages()
    with hostile(lambda connection: body(next(pages))(connection)) as server:
        with pytest.raises(PlaylistChanging):
            read(Spotify(server.url, "token"), ID, role, None, Unfinished(documents, "plans/unfinished"))
        assert len(server.asked) < 20


def test_liked_songs_that_are_more_than_they_say_are_given_up() -> None:
    page = {"total": 70, "items": [{"track": {"uri": "spotify:track:1"}}] * 50}
    known = Memory(LIKED.name, 1, [Item("spotify:track:2")])
    with hostile(body(json.dumps(page).encode())) as server:
        read_liked(Spotify(server.url, "token"), known, Unfinished(Documents("none"), ""))
        assert len(server.asked) == 2


def test_a_redirect_is_not_followed() -> None:
    with hostile(body(b"{}")) as other:
        moved = f"HTTP/1.1 302 Found\r\nLocation: {other.url}/v1\r\nContent-Length: 0\r\n\r\n".encode()
        assert type(refusal(lambda connection: connection.sendall(moved))) is RequestRefused
        assert other.asked == []


def test_an_answer_names_no_address_that_is_asked() -> None:
    """`next` and `href` are never followed: the pages are counted here."""
    with hostile(body(b"{}")) as other:
        page = {
            "href": other.url,
            "next": f"{other.url}/v1/next",
            "total": 1,
            "items": [{"item": {"uri": f"spotify:track:{ID}", "href": other.url}}],
        }
        with hostile(body(json.dumps(page).encode())) as server:
            read = Spotify(server.url, "token").page(ID, 0, "uri")
            assert len(read.items) == 1
            assert len(server.asked) == 1
        assert other.asked == []


HOSTILE = "\x1b]0;owned\x07\x1b[2J<script>\u202egnp.exe\u2066\ud800\x00\nSubject: x"


def test_names_reach_people_without_what_their_terminal_obeys() -> None:
    track = {"uri": f"spotify:track:{ID}", "type": "track", "name": HOSTILE, "artists": [{"name": HOSTILE}]}
    content = {
        "snapshot_id": "s",
        "name": HOSTILE,
        "owner": {"display_name": HOSTILE},
        "items": {"total": 1, "items": [{"item": track}]},
    }
    with hostile(body(json.dumps(content).encode())) as server:
        head = ask(server.url)
    (item,) = head.first
    shown = {head.name, head.owner, item.name, *item.artists}
    assert shown == {"]0;owned[2J<script>gnp.exe Subject: x"}


@pytest.mark.parametrize("status", [400, 401, 403, 418])
def test_refusals_reach_people_on_one_short_line(status: int) -> None:
    content = json.dumps({"error": {"status": status, "message": HOSTILE + "x" * 100_000}}).encode()
    with hostile(body(content, status=status)) as server, pytest.raises(ArchiveError) as raised:
        Spotify(server.url, "token").add(ID, ["spotify:track:x"])
    assert str(raised.value) == clean(str(raised.value), 1_500)


def test_joined_letters_and_emoji_stay_what_they_are() -> None:
    assert clean("نامه‌ای 👩‍👧 Ünïcödé – “x”") == "نامه‌ای 👩‍👧 Ünïcödé – “x”"
