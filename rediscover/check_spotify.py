"""The doctor's look at the account and the two playlists: four requests, none of which writes."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from archive.accounts import MORE_SCOPES, SCOPES
from archive.errors import AuthorizationExpired, InvalidCredentials, InvalidInput, MissingScope, WrongClient
from archive.limits import CAP, NEARLY_FULL
from archive.references import playlist_id, source_id
from archive.refreshing import refreshed
from archive.settings import accounts_url, api_url
from archive.spotify import Account, Head, Spotify
from archive.text import quoted
from archive.transport import Transport
from archive.vault import Credentials, Vault
from rediscover.errors import EXPLAINED, MissingCredentials
from rediscover.findings import Finding, bad, good, unchecked

SOON = 30
"""Days before the end of an authorization from which renewing it is advised."""


@dataclass(frozen=True)
class Question:
    """What is to be checked. `credentials` fetches them; `authorize` is the command that renews them.

    `source` may be several, with commas between.
    """

    credentials: Callable[[], Credentials]
    origin: str
    vault: Vault
    authorize: str
    source: str | None
    target: str | None
    today: date

    @property
    def sources(self) -> list[str]:
        """Each of them."""
        return [one.strip() for one in self.source.split(",")] if self.source else []

    @property
    def more(self) -> list[str]:
        """The sources that are no playlist, by kind, each of which needs a scope more."""
        kinds = {_kind(source) for source in self.sources}
        return [kind for kind in MORE_SCOPES if kind in kinds]

    @property
    def renew(self) -> str:
        """The command that renews them with all that the sources need."""
        return self.authorize + "".join(f" --with {kind}" for kind in self.more)


def check_spotify(question: Question, environment: Mapping[str, str]) -> Iterator[Finding]:
    """Findings from the credentials to the target; what needs an earlier one that failed is not checked."""
    try:
        credentials = question.credentials()
    except EXPLAINED as error:
        yield bad("Credentials", str(error).partition("\n")[0] + _next_step(error, question))
        yield from _skipped("Accepted", "Scopes", "Authorization", "Account", "Source", "Target")
        return
    yield good("Credentials", f"from {question.origin}.")
    try:
        fresh = refreshed(Transport(), accounts_url(environment), credentials, question.vault)
        if fresh.replaced:
            question.vault.store(fresh.access, fresh.refresh_token, credentials)
    except EXPLAINED as error:
        yield bad("Accepted", f"{error}{_next_step(error, question)}")
        yield unchecked("Scopes", "not checked.")
        yield _authorization(credentials, question)
        yield from _skipped("Account", "Source", "Target")
        return
    yield good("Accepted", "Spotify takes the client id, the secret and the refresh token.")
    yield _scopes(fresh.scopes, question)
    yield _authorization(credentials, question)
    yield from _playlists(Spotify(api_url(environment), fresh.access.access_token), question)


def _next_step(error: Exception, question: Question) -> str:
    if isinstance(error, MissingCredentials | InvalidCredentials | AuthorizationExpired):
        return f" Run `{question.renew}`."
    if isinstance(error, WrongClient):
        return f" Set SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET to them, and run `{question.renew}`."
    return f" Run `{question.renew}` and agree to all." if isinstance(error, MissingScope) else ""


def _scopes(granted: frozenset[str], question: Question) -> Finding:
    needed = (*SCOPES, *(MORE_SCOPES[kind] for kind in question.more))
    if missing := [scope for scope in needed if scope not in granted]:
        return bad("Scopes", f"{', '.join(missing)} not granted. Run `{question.renew}` and agree to all.")
    return good("Scopes", "all that are needed.")


def _authorization(credentials: Credentials, question: Question) -> Finding:
    given, end = credentials.authorized_at, credentials.reauthorize_by
    if given is None or end is None:
        told = f"the day it was given is not known, so neither is its end. `{question.renew}` notes it."
        return unchecked("Authorization", told)
    left = (end - question.today).days
    if left <= 0:
        return bad("Authorization", f"given on {given}, ended on {end}. Run `{question.renew}`.")
    renewing = f" Renew it with `{question.renew}`." if left <= SOON else ""
    return good("Authorization", f"given on {given}, ends on {end}, in {left} day{'' if left == 1 else 's'}.{renewing}")


def _playlists(spotify: Spotify, question: Question) -> Iterator[Finding]:
    try:
        me = spotify.me()
    except EXPLAINED as error:
        yield bad("Account", f"{error}{_next_step(error, question)}")
        yield from _skipped("Source", "Target")
        return
    yield good("Account", f"{quoted(me.name)}.")
    if not question.sources:
        yield unchecked("Source", "not given. Check one with --source.")
    for source in question.sources:
        yield _source(spotify, source, question)
    yield _target(spotify, me, question)


def _source(spotify: Spotify, source: str, question: Question) -> Finding:
    try:
        wanted = source_id(source, "--source")
        if _kind(source) in MORE_SCOPES:
            return unchecked("Source", f"{wanted} is not read here; its scope is checked above.")
        found = spotify.head(wanted)
    except EXPLAINED as error:
        return bad("Source", f"{error}{_next_step(error, question)}")
    return good("Source", f"{quoted(found.name)} is readable, {_items(found)}.")


def _target(spotify: Spotify, me: Account, question: Question) -> Finding:
    if question.target is None:
        return unchecked("Target", "not given. Check one with --target.")
    try:
        found = spotify.head(playlist_id(question.target, "--target"))
    except EXPLAINED as error:
        return bad("Target", f"{error}{_next_step(error, question)}")
    return _judged(found, me, question)


def _judged(found: Head, me: Account, question: Question) -> Finding:
    name = quoted(found.name)
    if any(_is(source, found) for source in question.sources):
        return bad("Target", f"{name} is the source as well. Give another one.")
    if found.owner_id != me.id and not found.collaborative:
        return bad(
            "Target", f"{name} belongs to {quoted(found.owner)}, so nothing can be added. Make a playlist of your own."
        )
    if found.total >= CAP:
        told = f"{name} is full, with {found.total:,} items. Make a new playlist and give that as the target."
        return bad("Target", told)
    soon = " It is nearly full; give a new one soon." if found.total >= NEARLY_FULL else ""
    return good("Target", f"{name} is yours to add to, {_items(found)} of at most {CAP:,}.{soon}")


def _kind(source: str) -> str:
    return source.partition(":")[0]


def _is(source: str, found: Head) -> bool:
    with suppress(InvalidInput):
        return source_id(source, "--source") == found.playlist_id
    return False


def _items(found: Head) -> str:
    return f"{found.total:,} item{'' if found.total == 1 else 's'}"


def _skipped(*names: str) -> Iterator[Finding]:
    return (unchecked(name, "not checked.") for name in names)
