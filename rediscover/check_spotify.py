"""The doctor's look at the account and the two playlists: four requests, none of which writes."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rediscover.errors import MissingCredentials, UserError
from rediscover.findings import Finding, bad, good, unchecked
from rediscover.secret import Secret
from rediscover.spotify import (
    DASHBOARD,
    LIFETIME,
    Accounts,
    AuthorizationEnded,
    Grant,
    SpotifyRefused,
    WebApi,
    WrongClient,
)
from rediscover.tokens import refresh

SOON = 30
"""Days before the end of an authorization from which renewing it is advised."""

CAP, NEARLY_FULL = 10_000, 9_500
"""Items that a playlist can hold (functions/archive/limits.py has where that comes from), and nearly as many."""

SPOTIFY_MADE = "37i9dQ"
DISCOVER_WEEKLY = (
    "It is made by Spotify, like Discover Weekly, Release Radar and the mixes, and since November 2024 Spotify shows "
    "those to no app in development mode. What works: in the Spotify app, select its songs, add them to a playlist of "
    "your own, and give that one as the source."
)


@dataclass(frozen=True)
class Question:
    """What is to be checked. `account` fetches the credentials secret's value; `renew` is the command to renew it."""

    account: Callable[[], Mapping[str, str]]
    origin: str
    kept: Secret
    renew: str
    source: str | None
    target: str | None
    today: date


def check_spotify(question: Question, environment: Mapping[str, str]) -> Iterator[Finding]:
    """Findings from the credentials to the target; what needs an earlier one that failed is not checked."""
    try:
        account = question.account()
    except UserError as error:
        hint = f" Run `{question.renew}`." if isinstance(error, MissingCredentials) else ""
        yield bad("Credentials", str(error).partition("\n")[0] + hint)
        yield from _skipped("Accepted", "Scopes", "Authorization", "Account", "Source", "Target")
        return
    yield good("Credentials", f"from {question.origin}.")
    try:
        grant = refresh(Accounts(environment), account, question.kept)
    except UserError as error:
        yield bad("Accepted", f"{error}{_next_step(error, question.renew)}")
        yield unchecked("Scopes", "not checked.")
        yield _authorization(account, question)
        yield from _skipped("Account", "Source", "Target")
        return
    yield good("Accepted", "Spotify takes the client id, the secret and the refresh token.")
    yield _scopes(grant, question.renew)
    yield _authorization(account, question)
    yield from _playlists(WebApi(environment, grant.access_token), question)


def _next_step(error: UserError, renew: str) -> str:
    if isinstance(error, AuthorizationEnded):
        return f" Run `{renew}`."
    if isinstance(error, WrongClient):
        return f" Copy both again from {DASHBOARD}, set SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET, and run `{renew}`."
    return ""


def _scopes(grant: Grant, renew: str) -> Finding:
    if missing := grant.missing_scopes:
        return bad("Scopes", f"{', '.join(missing)} not granted. Run `{renew}` and agree to all.")
    return good("Scopes", "all that are needed.")


def _authorization(account: Mapping[str, str], question: Question) -> Finding:
    if "authorized_at" not in account:
        told = f"the day it was given is not known, so neither is its end. `{question.renew}` notes it."
        return unchecked("Authorization", told)
    try:
        given = date.fromisoformat(account["authorized_at"][:10])
    except ValueError:
        return bad("Authorization", f"authorized_at is not an ISO date such as 2026-11-22. Run `{question.renew}`.")
    end = given + LIFETIME
    left = (end - question.today).days
    if left <= 0:
        return bad("Authorization", f"given on {given}, ended on {end}. Run `{question.renew}`.")
    renewing = f" Renew it with `{question.renew}`." if left <= SOON else ""
    return good("Authorization", f"given on {given}, ends on {end}, in {left} day{'' if left == 1 else 's'}.{renewing}")


