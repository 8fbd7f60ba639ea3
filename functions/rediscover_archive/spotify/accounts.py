"""Spotify's accounts service: the listener's consent, and tokens."""

import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard
from urllib.parse import urlencode

from rediscover_archive.errors import (
    ArchiveError,
    AuthorizationExpired,
    CodeRefused,
    MalformedAnswer,
    RedirectRefused,
    RequestRefused,
    WrongClient,
)
from rediscover_archive.spotify.scopes import SCOPES
from rediscover_archive.spotify.transport import IF_IT_GOES_ON, Transport, error_body, json_of
from rediscover_archive.text import is_plain, quoted

DASHBOARD = "https://developer.spotify.com/dashboard"

LONGEST_LIFETIME = 31_622_400
"""Most seconds that an access token is believed to last, a year; Spotify's last an hour."""


@dataclass(frozen=True, repr=False)
class Grant:
    """What the token endpoint gave. `refresh_token` is None where Spotify sent none; `expires_in` is in seconds."""

    access_token: str
    expires_in: int
    refresh_token: str | None
    scopes: frozenset[str]


def challenge_of(verifier: str) -> str:
    """What the page is given of a verifier, so that its code is of use only to who has that (RFC 7636, S256)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def consent_url(
    accounts_url: str,
    client_id: str,
    redirect_uri: str,
    state: str,
    scopes: Iterable[str],
    verifier: str,
    *,
    again: bool = True,
) -> str:
    """The page that asks the listener, also one who agreed before, or else sends that one back at once.

    Spotify documents the challenge for apps without a secret (Authorization Code with PKCE Flow), and takes it from
    those with one too (better-auth sends both).
    """
    asked = {
        "response_type": "code",
        "client_id": client_id,
        "scope": " ".join(scopes),
        "redirect_uri": redirect_uri,
        "state": state,
        "show_dialog": "true" if again else "false",
        "code_challenge_method": "S256",
        "code_challenge": challenge_of(verifier),
    }
    return f"{accounts_url}/authorize?{urlencode(asked)}"


def exchange_code(
    transport: Transport, accounts_url: str, client: tuple[str, str], code: str, redirect_uri: str, verifier: str
) -> Grant:
    """Tokens for an authorization code, which is good once and for ten minutes; `client` is the app's id and secret.

    Raises CodeRefused, RedirectRefused, and what `refresh` raises otherwise.
    """

    def refused(description: str) -> ArchiveError:
        if "redirect" in description.lower():
            return RedirectRefused(f"Spotify does not take the redirect URI. {how_to_register(redirect_uri)}")
        return CodeRefused(
            "Spotify no longer takes the answer of its page: it is good once, and for ten minutes. Begin again."
        )

    asked = {"code": code, "redirect_uri": redirect_uri, "code_verifier": verifier}
    form = {"grant_type": "authorization_code", **asked}
    return _token(transport, accounts_url, client, form, "exchanging the answer of Spotify's page", refused)


def refresh(transport: Transport, accounts_url: str, client_id: str, client_secret: str, refresh_token: str) -> Grant:
    """An access token for a refresh token (Spotify, Refreshing tokens).

    Raises AuthorizationExpired, WrongClient, RequestRefused, MalformedAnswer and what Transport.send raises.
    """

    def ended(_: str) -> ArchiveError:
        return AuthorizationExpired(
            "Spotify no longer accepts the refresh token: an authorization ends six months after it was given, or "
            "when the listener revokes it. Authorize again; nothing stored was changed."
        )

    form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return _token(transport, accounts_url, (client_id, client_secret), form, "refreshing the access token", ended)


def how_to_register(redirect_uri: str) -> str:
    """What the developer's dashboard must have."""
    return f"Add exactly {redirect_uri} to the Redirect URIs in the settings of the app at {DASHBOARD}."


def _token(
    transport: Transport,
    accounts_url: str,
    client: tuple[str, str],
    form: Mapping[str, str],
    doing: str,
    invalid_grant: Callable[[str], ArchiveError],
) -> Grant:
    answer = transport.send("POST", f"{accounts_url}/api/token", doing=doing, data=form, auth=client)
    if answer.status_code != 200:
        body = error_body(answer)
        error, description = str(body.get("error") or ""), str(body.get("error_description") or "")
        if error == "invalid_grant":
            raise invalid_grant(description)
        raise _refusal(answer.status_code, error, description, doing)
    body = json_of(answer, doing)
    access_token, expires_in = body.get("access_token"), body.get("expires_in", 3600)
    given, scope = body.get("refresh_token"), body.get("scope")
    if not _is_token(access_token) or not _is_lifetime(expires_in) or not (given is None or _is_token(given)):
        raise MalformedAnswer(f"Spotify's token answer has no access_token or expires_in. {IF_IT_GOES_ON}")
    return Grant(
        access_token=access_token,
        expires_in=expires_in,
        refresh_token=given,
        # An answer without a scope grants what was asked for (RFC 6749, 5.1).
        scopes=frozenset(scope.split() if isinstance(scope, str) else SCOPES),
    )


def _is_token(value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and is_plain(value)


def _is_lifetime(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LONGEST_LIFETIME


def _refusal(status: int, error: str, description: str, doing: str) -> ArchiveError:
    if error == "invalid_client":
        return WrongClient(
            f"Spotify does not accept the app's client id and client secret ({quoted(description or error)}). "
            f"Copy both again from {DASHBOARD}."
        )
    said = f" ({quoted(error)})" if error else ""
    return RequestRefused(f"Spotify's accounts service refused {doing}: {status}{said}.")
