"""What the command line itself asks Spotify: consent, tokens, and a look at the account and its playlists."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import requests
from dateutil.relativedelta import relativedelta

from rediscover.errors import UserError
from rediscover.words import clean

SCOPES = (
    "playlist-read-private",
    "playlist-read-collaborative",
    "playlist-modify-public",
    "playlist-modify-private",
)
"""All that reading the source and adding to the target needs (Spotify, Get Playlist Items, Add Items to Playlist)."""

LIFETIME = relativedelta(months=6)
"""How long Spotify's authorizations last; refreshing does not extend them (Spotify, Refreshing tokens)."""

DASHBOARD = "https://developer.spotify.com/dashboard"
TIMEOUT = (5, 20)
"""Seconds to connect, and to wait for the next bytes of an answer."""


class SpotifyUnavailable(UserError):
    """No answer, 5xx, or an answer that is not what Spotify documents."""


class SpotifyLimited(UserError):
    """429: too many requests, or the developer account's quota is used up."""


class WrongClient(UserError):
    """Spotify does not know the client id, or the secret is not its own."""


class CodeRefused(UserError):
    """The authorization code is used, too old, or was made up."""


class RedirectRefused(UserError):
    """The redirect URI is not the one that the code was made for."""


class AuthorizationEnded(UserError):
    """The refresh token expired after six months, was revoked, or was never one."""


class SpotifyRefused(UserError):
    """Any other refusal. Attributes: `status`, and `words`, Spotify's own."""

    def __init__(self, message: str, status: int, words: str) -> None:
        super().__init__(message)
        self.status = status
        self.words = words


@dataclass(frozen=True, repr=False)
class Client:
    """The app's id and secret."""

    id: str
    secret: str


@dataclass(frozen=True, repr=False)
class Grant:
    """What the token endpoint gave. `refresh_token` is None where Spotify sent none; `expires_in` is in seconds."""

    access_token: str
    expires_in: int
    refresh_token: str | None
    scopes: frozenset[str]

    @property
    def missing_scopes(self) -> list[str]:
        """Those of SCOPES that the listener did not agree to."""
        return [scope for scope in SCOPES if scope not in self.scopes]


