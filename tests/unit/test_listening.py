"""Liked songs and what was played, with few requests and nothing missed."""

from typing import Any

import pytest

from rediscover.simulator import Fault, Simulator
from rediscover.simulator.world.identities import SCOPES
from rediscover_archive.documents import Documents
from rediscover_archive.errors import MalformedAnswer, MissingScope, PlaylistChanging, RateLimited
from rediscover_archive.pairs import memory
from rediscover_archive.pairs.listening import plays, read_liked, read_played
from rediscover_archive.pairs.reading import Reading, Unfinished
from rediscover_archive.spotify.client import Page, Spotify

DISCOVER_WEEKLY = "spotify:playlist:37i9dQZEVXcJZyENOWUFo7"
NOON = 1_790_000_000.0


@pytest.fixture(autouse=True)
def scopes(simulator: Simulator) -> None:
    """The listener agreed to what these sources need."""
    simulator.authorize([*SCOPES, "user-library-read", "user-read-recently-played"])


def _uris(tracks: list[dict[str, Any]]) -> list[str]:
    return [str(track["uri"]) for track in tracks]


class Liked:
    """The liked songs, read as runs read them."""

    def __init__(self, simulator: Simulator, spotify: Spotify, documents: Documents) -> None:
        self.simulator, self.spotify, self.documents = simulator, spotify, documents
        self.saved: list[str] = []

    def save(self, tracks: list[dict[str, Any]]) -> None:
        self.simulator.save(tracks)
        uris = _uris(tracks)
        self.saved = [*reversed(uris), *(uri for uri in self.saved if uri not in uris)]

    def unsave(self, *places: int) -> None:
        gone = [self.saved[place] for place in places]
        self.simulator.unsave(gone)
        self.saved = [uri for uri in self.saved if uri not in gone]

    def read(self) -> tuple[Reading, int]:
        """What is read, and by how many requests."""
        before = self.spotify.sent
        known = memory.recall(self.documents, "playlists/liked.source.json", "liked")
        reading = read_liked(self.spotify, known, Unfinished(self.documents, "plans/unfinished.json"))
        memory.remember(self.documents, "playlists/liked.source.json", reading.memory, "source")
        assert [item.uri for item in reading.memory.items] == self.saved
        return reading, self.spotify.sent - before


@pytest.fixture
def liked(simulator: Simulator, spotify: Spotify, documents: Documents) -> Liked:
    return Liked(simulator, spotify, documents)


