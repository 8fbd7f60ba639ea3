"""Heads and pages of playlists, and what a development-mode app may not read."""

import pytest

from rediscover.simulator import Simulator
from rediscover.simulator.world import media
from tests.simulator.client import Client, error


def test_a_playlist_of_the_user_has_its_first_hundred_items_inside(spotify: Simulator, client: Client) -> None:
    mine = spotify.create_playlist("Mine", spotify.tracks(120), description="kept")
    body = client.get(f"/playlists/{mine}").json()
    assert (body["name"], body["description"], body["uri"]) == ("Mine", "kept", f"spotify:playlist:{mine}")
    assert body["owner"]["id"] == "listener"
    assert body["snapshot_id"] == spotify.snapshot_id(mine)
    assert "tracks" not in body
    assert (len(body["items"]["items"]), body["items"]["total"]) == (100, 120)
    rest = client.http.get(body["items"]["next"], timeout=10).json()
    assert [entry["item"]["name"] for entry in rest["items"]] == [f"Track {n}" for n in range(101, 121)]


def test_the_items_of_others_are_absent_from_a_playlist_and_forbidden(spotify: Simulator, client: Client) -> None:
    theirs = spotify.create_playlist("Theirs", spotify.tracks(1), owner="somebody", public=True)
    head = client.get(f"/playlists/{theirs}")
    assert head.status_code == 200
    assert "items" not in head.json()
    assert error(client.items(theirs)) == (403, "Forbidden")


def test_a_collaborator_reads_what_the_owner_reads(spotify: Simulator, client: Client) -> None:
    ours = spotify.create_playlist("Ours", spotify.tracks(2), owner="somebody", collaborative=True)
    assert client.get(f"/playlists/{ours}").json()["items"]["total"] == 2
    assert client.items(ours).json()["total"] == 2


@pytest.mark.parametrize("suffix", ["", "/items"])
def test_playlists_made_by_spotify_are_not_found(spotify: Simulator, client: Client, suffix: str) -> None:
    weekly = spotify.create_playlist("Discover Weekly", spotify.tracks(30), id="37i9dQZEVXcJZyENOWUFo7")
    assert error(client.get(f"/playlists/{weekly}{suffix}")) == (404, "Resource not found")


@pytest.mark.parametrize("suffix", ["", "/items"])
def test_unknown_and_malformed_ids_are_told_apart(client: Client, suffix: str) -> None:
    assert error(client.get(f"/playlists/{'0' * 22}{suffix}")) == (404, "Resource not found")
    assert error(client.get(f"/playlists/not-an-id{suffix}")) == (400, "Invalid base62 id")


def test_pages_follow_each_other_to_the_end(spotify: Simulator, client: Client) -> None:
    mine = spotify.create_playlist("Mine", spotify.tracks(125))
    page = client.items(mine, limit=50, fields="next,previous,items(item(uri))").json()
    seen = page["items"]
    while page["next"]:
        page = client.http.get(page["next"], timeout=10).json()
        assert set(page) == {"next", "previous", "items"}, "the filter is carried on"
        seen += page["items"]
    assert [entry["item"]["uri"] for entry in seen] == spotify.uris(mine)
    assert "offset=50" in page["previous"]


def test_a_page_has_twenty_items_unless_told_otherwise(spotify: Simulator, client: Client) -> None:
    mine = spotify.create_playlist("Mine", spotify.tracks(60))
    page = client.items(mine).json()
    assert (len(page["items"]), page["limit"], page["offset"]) == (20, 20, 0)
    assert len(client.items(mine, limit=50).json()["items"]) == 50
    assert client.items(mine, offset=60).json()["items"] == []


@pytest.mark.parametrize("limit", [0, 51, 100, -1, "many"])
def test_a_limit_out_of_range_is_refused(spotify: Simulator, client: Client, limit: object) -> None:
    mine = spotify.create_playlist("Mine")
    assert error(client.items(mine, limit=limit)) == (400, "Invalid limit")
    assert error(client.get("/me/playlists", limit=limit)) == (400, "Invalid limit")


def test_a_negative_offset_is_refused(spotify: Simulator, client: Client) -> None:
    mine = spotify.create_playlist("Mine")
    assert error(client.items(mine, offset=-1)) == (400, "Invalid offset")


