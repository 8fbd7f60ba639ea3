"""`/control/`: the same as in Python, for whoever is in another process."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import requests

from rediscover.simulator import Simulator
from tests.simulator.client import Client

REPOSITORY = Path(__file__).parents[2]


def control(spotify: Simulator, method: str, path: str, body: Any = None) -> dict[str, Any]:
    response = requests.request(method, f"{spotify.url}/control/{path}", json=body, timeout=10)
    assert response.status_code == 200, response.text
    return dict(response.json())


def test_playlists_are_made_changed_and_looked_at(spotify: Simulator) -> None:
    song = spotify.track("Known")["uri"]
    items = [{"name": "One", "artists": ["A", "B"]}, {"kind": "episode", "name": "Pilot"}, song, None]
    mine = control(spotify, "POST", "playlists", {"name": "Mine", "items": items, "public": True})["id"]
    found = control(spotify, "GET", f"playlists/{mine}")
    assert found["uris"] == spotify.uris(mine)
    assert [uri and uri.split(":")[1] for uri in found["uris"]] == ["track", "episode", "track", None]
    local = {"kind": "local", "name": "Demo"}
    replaced = control(spotify, "PUT", f"playlists/{mine}/items", {"items": [song, local]})
    assert replaced["uris"] == [song, "spotify:local:::Demo:127"]
    assert replaced["snapshot_id"] != found["snapshot_id"]
    assert control(spotify, "POST", f"playlists/{mine}/items", {"items": [song]})["uris"][-1] == song
    assert control(spotify, "DELETE", f"playlists/{mine}/items", {"uris": [song]})["uris"] == [
        "spotify:local:::Demo:127"
    ]


def test_faults_are_scripted_listed_and_cleared(spotify: Simulator, client: Client) -> None:
    control(spotify, "POST", "faults", {"kind": "rate_limited", "path": "/me$", "retry_after": 3, "count": 2})
    assert client.get("/me").headers["Retry-After"] == "3"
    [fault] = control(spotify, "GET", "faults")["faults"]
    assert (fault["kind"], fault["struck"]) == ("rate_limited", 1)
    control(spotify, "DELETE", "faults")
    assert client.get("/me").status_code == 200


def test_the_log_is_read_and_forgotten_and_control_is_not_in_it(spotify: Simulator, client: Client) -> None:
    control(spotify, "DELETE", "requests")
    client.get("/me")
    log = control(spotify, "GET", "requests")
    assert [request["path"] for request in log["requests"]] == ["/v1/me"]
    assert log["most_in_flight"] == 1


def test_settings_are_changed_by_name(spotify: Simulator) -> None:
    assert control(spotify, "PATCH", "settings", {"snapshot_lag_seconds": 30})["snapshot_lag_seconds"] == 30
    assert spotify.settings.snapshot_lag_seconds == 30
    assert control(spotify, "GET", "settings")["playlist_cap"] == 10_000


def test_the_authorisation_is_renewed_revoked_and_expired(spotify: Simulator, client: Client) -> None:
    for state, answer in [("revoked", 400), ("renewed", 200), ("expired", 400)]:
        credentials = control(spotify, "POST", "authorization", {"state": state})
        assert credentials == control(spotify, "GET", "credentials")
        assert client.refresh().status_code == answer


def test_reset_forgets_everything(spotify: Simulator) -> None:
    spotify.create_playlist("Mine")
    spotify.settings.latency_seconds = 0.01
    before = spotify.credentials
    control(spotify, "POST", "reset")
    assert (spotify.playlists, spotify.requests, spotify.settings.latency_seconds) == ({}, [], 0)
    assert spotify.credentials != before


def test_what_makes_no_sense_is_refused_with_its_reason(spotify: Simulator) -> None:
    for method, path, body in [
        ("POST", "faults", {"kind": "no_such_kind"}),
        ("POST", "faults", {"kind": "reset", "no_such_option": 1}),
        ("PATCH", "settings", {"no_such_setting": 1}),
        ("PATCH", "settings", {"playlist_cap": "many"}),
        ("PATCH", "settings", {"update": 1}),
        ("POST", "playlists", {"name": "Mine", "id": "not-an-id"}),
        ("GET", f"playlists/{'0' * 22}", None),
        ("POST", "authorization", {"state": "unsure"}),
    ]:
        response = requests.request(method, f"{spotify.url}/control/{path}", json=body, timeout=10)
        assert (response.status_code, bool(response.json()["error"])) == (400, True), (path, body)
    assert requests.get(f"{spotify.url}/control/nothing", timeout=10).status_code == 404


def test_the_module_serves_in_the_foreground_until_it_is_terminated() -> None:
    command = [sys.executable, "-m", "rediscover.simulator", "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        name, _, api_url = process.stdout.readline().strip().partition("=")
        assert name == "SPOTIFY_API_URL"
        assert requests.get(f"{api_url}/me", timeout=10).status_code == 401
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
