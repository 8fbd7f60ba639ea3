"""`GET /me/tracks`: what the listener likes."""

import pytest

from rediscover.simulator import Simulator
from tests.simulator.client import Client, Clock, error


def names(client: Client, **query: object) -> list[str]:
    return [entry["track"]["name"] for entry in client.get("/me/tracks", **query).json()["items"]]


def test_saved_tracks_come_newest_first_each_later_than_the_one_before(spotify: Simulator, reader: Client) -> None:
    one, two, three = spotify.tracks(3)
    spotify.save([one["uri"], two])
    spotify.save([three["uri"]])
    entries = reader.get("/me/tracks").json()["items"]
    assert [entry["track"] for entry in entries] == [three, two, one]
    assert [entry["added_at"] for entry in entries] == [
        "2026-11-18T11:06:42Z",
        "2026-11-18T11:06:41Z",
        "2026-11-18T11:06:40Z",
    ]


def test_a_track_saved_much_later_has_that_time(spotify: Simulator, reader: Client, clock: Clock) -> None:
    one, two = spotify.tracks(2)
    spotify.save([one])
    clock.now += 600
    spotify.save([two])
    assert reader.get("/me/tracks").json()["items"][0]["added_at"] == "2026-11-18T11:16:40Z"


def test_a_track_saved_again_moves_to_the_top_and_one_taken_out_is_gone(spotify: Simulator, reader: Client) -> None:
    one, two, three = spotify.tracks(3)
    spotify.save([one, two, three])
    spotify.save([one["uri"]])
    assert names(reader) == ["Track 1", "Track 3", "Track 2"]
    spotify.unsave([three["uri"]])
    assert names(reader) == ["Track 1", "Track 2"]
    spotify.save([three])
    assert names(reader) == ["Track 3", "Track 1", "Track 2"]


def test_the_media_keeps_its_old_name_whatever_playlists_call_it(spotify: Simulator, reader: Client) -> None:
    spotify.save(spotify.tracks(1))
    for key in ("item", "track"):
        spotify.settings.item_key = key
        assert reader.get("/me/tracks").json()["items"][0].keys() == {"added_at", "track"}


def test_a_withdrawn_track_stays_saved(spotify: Simulator, reader: Client) -> None:
    [song] = spotify.tracks(1)
    spotify.save([song])
    spotify.withdraw(song["uri"])
    assert names(reader) == ["Track 1"]


def test_what_is_unknown_cannot_be_saved_nor_what_is_not_saved_be_taken_out(spotify: Simulator) -> None:
    with pytest.raises(KeyError):
        spotify.save([f"spotify:track:{'0' * 22}"])
    with pytest.raises(KeyError):
        spotify.unsave([spotify.track("Song")["uri"]])


def test_only_tracks_of_the_catalogue_can_be_liked(spotify: Simulator) -> None:
    with pytest.raises(ValueError, match="spotify:episode:"):
        spotify.save([spotify.episode("Pilot")])


def test_pages_of_saved_tracks_follow_each_other_and_carry_the_market(spotify: Simulator, reader: Client) -> None:
    spotify.save(spotify.tracks(120))
    pages = list(reader.pages("/me/tracks", limit=50, market="DE"))
    seen = [entry["track"]["name"] for page in pages for entry in page["items"]]
    assert seen == [f"Track {number}" for number in range(120, 0, -1)]
    assert [(page["total"], page["offset"], len(page["items"])) for page in pages] == [
        (120, 0, 50),
        (120, 50, 50),
        (120, 100, 20),
    ]
    assert "market=DE" in pages[0]["next"]


def test_a_page_of_saved_tracks_has_twenty_unless_told_otherwise(spotify: Simulator, reader: Client) -> None:
    spotify.save(spotify.tracks(21))
    assert len(names(reader)) == 20
    assert names(reader, limit=1, offset=20) == ["Track 1"]
    assert names(reader, offset=21) == []


@pytest.mark.parametrize(
    ("query", "message"),
    [({"limit": 0}, "Invalid limit"), ({"limit": 51}, "Invalid limit"), ({"offset": -1}, "Invalid offset")],
)
def test_a_window_out_of_range_is_refused(reader: Client, query: dict[str, int], message: str) -> None:
    assert error(reader.get("/me/tracks", **query)) == (400, message)
