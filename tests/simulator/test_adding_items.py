"""Writing to a playlist, and when readers see what was written."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from rediscover.simulator import Simulator
from rediscover.simulator.world import media
from tests.simulator.client import Client, Clock, error


def uris(tracks: list[media.Media]) -> list[str]:
    return [track["uri"] for track in tracks]


def test_items_are_appended_in_order_and_the_snapshot_changes(spotify: Simulator, client: Client) -> None:
    first, *rest = uris(spotify.tracks(4))
    mine = spotify.create_playlist("Mine", [first])
    before = spotify.snapshot_id(mine)
    response = client.add(mine, rest)
    assert response.status_code == 201
    assert response.json() == {"snapshot_id": spotify.snapshot_id(mine)}
    assert spotify.snapshot_id(mine) != before
    assert spotify.uris(mine) == [first, *rest]


def test_a_position_inserts(spotify: Simulator, client: Client) -> None:
    one, two, three = uris(spotify.tracks(3))
    mine = spotify.create_playlist("Mine", [one, two])
    assert client.add(mine, [three], position=1).status_code == 201
    assert spotify.uris(mine) == [one, three, two]
    assert error(client.add(mine, [three], position="first")) == (400, "Invalid position")


@pytest.mark.parametrize("position", [0, 1, 2])
def test_items_that_are_inserted_keep_their_order(spotify: Simulator, client: Client, position: int) -> None:
    old, new = uris(spotify.tracks(2, "Old")), uris(spotify.tracks(3, "New"))
    mine = spotify.create_playlist("Mine", old)
    assert client.add(mine, new, position=position).status_code == 201
    assert spotify.uris(mine) == [*old[:position], *new, *old[position:]]


@pytest.mark.parametrize("position", [-1, 3])
def test_a_position_outside_the_playlist_is_refused_and_adds_nothing(
    spotify: Simulator, client: Client, position: int
) -> None:
    old = uris(spotify.tracks(2))
    mine = spotify.create_playlist("Mine", old)
    assert error(client.add(mine, old, position=position)) == (400, "Index out of bounds")
    assert spotify.uris(mine) == old


def test_uris_in_the_query_override_the_body(spotify: Simulator, client: Client) -> None:
    one, two, three = uris(spotify.tracks(3))
    mine = spotify.create_playlist("Mine")
    url = f"{spotify.api_url}/playlists/{mine}/items"
    client.http.post(url, params={"uris": f"{one},{two}"}, json={"uris": [three]}, timeout=10)
    assert spotify.uris(mine) == [one, two]


def test_duplicates_are_accepted(spotify: Simulator, client: Client) -> None:
    [song] = uris(spotify.tracks(1))
    mine = spotify.create_playlist("Mine", [song])
    assert client.add(mine, [song, song]).status_code == 201
    assert spotify.uris(mine) == [song] * 3


def test_episodes_can_be_added(spotify: Simulator, client: Client) -> None:
    mine = spotify.create_playlist("Mine")
    assert client.add(mine, [spotify.episode("Pilot")["uri"]]).status_code == 201


def test_a_hundred_items_fit_into_one_request_and_no_more(spotify: Simulator, client: Client) -> None:
    songs = uris(spotify.tracks(101))
    mine = spotify.create_playlist("Mine")
    assert client.add(mine, songs).status_code == 400
    assert spotify.uris(mine) == []
    assert client.add(mine, songs[:100]).status_code == 201


def test_nothing_to_add_is_refused(spotify: Simulator, client: Client) -> None:
    mine = spotify.create_playlist("Mine")
    assert error(client.add(mine, [])) == (400, "No uris provided")
    url = f"{spotify.api_url}/playlists/{mine}/items"
    assert error(client.http.post(url, timeout=10)) == (400, "No uris provided")
    assert error(client.http.post(url, data="{", timeout=10)) == (400, "Error parsing JSON.")
    assert error(client.http.post(url, json=[1], timeout=10)) == (400, "Error parsing JSON.")


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (f"spotify:track:{'0' * 22}", "Payload contains a non-existing ID"),
        ("spotify:track:short", "Invalid track uri: spotify:track:short"),
        ("spotify:local:Me::Demo:127", "Invalid track uri: spotify:local:Me::Demo:127"),
    ],
)
def test_one_bad_uri_fails_the_whole_batch(spotify: Simulator, client: Client, bad: str, message: str) -> None:
    good = uris(spotify.tracks(2))
    mine = spotify.create_playlist("Mine")
    before = spotify.snapshot_id(mine)
    assert error(client.add(mine, [good[0], bad, good[1]])) == (400, message)
    assert (spotify.uris(mine), spotify.snapshot_id(mine)) == ([], before)


def test_a_withdrawn_track_stays_where_it_is_and_cannot_be_added(spotify: Simulator, client: Client) -> None:
    song = spotify.track("Song")
    source, target = spotify.create_playlist("Source", [song]), spotify.create_playlist("Target")
    spotify.withdraw(song["uri"])
    assert spotify.uris(source) == [song["uri"]]
    assert error(client.add(target, [song["uri"]])) == (400, "Payload contains a non-existing ID")


def test_the_playlists_of_others_cannot_be_written(spotify: Simulator, client: Client) -> None:
    song = spotify.track("Song")["uri"]
    theirs = spotify.create_playlist("Theirs", owner="somebody", public=True)
    ours = spotify.create_playlist("Ours", owner="somebody", collaborative=True)
    assert error(client.add(theirs, [song])) == (403, "You cannot add tracks to a playlist you don't own.")
    assert client.add(ours, [song]).status_code == 201


@pytest.mark.parametrize("public", [True, False])
def test_writing_needs_the_scope_of_the_target(spotify: Simulator, client: Client, public: bool) -> None:
    song = spotify.track("Song")["uri"]
    mine = spotify.create_playlist("Mine", public=public)
    right, wrong = ("public", "private") if public else ("private", "public")
    spotify.authorize(scopes=[f"playlist-modify-{wrong}"])
    client.sign_in()
    assert error(client.add(mine, [song])) == (403, "Insufficient client scope")
    spotify.authorize(scopes=[f"playlist-modify-{right}"])
    client.sign_in()
    assert client.add(mine, [song]).status_code == 201


def test_additions_at_the_same_time_all_arrive(spotify: Simulator, client: Client, clock: Clock) -> None:
    songs = uris(spotify.tracks(60))
    mine = spotify.create_playlist("Mine")
    authorization = client.http.headers["Authorization"]

    def slow_clock() -> float:
        time.sleep(0.002)
        return clock.now

    def add(song: str) -> int:
        url = f"{spotify.api_url}/playlists/{mine}/items"
        headers = {"Authorization": authorization}
        return requests.post(url, json={"uris": [song]}, headers=headers, timeout=30).status_code

    spotify.clock = slow_clock
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(add, songs)) == {201}
    assert {*spotify.uris(mine)} == {*songs}


def test_a_full_playlist_takes_no_more(spotify: Simulator, client: Client) -> None:
    songs = uris(spotify.tracks(3))
    mine = spotify.create_playlist("Mine", songs[:1])
    spotify.settings.playlist_cap = 2
    assert error(client.add(mine, songs[1:])) == (403, "Playlist size limit reached")
    spotify.settings.playlist_cap_status = 500
    assert client.add(mine, songs[1:]).status_code == 500
    assert client.add(mine, songs[1:2]).status_code == 201


def test_a_written_snapshot_id_shows_late_and_another_one_before_it(
    spotify: Simulator, client: Client, clock: Clock
) -> None:
    spotify.settings.snapshot_lag_seconds = 30
    mine = spotify.create_playlist("Mine")
    old = spotify.snapshot_id(mine)
    new = client.add(mine, [spotify.track("Song")["uri"]]).json()["snapshot_id"]

    def seen() -> str:
        return str(client.get(f"/playlists/{mine}", fields="snapshot_id").json()["snapshot_id"])

    assert seen() == old
    clock.now += 15
    assert seen() not in (old, new)
    clock.now += 15
    assert seen() == new
    assert client.items(mine).json()["total"] == 1


def test_written_items_show_after_their_own_lag(spotify: Simulator, client: Client, clock: Clock) -> None:
    spotify.settings.items_lag_seconds = 0.6
    mine = spotify.create_playlist("Mine")
    song = spotify.track("Song")["uri"]
    client.add(mine, [song])
    assert client.items(mine).json()["total"] == 0
    assert spotify.uris(mine) == [song]
    client.add(mine, [song])
    clock.now += 0.6
    assert client.items(mine).json()["total"] == 2


def test_an_edit_by_the_user_shows_at_once_and_overtakes_what_was_pending(
    spotify: Simulator, client: Client, clock: Clock
) -> None:
    spotify.settings.snapshot_lag_seconds = spotify.settings.items_lag_seconds = 30
    mine = spotify.create_playlist("Mine")
    one, two = uris(spotify.tracks(2))
    client.add(mine, [one])
    spotify.add(mine, [two])
    edited = spotify.snapshot_id(mine)
    for _ in range(2):
        body = client.get(f"/playlists/{mine}").json()
        assert (body["snapshot_id"], body["items"]["total"]) == (edited, 2)
        clock.now += 60


def test_every_edit_by_the_user_changes_the_snapshot(spotify: Simulator, client: Client) -> None:
    a, b, c = uris(spotify.tracks(3))
    mine = spotify.create_playlist("Mine", [a, b])
    seen = [spotify.snapshot_id(mine)]

    def changed() -> list[str | None]:
        assert spotify.snapshot_id(mine) not in seen
        seen.append(spotify.snapshot_id(mine))
        return spotify.uris(mine)

    spotify.add(mine, [c], position=0)
    assert changed() == [c, a, b]
    spotify.reorder(mine, start=0, before=3)
    assert changed() == [a, b, c]
    spotify.reorder(mine, start=1, before=0, length=2)
    assert changed() == [b, c, a]
    spotify.remove(mine, [c])
    assert changed() == [b, a]
    spotify.replace(mine, [c, None])
    assert changed() == [c, None]
    spotify.rename(mine, "Another name")
    assert changed() == [c, None]
    assert client.get(f"/playlists/{mine}").json()["name"] == "Another name"
