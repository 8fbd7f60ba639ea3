"""The Web API, as far as the workflow uses it: a playlist's head, its items, and adding to it."""

import re
from dataclasses import dataclass
from typing import Any

import requests

from archive.errors import (
    DISCOVER_WEEKLY,
    AccessTokenRejected,
    ArchiveError,
    ItemRefused,
    MalformedAnswer,
    MissingScope,
    PlaylistFull,
    PlaylistNotFound,
    PlaylistNotReadable,
    PlaylistNotWritable,
    PremiumRequired,
    RequestRefused,
    UserNotRegistered,
)
from archive.items import Item, entry_fields, item_of
from archive.transport import Transport, error_body, json_of

PAGE = 50
"""Most items of one page (Spotify, Get Playlist Items)."""

BATCH = 100
"""Most items of one add (Spotify, Add Items to Playlist)."""


@dataclass(frozen=True)
class Page:
    """Items from `offset` on, and the playlist's total when they were read."""

    offset: int
    total: int
    items: list[Item]


@dataclass(frozen=True)
class Head:
    """What one request tells of a playlist. `first` holds its first items where they were asked for and given."""

    playlist_id: str
    name: str
    owner: str
    snapshot_id: str
    total: int
    first: list[Item]


class _Bearer(requests.auth.AuthBase):
    """Sets the header itself, so that no .netrc replaces it."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class Spotify:
    """The Web API under `api_url`, with one access token.

    Every method may raise what Transport.send raises, and AccessTokenRejected, MissingScope, UserNotRegistered,
    PremiumRequired, PlaylistNotFound, RequestRefused and MalformedAnswer.
    """

    def __init__(self, api_url: str, access_token: str) -> None:
        self._api_url = api_url
        self._auth = _Bearer(access_token)
        self._transport = Transport()

    @property
    def sent(self) -> int:
        """How many requests were sent, answered or not."""
        return self._transport.sent

    def head(self, playlist_id: str, media_fields: str = "") -> Head:
        """`GET /playlists/{id}`; with `media_fields` also the first items. Raises PlaylistNotReadable."""
        entries = f",items({entry_fields(media_fields)})" if media_fields else ""
        fields = f"snapshot_id,name,owner(id,display_name),items(total{entries}),tracks(total{entries})"
        doing = f"reading playlist {playlist_id}"
        answer = self._get(f"/playlists/{playlist_id}", fields, {}, doing)
        if answer.status_code != 200:
            raise _reading_error(answer, playlist_id)
        body = json_of(answer, doing)
        content = body.get("items") or body.get("tracks")
        if not content:
            raise PlaylistNotReadable(_not_readable(playlist_id, str(body.get("name") or "")))
        snapshot_id = body.get("snapshot_id")
        if not isinstance(content, dict) or not isinstance(snapshot_id, str):
            raise MalformedAnswer(f"Spotify's answer while {doing} has no snapshot_id or items. It is tried again.")
        owner = body.get("owner") or {}
        return Head(
            playlist_id=playlist_id,
            name=str(body.get("name") or playlist_id),
            owner=str(owner.get("display_name") or owner.get("id") or ""),
            snapshot_id=snapshot_id,
            total=_total(content, doing),
            first=[item_of(entry) for entry in content.get("items") or ()],
        )

    def page(self, playlist_id: str, offset: int, media_fields: str) -> Page:
        """`GET /playlists/{id}/items` from `offset`, at most PAGE items. Raises PlaylistNotReadable."""
        doing = f"reading playlist {playlist_id} from item {offset}"
        window = {"limit": str(PAGE), "offset": str(offset)}
        fields = f"total,items({entry_fields(media_fields)})"
        answer = self._get(f"/playlists/{playlist_id}/items", fields, window, doing)
        if answer.status_code != 200:
            raise _reading_error(answer, playlist_id)
        body = json_of(answer, doing)
        entries = body.get("items")
        if not isinstance(entries, list):
            raise MalformedAnswer(f"Spotify's answer while {doing} has no list of items. It is tried again.")
        return Page(offset, _total(body, doing), [item_of(entry) for entry in entries])

    def add(self, playlist_id: str, uris: list[str]) -> str:
        """`POST /playlists/{id}/items` at the end; the new snapshot_id, or "" where the answer has none.

        Sent once: after any TryAgain the items may be there or not. Raises PlaylistNotWritable, PlaylistFull and
        ItemRefused, after which none of them is there.
        """
        doing = f"adding {len(uris)} tracks to playlist {playlist_id}"
        url = f"{self._api_url}/playlists/{playlist_id}/items"
        answer = self._transport.send("POST", url, doing=doing, json={"uris": uris}, auth=self._auth)
        if answer.status_code in (200, 201):
            return str(json_of(answer, doing).get("snapshot_id") or "")
        raise _adding_error(answer, playlist_id)

    def _get(self, path: str, fields: str, window: dict[str, str], doing: str) -> requests.Response:
        query = {**window, "fields": fields, "additional_types": "track,episode"}
        return self._transport.send("GET", self._api_url + path, doing=doing, params=query, auth=self._auth)


def _total(body: dict[str, Any], doing: str) -> int:
    total = body.get("total")
    if not isinstance(total, int) or isinstance(total, bool) or total < 0:
        raise MalformedAnswer(f"Spotify's answer while {doing} has no total. It is tried again.")
    return total


def _common_error(answer: requests.Response, playlist_id: str) -> ArchiveError | None:
    """What a status and text mean on any endpoint; the texts are in Spotify's own words."""
    message = str(error_body(answer).get("message") or "")
    told = message.lower()
    if answer.status_code == 401:
        return AccessTokenRejected(f"Spotify rejected the access token at playlist {playlist_id} ({message}).")
    if answer.status_code == 404:
        return PlaylistNotFound(
            f"Spotify finds no playlist {playlist_id}. "
            + (DISCOVER_WEEKLY if playlist_id.startswith("37i9dQ") else "Check the link; was it deleted?")
        )
    if "premium" in told:
        return PremiumRequired(
            "The owner of the Spotify app has no Premium subscription, which Spotify asks of apps in development "
            "mode. Renew it, or use another account's app."
        )
    if "not be registered" in told:
        return UserNotRegistered(
            "Spotify says that this listener is not a user of the app. Add the account under User Management at "
            "https://developer.spotify.com/dashboard."
        )
    if "scope" in told:
        return MissingScope(
            f"The authorization does not cover playlist {playlist_id} ({message}). Authorize again with the scopes "
            "playlist-read-private, playlist-read-collaborative, playlist-modify-public and playlist-modify-private."
        )
    return None


