"""A state that is to be tried again: how often, after how long, and the output by which the state machine waits."""

from collections.abc import Iterable, Mapping
from typing import TypeVar, cast

from rediscover_archive.errors import (
    AccessTokenRejected,
    ArchiveError,
    AuthorizationRejected,
    Contradiction,
    LimitNotLifted,
    QuotaExceeded,
    RateLimited,
    TargetInDoubt,
    Wait,
)
from rediscover_archive.runs.log import logger
from rediscover_archive.runs.state import PairState, Waiting

State = TypeVar("State", bound=Mapping[str, object])

RENEWALS = 5
"""How often in a row a rejected token is renewed for a state in which Spotify gave good answers for it too."""

OF_AN_ATTEMPT = ("wait_seconds", "waiting_for", "token_rejected", "token_again", "token_waiting_for")
OF_A_STATE = ("refusals", "contradictions", "renewals")
"""Counts, in a row, that go with the state until it succeeds."""


AT_LEAST: dict[type[Wait], tuple[int, ...]] = {
    RateLimited: (0, 20, 120, 720, 4_320),
    QuotaExceeded: (0, 3_600, 14_400, 43_200),
    Contradiction: (5, 10, 20, 40, 80),
}
"""Seconds of the first wait, of the second one in a row, and so on; after the last the state gives up.

Spotify was seen to ask for 0 or 1 second for days (web-api#542, #1267), and what contradicts what it showed a moment
ago to pass within seconds (lineup-list#40) or a minute. A quota is counted by the day.
"""

UNNAMED_QUOTA = 3_600
"""Seconds to wait for a quota for which Spotify names no time."""


def is_refused(state: Waiting) -> bool:
    """Whether the last attempt at the state was refused."""
    return any(state.get(count) for count in OF_A_STATE)


def succeeded(state: State) -> State:
    """`state` without what its attempts left in it."""
    return _with(_without(state, (*OF_AN_ATTEMPT, *OF_A_STATE)), {"again": False})


def begun_again(state: State) -> State:
    """`state` without its counts."""
    return _with(_without(state, OF_A_STATE), {"again": False})


def waiting(state: State, wait: Wait) -> State:
    """`state`, to be tried again after the time that Spotify asks for, or longer. Raises what next_wait raises."""
    seconds, counts = _next_wait(state, wait)
    logger.info("waiting", extra={"seconds": seconds, "error": type(wait).__name__})
    again: Waiting = {"again": True, "wait_seconds": seconds, "waiting_for": str(wait)}
    return _with(_without(state, OF_AN_ATTEMPT), {**counts, **again})


def token_waiting(state: State, wait: Wait) -> State:
    """A pair's `state`, whose token is to be renewed after the time that Spotify asks for; then it goes on as it was.

    `waiting_for` stays: it tells the state that goes on what was waited for before. Raises what next_wait raises.
    """
    seconds, counts = _next_wait(state, wait)
    logger.info("waiting to renew", extra={"seconds": seconds, "error": type(wait).__name__})
    again: Waiting = {"token_again": True, "wait_seconds": seconds, "token_waiting_for": str(wait)}
    return _with(state, {**counts, **again})


def renewing(state: PairState, error: AccessTokenRejected, has_worked: bool) -> PairState:
    """`state`, to be tried again with a new token. Raises AuthorizationRejected where that was tried often enough.

    `has_worked` tells that Spotify gave a good answer for the token before.
    """
    # A run that waits since the release before has no count yet.
    renewals = int(state.get("renewals", bool(state.get("token_rejected"))))
    if renewals >= (RENEWALS if has_worked else 1):
        raise AuthorizationRejected(
            f"{error} The token was a new one. Authorize again and store the new refresh token."
        ) from None
    again: Waiting = {"again": True, "wait_seconds": 0, "token_rejected": True, "renewals": renewals + 1}
    return _with(_without(state, OF_AN_ATTEMPT), again)


def next_wait(wait: Wait, before: int) -> int:
    """Seconds to wait now, after `before` waits of this kind in a row. Raises what ends the state after enough."""
    least = AT_LEAST[type(wait)]
    if before >= (1 if isinstance(wait, Contradiction) and not wait.was_shown else len(least)):
        raise _given_up(wait, before + 1)
    if isinstance(wait, QuotaExceeded) and not wait.is_named:
        return max(UNNAMED_QUOTA, least[before])
    return max(wait.seconds, least[before])


def _next_wait(state: Mapping[str, object], wait: Wait) -> tuple[int, Waiting]:
    if isinstance(wait, TargetInDoubt):
        return wait.seconds, {}
    counts = cast(Waiting, state)
    if isinstance(wait, Contradiction):
        before = counts.get("contradictions", 0)
        return next_wait(wait, before), {"contradictions": before + 1}
    before = counts.get("refusals", 0)
    return next_wait(wait, before), {"refusals": before + 1}


def _given_up(wait: Wait, refusals: int) -> ArchiveError:
    if isinstance(wait, Contradiction):
        again = f" It was looked for {refusals} times."
        return type(wait.error)(f"{wait.error}{again}")
    return LimitNotLifted(
        f"{wait} It refused {refusals} times in a row, although the run waited as long as it asked, and longer each "
        "time. Start a new run tomorrow, which completes the job; if it goes on, look at "
        "https://developer.spotify.com/status."
    )


def _without(state: State, keys: Iterable[str]) -> State:
    return cast(State, {key: value for key, value in state.items() if key not in keys})


def _with(state: State, more: Waiting) -> State:
    return cast(State, {**state, **more})
