"""RefreshToken: exchange the refresh token for an access token, which the other functions read from its secret."""

from rediscover_archive.authorization.credentials import Credentials, Vault
from rediscover_archive.authorization.managed_secret import ManagedSecret
from rediscover_archive.authorization.refreshing import refreshed
from rediscover_archive.authorization.secret import ROTATED
from rediscover_archive.errors import ArchiveError, Wait
from rediscover_archive.runs import failed_attempts
from rediscover_archive.runs.measure import count, metrics
from rediscover_archive.runs.spotify_step import REQUESTS
from rediscover_archive.runs.state import PairState
from rediscover_archive.runs.step import Attempt, step
from rediscover_archive.runs.waiting import begun_again, token_waiting, waiting
from rediscover_archive.spotify.transport import Transport

RUNS_OWN = "RefreshToken"
"""The state that begins a run; the others renew the token of a pair."""

SPARE_SECONDS = 600
"""A token that a pair renews after a wait is kept while it lasts longer than this."""


def refresh_token(attempt: Attempt[PairState]) -> PairState:
    """The input with `reauthorize_by`; where Spotify asks to wait, with `again`, or in a pair with `token_again`.

    The run's own RefreshToken always fetches a token, which also tells that the authorization still holds. A pair
    that renews one after a wait keeps it while it lasts, unless Spotify rejected it.
    """
    credentials = Credentials.read(ManagedSecret(attempt.settings.credentials_secret))
    token_secret = attempt.settings.token_secret
    vault = Vault(ManagedSecret(token_secret), ManagedSecret(token_secret, stage=ROTATED))
    is_runs_own = attempt.state == RUNS_OWN
    # A pair's `again` stays: it tells the state that goes on that it was interrupted.
    state: PairState = begun_again(attempt.input) if is_runs_own else {**attempt.input, "token_again": False}
    if is_runs_own or state.get("token_rejected") or not _lasts(vault, credentials):
        transport = Transport()
        try:
            fresh = refreshed(transport, attempt.settings.accounts_url, credentials, vault)
            vault.store(fresh.access, fresh.refresh_token, credentials)
        except Wait as wait:
            state = _later(attempt, wait, transport.sent)
        except ArchiveError:
            failed_attempts.note(attempt, transport.sent)
            raise
        finally:
            count(REQUESTS, transport.sent)
        state["spotify_requests"] = attempt.input["spotify_requests"] + transport.sent
    until = credentials.reauthorize_by
    return {**state, "reauthorize_by": until.isoformat() if until else None}


def _later(attempt: Attempt[PairState], wait: Wait, requests: int) -> PairState:
    try:
        return waiting(attempt.input, wait) if attempt.state == RUNS_OWN else token_waiting(attempt.input, wait)
    except ArchiveError:
        failed_attempts.note(attempt, requests)
        raise


def _lasts(vault: Vault, credentials: Credentials) -> bool:
    kept = vault.access_token_of(credentials)
    return kept is not None and kept.lasts(SPARE_SECONDS)


handler = step(refresh_token, metrics)
