"""The `fields` parameter, in the words of Spotify's reference."""

from typing import Any

import pytest

from rediscover.simulator import Simulator
from rediscover.simulator.endpoints.fields import FieldsError, parse
from tests.simulator.client import Client, error

PLAYLIST: dict[str, Any] = {
    "name": "Mine",
    "uri": "spotify:playlist:1",
    "owner": {"id": "me", "type": "user"},
    "items": {
        "total": 2,
        "items": [
            {"added_at": "now", "item": {"name": "A", "album": {"name": "X", "href": "x", "id": 1}}},
            {"added_at": "then", "item": None},
        ],
    },
}


ALBUM_OF_ITEM = [{"item": {"album": {"name": "X", "href": "x"}}}, {"item": None}]
DATES = [{"added_at": "now"}, {"added_at": "then"}]


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ("name,uri", {"name": "Mine", "uri": "spotify:playlist:1"}),
        ("owner.id", {"owner": {"id": "me"}}),
        ("owner(id)", {"owner": {"id": "me"}}),
        ("items.total,items.items.added_at", {"items": {"total": 2, "items": DATES}}),
        ("items.items(item(album(name,href)))", {"items": {"items": ALBUM_OF_ITEM}}),
        ("items.items.item.album(!id)", {"items": {"items": ALBUM_OF_ITEM}}),
        ("!items, !owner", {"name": "Mine", "uri": "spotify:playlist:1"}),
        ("!items,!uri,!name,owner(!type)", {"owner": {"id": "me"}}),
        ("owner,owner.id", {"owner": {"id": "me", "type": "user"}}),
        ("owner.id,owner", {"owner": {"id": "me", "type": "user"}}),
        ("missing,owner.missing", {"owner": {}}),
    ],
)
def test_a_filter_keeps_what_it_names(fields: str, kept: dict[str, Any]) -> None:
    assert parse(fields).apply(PLAYLIST) == kept


@pytest.mark.parametrize("fields", ["a,", "a(b", "a)", "a..b", "(a)", "a(b))", "!", "!a.b", ",a", "a()"])
def test_a_malformed_filter_is_an_error(fields: str) -> None:
    with pytest.raises(FieldsError):
        parse(fields)


def test_the_filter_works_on_both_endpoints(spotify: Simulator, client: Client) -> None:
    mine = spotify.create_playlist("Mine", spotify.tracks(2))
    head = client.get(f"/playlists/{mine}", fields="snapshot_id,name,owner(id),items(total)").json()
    assert head == {
        "snapshot_id": spotify.snapshot_id(mine),
        "name": "Mine",
        "owner": {"id": "listener"},
        "items": {"total": 2},
    }
    page = client.items(mine, limit=1, fields="total,items(is_local,item(uri),track(uri))").json()
    assert page == {
        "total": 2,
        "items": [{"is_local": False, "item": {"uri": spotify.uris(mine)[0]}}],
    }


def test_an_empty_filter_filters_nothing(spotify: Simulator, client: Client) -> None:
    mine = spotify.create_playlist("Mine")
    assert client.items(mine, fields="").json() == client.items(mine).json()


def test_a_malformed_filter_is_refused(spotify: Simulator, client: Client) -> None:
    mine = spotify.create_playlist("Mine")
    status, message = error(client.items(mine, fields="items(item"))
    assert status == 400
    assert "Invalid fields" in message
