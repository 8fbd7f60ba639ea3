"""Spotify's accounts service: an access token for the refresh token."""

from dataclasses import dataclass

from archive.errors import (
    ArchiveError,
    AuthorizationExpired,
    MalformedAnswer,
    RequestRefused,
    WrongClient,
)
from archive.transport import Transport, error_body, json_of


@dataclass(frozen=True)
class Grant:
    """What the token endpoint gave. `refresh_token` is None unless Spotify replaced it."""

    access_token: str
    expires_in: int
    refresh_token: str | None


def refresh(transport: Transport, accounts_url: str, client_id: str, client_secret: str, refresh_token: str) -> Grant:
    """`POST /api/token` with grant_type=refresh_token (Spotify, Refreshing tokens).

    Raises AuthorizationExpired, WrongClient, RequestRefused, MalformedAnswer and what Transport.send raises.
    """
    doing = "refreshing the access token"
    answer = transport.send(
        "POST",
        f"{accounts_url}/api/token",
        doing=doing,
        data={"grant_type": "refresh_token", "refresh_token": refresh_token},
        auth=(client_id, client_secret),
    )
    if answer.status_code != 200:
        body = error_body(answer)
        raise _refusal(answer.status_code, str(body.get("error") or ""), str(body.get("error_description") or ""))
    body = json_of(answer, doing)
    access_token, expires_in = body.get("access_token"), body.get("expires_in", 3600)
    if not isinstance(access_token, str) or not access_token or not isinstance(expires_in, int):
        raise MalformedAnswer("Spotify's token answer has no access_token or expires_in. It is tried again.")
    replaced = body.get("refresh_token")
    return Grant(access_token, expires_in, replaced if isinstance(replaced, str) and replaced else None)


def _refusal(status: int, error: str, description: str) -> ArchiveError:
    if error == "invalid_grant":
        return AuthorizationExpired(
            "Spotify no longer accepts the refresh token: an authorization ends six months after it was given, or "
            "when the listener revokes it. Authorize again and store the new refresh token; nothing stored was changed."
        )
    if error == "invalid_client":
        return WrongClient(
            f"Spotify does not accept the app's client id and client secret ({description or error}). "
            "Copy both again from https://developer.spotify.com/dashboard."
        )
    said = f" ({error})" if error.isidentifier() else ""
    return RequestRefused(f"Spotify's accounts service refused to refresh the access token: {status}{said}.")
