"""A new access token, for the refresh token in use: the stored one, or what Spotify has replaced it by since.

Whoever refreshes, a run or the command line beside it, goes on from what the other has kept in the vault.
"""

import time
from dataclasses import dataclass

from archive.accounts import refresh
from archive.errors import AuthorizationExpired
from archive.transport import Transport
from archive.vault import Credentials, Tokens, Vault


@dataclass(frozen=True, repr=False)
class Refreshed:
    """New tokens, and what they cover. Where Spotify `replaced` the refresh token, they must be stored."""

    tokens: Tokens
    scopes: frozenset[str]
    replaced: bool


def refreshed(transport: Transport, accounts_url: str, credentials: Credentials, vault: Vault) -> Refreshed:
    """Refresh; a dead token in the vault does not hide a newer one there, nor a stored one that lives.

    Raises what accounts.refresh raises. Stores nothing.
    """
    in_use = _in_use(credentials, vault)
    try:
        return _exchanged(transport, accounts_url, credentials, in_use)
    except AuthorizationExpired:
        for other in (_in_use(credentials, vault), credentials.refresh_token):
            if other != in_use:
                return _exchanged(transport, accounts_url, credentials, other)
        raise


def _in_use(credentials: Credentials, vault: Vault) -> str:
    tokens = vault.tokens_of(credentials)
    return tokens.refresh_token if tokens else credentials.refresh_token


def _exchanged(transport: Transport, accounts_url: str, credentials: Credentials, refresh_token: str) -> Refreshed:
    grant = refresh(transport, accounts_url, credentials.client_id, credentials.client_secret, refresh_token)
    tokens = Tokens(
        access_token=grant.access_token,
        expires_at=time.time() + grant.expires_in,
        refresh_token=grant.refresh_token or refresh_token,
        fingerprint=credentials.fingerprint,
    )
    return Refreshed(tokens, grant.scopes, replaced=grant.refresh_token is not None)
