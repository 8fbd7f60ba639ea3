"""What the states that talk to Spotify have in common: a wait is their output, not an error; requests are counted."""

from collections.abc import Callable

from archive import failed_attempts
from archive.errors import AccessTokenRejected, ArchiveError, AuthorizationRejected, Wait
from archive.log import logger
from archive.managed_secret import ManagedSecret
from archive.measure import count, metrics
from archive.settings import Settings
from archive.spotify import Spotify
from archive.step import Handler, State, Step, step
from archive.vault import access_token

REQUESTS = "SpotifyRequests"
"""The metric of requests sent, answered or not."""


def spotify_step(work: Callable[[Step, Spotify], State]) -> Handler:
    """As `step`, for a state of a pair that talks to the Web API.

    A 429 and a rejected access token become an output with `again`, which the state machine waits out and renews;
    a token that is rejected once more after that is AuthorizationRejected.
    """

    def attempt(this: Step) -> State:
        try:
            spotify = Spotify(this.settings.api_url, _access_token(this.settings))
        except AccessTokenRejected as error:
            return _renewing(this, error, requests=0)
        try:
            state = _done(work(this, spotify))
        except Wait as wait:
            state = waiting(this.input, wait)
        except AccessTokenRejected as error:
            state = _renewing(this, error, spotify.sent)
        except ArchiveError:
            failed_attempts.note(this, spotify.sent)
            raise
        finally:
            count(REQUESTS, spotify.sent)
        return {**state, "spotify_requests": this.input["spotify_requests"] + spotify.sent}

    return step(attempt, metrics)


def waiting(state: State, wait: Wait) -> State:
    """`state`, to be tried again after the time that Spotify asks for."""
    logger.info("waiting", extra={"seconds": wait.seconds, "error": type(wait).__name__})
    return {**_done(state), "again": True, "wait_seconds": wait.seconds, "waiting_for": str(wait)}


def token_waiting(state: State, wait: Wait) -> State:
    """A pair's `state`, whose token is to be renewed after the time that Spotify asks for; then it goes on as it was.

    `waiting_for` stays: it tells the state that goes on what was waited for before.
    """
    logger.info("waiting to renew", extra={"seconds": wait.seconds, "error": type(wait).__name__})
    return {**state, "token_again": True, "wait_seconds": wait.seconds, "token_waiting_for": str(wait)}


def _access_token(settings: Settings) -> str:
    return access_token(ManagedSecret(settings.token_secret))


def _renewing(this: Step, error: AccessTokenRejected, requests: int) -> State:
    if this.input.get("token_rejected"):
        failed_attempts.note(this, requests)
        raise AuthorizationRejected(
            f"{error} The token was a new one. Authorize again and store the new refresh token."
        ) from None
    return {**_done(this.input), "again": True, "wait_seconds": 0, "token_rejected": True}


def _done(state: State) -> State:
    passing = ("wait_seconds", "waiting_for", "token_rejected", "token_again", "token_waiting_for")
    return {**{key: value for key, value in state.items() if key not in passing}, "again": False}
