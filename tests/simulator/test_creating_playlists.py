"""`POST /me/playlists`, and when the new playlist shows in `GET /me/playlists`."""

from typing import Any

import pytest
import requests

from rediscover.simulator import Fault, Simulator
from tests.simulator.client import Client, Clock, error

PATH = "/me/playlists"


def listed(client: Client) -> list[str]:
    return [found["id"] for found in client.get(PATH).json()["items"]]


def test_a_new_playlist_is_the_users_empty_and_on_top_of_the_list(spotify: Simulator, client: Client) -> None:
    older = spotify.create_playlist("Older")
    response = client.post(PATH, {"name": "Archive", "description": "kept"})
    assert response.status_code == 201
    made = response.json()
    assert (made["name"], made["description"], made["public"]) == ("Archive", "kept", True)
    assert made["owner"]["id"] == "listener"
    assert made["snapshot_id"] == spotify.snapshot_id(made["id"])
    assert (made["items"]["total"], made["items"]["items"]) == (0, [])
    assert client.get(f"/playlists/{made['id']}").json() == made
    assert listed(client) == [made["id"], older]


def test_a_new_playlist_takes_items(spotify: Simulator, client: Client) -> None:
    made = client.post(PATH, {"name": "Archive"}).json()["id"]
    song = spotify.track("Song")["uri"]
    assert client.add(made, [song]).status_code == 201
    assert spotify.uris(made) == [song]
    assert client.get(PATH).json()["items"][0]["items"]["total"] == 1


def test_the_same_name_again_makes_a_twin(client: Client) -> None:
    made = [client.post(PATH, {"name": "Archive"}).json()["id"] for _ in range(3)]
    assert len(set(made)) == 3
    assert listed(client) == made[::-1]


def test_private_is_accepted_and_ignored(client: Client) -> None:
    response = client.post(PATH, {"name": "Archive", "public": False})
    assert (response.status_code, response.json()["public"]) == (201, True)


@pytest.mark.parametrize("public", [True, False, None], ids=["public", "private", "unsaid"])
def test_creating_needs_the_scope_of_what_is_asked_for(spotify: Simulator, client: Client, public: bool | None) -> None:
    body: dict[str, Any] = {"name": "Archive"} if public is None else {"name": "Archive", "public": public}
    right, wrong = ("private", "public") if public is False else ("public", "private")
    spotify.authorize(scopes=[f"playlist-modify-{wrong}"])
    client.sign_in()
    assert error(client.post(PATH, body)) == (403, "Insufficient client scope")
    assert spotify.playlists == {}
    spotify.authorize(scopes=[f"playlist-modify-{right}"])
    client.sign_in()
    assert client.post(PATH, body).status_code == 201


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "Missing required field: name"),
        ({"name": ""}, "Missing required field: name"),
        ({"name": 7}, "Missing required field: name"),
        ({"name": "Archive", "description": "x" * 301}, "Invalid description"),
        ({"name": "Archive", "description": "one\ntwo"}, "Invalid description"),
        ({"name": "Archive", "description": "one\rtwo"}, "Invalid description"),
        ({"name": "Archive", "description": None}, "Invalid description"),
        ([], "Error parsing JSON."),
    ],
)
def test_a_body_that_makes_no_playlist_is_refused(spotify: Simulator, client: Client, body: Any, message: str) -> None:
    assert error(client.post(PATH, body)) == (400, message)
    assert spotify.playlists == {}


def test_a_description_may_have_three_hundred_characters(client: Client) -> None:
    assert client.post(PATH, {"name": "Archive", "description": "x" * 300}).status_code == 201


def test_descriptions_are_read_escaped_for_html(spotify: Simulator, client: Client) -> None:
    made = client.post(PATH, {"name": "R&B", "description": "R&B / it's <kept>"}).json()
    assert made["description"] == "R&amp;B &#x2F; it&#x27;s &lt;kept&gt;"
    assert made["name"] == "R&B"
    assert client.get(PATH).json()["items"][0]["description"] == made["description"]
    assert spotify.playlists[made["id"]].description == "R&B / it's <kept>"


def test_a_new_playlist_can_be_slow_to_show_in_the_list(spotify: Simulator, client: Client, clock: Clock) -> None:
    spotify.settings.listing_lag_seconds = 30
    made = client.post(PATH, {"name": "Archive"}).json()["id"]
    by_hand = spotify.create_playlist("Made in the app")
    assert client.get(f"/playlists/{made}").status_code == 200
    clock.now += 29
    assert listed(client) == [by_hand]
    assert client.get(PATH).json()["total"] == 1
    clock.now += 1
    assert listed(client) == [by_hand, made]


def test_a_lost_response_hides_a_playlist_that_was_made_and_trying_again_makes_a_twin(
    spotify: Simulator, client: Client
) -> None:
    spotify.faults.add(Fault("lost_response", method="POST", path="/me/playlists$"))
    with pytest.raises(requests.ConnectionError):
        client.post(PATH, {"name": "Archive"})
    assert [found.name for found in spotify.playlists.values()] == ["Archive"]
    again = client.post(PATH, {"name": "Archive"}).json()["id"]
    assert len(listed(client)) == 2
    assert listed(client)[0] == again


@pytest.mark.parametrize(
    ("fault", "made"),
    [
        (Fault("malformed"), 1),
        (Fault("truncated"), 1),
        (Fault("reset"), 0),
        (Fault("rate_limited", retry_after=3), 0),
        (Fault("unavailable", status=502), 0),
        (Fault("status", status=500), 0),
    ],
    ids=lambda value: value.kind if isinstance(value, Fault) else None,
)
def test_a_fault_of_creating_took_effect_or_did_not(
    spotify: Simulator, client: Client, fault: Fault, made: int
) -> None:
    spotify.faults.add(fault)
    try:
        client.post(PATH, {"name": "Archive"}).json()
    except requests.RequestException:
        assert fault.kind in ("malformed", "truncated", "reset", "status")
    assert fault.struck == 1
    assert len(spotify.playlists) == made
