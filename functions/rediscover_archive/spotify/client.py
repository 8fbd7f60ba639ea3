"""The Web API, as far as the workflow uses it: a playlist's head, its items, and adding to it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import requests

from rediscover_archive.errors import (
    ArchiveError,
    Contradiction,
    MalformedAnswer,
    PlaylistNotFound,
    PlaylistNotReadable,
    PremiumRequired,
    UserNotRegistered,
)
from rediscover_archive.spotify import refusals
from rediscover_archive.spotify.bodies import entries_of, id_of, is_snapshot, items_in, total_of
from rediscover_archive.spotify.http import Answer
from rediscover_archive.spotify.items import Item, entry_fields
from rediscover_archive.spotify.limits import MOST
from rediscover_archive.spotify.scopes import SCOPES
from rediscover_archive.spotify.sources import LIKED, RECENTLY_PLAYED
from rediscover_archive.spotify.transport import IF_IT_GOES_ON, Transport, json_of
from rediscover_archive.text import clean, counted

PAGE = 50
"""Most items of one page (Spotify, Get Playlist Items)."""

FIRST = 100
"""Most items in a playlist's head (seen)."""

MOST_PLAYLISTS = 11_000
"""About as many as Spotify lets one listener have."""

BATCH = 100
"""Most items of one add (Spotify, Add Items to Playlist)."""


@dataclass(frozen=True)
class Page:
    """Items from `offset` on, and the playlist's total when they were read.

    `goes_on` tells that Spotify names a next page. `unseen` is how many items its total counts here that no row shows.
    """

    offset: int
    total: int
    items: list[Item]
    goes_on: bool = False
    unseen: int = 0

    @property
    def counts(self) -> bool:
        """Whether `total` can be one: Spotify was seen to give a page's own length (spotifyplus#119)."""
        end = self.offset + len(self.items) + self.unseen
        return end < self.total or (end == self.total and not self.goes_on) or not self.items


@dataclass(frozen=True)
class Head:
    """What one request tells of a playlist. `first` holds its first items where they were asked for and given.

    `snapshot_id` is "" where Spotify gives none. `goes_on` tells that Spotify names a page after the first items.
    """

    playlist_id: str
    name: str
    owner: str
    owner_id: str
    collaborative: bool
    snapshot_id: str
    total: int
    first: list[Item]
    goes_on: bool = False


@dataclass(frozen=True)
class Listing:
    """A page of the listener's playlists. `total` counts all of them, `unseen` those that no page so far has shown."""

    playlists: list[dict[str, Any]]
    total: int
    unseen: int