class Accounts:
    """The accounts service, at SPOTIFY_ACCOUNTS_URL where the environment names one.

    Methods that ask it raise WrongClient, SpotifyUnavailable, SpotifyLimited and SpotifyRefused.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._url = (environment.get("SPOTIFY_ACCOUNTS_URL") or "https://accounts.spotify.com").rstrip("/")

    def consent_url(self, client_id: str, redirect_uri: str, state: str) -> str:
        """The page that asks the listener, even one who agreed before (Spotify, Authorization Code Flow)."""
        asked = {
            "response_type": "code",
            "client_id": client_id,
            "scope": " ".join(SCOPES),
            "redirect_uri": redirect_uri,
            "state": state,
            "show_dialog": "true",
        }
        return f"{self._url}/authorize?{urlencode(asked)}"

    def exchange(self, client: Client, code: str, redirect_uri: str) -> Grant:
        """Tokens for an authorization code, good once and for ten minutes. Raises CodeRefused, RedirectRefused."""

        def refused(description: str) -> UserError:
            if "redirect" in description.lower():
                return RedirectRefused(f"Spotify does not take the redirect URI. {how_to_register(redirect_uri)}")
            return CodeRefused(
                "Spotify no longer takes the answer of its page: it is good once, and for ten minutes. "
                "Run `rediscover authorize` again."
            )

        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        return self._token(client, form, refused)

    def refresh(self, client: Client, refresh_token: str) -> Grant:
        """A new access token. Raises AuthorizationEnded."""

        def ended(description: str) -> UserError:
            said = f" (“{clean(description)}”)" if description else ""
            return AuthorizationEnded(
                f"Spotify no longer accepts the refresh token{said}: an authorization ends after six months, or when "
                "it is revoked."
            )

        return self._token(client, {"grant_type": "refresh_token", "refresh_token": refresh_token}, ended)

    def _token(self, client: Client, form: Mapping[str, str], invalid_grant: Callable[[str], UserError]) -> Grant:
        answer = _send("POST", f"{self._url}/api/token", data=form, auth=(client.id, client.secret))
        body = _json(answer)
        if answer.status_code == 200:
            return _grant(body)
        error, description = str(body.get("error") or ""), str(body.get("error_description") or "")
        if error == "invalid_grant":
            raise invalid_grant(description)
        if error == "invalid_client":
            raise WrongClient(f"Spotify does not accept the client id and secret ({clean(description or error)}).")
        raise _refused(answer.status_code, description or error)


class WebApi:
    """The Web API, at SPOTIFY_API_URL where the environment names one, with one access token.

    Its methods raise SpotifyUnavailable, SpotifyLimited and SpotifyRefused.
    """

    def __init__(self, environment: Mapping[str, str], access_token: str) -> None:
        self._url = (environment.get("SPOTIFY_API_URL") or "https://api.spotify.com/v1").rstrip("/")
        self._access_token = access_token

    def me(self) -> dict[str, Any]:
        """`GET /me`: the listener's id and display_name."""
        return self._get("/me", {})

    def playlist(self, playlist_id: str) -> dict[str, Any]:
        """`GET /playlists/{id}`: name, owner, collaborative, public; `items` with `total` if the app may read it."""
        fields = "name,owner(id,display_name),collaborative,public,items(total),tracks(total)"
        return self._get(f"/playlists/{playlist_id}", {"fields": fields})

    def _get(self, path: str, query: Mapping[str, str]) -> dict[str, Any]:
        answer = _send("GET", self._url + path, params=query, auth=self._bearer)
        body = _json(answer)
        if answer.status_code == 200:
            return body
        error = body.get("error")
        raise _refused(answer.status_code, str(error.get("message") or "") if isinstance(error, dict) else "")

    def _bearer(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        # Not in `headers`, where a .netrc would replace it.
        request.headers["Authorization"] = f"Bearer {self._access_token}"
        return request


def how_to_register(redirect_uri: str) -> str:
    """What the developer's dashboard must have."""
    return f"Add exactly {redirect_uri} to the Redirect URIs in the settings of the app at {DASHBOARD}."


def _send(method: str, url: str, **arguments: Any) -> requests.Response:
    try:
        answer = requests.request(method, url, timeout=TIMEOUT, allow_redirects=False, **arguments)
    except requests.RequestException as error:
        raise SpotifyUnavailable(f"Spotify did not answer ({type(error).__name__}). Try again in a while.") from None
    if answer.status_code >= 500:
        raise SpotifyUnavailable(f"Spotify answered {answer.status_code}. Try again in a while.")
    if answer.status_code == 429:
        seconds = answer.headers.get("Retry-After", "")
        until = f"in {seconds} s" if seconds.isdecimal() else "later"
        raise SpotifyLimited(f"Too many requests to Spotify. Try again {until}.")
    return answer


def _json(answer: requests.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        body = None
    if isinstance(body, dict):
        return body
    if answer.status_code == 200:
        raise SpotifyUnavailable("Spotify's answer is not a JSON object. Try again in a while.")
    return {}


def _grant(body: Mapping[str, Any]) -> Grant:
    access_token, refresh_token = body.get("access_token"), body.get("refresh_token")
    if not isinstance(access_token, str) or not access_token:
        raise SpotifyUnavailable("Spotify's answer has no access token. Try again in a while.")
    scope = body.get("scope")
    return Grant(
        access_token=access_token,
        expires_in=int(body.get("expires_in") or 3600),
        refresh_token=refresh_token if isinstance(refresh_token, str) and refresh_token else None,
        # An answer without a scope grants what was asked for (RFC 6749, 5.1).
        scopes=frozenset(scope.split()) if isinstance(scope, str) else frozenset(SCOPES),
    )


def _refused(status: int, words: str) -> SpotifyRefused:
    said = f"“{clean(words)}”" if words else "no reason given"
    return SpotifyRefused(f"Spotify refused ({status}): {said}.", status, words)