def _reading_error(answer: requests.Response, playlist_id: str) -> ArchiveError:
    common = _common_error(answer, playlist_id)
    if common:
        return common
    if answer.status_code == 403:
        return PlaylistNotReadable(_not_readable(playlist_id))
    return _refused(answer, f"to read playlist {playlist_id}")


def _adding_error(answer: requests.Response, playlist_id: str) -> ArchiveError:
    common = _common_error(answer, playlist_id)
    if common:
        return common
    message = str(error_body(answer).get("message") or "")
    if re.search(r"\b(limit|maximum|full|too many)\b", message, re.IGNORECASE) and answer.status_code in (
        400,
        403,
    ):
        return PlaylistFull(f"Playlist {playlist_id} takes no more items ({message}). Give the pair a new target.")
    if answer.status_code == 403:
        return PlaylistNotWritable(
            f"Spotify does not let this listener add to playlist {playlist_id} ({message}). "
            "The target must be a playlist of their own, or one they collaborate on."
        )
    if answer.status_code == 400 and re.search(r"\b(uris?|ids?)\b", message, re.IGNORECASE):
        return ItemRefused(message)
    return _refused(answer, f"to add to playlist {playlist_id}")


def _refused(answer: requests.Response, what: str) -> RequestRefused:
    message = str(error_body(answer).get("message") or "no reason given")[:200]
    return RequestRefused(f"Spotify refused {what}: {answer.status_code}, {message}.")


def _not_readable(playlist_id: str, name: str = "") -> str:
    if playlist_id.startswith("37i9dQ"):
        return f"Playlist {playlist_id} is made by Spotify. {DISCOVER_WEEKLY}"
    named = f"{playlist_id} ({name})" if name else playlist_id
    return (
        f"Spotify does not show this app the contents of playlist {named}: an app in development mode reads only "
        "playlists that its listener owns or collaborates on. Copy its songs into a playlist of your own."
    )