@dataclass(frozen=True)
class Account:
    """Whose authorization it is. `account_id` never changes; it is None where Spotify leaves it out."""

    id: str
    account_id: str | None
    name: str

    @property
    def lasting_id(self) -> str:
        """What to know the account by."""
        return self.account_id or self.id


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

    def __init__(
        self, api_url: str, access_token: str, shown: Iterable[str] | None = None, *, careful: bool = False
    ) -> None:
        """`shown` are playlists that a run has read or made already; a refusal of one is a Contradiction, not final.

        Nothing is one where it is None. `careful` is as for Transport.
        """
        self._api_url = api_url
        self._auth = _Bearer(access_token)
        self._transport = Transport(careful=careful)
        self._shown = None if shown is None else set(shown)
        self.has_worked = bool(self._shown)

    @property
    def sent(self) -> int:
        """How many requests were sent, answered or not."""
        return self._transport.sent

    def me(self) -> Account:
        """`GET /me`."""
        body = self._ask("GET", "/me", what="your account", needs=SCOPES)
        id = clean(body.get("id"))
        if not id:
            raise MalformedAnswer(f"Spotify's answer while asking for your account has no id. {IF_IT_GOES_ON}")
        return Account(id, clean(body.get("account_id")) or None, clean(body.get("display_name")) or id)

    def head(self, playlist_id: str, media_fields: str = "") -> Head:
        """`GET /playlists/{id}`; with `media_fields` also the first items. Raises PlaylistNotReadable."""
        entries = f",next,items({entry_fields(media_fields)})" if media_fields else ""
        fields = f"snapshot_id,name,owner(id,display_name),collaborative,items(total{entries}),tracks(total{entries})"
        doing = f"reading playlist {playlist_id}"
        answer = self._get(f"/playlists/{playlist_id}", fields, {}, doing)
        if answer.status_code != 200:
            raise self._judged(refusals.of_reading(answer, playlist_id), playlist_id)
        body = json_of(answer, doing)
        content = body.get("items") or body.get("tracks")
        if not content:
            raise self._judged(PlaylistNotReadable(refusals.not_readable(playlist_id)), playlist_id)
        self._note(playlist_id)
        snapshot_id = body.get("snapshot_id")
        if not isinstance(content, dict):
            raise MalformedAnswer(f"Spotify's answer while {doing} has no items. {IF_IT_GOES_ON}")
        given = body.get("owner")
        owner = given if isinstance(given, dict) else {}
        return Head(
            playlist_id=playlist_id,
            name=clean(body.get("name")) or playlist_id,
            owner=clean(owner.get("display_name")) or clean(owner.get("id")),
            owner_id=clean(owner.get("id")),
            collaborative=body.get("collaborative") is True,
            # Without one the playlist is read each time, which costs requests; to stop would cost the archive.
            snapshot_id=snapshot_id if is_snapshot(snapshot_id) else "",
            total=total_of(content, doing),
            first=items_in(content, FIRST, doing) if content.get("items") is not None else [],
            goes_on=isinstance(content.get("next"), str),
        )

    def page(self, playlist_id: str, offset: int, media_fields: str, limit: int = PAGE) -> Page:
        """`GET /playlists/{id}/items` from `offset`, at most `limit` items. Raises PlaylistNotReadable."""
        doing = f"reading playlist {playlist_id} from item {offset}"
        window = {"limit": str(limit), "offset": str(offset)}
        fields = f"total,next,items({entry_fields(media_fields)})"
        answer = self._get(f"/playlists/{playlist_id}/items", fields, window, doing)
        if answer.status_code != 200:
            raise self._judged(refusals.of_reading(answer, playlist_id), playlist_id)
        body = json_of(answer, doing)
        self._note(playlist_id)
        return Page(offset, total_of(body, doing), items_in(body, limit, doing), isinstance(body.get("next"), str))

    def add(self, playlist_id: str, uris: list[str], position: int | None = None) -> str:
        """`POST /playlists/{id}/items`, before the item at `position` or at the end.

        Answers with the new snapshot_id, or "" where Spotify's answer has none. Sent once: after any TryAgain the
        items may be there or not. Raises PlaylistNotWritable, PlaylistFull and ItemRefused, after which none of them
        is there.
        """
        doing = f"adding {counted(len(uris), 'track')} to playlist {playlist_id}"
        url = f"{self._api_url}/playlists/{playlist_id}/items"
        body = {"uris": uris} if position is None else {"uris": uris, "position": position}
        answer = self._transport.send("POST", url, doing=doing, json=body, auth=self._auth)
        if answer.status_code in (200, 201):
            snapshot_id = json_of(answer, doing).get("snapshot_id")
            return snapshot_id if is_snapshot(snapshot_id) else ""
        raise self._judged(refusals.of_adding(answer, playlist_id), playlist_id)

    def remove(self, playlist_id: str, uris: list[str], snapshot_id: str = "") -> None:
        """`DELETE /playlists/{id}/items`: every place that one of the `uris`, at most BATCH, has in this version.

        It may be sent again: what is gone stays gone. Raises PlaylistNotWritable, after which all is as it was.
        """
        doing = f"removing {counted(len(uris), 'track')} from playlist {playlist_id}"
        url = f"{self._api_url}/playlists/{playlist_id}/items"
        version = {"snapshot_id": snapshot_id} if snapshot_id else {}
        body = {"items": [{"uri": uri} for uri in uris], **version}
        answer = self._transport.send("DELETE", url, doing=doing, json=body, auth=self._auth)
        if answer.status_code != 200:
            raise self._judged(refusals.of_removing(answer, playlist_id), playlist_id)

    def saved_tracks(self, offset: int, limit: int = PAGE) -> Page:
        """`GET /me/tracks` from `offset`, newest first, at most `limit` items."""
        what = "the liked songs"
        window = {"limit": str(limit), "offset": str(offset)}
        body = self._ask("GET", "/me/tracks", what=what, needs=[LIKED.scope], params=window)
        doing = f"asking for {what}"
        return Page(offset, total_of(body, doing), items_in(body, limit, doing), isinstance(body.get("next"), str))

    def recently_played(self, limit: int) -> list[Any]:
        """`GET /me/player/recently-played`: the latest plays as Spotify writes them, latest first."""
        what = "what was recently played"
        path, needs = "/me/player/recently-played", [RECENTLY_PLAYED.scope]
        body = self._ask("GET", path, what=what, needs=needs, params={"limit": str(limit)})
        return entries_of(body, MOST, f"asking for {what}")

    def own_playlists(self) -> Iterator[Listing]:
        """`GET /me/playlists`: those of the listener and those they follow, page by page.

        A place that Spotify shows empty is seen.
        """
        what, offset, seen, empty = "your playlists", 0, set(), 0
        while offset < MOST_PLAYLISTS:
            window = {"limit": str(PAGE), "offset": str(offset)}
            body = self._ask("GET", "/me/playlists", what=what, needs=SCOPES, params=window)
            entries, total = entries_of(body, PAGE, f"asking for {what}"), total_of(body, f"asking for {what}")
            playlists = [entry for entry in entries if isinstance(entry, dict)]
            seen |= {str(playlist.get("id")) for playlist in playlists}
            empty += len(entries) - len(playlists)
            yield Listing(playlists, total, max(0, total - len(seen) - empty))
            offset += len(entries) or PAGE  # a page may have fewer than were asked for
            if offset >= total:
                return

    def create_playlist(self, name: str, description: str) -> str:
        """`POST /me/playlists`: the id of a new playlist. Sent once: after any TryAgain there may be one or not.

        `public: false` is what is wanted, though Spotify was seen to ignore it (2026).
        """
        body = {"name": name, "public": False, "description": description}
        return id_of(self._ask("POST", "/me/playlists", what="a new playlist", needs=SCOPES, json=body))

    def _ask(self, method: str, path: str, *, what: str, needs: Sequence[str], **arguments: Any) -> dict[str, Any]:
        """The JSON object that answers a request about the listener; `what` is asked for, and needs the scopes."""
        doing = f"asking for {what}"
        answer = self._transport.send(method, self._api_url + path, doing=doing, auth=self._auth, **arguments)
        if answer.status_code in (200, 201):
            self.has_worked = True
            return json_of(answer, doing)
        error = refusals.common(answer, what, needs) or refusals.refused(answer, f"to give {what}")
        raise self._judged(error, "")

    def _note(self, playlist_id: str) -> None:
        self.has_worked = True
        if self._shown is not None:
            self._shown.add(playlist_id)

    def _judged(self, error: ArchiveError, playlist_id: str) -> ArchiveError:
        """What a refusal is after what was allowed before it."""
        if self._shown is None:
            return error
        if isinstance(error, PlaylistNotFound | PlaylistNotReadable) and playlist_id in self._shown:
            return Contradiction(error, was_shown=True)
        if isinstance(error, PremiumRequired | UserNotRegistered):
            return Contradiction(error, was_shown=self.has_worked)
        return error

    def _get(self, path: str, fields: str, window: dict[str, str], doing: str) -> Answer:
        query = {**window, "fields": fields, "additional_types": "track,episode"}
        return self._transport.send("GET", self._api_url + path, doing=doing, params=query, auth=self._auth)
