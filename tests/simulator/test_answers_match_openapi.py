"""Unfiltered answers against Spotify's OpenAPI schema, the community-fixed copy beside the repository.

The schema describes extended quota mode and forgets some of what its own prose allows; `DEVELOPMENT_MODE`
and `NULLABLE_BY_PROSE` list every difference that is made up for here.
"""

from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from jsonschema import Draft4Validator

from rediscover.simulator import Fault, Simulator
from rediscover.simulator.world import media
from tests.simulator.client import Client

SCHEMA = Path(__file__).parents[3] / "shared" / "spec" / "spotify-open-api.yml"

pytestmark = pytest.mark.skipif(
    not SCHEMA.exists(), reason="../shared/spec/spotify-open-api.yml is not beside this repository"
)

# Required by the schema, removed from development mode in February 2026.
DEVELOPMENT_MODE = {
    "AlbumBase": ["available_markets"],
    "ShowBase": ["available_markets", "publisher"],
}
# "some very old playlists may return `null`", "a track object may be `null`".
# "URL to the next page of items. ( `null` if none)"; no cursors and no context: spotify/web-api#1405 and #966.
NULLABLE_BY_PROSE = {
    "PlaylistTrackObject": ["added_at", "added_by", "item", "track"],
    "CursorPagingObject": ["cursors", "next"],
    "PlayHistoryObject": ["context"],
}


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))
    schemas = document["components"]["schemas"]
    for name, removed in DEVELOPMENT_MODE.items():
        schemas[name]["required"] = [field for field in schemas[name]["required"] if field not in removed]
    for name, nullable in NULLABLE_BY_PROSE.items():
        for field in nullable:
            schemas[name]["properties"][field]["nullable"] = True
    _spell_out_nullable(document)
    return document


def _spell_out_nullable(node: Any) -> None:
    """OpenAPI 3.0 is JSON Schema's draft 4 with a `nullable` that draft 4 does not know."""
    if isinstance(node, list):
        for element in node:
            _spell_out_nullable(element)
    elif isinstance(node, dict):
        for element in list(node.values()):
            _spell_out_nullable(element)
        if node.pop("nullable", False):
            original = dict(node)
            node.clear()
            node["anyOf"] = [original, {"type": "null"}]


def matches(schema: dict[str, Any], operation: str, path: str, response: requests.Response) -> None:
    """Fail unless the answer has a body that the operation's schema allows for its status."""
    answers = schema["paths"][path][operation]["responses"]
    reference = answers[str(response.status_code)]["$ref"]
    validator = Draft4Validator({"$ref": f"{reference}/content/application~1json/schema", **schema})
    errors = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(response.json())]
    assert errors == []


@pytest.fixture
def mine(spotify: Simulator) -> str:
    items = [*spotify.tracks(3), spotify.episode("Pilot"), None]
    return spotify.create_playlist("Mine", items, description="kept")


def test_the_profile_matches(schema: dict[str, Any], client: Client) -> None:
    matches(schema, "get", "/me", client.get("/me"))


def test_lists_of_playlists_match(schema: dict[str, Any], client: Client, mine: str) -> None:
    response = client.get("/me/playlists")
    assert response.json()["items"][0]["id"] == mine
    matches(schema, "get", "/me/playlists", response)


@pytest.mark.parametrize("item_key", ["item", "track"])
def test_a_playlist_and_its_items_match(
    schema: dict[str, Any], spotify: Simulator, client: Client, mine: str, item_key: str
) -> None:
    spotify.settings.item_key = item_key
    both = {"additional_types": "track,episode"}
    matches(schema, "get", "/playlists/{playlist_id}", client.get(f"/playlists/{mine}", **both))
    page = client.items(mine, offset=2, limit=2, **both)
    kinds = [entry[item_key]["type"] for entry in page.json()["items"]]
    assert kinds == ["track", "episode"]
    matches(schema, "get", "/playlists/{playlist_id}/items", page)


def test_the_head_of_a_foreign_playlist_matches(schema: dict[str, Any], spotify: Simulator, client: Client) -> None:
    theirs = spotify.create_playlist("Theirs", owner="somebody", public=True)
    matches(schema, "get", "/playlists/{playlist_id}", client.get(f"/playlists/{theirs}"))


def test_the_answer_to_an_addition_matches(
    schema: dict[str, Any], spotify: Simulator, client: Client, mine: str
) -> None:
    response = client.add(mine, [spotify.track("Song")["uri"]])
    assert isinstance(response.json()["snapshot_id"], str)
    matches(schema, "post", "/playlists/{playlist_id}/items", response)


def test_the_answer_to_a_removal_matches(schema: dict[str, Any], spotify: Simulator, client: Client, mine: str) -> None:
    response = client.remove(mine, [str(spotify.uris(mine)[0])], snapshot_id=spotify.snapshot_id(mine))
    assert isinstance(response.json()["snapshot_id"], str)
    matches(schema, "delete", "/playlists/{playlist_id}/items", response)


def test_a_new_playlist_matches(schema: dict[str, Any], client: Client) -> None:
    response = client.post("/me/playlists", {"name": "Archive", "description": "kept"})
    assert response.status_code == 201
    matches(schema, "post", "/me/playlists", response)


def test_saved_tracks_match(schema: dict[str, Any], spotify: Simulator, reader: Client) -> None:
    spotify.save([*spotify.tracks(3), spotify.track("Without an ISRC", isrc=None)])
    response = reader.get("/me/tracks", limit=2, offset=1, market="DE")
    assert len(response.json()["items"]) == 2
    matches(schema, "get", "/me/tracks", response)


def test_the_play_history_matches_full_and_empty(schema: dict[str, Any], spotify: Simulator, reader: Client) -> None:
    path = "/me/player/recently-played"
    matches(schema, "get", path, reader.get(path))
    spotify.play(spotify.track("One"), context=f"spotify:playlist:{'0' * 22}")
    spotify.play(spotify.track("Two"))
    response = reader.get(path, limit=2)
    assert response.json()["next"]
    matches(schema, "get", path, response)


def test_errors_match(schema: dict[str, Any], spotify: Simulator, client: Client) -> None:
    theirs = spotify.create_playlist("Theirs", owner="somebody", public=True)
    path = "/playlists/{playlist_id}/items"
    matches(schema, "get", path, client.items(theirs))
    matches(schema, "post", path, client.add(theirs, []))
    for fault in (Fault("unauthorized"), Fault("rate_limited"), Fault("quota", retry_after=60)):
        spotify.faults.add(fault)
        matches(schema, "get", path, client.items(theirs))


def test_a_local_file_differs_from_the_schema_only_in_what_it_cannot_have(
    schema: dict[str, Any], spotify: Simulator, client: Client
) -> None:
    mine = spotify.create_playlist("Mine", [media.local_track("Demo", "Me", "Tape")])
    local = client.items(mine).json()["items"][0]["item"]
    reference = {"$ref": "#/components/schemas/TrackObject", **schema}
    differences = list(Draft4Validator(reference).iter_errors(local))
    assert [error.message for error in differences if error.instance is not None] == [
        "'total_tracks' is a required property"
    ]
    assert {error.json_path for error in differences} >= {"$.id", "$.href", "$.album.uri"}