def test_an_entry_tells_who_added_what_and_when(spotify: Simulator, client: Client) -> None:
    song = spotify.track("Song", ("One", "Two"), explicit=True, duration_ms=1000)
    mine = spotify.create_playlist("Mine", [song])
    [entry] = client.items(mine).json()["items"]
    assert (entry["added_at"], entry["added_by"]["id"]) == ("2026-11-18T11:06:40Z", "listener")
    assert entry["is_local"] is False
    assert entry["item"] == song
    assert [artist["name"] for artist in song["artists"]] == ["One", "Two"]
    assert song["external_ids"]["isrc"]


def test_the_media_may_still_come_under_its_old_name(spotify: Simulator, client: Client) -> None:
    mine = spotify.create_playlist("Mine", spotify.tracks(1))
    spotify.settings.item_key = "track"
    [entry] = client.items(mine).json()["items"]
    assert entry["track"]["name"] == "Track 1"
    assert "item" not in entry


def test_episodes_are_missing_unless_asked_for(spotify: Simulator, client: Client) -> None:
    mine = spotify.create_playlist("Mine", [spotify.episode("Pilot")])
    assert client.items(mine).json()["items"][0]["item"] is None
    [asked] = client.items(mine, additional_types="track,episode").json()["items"]
    assert (asked["item"]["type"], asked["item"]["name"]) == ("episode", "Pilot")


def test_local_files_have_no_id_and_lost_tracks_are_null(spotify: Simulator, client: Client) -> None:
    mine = spotify.create_playlist("Mine", [media.local_track("Demo", "Me"), None])
    local, lost = client.items(mine).json()["items"]
    assert local["is_local"] is True
    assert local["item"]["id"] is None
    assert local["item"]["uri"] == "spotify:local:Me::Demo:127"
    assert lost["item"] is None
    assert lost["is_local"] is False


def test_private_playlists_need_the_scope_to_read_them(spotify: Simulator, client: Client) -> None:
    private = spotify.create_playlist("Private", spotify.tracks(1))
    public = spotify.create_playlist("Public", public=True)
    shared = spotify.create_playlist("Shared", owner="somebody", collaborative=True)
    spotify.authorize(scopes=["playlist-modify-public"])
    client.sign_in()
    assert error(client.items(private)) == (403, "Insufficient client scope")
    assert error(client.get(f"/playlists/{private}")) == (403, "Insufficient client scope")
    assert error(client.items(shared)) == (403, "Insufficient client scope")
    assert client.items(public).status_code == 200
    assert [found["id"] for found in client.get("/me/playlists").json()["items"]] == [public]


def test_the_endpoints_that_development_mode_lost_are_forbidden(spotify: Simulator, client: Client) -> None:
    mine = spotify.create_playlist("Mine")
    assert error(client.get(f"/playlists/{mine}/tracks")) == (403, "Forbidden")
    url = f"{spotify.api_url}/playlists/{mine}/tracks"
    assert error(client.http.post(url, json={}, timeout=10)) == (403, "Forbidden")


def test_an_unknown_endpoint_is_not_found(client: Client) -> None:
    assert error(client.get("/no/such/thing")) == (404, "Service not found")


def test_me_has_an_account_id_and_none_of_the_removed_fields(client: Client) -> None:
    me = client.get("/me").json()
    assert (me["id"], me["display_name"]) == ("listener", "The Listener")
    assert me["account_id"]
    assert not me.keys() & {"country", "email", "explicit_content", "followers", "product"}


def test_my_playlists_are_those_i_own_and_those_i_follow(spotify: Simulator, client: Client) -> None:
    mine = [spotify.create_playlist(f"Mine {n}", spotify.tracks(n)) for n in range(3)]
    followed = spotify.create_playlist("Theirs", owner="somebody", public=True)
    spotify.create_playlist("Unknown to me", owner="somebody", public=True)
    spotify.follow(followed)
    page = client.get("/me/playlists", limit=3).json()
    assert [found["id"] for found in page["items"]] == [followed, mine[2], mine[1]]
    assert page["items"][1]["items"]["total"] == 2
    last = client.http.get(page["next"], timeout=10).json()
    assert [found["id"] for found in last["items"]] == [mine[0]]
    assert last["next"] is None


def test_eleven_thousand_items_are_read_within_seconds(spotify: Simulator, client: Client) -> None:
    archive = spotify.create_playlist("Archive", spotify.tracks(11_000))
    seen: list[str] = []
    for offset in range(0, 11_000, 50):
        page = client.items(archive, limit=50, offset=offset, fields="items(item(uri))").json()
        seen += [entry["item"]["uri"] for entry in page["items"]]
    assert seen == spotify.uris(archive)
