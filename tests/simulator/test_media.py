"""What tests can say about tracks and episodes."""

import re

from rediscover.simulator import Simulator
from tests.simulator.client import Client


def test_every_track_has_an_isrc_of_its_own(spotify: Simulator) -> None:
    codes = {track["external_ids"]["isrc"] for track in spotify.tracks(11_000)}
    assert len(codes) == 11_000
    assert all(re.fullmatch(r"[A-Z]{2}[0-9A-Z]{3}\d{7}", code) for code in codes)


def test_the_same_recording_on_two_albums_has_two_uris_and_one_isrc(spotify: Simulator, client: Client) -> None:
    single = spotify.track("Song", ("One", "Two"))
    isrc = single["external_ids"]["isrc"]
    album = spotify.track("Song", ("One", "Two"), album="The Album", isrc=isrc)
    mine = spotify.create_playlist("Mine", [single, album])
    seen = [entry["item"] for entry in client.items(mine).json()["items"]]
    assert [item["external_ids"] for item in seen] == [{"isrc": isrc}] * 2
    assert len({item["uri"] for item in seen}) == len({item["album"]["id"] for item in seen}) == 2


def test_a_track_can_be_without_an_isrc(spotify: Simulator) -> None:
    assert spotify.track("Song", isrc=None)["external_ids"] == {}


def test_tracks_and_episodes_are_explicit_when_told(spotify: Simulator) -> None:
    for make in (spotify.track, spotify.episode):
        assert make("Clean")["explicit"] is False
        assert make("Dirty", explicit=True)["explicit"] is True
