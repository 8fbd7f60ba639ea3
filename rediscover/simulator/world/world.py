"""The state of the simulated Spotify, and what people do to it outside of the Web API."""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from rediscover.simulator.faults import Faults
from rediscover.simulator.traffic import Traffic
from rediscover.simulator.world import media
from rediscover.simulator.world.identities import SCOPES, Identities
from rediscover.simulator.world.ids import is_id, make_id
from rediscover.simulator.world.listening import Library
from rediscover.simulator.world.media import Media
from rediscover.simulator.world.playlists import Entries, Entry, Playlist
from rediscover.simulator.world.settings import Settings
from rediscover.simulator.world.shapes import timestamp

Item = Media | str | None
"""What a playlist can be filled with: an object of `media`, the URI of a known one, or a lost one."""


class World:
    """Everything the simulated Spotify knows. Its methods may be called from any thread."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.identities = Identities()
        self.faults = Faults()
        self.traffic = Traffic()
        self.reset()

    def reset(self) -> None:
        """Back to one app, one listener who has authorised it, and nothing else."""
        with self.lock:
            self.settings = Settings()
            self.faults.clear()
            self.traffic.forget()
            self.identities.reset(self.clock())
            self.catalogue: dict[str, Media] = {}
            self.playlists: dict[str, Playlist] = {}
            self.followed: list[str] = []
            self.library = Library()
            self.shown: dict[tuple[str, str], Media | None] = {}
            self.hidden: set[tuple[str, str]] = set()

    # The account

    @property
    def credentials(self) -> dict[str, str]:
        """What `rediscover authorize` stores as the credentials secret, for the latest authorisation."""
        with self.lock:
            app, grant = self.identities.app, self.identities.current
            return {
                "spotify_client_id": app.client_id,
                "spotify_client_secret": app.client_secret,
                "refresh_token": grant.refresh_token,
                "authorized_at": grant.authorized_at.date().isoformat(),
                "account_id": self.identities.users[grant.user_id].account_id,
                "scope": " ".join(sorted(grant.scopes)),
            }

    def secrets(self) -> set[str]:
        """Every client secret, token and authorization code ever issued, before a reset too; also as HTTP Basic."""
        with self.lock:
            return set(self.identities.issued)

    def authorize(
        self, scopes: Sequence[str] = SCOPES, authorized_at: float | None = None, user: str | None = None
    ) -> dict[str, str]:
        """A user (the listener) consents anew, now or at a Unix time; returns the new credentials."""
        with self.lock:
            when = self.clock() if authorized_at is None else authorized_at
            self.identities.authorize(user or self.identities.listener, scopes, when)
            return self.credentials

    def register(self, *redirect_uris: str) -> None:
        """The developer's dashboard: where the app may have consents sent. A loopback URI may leave its port open."""
        with self.lock:
            self.identities.app = replace(self.identities.app, redirect_uris=redirect_uris)

    def revoke_authorization(self) -> None:
        """The listener takes the latest consent back."""
        with self.lock:
            self.identities.current.revoked = True

    def expire_authorization(self) -> None:
        """The latest consent is more than six months ago."""
        with self.lock:
            self.identities.expire_current(self.clock())

    def expire_access_tokens(self) -> None:
        """Every access token's time is over."""
        with self.lock:
            self.identities.expire_access_tokens(self.clock())

    def create_user(self, id: str, display_name: str | None = None) -> str:
        """Add an account besides the listener's; returns its id."""
        with self.lock:
            return self.identities.add_user(id, display_name or id).id

    # The catalogue

    def track(self, name: str, artists: Sequence[str] = ("The Simulated",), **details: Any) -> Media:
        """A track that can be added; `details` as of `media.track`."""
        return self._publish(media.track(name, artists, **details))

    def tracks(self, count: int, prefix: str = "Track") -> list[Media]:
        """`count` tracks with different names."""
        return [self.track(f"{prefix} {number}") for number in range(1, count + 1)]

    def episode(self, name: str, show: str = "A Simulated Podcast", **details: Any) -> Media:
        """An episode that can be added; `details` as of `media.episode`."""
        return self._publish(media.episode(name, show, **details))

    def withdraw(self, uri: str) -> None:
        """Let the catalogue forget a URI: adding it fails, playlists that hold it keep it."""
        with self.lock:
            del self.catalogue[uri]

    def show_as(self, place: str, uri: str, item: Media | None) -> None:
        """Let readers of a playlist see something else for `uri`: a relinked track, or None for no media."""
        with self.lock:
            self.shown[place, uri] = item

    def hide(self, place: str, uri: str) -> None:
        """Let the total of a playlist, or of `liked`, count `uri`, while no page shows a row for it."""
        with self.lock:
            self.hidden.add((place, uri))

    def _publish(self, item: Media) -> Media:
        with self.lock:
            self.catalogue[item["uri"]] = item
        return item

    # Playlists, as their users edit them in Spotify's app

    def create_playlist(
        self,
        name: str,
        items: Iterable[Item] = (),
        *,
        owner: str | None = None,
        collaborative: bool = False,
        public: bool = False,
        description: str = "",
        id: str | None = None,
    ) -> str:
        """A new playlist of the listener or of `owner`; returns its id.

        Everybody is a collaborator of a collaborative one.
        """
        with self.lock:
            owner = owner or self.identities.listener
            if owner not in self.identities.users:
                self.create_user(owner)
            playlist_id = id or make_id("playlist", name, str(len(self.playlists)))
            if not is_id(playlist_id) or playlist_id in self.playlists:
                raise ValueError(f"no new playlist can have the id {playlist_id!r}")
            playlist = Playlist(playlist_id, name, owner, collaborative, public, description)
            playlist.edit(self.entries(items, owner), self.clock())
            self.playlists[playlist_id] = playlist
            return playlist_id

    def invite(self, playlist_id: str) -> None:
        """The owner makes the listener a collaborator; `collaborative` stays false, as Spotify was seen to show it."""
        with self.lock:
            self.playlists[playlist_id].invited.add(self.identities.listener)

    def follow(self, playlist_id: str) -> None:
        """The listener saves somebody else's playlist to the library."""
        with self.lock:
            self.followed.append(playlist_id)

    def replace(self, playlist_id: str, items: Iterable[Item]) -> None:
        """Set a playlist's whole content, as Spotify does with Discover Weekly on Mondays."""
        with self.lock:
            self._edit(playlist_id, self.entries(items, self.playlists[playlist_id].owner))

    def add(self, playlist_id: str, items: Iterable[Item], position: int | None = None) -> None:
        """Insert items before `position`, or at the end."""
        with self.lock:
            old = self._entries(playlist_id)
            at = len(old) if position is None else position
            added = self.entries(items, self.playlists[playlist_id].owner)
            self._edit(playlist_id, old[:at] + added + old[at:])

    def remove(self, playlist_id: str, uris: Iterable[str]) -> None:
        """Remove every occurrence of the URIs."""
        with self.lock:
            unwanted = set(uris)
            kept = tuple(entry for entry in self._entries(playlist_id) if entry.uri not in unwanted)
            self._edit(playlist_id, kept)

    def reorder(self, playlist_id: str, start: int, before: int, length: int = 1) -> None:
        """Move `length` items from `start` to before the item that is now at `before`."""
        with self.lock:
            old = self._entries(playlist_id)
            moved = old[start : start + length]
            if before > start:
                new = old[:start] + old[start + length : before] + moved + old[before:]
            else:
                new = old[:before] + moved + old[before:start] + old[start + length :]
            self._edit(playlist_id, new)

    def rename(self, playlist_id: str, name: str) -> None:
        """Give a playlist another name, which changes its snapshot id as well."""
        with self.lock:
            self.playlists[playlist_id].name = name
            self.playlists[playlist_id].touch(self.clock())

    def uris(self, playlist_id: str) -> list[str | None]:
        """What a playlist holds, whatever readers of the Web API see yet; None for a lost item."""
        with self.lock:
            return [entry.uri for entry in self._entries(playlist_id)]

    def snapshot_id(self, playlist_id: str) -> str:
        """The newest snapshot id, whatever readers of the Web API see yet."""
        with self.lock:
            return self.playlists[playlist_id].snapshot.latest

    def entries(self, items: Iterable[Item], added_by: str) -> Entries:
        """Playlist entries, added now; KeyError for a URI that the catalogue does not know."""
        with self.lock:
            now = timestamp(self.clock())
            return tuple(Entry(None if item is None else self._media(item), now, added_by) for item in items)

    # What the listener likes and plays

    def save(self, tracks: Iterable[Media | str]) -> None:
        """The listener saves tracks one after the other; one that was saved before moves to the top."""
        with self.lock:
            for track in tracks:
                self.library.save(self._media(track), self.clock())

    def unsave(self, uris: Iterable[str]) -> None:
        """The listener takes tracks out of the saved ones; KeyError for one that is not among them."""
        with self.lock:
            for uri in uris:
                self.library.unsave(uri)

    def play(self, item: Media | str, context: str | None = None, at: float | None = None) -> None:
        """The listener hears something to its end, at a Unix time or now, from a playlist, an album or an artist.

        Spotify spells these in more than one way (web-api#966), so `context` may be any text.

        An episode leaves no trace in the play history.
        """
        with self.lock:
            heard = self._media(item)
            if heard["type"] == "track":
                self.library.play(heard, context, self.clock() if at is None else at)

    def _media(self, item: Media | str) -> Media:
        return self.catalogue[item] if isinstance(item, str) else item

    def _entries(self, playlist_id: str) -> Entries:
        return self.playlists[playlist_id].entries.latest

    def _edit(self, playlist_id: str, entries: Entries) -> None:
        self.playlists[playlist_id].edit(entries, self.clock())
