"""RefreshToken: exchange the refresh token for an access token, which the other functions read from its secret."""

import time

from archive import failed_attempts
from archive.accounts import refresh
from archive.errors import ArchiveError, AuthorizationExpired, Wait
from archive.measure import count, metrics
from archive.spotify_step import REQUESTS, waiting
from archive.step import State, Step, step
from archive.transport import Transport
from archive.vault import Credentials, Tokens, Vault

RUNS_OWN = "RefreshToken"
"""The state that begins a run; the others renew the token of a pair."""

SPARE_SECONDS = 600
"""A token that a pair renews after a wait is kept while it lasts longer than this."""


def refresh_token(this: Step) -> State:
    """The input with `reauthorize_by`; with `again` where Spotify asks to wait.

    The run's own RefreshToken always fetches a token, which also tells that the authorization still holds. A pair
    that renews one after a wait keeps it while it lasts, unless Spotify rejected it.
    """
    vault = Vault(this.settings.credentials_secret, this.settings.token_secret)
    credentials = vault.credentials()
    tokens = vault.tokens()
    if tokens and tokens.fingerprint != credentials.fingerprint:
        tokens = None
    # A pair's `again` stays: it tells the state that goes on that it was interrupted.
    state = {**this.input, "again": False} if this.name == RUNS_OWN else {**this.input}
    if this.name == RUNS_OWN or state.get("token_rejected") or not (tokens and tokens.lasts(SPARE_SECONDS)):
        transport = Transport()
        try:
            vault.store(_fetch(transport, this.settings.accounts_url, credentials, tokens, vault))
        except ArchiveError as error:
            if not (isinstance(error, Wait) and this.name == RUNS_OWN):
                failed_attempts.note(this, transport.sent)
                raise
            state = waiting(this.input, error)
        finally:
            count(REQUESTS, transport.sent)
        state["spotify_requests"] = this.input["spotify_requests"] + transport.sent
    until = credentials.reauthorize_by
    return {**state, "reauthorize_by": until.isoformat() if until else None}


def _fetch(
    transport: Transport, accounts_url: str, credentials: Credentials, tokens: Tokens | None, vault: Vault
) -> Tokens:
    in_use = tokens.refresh_token if tokens else credentials.refresh_token
    try:
        return _exchange(transport, accounts_url, credentials, in_use)
    except AuthorizationExpired:
        latest = vault.tokens()
        for other in (latest.refresh_token if latest else in_use, credentials.refresh_token):
            if other != in_use:
                return _exchange(transport, accounts_url, credentials, other)
        raise


def _exchange(transport: Transport, accounts_url: str, credentials: Credentials, refresh_token: str) -> Tokens:
    grant = refresh(transport, accounts_url, credentials.client_id, credentials.client_secret, refresh_token)
    return Tokens(
        access_token=grant.access_token,
        expires_at=time.time() + grant.expires_in,
        refresh_token=grant.refresh_token or refresh_token,
        fingerprint=credentials.fingerprint,
    )


handler = step(refresh_token, metrics)
