"""How the tests of the simulated Spotify speak to it: plain HTTP."""

from collections.abc import Iterator
from typing import Any

import requests

from rediscover.simulator import Simulator


class Clock:
    """A time that only the test moves, in seconds."""

    def __init__(self) -> None:
        self.now = 1_795_000_000.0

    def __call__(self) -> float:
        return self.now


class Client:
    """An app with the listener's consent."""

    def __init__(self, spotify: Simulator) -> None:
        self.spotify = spotify
        self.http = requests.Session()

    def refresh(self, **changed: str | None) -> requests.Response:
        """Ask for an access token with the stored credentials, some of them changed."""
        stored = {**self.spotify.credentials, **changed}
        return self.http.post(
            f"{self.spotify.accounts_url}/api/token",
            data={"grant_type": "refresh_token", "refresh_token": stored["refresh_token"]},
            auth=(stored["spotify_client_id"] or "", stored["spotify_client_secret"] or ""),
            timeout=10,
        )

    def sign_in(self) -> None:
        """Use a fresh access token from now on."""
        token = self.refresh().json()["access_token"]
        self.http.headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str, **query: Any) -> requests.Response:
        return self.http.get(f"{self.spotify.api_url}{path}", params=query, timeout=10)

    def items(self, playlist_id: str, **query: Any) -> requests.Response:
        return self.get(f"/playlists/{playlist_id}/items", **query)

    def add(self, playlist_id: str, uris: list[str], **body: Any) -> requests.Response:
        return self.post(f"/playlists/{playlist_id}/items", {"uris": uris, **body})

    def remove(self, playlist_id: str, uris: list[str], **body: Any) -> requests.Response:
        url = f"{self.spotify.api_url}/playlists/{playlist_id}/items"
        return self.http.delete(url, json={"items": [{"uri": uri} for uri in uris], **body}, timeout=10)

    def post(self, path: str, body: Any) -> requests.Response:
        return self.http.post(f"{self.spotify.api_url}{path}", json=body, timeout=10)

    def pages(self, path: str, **query: Any) -> Iterator[dict[str, Any]]:
        """The first page and those that follow it."""
        page = self.get(path, **query).json()
        yield page
        while page["next"]:
            page = self.http.get(page["next"], timeout=10).json()
            yield page


def error(response: requests.Response) -> tuple[int, str]:
    """Status and message of a Web API error, which must name its status in the body too."""
    body = response.json()["error"]
    assert body["status"] == response.status_code
    return response.status_code, body["message"]
