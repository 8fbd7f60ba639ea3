"""Removing from a playlist."""

from typing import Any

import pytest

from rediscover.simulator import Simulator
from rediscover.simulator.world import media
from tests.simulator.client import Client, error


def uris(tracks: list[media.Media]) -> list[str]:
    return [track["uri"] for track in tracks]


def test_every_place_of_a_uri_is_removed_and_the_snapshot_changes(spotify: Simulator, client: Client) -> None:
    one, two, three = uris(spotify.tracks(3))
    mine = spotify.create_playlist("Mine", [one, two, one, three])
    before = spotify.snapshot_id(mine)
    response = client.remove(mine, [one, three], snapshot_id=before)
    assert response.status_code == 200
    assert response.json() == {"snapshot_id": spotify.snapshot_id(mine)}
    assert (spotify.uris(mine), spotify.snapshot_id(mine) != before) == ([two], True)


def test_what_was_added_after_the_snapshot_stays(spotify: Simulator, client: Client) -> None:
    one, two = uris(spotify.tracks(2))
    mine = spotify.create_playlist("Mine", [one])
    read = spotify.snapshot_id(mine)
    spotify.add(mine, [two, one])
    assert client.remove(mine, [one], snapshot_id=read).status_code == 200
    assert spotify.uris(mine) == [two, one]
    assert client.remove(mine, [one], snapshot_id=read).status_code == 200
    assert spotify.uris(mine) == [two, one]


def test_without_a_snapshot_the_latest_version_counts_and_what_is_not_there_is_no_matter(
    spotify: Simulator, client: Client
) -> None:
    one, two = uris(spotify.tracks(2))
    mine = spotify.create_playlist("Mine", [one])
    assert client.remove(mine, [one, two]).status_code == 200
    assert spotify.uris(mine) == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"tracks": [{"uri": "spotify:track:" + "0" * 22}]}, "No items provided"),
        ({"items": []}, "No items provided"),
        ({"items": ["spotify:track:" + "0" * 22]}, "Invalid track uri: None"),
        ({"items": [{"uri": "spotify:track:0"}]}, "Invalid track uri: spotify:track:0"),
        ({"items": [{"uri": "spotify:track:" + "0" * 22}] * 101}, "You can remove a maximum of 100 items per request."),
        ({"items": [{"uri": "spotify:track:" + "0" * 22}], "snapshot_id": "old"}, "Invalid snapshot_id"),
    ],
)
def test_what_the_schema_does_not_have_is_refused(
    spotify: Simulator, client: Client, body: dict[str, Any], told: str
) -> None:
    mine = spotify.create_playlist("Mine", spotify.tracks(1))
    response = client.http.delete(f"{spotify.api_url}/playlists/{mine}/items", json=body, timeout=10)
    assert error(response) == (400, told)
    assert len(spotify.uris(mine)) == 1


def test_what_is_not_in_the_snapshot_is_refused(spotify: Simulator, client: Client) -> None:
    one, two = uris(spotify.tracks(2))
    mine = spotify.create_playlist("Mine", [one])
    refused = client.remove(mine, [one, two], snapshot_id=spotify.snapshot_id(mine))
    assert (refused.status_code, spotify.uris(mine)) == (400, [one])


def test_somebody_elses_playlist_and_a_missing_scope_are_refused(spotify: Simulator, client: Client) -> None:
    theirs = spotify.create_playlist("Theirs", spotify.tracks(1), owner="somebody")
    assert client.remove(theirs, uris(spotify.tracks(1))).status_code == 403
    spotify.authorize(["playlist-read-private"])
    client.sign_in()
    mine = spotify.create_playlist("Mine", spotify.tracks(1))
    assert error(client.remove(mine, uris(spotify.tracks(1)))) == (403, "Insufficient client scope")
    assert len(spotify.uris(mine)) == 1
