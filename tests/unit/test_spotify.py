"""The Web API client: what it asks for, and which error each refusal becomes."""

from collections.abc import Callable
from typing import Any

import pytest

from rediscover.simulator import Fault, Simulator
from rediscover_archive import errors
from rediscover_archive.spotify.client import Spotify

Connect = Callable[[], Spotify]
FORBIDDEN = {"error": {"status": 403, "message": "Forbidden"}}


def test_a_head_and_a_page_tell_what_the_playlist_holds(simulator: Simulator, spotify: Spotify) -> None:
    tracks = simulator.tracks(120)
    playlist = simulator.create_playlist("Mine", [*tracks, None, simulator.episode("News")])
    head = spotify.head(playlist, "uri,name")
    page = spotify.page(playlist, 100, "uri,type,name,artists(name),show(name)")
    assert (head.name, head.total, len(head.first)) == ("Mine", 122, 100)
    assert [item.uri for item in head.first] == [track["uri"] for track in tracks[:100]]
    assert (page.total, len(page.items), page.items[20].uri, page.items[21].type) == (122, 22, None, "episode")
    assert spotify.sent == 2


def test_whose_the_authorization_is_and_whose_a_playlist_are_told(simulator: Simulator, spotify: Spotify) -> None:
    me = spotify.me()
    assert (me.id, me.name) == ("listener", "The Listener")
    assert me.lasting_id == me.account_id == simulator.credentials["account_id"]
    mine, ours = (spotify.head(simulator.create_playlist("P", collaborative=both)) for both in (False, True))
    assert (mine.owner_id, mine.collaborative, ours.collaborative) == (me.id, False, True)


def test_an_account_without_an_account_id_is_known_by_its_id(simulator: Simulator, spotify: Spotify) -> None:
    simulator.faults.add(Fault("status", path="/me", status=200, body={"id": "listener"}))
    me = spotify.me()
    assert (me.account_id, me.lasting_id, me.name) == (None, "listener", "listener")


def test_an_account_without_any_id_is_no_answer(simulator: Simulator, spotify: Spotify) -> None:
    simulator.faults.add(Fault("status", path="/me", status=200, body={"account_id": "a"}))
    with pytest.raises(errors.MalformedAnswer):
        spotify.me()


def test_items_under_their_older_name_are_read_too(simulator: Simulator, spotify: Spotify) -> None:
    simulator.settings.update(item_key="track")
    playlist = simulator.create_playlist("Mine", simulator.tracks(3))
    assert all(item.uri for item in spotify.page(playlist, 0, "uri").items)


def test_adding_keeps_the_order_and_answers_the_snapshot(simulator: Simulator, spotify: Spotify) -> None:
    old, *new = (track["uri"] for track in simulator.tracks(4))
    playlist = simulator.create_playlist("Mine", [old])
    snapshot_id = spotify.add(playlist, new)
    assert simulator.uris(playlist) == [old, *new]
    assert snapshot_id == spotify.head(playlist).snapshot_id


@pytest.mark.parametrize(
    ("fault", "expected", "told"),
    [
        (Fault("unavailable", status=500), errors.SpotifyUnavailable, "answered 500 while reading playlist"),
        (Fault("unavailable", status=503, html=True), errors.SpotifyUnavailable, "answered 503"),
        (Fault("reset"), errors.SpotifyUnavailable, "did not answer"),
        (Fault("truncated"), errors.SpotifyUnavailable, "did not answer"),
        (Fault("malformed"), errors.MalformedAnswer, "not a JSON object"),
        (Fault("status", status=200, body={"name": "x"}), errors.PlaylistNotReadable, "does not show"),
        (Fault("status", status=200, body={"items": "many"}), errors.MalformedAnswer, "no items"),
        (
            Fault("status", status=200, body={"snapshot_id": "s", "items": {"total": "1"}}),
            errors.MalformedAnswer,
            "total",
        ),
        (Fault("status", status=302, headers={"Location": "/"}), errors.RequestRefused, "refused to read playlist"),
        (Fault("rate_limited", retry_after=7), errors.RateLimited, "wait 7 s"),
        (Fault("quota", retry_after=52531), errors.QuotaExceeded, "wait 52531 s"),
        (Fault("unauthorized"), errors.AccessTokenRejected, "rejected the access token"),
        (
            Fault("status", status=403, body=FORBIDDEN),
            errors.PlaylistNotReadable,
            "only playlists that its listener owns",
        ),
    ],
)
def test_each_fault_becomes_its_own_error(
    simulator: Simulator, spotify: Spotify, fault: Fault, expected: type[errors.ArchiveError], told: str
) -> None:
    playlist = simulator.create_playlist("Mine", simulator.tracks(3))
    simulator.faults.add(fault)
    with pytest.raises(errors.ArchiveError) as raised:
        spotify.head(playlist, "uri")
    assert type(raised.value) is expected
    assert told in str(raised.value)


