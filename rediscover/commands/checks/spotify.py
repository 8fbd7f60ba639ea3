"""The doctor's look at the account, the sources and the target: a request for each, none of which writes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cache

from rediscover.commands.checks.findings import Finding, bad, good, unchecked
from rediscover.commands.checks.plays import check_plays
from rediscover.errors import EXPLAINED, MissingCredentials
from rediscover_archive.authorization.credentials import Credentials, Vault
from rediscover_archive.authorization.refreshing import refreshed
from rediscover_archive.authorization.reminder import SOON
from rediscover_archive.errors import AuthorizationExpired, InvalidCredentials, InvalidInput, MissingScope, WrongClient
from rediscover_archive.pairs.references import sources_of, target_id
from rediscover_archive.settings import accounts_url, api_url
from rediscover_archive.spotify.client import Account, Head, Spotify
from rediscover_archive.spotify.limits import CAP, NEARLY_FULL
from rediscover_archive.spotify.scopes import SCOPES
from rediscover_archive.spotify.sources import ARCHIVE, AT_SPOTIFY, RECENTLY_PLAYED, kind_of
from rediscover_archive.spotify.transport import Transport
from rediscover_archive.text import counted, quoted

Look = Callable[[str], Head]
"""What Spotify says of a playlist, by its id."""


@dataclass(frozen=True)
class Wanted:
    """A source and a target as they are given, to be read as a run reads them, or the name of a target that is made."""

    source: str | list[str] | None = None
    target: str | None = None
    made: str = ""

    @property
    def sources(self) -> list[str]:
        """Each of them in its one spelling. Raises InvalidInput."""
        return [] if self.source is None else sources_of(self.source, "--source")


@dataclass(frozen=True)
class Question:
    """What is to be checked. `credentials` fetches them; `authorize` is the command that renews them."""

    credentials: Callable[[], Credentials]
    origin: str
    vault: Vault
    authorize: str
    wanted: Sequence[Wanted]
    today: date

    @property
    def more(self) -> list[str]:
        """The sources that are no playlist, by kind, each of which needs a scope more."""
        kinds: set[str] = set()
        with suppress(InvalidInput):  # which is told where they are looked at
            sources = (source for one in self.wanted for source in one.sources)
            kinds = {kind.name for source in sources if (kind := kind_of(source))}
        return [name for name in AT_SPOTIFY if name in kinds]

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
    yield from _playlists(Spotify(api_url(environment), fresh.access.access_token), question, fresh.scopes)


def _next_step(error: Exception, question: Question) -> str:
    if isinstance(error, MissingCredentials | InvalidCredentials | AuthorizationExpired):
        return f" Run `{question.renew}`."
    if isinstance(error, WrongClient):
        return f" Set SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET to them, and run `{question.renew}`."
    return f" Run `{question.renew}` and agree to all." if isinstance(error, MissingScope) else ""


def _scopes(granted: frozenset[str], question: Question) -> Finding:
    needed = (*SCOPES, *(AT_SPOTIFY[name].scope for name in question.more))
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
    return good("Authorization", f"given on {given}, ends on {end}, in {counted(left, 'day')}.{renewing}")


def _playlists(spotify: Spotify, question: Question, granted: frozenset[str]) -> Iterator[Finding]:
    try:
        me = spotify.me()
    except EXPLAINED as error:
        yield bad("Account", f"{error}{_next_step(error, question)}")
        yield from _skipped("Source", "Target")
        return
    yield good("Account", f"{quoted(me.name)}.")
    head = cache(spotify.head)
    told: set[Finding] = set()
    for wanted in question.wanted:
        for finding in (*_sources(spotify, head, wanted, question, granted), _target(head, me, wanted, question)):
            if finding not in told:  # pairs may share a playlist
                told.add(finding)
                yield finding


def _sources(
    spotify: Spotify, head: Look, wanted: Wanted, question: Question, granted: frozenset[str]
) -> Iterator[Finding]:
    try:
        sources = wanted.sources
    except InvalidInput as error:
        yield bad("Source", error)
        return
    if not sources:
        yield unchecked("Source", "not given. Check one with --source.")
    for source in sources:
        yield _source(spotify, head, source, question, granted)


def _source(spotify: Spotify, head: Look, source: str, question: Question, granted: frozenset[str]) -> Finding:
    kind = kind_of(source)
    if kind is ARCHIVE:
        return unchecked("Source", f"{source} is what is kept, and takes no request to Spotify.")
    if kind and (kind is not RECENTLY_PLAYED or kind.scope not in granted):
        return unchecked("Source", f"{source} is not read here; its scope is checked above.")
    try:
        if kind:
            return check_plays(spotify, source)
        found = head(source)
    except EXPLAINED as error:
        return bad("Source", f"{error}{_next_step(error, question)}")
    return good("Source", f"{quoted(found.name)} is readable, {_items(found)}.")


def _target(head: Look, me: Account, wanted: Wanted, question: Question) -> Finding:
    if wanted.made:
        return unchecked("Target", f"{quoted(wanted.made)} is found, or made, by the run.")
    if wanted.target is None:
        return unchecked("Target", "not given. Check one with --target.")
    try:
        found = head(target_id(wanted.target, "--target"))
    except EXPLAINED as error:
        return bad("Target", f"{error}{_next_step(error, question)}")
    return _judged(found, me, wanted)


def _judged(found: Head, me: Account, wanted: Wanted) -> Finding:
    name = quoted(found.name)
    with suppress(InvalidInput):  # which is told of the source
        if found.playlist_id in wanted.sources:
            return bad("Target", f"{name} is the source as well. Give another one.")
    if found.total >= CAP:
        told = f"{name} is full, with {_items(found)}. Make a new playlist and give that as the target."
        return bad("Target", told)
    soon = " It is nearly full; give a new one soon." if found.total >= NEARLY_FULL else ""
    # Nothing says who was invited to a playlist; but only to its owner and those are its contents shown (`head`).
    whose = (
        "is yours"
        if found.owner_id == me.id
        else f"belongs to {quoted(found.owner)}, and as a collaborator it is yours"
    )
    return good("Target", f"{name} {whose} to add to, {_items(found)} of at most {CAP:,}.{soon}")


def _items(found: Head) -> str:
    return counted(found.total, "item")


def _skipped(*names: str) -> Iterator[Finding]:
    return (unchecked(name, "not checked.") for name in names)
