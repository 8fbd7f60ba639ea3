"""What holds for saved tracks, play history and the list of playlists alike."""

import pytest
import requests

from rediscover.simulator import Fault, Simulator
from rediscover.simulator.world.identities import SCOPES
from tests.simulator.client import Client, error
from tests.support.scopes import SCOPES_ALL

SCOPED = {"/me/tracks": "user-library-read", "/me/player/recently-played": "user-read-recently-played"}
ALL = [*SCOPED, "/me/playlists"]


@pytest.mark.parametrize(("path", "scope"), SCOPED.items())
def test_each_needs_its_scope_and_no_other(spotify: Simulator, client: Client, path: str, scope: str) -> None:
    assert error(client.get(path)) == (403, "Insufficient client scope"), "the first consent is to playlists only"
    spotify.authorize([other for other in SCOPES_ALL if other != scope])
    client.sign_in()
    assert error(client.get(path)) == (403, "Insufficient client scope")
    spotify.authorize([scope])
    client.sign_in()
    assert client.get(path).status_code == 200


def test_every_scope_that_a_source_needs_can_be_granted_at_once(spotify: Simulator, client: Client) -> None:
    spotify.authorize(SCOPES_ALL)
    assert set(client.refresh().json()["scope"].split()) == {*SCOPES, *SCOPED.values()}


@pytest.mark.parametrize("path", ALL)
def test_each_needs_a_token(spotify: Simulator, path: str) -> None:
    assert error(requests.get(f"{spotify.api_url}{path}", timeout=10)) == (401, "Invalid access token")


@pytest.mark.parametrize("path", ALL)
def test_faults_strike_each_and_the_log_has_it(spotify: Simulator, reader: Client, path: str) -> None:
    spotify.forget_requests()
    spotify.faults.add(Fault("rate_limited", path=f"{path}$", retry_after=7))
    spotify.faults.add(Fault("malformed", path=f"{path}$"))
    limited, broken = reader.get(path), reader.get(path, limit=5)
    assert (limited.status_code, limited.headers["Retry-After"]) == (429, "7")
    with pytest.raises(requests.JSONDecodeError):
        broken.json()
    assert reader.get(path).json()["items"] == []
    assert [(seen.method, seen.path, seen.status) for seen in spotify.requests] == [
        ("GET", f"/v1{path}", status) for status in (429, 200, 200)
    ]
    assert spotify.requests[1].query == {"limit": "5"}


def test_a_reset_forgets_what_was_saved_and_played(spotify: Simulator) -> None:
    song = spotify.track("Song")
    spotify.save([song])
    spotify.play(song)
    spotify.reset()
    assert (spotify.library.saved, spotify.library.plays) == ([], [])
