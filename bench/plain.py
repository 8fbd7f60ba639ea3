"""The plain method, for comparison: read both playlists page by page, add what the target lacks.

It keeps one connection open and asks for URIs only, which is the best that can be done without remembering anything
and without requests side by side.
"""

from dataclasses import dataclass

import requests

PAGE = 50
BATCH = 100
TIMEOUT = 20
FIELDS = "total,items(item(uri))"


@dataclass(frozen=True)
class Account:
    """Where Spotify is, and the listener's credentials as they are stored."""

    api_url: str
    accounts_url: str
    credentials: dict[str, str]


def archive(account: Account, source: str, target: str) -> int:
    """Add the tracks of `source` that `target` lacks to its end; how many."""
    with session_of(account) as session:
        offered = read(session, account, source)
        there = set(read(session, account, target))
        new = [uri for uri in dict.fromkeys(offered) if uri not in there]
        for start in range(0, len(new), BATCH):
            url = f"{account.api_url}/playlists/{target}/items"
            session.post(url, json={"uris": new[start : start + BATCH]}, timeout=TIMEOUT).raise_for_status()
    return len(new)


def session_of(account: Account) -> requests.Session:
    """An open connection with a fresh access token."""
    given = account.credentials
    answer = requests.post(
        f"{account.accounts_url}/api/token",
        data={"grant_type": "refresh_token", "refresh_token": given["refresh_token"]},
        auth=(given["spotify_client_id"], given["spotify_client_secret"]),
        timeout=TIMEOUT,
    )
    answer.raise_for_status()
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return session


def read(session: requests.Session, account: Account, playlist_id: str) -> list[str]:
    """The URIs of a playlist, one page after the other."""
    uris: list[str] = []
    total, offset = 1, 0
    while offset < total:
        query: dict[str, str | int] = {"limit": PAGE, "offset": offset, "fields": FIELDS}
        answer = session.get(f"{account.api_url}/playlists/{playlist_id}/items", params=query, timeout=TIMEOUT)
        answer.raise_for_status()
        body = answer.json()
        uris += [entry["item"]["uri"] for entry in body["items"]]
        total, offset = body["total"], offset + PAGE
    return uris