def test_a_429_that_names_no_time_waits_a_random_half_minute(simulator: Simulator, spotify: Spotify) -> None:
    simulator.faults.add(Fault("rate_limited"))
    with pytest.raises(errors.RateLimited) as raised:
        spotify.head("A" * 22)
    assert 15 <= raised.value.seconds <= 45


def test_discover_weekly_is_explained(spotify: Spotify) -> None:
    with pytest.raises(errors.PlaylistNotFound, match="Copy its songs into a playlist of your own"):
        spotify.head("37i9dQZEVXcJZyENOWUFo7")


def test_an_unknown_playlist_is_said_to_be_unknown(spotify: Spotify) -> None:
    with pytest.raises(errors.PlaylistNotFound, match=f"finds no playlist {'A' * 22}"):
        spotify.head("A" * 22)


def test_another_users_playlist_can_be_neither_read_nor_written(simulator: Simulator, spotify: Spotify) -> None:
    track = simulator.track("One")["uri"]
    playlist = simulator.create_playlist("Theirs", [track], owner="someone")
    with pytest.raises(errors.PlaylistNotReadable, match=f"contents of playlist {playlist}:"):
        spotify.head(playlist)
    with pytest.raises(errors.PlaylistNotReadable):
        spotify.page(playlist, 0, "uri")
    with pytest.raises(errors.PlaylistNotWritable, match="playlist of their own"):
        spotify.add(playlist, [track])
    assert simulator.uris(playlist) == [track]


@pytest.mark.parametrize(
    ("setting", "expected"),
    [("owner_has_premium", errors.PremiumRequired), ("user_is_registered", errors.UserNotRegistered)],
)
def test_what_is_wrong_with_the_app_is_said(
    simulator: Simulator, spotify: Spotify, setting: str, expected: type[Exception]
) -> None:
    simulator.settings.update(**{setting: False})
    with pytest.raises(expected):
        spotify.head(simulator.create_playlist("Mine"))


def test_a_missing_scope_is_named(simulator: Simulator, connect: Connect) -> None:
    simulator.authorize(scopes=["playlist-read-private"])
    playlist = simulator.create_playlist("Mine")
    with pytest.raises(errors.MissingScope, match=r"playlist-modify-private\.$"):
        connect().add(playlist, [simulator.track("One")["uri"]])


def test_a_bad_uri_refuses_the_whole_batch(simulator: Simulator, spotify: Spotify) -> None:
    playlist = simulator.create_playlist("Mine")
    good = simulator.track("One")["uri"]
    for bad in ("spotify:track:" + "9" * 22, "spotify:local:a"):
        with pytest.raises(errors.ItemRefused):
            spotify.add(playlist, [good, bad])
    assert simulator.uris(playlist) == []


def test_a_full_playlist_is_said_to_be_full(simulator: Simulator, spotify: Spotify) -> None:
    simulator.settings.update(playlist_cap=2)
    one, two, three = (track["uri"] for track in simulator.tracks(3))
    playlist = simulator.create_playlist("Mine", [one, two])
    with pytest.raises(errors.PlaylistFull):
        spotify.add(playlist, [three])


def test_no_netrc_entry_replaces_the_token(
    simulator: Simulator, spotify: Spotify, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    assert spotify.head(simulator.create_playlist("Mine")).name == "Mine"
