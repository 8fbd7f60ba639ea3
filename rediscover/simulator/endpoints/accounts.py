"""Spotify's accounts service: `POST /api/token`, its answers and its errors.

Error bodies as seen on the real service until November 2026; clients should rely on `error` alone,
the descriptions vary.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping

from rediscover.simulator.answers import Refusal, Response, accounts_error
from rediscover.simulator.world.identities import Grant
from rediscover.simulator.world.world import World


def token(world: World, form: Mapping[str, str], authorization: str | None) -> Response:
    """Answer a token request. Client credentials come as HTTP Basic or in the form."""
    try:
        _check_client(world, form, authorization)
        match form.get("grant_type"):
            case "authorization_code":
                grant = _redeem(world, form)
                return _grant_access(world, grant, grant.refresh_token)
            case "refresh_token":
                grant = _find_grant(world, form.get("refresh_token"))
                return _grant_access(world, grant, _replacement(world, grant))
            case other:
                raise _refuse("unsupported_grant_type", f"grant_type {other or ''} is not supported")
    except Refusal as refusal:
        return refusal.answer


def _check_client(world: World, form: Mapping[str, str], authorization: str | None) -> None:
    if authorization is not None:
        client_id, secret = _basic(authorization)
    elif "client_id" in form:
        client_id, secret = form["client_id"], form.get("client_secret", "")
    else:
        raise Refusal(accounts_error("invalid_client"))
    if client_id != world.identities.app.client_id:
        raise _refuse("invalid_client", "Invalid client")
    if secret != world.identities.app.client_secret:
        raise _refuse("invalid_client", "Invalid client secret")


def _basic(authorization: str) -> tuple[str, str]:
    scheme, _, encoded = authorization.partition(" ")
    try:
        client_id, colon, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        colon = ""
    if scheme.lower() != "basic" or not colon:
        raise Refusal(accounts_error("invalid_client"))
    return client_id, secret


def _redeem(world: World, form: Mapping[str, str]) -> Grant:
    """A new consent for an authorization code, which is used up."""
    for needed in ("code", "redirect_uri"):
        if not form.get(needed):
            raise _refuse("invalid_request", f"{needed} must be supplied")
    code = world.identities.codes.get(form["code"])
    if code is None:
        raise _refuse("invalid_grant", "Invalid authorization code")
    if form["redirect_uri"] != code.redirect_uri:
        raise _refuse("invalid_grant", "Invalid redirect URI")
    if code.challenge is not None:
        _check_verifier(form.get("code_verifier"), code.challenge)
    del world.identities.codes[form["code"]]
    if code.expires_at <= world.clock():
        raise _refuse("invalid_grant", "Authorization code expired")
    return world.identities.authorize(code.user_id, code.scopes, world.clock())


def _check_verifier(verifier: str | None, challenge: str) -> None:
    """PKCE's S256 (RFC 7636, 4.6), which Spotify checks where the page was given a challenge."""
    if not verifier:
        raise _refuse("invalid_request", "code_verifier must be supplied")
    digest = hashlib.sha256(verifier.encode()).digest()
    if base64.urlsafe_b64encode(digest).decode().rstrip("=") != challenge:
        raise _refuse("invalid_grant", "code_verifier was incorrect")


def _find_grant(world: World, refresh_token: str | None) -> Grant:
    if not refresh_token:
        raise _refuse("invalid_request", "refresh_token must be supplied")
    grant = world.identities.grants.get(refresh_token)
    if grant is None:
        raise _refuse("invalid_grant", "Invalid refresh token")
    if grant.revoked:
        raise _refuse("invalid_grant", "Refresh token revoked")
    if grant.expired(world.clock()):
        raise _refuse("invalid_grant", "Refresh token expired")
    return grant


def _replacement(world: World, grant: Grant) -> str | None:
    if not world.settings.rotate_refresh_token:
        return None
    world.identities.rotate(grant)
    return grant.refresh_token


def _grant_access(world: World, grant: Grant, refresh_token: str | None) -> Response:
    seconds = world.settings.access_token_seconds
    body = {
        "access_token": world.identities.issue_access_token(grant, world.clock() + seconds),
        "token_type": "Bearer",
        "expires_in": seconds,
        "scope": " ".join(grant.scopes),
    }
    if refresh_token:
        body["refresh_token"] = refresh_token
    return Response(200, body)


def _refuse(error: str, description: str) -> Refusal:
    return Refusal(accounts_error(error, description))
