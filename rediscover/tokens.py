"""The refresh token in use: what the user stored, or what Spotify has replaced it by since.

The machine keeps a replacement in a secret of its own (functions/archive/vault.py), marked with a fingerprint of the
credentials it stems from. Whoever refreshes beside the machine must go on from there, and leave a further replacement
there.
"""

import hashlib
import time
from collections.abc import Mapping
from typing import Any

from rediscover.errors import InvalidCredentials
from rediscover.secret import Secret
from rediscover.spotify import Accounts, AuthorizationEnded, Client, Grant


def refresh(accounts: Accounts, account: Mapping[str, str], kept: Secret) -> Grant:
    """An access token for `account`, the credentials secret's value; raises what Accounts.refresh raises.

    `kept` is written only where Spotify replaced the refresh token, as the machine writes it.
    """
    id, secret, stored = (
        account[key].strip() for key in ("spotify_client_id", "spotify_client_secret", "refresh_token")
    )
    client, fingerprint = Client(id, secret), hashlib.sha256(f"{id}\0{secret}\0{stored}".encode()).hexdigest()
    in_use = _in_use(kept, fingerprint) or stored
    try:
        grant = accounts.refresh(client, in_use)
    except AuthorizationEnded:
        if in_use == stored:
            raise
        grant = accounts.refresh(client, stored)
    if grant.refresh_token:
        kept.write(
            {
                "access_token": grant.access_token,
                "expires_at": time.time() + grant.expires_in,
                "refresh_token": grant.refresh_token,
                "fingerprint": fingerprint,
            }
        )
    return grant


def _in_use(kept: Secret, fingerprint: str) -> str | None:
    try:
        tokens: Mapping[str, Any] = kept.read() or {}
    except InvalidCredentials:
        return None
    token = tokens.get("refresh_token")
    return token if isinstance(token, str) and tokens.get("fingerprint") == fingerprint else None
