"""`GET /me/player/recently-played`: what the listener heard, and where it was played from."""

from typing import Any

import pytest

from rediscover.simulator import Simulator
from tests.simulator.client import Client, Clock, error

PATH = "/me/player/recently-played"
WEEKLY = "spotify:playlist:37i9dQZEVXcJZyENOWUFo7"


def heard(page: dict[str, Any]) -> list[str]:
    return [entry["track"]["name"] for entry in page["items"]]


def millisecond(clock: Clock) -> int:
    return round(clock.now * 1000)


@pytest.fixture
def six(spotify: Simulator, clock: Clock) -> list[int]:
    """Tracks 1 to 6 were played, ten seconds apart; when, in milliseconds."""
    times = [clock.now - 60 + 10 * number for number in range(6)]
    for song, at in zip(spotify.tracks(6), times, strict=True):
        spotify.play(song["uri"], at=at)
    return [round(at * 1000) for at in times]


def test_plays_come_newest_first_with_their_time_and_context(spotify: Simulator, reader: Client, clock: Clock) -> None:
    one, two = spotify.tracks(2)
    spotify.play(one["uri"], context=WEEKLY, at=clock.now - 200.411)
    spotify.play(two)
    later, earlier = reader.get(PATH).json()["items"]
    assert later == {"track": two, "played_at": "2026-11-18T11:06:40.000Z", "context": None}
    assert (earlier["track"], earlier["played_at"]) == (one, "2026-11-18T11:03:19.589Z")
    assert earlier["context"] == {
        "type": "playlist",
        "href": f"{spotify.api_url}/playlists/37i9dQZEVXcJZyENOWUFo7",
        "external_urls": {"spotify": "https://open.spotify.com/playlist/37i9dQZEVXcJZyENOWUFo7"},
        "uri": WEEKLY,
    }


def test_the_order_of_plays_is_that_of_their_times(spotify: Simulator, reader: Client, clock: Clock) -> None:
    spotify.play(spotify.track("Later"), at=clock.now)
    spotify.play(spotify.track("Earlier"), at=clock.now - 1)
    assert heard(reader.get(PATH).json()) == ["Later", "Earlier"]


def test_the_same_track_can_be_heard_twice(spotify: Simulator, reader: Client, clock: Clock) -> None:
    song = spotify.track("Song")
    for at in (clock.now - 300, clock.now):
        spotify.play(song, at=at)
    assert heard(reader.get(PATH).json()) == ["Song", "Song"]


def test_plays_at_the_same_moment_have_times_of_their_own(spotify: Simulator, reader: Client) -> None:
    for song in spotify.tracks(3):
        spotify.play(song)
    page = reader.get(PATH).json()
    assert heard(page) == ["Track 3", "Track 2", "Track 1"]
    assert [entry["played_at"][-4:] for entry in page["items"]] == ["002Z", "001Z", "000Z"]


def test_an_episode_leaves_no_trace(spotify: Simulator, reader: Client) -> None:
    spotify.play(spotify.episode("Pilot"))
    assert reader.get(PATH).json()["items"] == []


def test_only_the_latest_fifty_plays_are_visible_whatever_the_cursor(
    spotify: Simulator, reader: Client, clock: Clock
) -> None:
    for number, song in enumerate(spotify.tracks(60)):
        spotify.play(song, at=clock.now + 200 * number)
    latest = [f"Track {number}" for number in range(60, 10, -1)]
    first, rest = reader.pages(PATH, limit=50)
    assert heard(first) == latest
    assert (rest["items"], rest["cursors"], rest["next"]) == ([], None, None), "a full page promises more"
    assert [name for page in reader.pages(PATH, limit=20) for name in heard(page)] == latest
    assert heard(reader.get(PATH, limit=50, after=millisecond(clock)).json()) == latest


def test_without_a_limit_there_are_twenty_to_a_page(spotify: Simulator, reader: Client) -> None:
    for song in spotify.tracks(25):
        spotify.play(song)
    page = reader.get(PATH).json()
    assert (len(page["items"]), page["limit"]) == (20, 20)


def test_before_goes_back_in_time_without_the_play_of_the_cursor(reader: Client, six: list[int]) -> None:
    page = reader.get(PATH, before=six[4], limit=2).json()
    assert heard(page) == ["Track 4", "Track 3"]
    assert page["cursors"] == {"after": str(six[3]), "before": str(six[2])}
    assert heard(reader.http.get(page["next"], timeout=10).json()) == ["Track 2", "Track 1"]


def test_after_goes_forward_in_time_without_the_play_of_the_cursor(reader: Client, six: list[int]) -> None:
    assert heard(reader.get(PATH, after=six[1]).json()) == ["Track 6", "Track 5", "Track 4", "Track 3"]
    pages = list(reader.pages(PATH, after=six[1], limit=2))
    assert [heard(page) for page in pages] == [["Track 4", "Track 3"], ["Track 6", "Track 5"], []]
    assert reader.get(PATH, after=six[5]).json()["cursors"] is None


def test_a_page_that_is_not_full_is_the_last(reader: Client, six: list[int]) -> None:
    page = reader.get(PATH).json()
    assert (page["next"], page["cursors"]) == (None, {"after": str(six[5]), "before": str(six[0])})


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"limit": 0}, "Invalid limit"),
        ({"limit": 51}, "Invalid limit"),
        ({"after": "2026-11-18"}, "Invalid after"),
        ({"before": "now"}, "Invalid before"),
        ({"after": 1, "before": 2}, "Only one of before and after can be specified"),
    ],
)
def test_what_cannot_be_asked_is_refused(reader: Client, query: dict[str, object], message: str) -> None:
    assert error(reader.get(PATH, **query)) == (400, message)
