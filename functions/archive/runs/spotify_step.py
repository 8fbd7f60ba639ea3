"""What the states that talk to Spotify have in common: a wait is their output, not an error; requests are counted."""

from collections.abc import Callable

from archive.authorization.credentials import access_token
from archive.authorization.managed_secret import ManagedSecret
from archive.errors import (
    AccessTokenRejected,
    ArchiveError,
    AuthorizationRejected,
    Contradiction,
    TargetInDoubt,
    Wait,
)
from archive.runs import failed_attempts
from archive.runs.log import logger
from archive.runs.measure import count, metrics
from archive.runs.patience import next_wait
from archive.runs.step import Handler, State, Step, step
from archive.spotify.client import Spotify

REQUESTS = "SpotifyRequests"
"""The metric of requests sent, answered or not."""

RENEWALS = 5
"""How often in a row a rejected token is renewed for a state in which Spotify gave good answers for it too."""

OF_AN_ATTEMPT = ("wait_seconds", "waiting_for", "token_rejected", "token_again", "token_waiting_for")
OF_A_STATE = ("refusals", "contradictions", "renewals")
"""Counts, in a row, that go with the state until it succeeds."""


def spotify_step(work: Callable[[Step, Spotify], State]) -> Handler:
    """As `step`, for a state of a pair that talks to the Web API.

    A 429, a contradiction and a rejected access token become an output with `again`, which the state machine waits out
    and renews. A token that is rejected once more after that, without a good answer between, is AuthorizationRejected.
    """

    def attempt(this: Step) -> State:
        try:
            token = access_token(ManagedSecret(this.settings.token_secret))
        except AccessTokenRejected as error:
            return _renewing(this, error, has_worked=False)
        # Where the last request was refused, one is enough to learn whether the next one is too.
        careful = any(this.input.get(count) for count in OF_A_STATE)
        spotify = Spotify(this.settings.api_url, token, _shown(this.input), careful=careful)
        try:
            state = _outcome(this, spotify, work)
        except ArchiveError:
            failed_attempts.note(this, spotify.sent)
            raise
        finally:
            count(REQUESTS, spotify.sent)
        return {**state, "spotify_requests": this.input["spotify_requests"] + spotify.sent}

    return step(attempt, metrics)


def _outcome(this: Step, spotify: Spotify, work: Callable[[Step, Spotify], State]) -> State:
    try:
        return {**without(work(this, spotify), *OF_AN_ATTEMPT, *OF_A_STATE), "again": False}
    except Wait as wait:
        return waiting(this.input, wait)
    except AccessTokenRejected as error:
        return _renewing(this, error, spotify.has_worked)


def _shown(state: State) -> list[str]:
    """The playlists that Spotify has shown to this run, or made for it, before this state."""
    pair = state["pair"]
    return [pair["target_id"]] if "plan" in state or pair.get("made") else []


def waiting(state: State, wait: Wait) -> State:
    """`state`, to be tried again after the time that Spotify asks for, or longer. Raises what next_wait raises."""
    seconds, counts = _next_wait(state, wait)
    logger.info("waiting", extra={"seconds": seconds, "error": type(wait).__name__})
    again = {"again": True, "wait_seconds": seconds, "waiting_for": str(wait)}
    return {**without(state, *OF_AN_ATTEMPT), **counts, **again}


def token_waiting(state: State, wait: Wait) -> State:
    """A pair's `state`, whose token is to be renewed after the time that Spotify asks for; then it goes on as it was.

    `waiting_for` stays: it tells the state that goes on what was waited for before. Raises what next_wait raises.
    """
    seconds, counts = _next_wait(state, wait)
    logger.info("waiting to renew", extra={"seconds": seconds, "error": type(wait).__name__})
    return {**state, **counts, "token_again": True, "wait_seconds": seconds, "token_waiting_for": str(wait)}


def without(state: State, *keys: str) -> State:
    """`state` without what these keys hold."""
    return {key: value for key, value in state.items() if key not in keys}


def _next_wait(state: State, wait: Wait) -> tuple[int, dict[str, int]]:
    if isinstance(wait, TargetInDoubt):
        return wait.seconds, {}
    key = "contradictions" if isinstance(wait, Contradiction) else "refusals"
    before = int(state.get(key, 0))
    return next_wait(wait, before), {key: before + 1}


def _renewing(this: Step, error: AccessTokenRejected, has_worked: bool) -> State:
    # A run that waits since the release before has no count yet.
    renewals = int(this.input.get("renewals", bool(this.input.get("token_rejected"))))
    if renewals >= (RENEWALS if has_worked else 1):
        raise AuthorizationRejected(
            f"{error} The token was a new one. Authorize again and store the new refresh token."
        ) from None
    again = {"again": True, "wait_seconds": 0, "token_rejected": True, "renewals": renewals + 1}
    return {**without(this.input, *OF_AN_ATTEMPT), **again}