def test_songs_that_are_saved_while_new_ones_are_read_are_read_again(
    liked: Liked, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    liked.save(simulator.tracks(10, "Old"))
    liked.read()
    liked.save(simulator.tracks(60, "New"))
    page = liked.spotify.saved_tracks

    def save_meanwhile(offset: int, *, limit: int) -> Page:
        found = page(offset, limit=limit)
        simulator.save(simulator.tracks(1, f"Meanwhile {offset}"))
        return found

    monkeypatch.setattr(liked.spotify, "saved_tracks", save_meanwhile)
    with pytest.raises(PlaylistChanging, match="The liked songs changed while they were being read"):
        liked.read()


@pytest.mark.parametrize(("size", "requests"), [(0, 1), (1, 1), (50, 1), (51, 2), (260, 6)])
def test_liked_songs_are_first_read_whole_newest_first(liked: Liked, size: int, requests: int) -> None:
    liked.save(liked.simulator.tracks(size))
    reading, sent = liked.read()
    assert (sent, reading.remembered) == (requests, False)


def test_liked_songs_that_did_not_change_are_one_request(liked: Liked) -> None:
    liked.save(liked.simulator.tracks(260))
    liked.read()
    reading, sent = liked.read()
    assert (sent, reading.remembered) == (1, True)


@pytest.mark.parametrize(("new", "requests"), [(1, 1), (30, 1), (49, 1), (50, 2), (120, 3)])
def test_newly_liked_songs_are_read_only_down_to_what_is_known(liked: Liked, new: int, requests: int) -> None:
    liked.save(liked.simulator.tracks(400))
    liked.read()
    liked.save(liked.simulator.tracks(new, "New"))
    assert liked.read()[1] == requests


@pytest.mark.parametrize("places", [(0,), (49,), (50,), (3, 120), (399,), tuple(range(60))])
@pytest.mark.parametrize("new", [0, 3])
def test_songs_that_are_no_longer_liked_are_noticed_wherever_they_stood(
    liked: Liked, places: tuple[int, ...], new: int
) -> None:
    liked.save(liked.simulator.tracks(400))
    liked.read()
    liked.unsave(*places)
    liked.save(liked.simulator.tracks(new, "New"))
    liked.read()
    assert liked.read()[1] == 1


def test_a_song_liked_anew_moves_to_the_top(liked: Liked) -> None:
    tracks = liked.simulator.tracks(120)
    liked.save(tracks)
    liked.read()
    liked.save(tracks[:1])
    liked.read()


def test_a_first_reading_that_was_interrupted_goes_on_where_it_was(liked: Liked) -> None:
    liked.save(liked.simulator.tracks(400))
    liked.simulator.faults.add(Fault("rate_limited", path="/me/tracks", nth=6, retry_after=9))
    with pytest.raises(RateLimited):
        liked.read()
    assert liked.read()[1] < 8


def test_liked_songs_that_change_while_they_are_read_are_read_anew(liked: Liked) -> None:
    liked.save(liked.simulator.tracks(260))
    more = liked.simulator.tracks(1, "More")
    liked.simulator.faults.add(
        Fault("delay_after", path="/me/tracks", nth=1, meanwhile=lambda: liked.simulator.save(more))
    )
    read = read_liked(liked.spotify, None, Unfinished(liked.documents, "plans/unfinished.json"))
    assert [item.uri for item in read.memory.items] == [_uris(more)[0], *liked.saved]


def test_without_its_scope_the_way_to_it_is_told(simulator: Simulator, spotify: Spotify, documents: Documents) -> None:
    refusal = {"error": {"status": 403, "message": "Insufficient client scope"}}
    simulator.faults.add(Fault("status", path="/me/", status=403, body=refusal, count=2))
    with pytest.raises(MissingScope, match="user-library-read: `rediscover authorize --with liked`, for a"):
        read_liked(spotify, None, Unfinished(documents, "plans/unfinished.json"))
    with pytest.raises(MissingScope, match=r"recently played.*user-read-recently-played"):
        plays(spotify)


class Played:
    """What was played, read as runs read it."""

    def __init__(self, simulator: Simulator, spotify: Spotify, source: str) -> None:
        self.simulator, self.spotify, self.source = simulator, spotify, source
        self.memory: memory.Memory | None = None
        self.at = NOON

    def play(self, names: str, context: str | None = DISCOVER_WEEKLY) -> list[str]:
        tracks = [self.simulator.track(name) for name in names.split()]
        for track in tracks:
            self.at += 200
            self.simulator.play(track, context, self.at)
        return _uris(tracks)

    def read(self) -> Reading:
        reading = read_played(self.spotify, self.source, self.memory)
        self.memory = reading.memory
        return reading

    @property
    def names(self) -> str:
        return " ".join(item.name for item in self.memory.items) if self.memory else ""


@pytest.fixture
def played(simulator: Simulator, spotify: Spotify) -> Played:
    return Played(simulator, spotify, "recently-played")


@pytest.fixture
def heard(simulator: Simulator, spotify: Spotify) -> Played:
    """Only what was played from Discover Weekly."""
    return Played(simulator, spotify, f"recently-played:{DISCOVER_WEEKLY}")


def test_what_was_played_comes_oldest_first_and_each_track_once(played: Played) -> None:
    played.play("a b a c")
    assert played.read().name == "recently played"
    assert played.names == "a b c"
    assert played.spotify.sent == 1


def test_what_was_played_is_remembered_after_spotify_shows_it_no_more(played: Played) -> None:
    played.play(" ".join(f"t{n}" for n in range(40)))
    played.read()
    played.play(" ".join(f"u{n}" for n in range(45)))
    reading = played.read()
    assert played.names == " ".join([*(f"t{n}" for n in range(40)), *(f"u{n}" for n in range(45))])
    assert reading.warnings == ()
    assert played.read().remembered


def test_what_was_heard_without_a_network_is_kept_when_it_comes_late_with_its_own_time(played: Played) -> None:
    played.play("a b")
    played.read()
    played.simulator.play(played.simulator.track("late"), DISCOVER_WEEKLY, played.at - 100)
    played.read()
    assert played.names == "a b late"


def test_a_gap_is_reported(played: Played) -> None:
    played.play("a")
    played.read()
    played.play(" ".join(f"t{n}" for n in range(50)))
    assert "More than 50 tracks were played since 2026-09-21 14:16" in played.read().warnings[0]
    assert played.read().warnings == ()


def test_exactly_as_many_as_are_visible_since_the_last_look_may_hide_more(played: Played) -> None:
    played.play("a")
    played.read()
    played.play(" ".join(f"t{n}" for n in range(49)))
    assert played.read().warnings == ()


def test_only_what_was_played_from_the_context_counts(heard: Played) -> None:
    heard.play("a")
    heard.play("b", "spotify:album:5ieJqeLJjjI8iJWaxeBLuK")
    heard.play("c")
    assert heard.read().warnings == ()
    assert heard.names == "a c"


def test_the_older_spelling_of_a_playlist_is_that_playlist(heard: Played) -> None:
    uris = heard.play("a")
    uris += heard.play("b", DISCOVER_WEEKLY.replace("spotify:", "spotify:user:some.one:"))
    reading = heard.read()
    assert [item.uri for item in reading.memory.items] == uris
    assert reading.warnings == ()


@pytest.mark.parametrize(
    ("context", "told"),
    [
        (f"{DISCOVER_WEEKLY}:recommended", "2 plays were of what Spotify recommends below that list"),
        (f"{DISCOVER_WEEKLY}:", "2 plays were of what Spotify recommends below that list"),
        ("spotify:station:x", "Of 2 plays Spotify says in an unknown way"),
        ("https://open.spotify.com/x", "Of 2 plays Spotify says in an unknown way"),
    ],
)
def test_a_play_that_may_be_of_the_list_is_never_left_out_in_silence(heard: Played, context: str, told: str) -> None:
    uris = heard.play("a")
    heard.play("b c", context)
    reading = heard.read()
    assert [item.uri for item in reading.memory.items] == uris
    assert len(reading.warnings) == 1
    assert told in reading.warnings[0]
    assert heard.read().warnings == ()


def test_what_was_played_from_elsewhere_is_left_out_without_a_word(heard: Played) -> None:
    heard.play("a", f"spotify:album:{'A' * 22}")
    heard.play("b", "spotify:user:some.one:collection")
    heard.play("c", f"spotify:playlist:{'A' * 22}")
    reading = heard.read()
    assert (reading.memory.items, reading.warnings) == ([], ())


def test_plays_without_a_context_are_counted_and_said_once(heard: Played) -> None:
    heard.play("a")
    heard.play("b c", None)
    assert heard.read().warnings == ("Of 2 plays Spotify does not say what they were played from: they are left out.",)
    assert heard.names == "a"
    assert heard.read().warnings == ()


def test_nothing_was_played(played: Played) -> None:
    assert played.read().memory.items == []
    played.play("a")
    played.read()
    assert played.names == "a"


@pytest.mark.parametrize("entry", [None, {}, {"played_at": "noon"}, {"played_at": 5}, "x"])
def test_a_play_without_its_time_is_malformed(simulator: Simulator, spotify: Spotify, entry: Any) -> None:
    simulator.faults.add(Fault("status", path="/me/player", status=200, body={"items": [entry]}))
    with pytest.raises(MalformedAnswer):
        plays(spotify)
