"""What the states that talk to Spotify have in common: a wait is their output, not an error; requests are counted."""

from collections.abc import Callable

from rediscover_archive.authorization.credentials import access_token
from rediscover_archive.authorization.managed_secret import ManagedSecret
from rediscover_archive.errors import AccessTokenRejected, ArchiveError, Wait
from rediscover_archive.runs import failed_attempts
from rediscover_archive.runs.measure import count, metrics
from rediscover_archive.runs.state import PairState
from rediscover_archive.runs.step import Attempt, Handler, Output, step
from rediscover_archive.runs.waiting import is_refused, renewing, succeeded, waiting
from rediscover_archive.spotify.client import Spotify

REQUESTS = "SpotifyRequests"
"""The metric of requests sent, answered or not."""

Work = Callable[[Attempt[PairState], Spotify], PairState]


def spotify_step(work: Work) -> Handler:
    """As `step`, for a state of a pair that talks to the Web API.

    A 429, a contradiction and a rejected access token become an output with `again`, which the state machine waits out
    and renews. A token that is rejected once more after that, without a good answer between, is AuthorizationRejected.
    """

    def counted(attempt: Attempt[PairState]) -> Output:
        try:
            token = access_token(ManagedSecret(attempt.settings.token_secret))
        except AccessTokenRejected as error:
            return renewing(attempt.input, error, has_worked=False)
        # Where the last request was refused, one is enough to learn whether the next one is too.
        careful = is_refused(attempt.input)
        spotify = Spotify(attempt.settings.api_url, token, _shown(attempt.input), careful=careful)
        try:
            state = _outcome(attempt, spotify, work)
        except ArchiveError:
            failed_attempts.note(attempt, spotify.sent)
            raise
        finally:
            count(REQUESTS, spotify.sent)
        return {**state, "spotify_requests": attempt.input["spotify_requests"] + spotify.sent}

    return step(counted, metrics)


def _outcome(attempt: Attempt[PairState], spotify: Spotify, work: Work) -> PairState:
    try:
        return succeeded(work(attempt, spotify))
    except Wait as wait:
        return waiting(attempt.input, wait)
    except AccessTokenRejected as error:
        return renewing(attempt.input, error, spotify.has_worked)


def _shown(state: PairState) -> list[str]:
    """The playlists that Spotify has shown to this run, or made for it, before this state."""
    pair = state["pair"]
    if "plan" in state:
        return [pair["target_id"], *pair["source_ids"]]
    return [pair["target_id"]] if pair.get("made") else []