def _playlists(api: WebApi, question: Question) -> Iterator[Finding]:
    try:
        me = api.me()
    except UserError as error:
        yield bad("Account", f"{error}{_about_the_app(error, question.renew)}")
        yield from _skipped("Source", "Target")
        return
    listener = str(me.get("id") or "")
    yield good("Account", f"{me.get('display_name') or listener}.")
    yield _playlist(api, "Source", question, question.source, _source)
    yield _playlist(api, "Target", question, question.target, lambda found: _target(found, listener, question))


def _playlist(
    api: WebApi, name: str, question: Question, reference: str | None, judge: Callable[[dict[str, Any]], Finding]
) -> Finding:
    if reference is None:
        return unchecked(name, f"not given. Check one with --{name.lower()}.")
    playlist_id = _id(reference)
    if playlist_id is None:
        return bad(name, f"{reference} has no playlist's id in it. In the Spotify app: Share, Copy link to playlist.")
    try:
        found = api.playlist(playlist_id)
    except SpotifyRefused as error:
        if playlist_id.startswith(SPOTIFY_MADE) and error.status in (403, 404):
            return bad(name, f"{error} {DISCOVER_WEEKLY}")
        gone = " Check the link; was it deleted?" if error.status == 404 else ""
        return bad(name, f"{error}{gone}{_about_the_app(error, question.renew)}")
    except UserError as error:
        return bad(name, error)
    return judge({**found, "id": playlist_id, "name": found.get("name") or playlist_id})


def _source(found: Mapping[str, Any]) -> Finding:
    if _total(found) is not None:
        return good("Source", f"“{found['name']}” is readable, {_items(found)}.")
    if found["id"].startswith(SPOTIFY_MADE):
        return bad("Source", f"“{found['name']}” is not shown. {DISCOVER_WEEKLY}")
    return bad(
        "Source",
        f"Spotify does not show this app what is in “{found['name']}”: apps in development mode read only playlists "
        "that the listener owns or collaborates on. Copy its songs into a playlist of your own.",
    )


def _target(found: Mapping[str, Any], listener: str, question: Question) -> Finding:
    owner, name, total = found.get("owner") or {}, f"“{found['name']}”", _total(found)
    if question.source and _id(question.source) == found["id"]:
        return bad("Target", f"{name} is the source as well. Give another one.")
    if owner.get("id") != listener and not found.get("collaborative"):
        whose = owner.get("display_name") or owner.get("id")
        return bad("Target", f"{name} belongs to {whose}, so nothing can be added. Make a playlist of your own.")
    if total is None:
        return bad("Target", f"Spotify does not show this app what is in {name}. Make a playlist of your own.")
    if total >= CAP:
        return bad("Target", f"{name} is full, with {total:,} items. Make a new playlist and give that as the target.")
    soon = " It is nearly full; give a new one soon." if total >= NEARLY_FULL else ""
    return good("Target", f"{name} is yours to add to, {_items(found)} of at most {CAP:,}.{soon}")


def _id(reference: str) -> str | None:
    found = re.fullmatch(r"(?:.*\bplaylist[/:])?([0-9A-Za-z]{22})(?:[/?#].*)?", reference.strip())
    return found[1] if found else None


def _about_the_app(error: UserError, renew: str) -> str:
    """What to do about Spotify's refusals that concern the app or the authorization as a whole."""
    words = error.words.lower() if isinstance(error, SpotifyRefused) else ""
    if "premium" in words:
        return " Spotify asks the owner of an app in development mode to have Premium: renew it, or use another's app."
    if "not be registered" in words:
        return f" Add the listener's account under User Management of the app at {DASHBOARD}."
    return f" Run `{renew}` and agree to all." if "scope" in words else ""


def _total(found: Mapping[str, Any]) -> int | None:
    """How many items it holds; None where the app may not read them."""
    content = found.get("items") or found.get("tracks")
    total = content.get("total") if isinstance(content, dict) else None
    return total if isinstance(total, int) else None


def _items(found: Mapping[str, Any]) -> str:
    total = _total(found)
    return f"{total:,} item{'' if total == 1 else 's'}"


def _skipped(*names: str) -> Iterator[Finding]:
    return (unchecked(name, "not checked.") for name in names)
