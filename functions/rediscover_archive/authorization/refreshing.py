"""A new access token, for the refresh token in use: the stored one, or what Spotify has replaced it by since.

Whoever refreshes, a run or the command line beside it, goes on from what the other has kept in the vault.
"""

import time
from dataclasses import dataclass

from rediscover_archive.authorization.credentials import AccessToken, Credentials, Vault
from rediscover_archive.errors import AuthorizationExpired
from rediscover_archive.spotify.accounts import refresh
from rediscover_archive.spotify.transport import Transport

STORED_WITHIN = 3.0
"""Seconds in which whoever else refreshes has stored what Spotify gave it."""


@dataclass(frozen=True, repr=False)
class Refreshed:
    """A new access token and what it covers, and the refresh token in use now, which Spotify may have `replaced`."""

    access: AccessToken
    refresh_token: str
    scopes: frozenset[str]
    replaced: bool


def refreshed(transport: Transport, accounts_url: str, credentials: Credentials, vault: Vault) -> Refreshed:
    """Refresh; a dead token in the vault does not hide a newer one there, nor a stored one that lives.

    Where Spotify replaces refresh tokens, one that was just refused may be the one that another has this moment
    replaced: what that one stores is waited for. Raises what accounts.refresh raises. Stores nothing.
    """
    in_use = vault.refresh_token_of(credentials)
    try:
        return _exchanged(transport, accounts_url, credentials, in_use)
    except AuthorizationExpired:
        if in_use != credentials.refresh_token:
            time.sleep(STORED_WITHIN)
        for other in (vault.refresh_token_of(credentials), credentials.refresh_token):
            if other != in_use:
                return _exchanged(transport, accounts_url, credentials, other)
        raise


def _exchanged(transport: Transport, accounts_url: str, credentials: Credentials, refresh_token: str) -> Refreshed:
    grant = refresh(transport, accounts_url, credentials.client_id, credentials.client_secret, refresh_token)
    access = AccessToken(grant.access_token, time.time() + grant.expires_in, credentials.fingerprint)
    replaced = grant.refresh_token is not None
    return Refreshed(access, grant.refresh_token or refresh_token, grant.scopes, replaced)
