"""How often in a row, and after how long, a state is tried again that Spotify refuses. Pure."""

from archive.errors import ArchiveError, Contradiction, LimitNotLifted, QuotaExceeded, RateLimited, Wait

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


def next_wait(wait: Wait, before: int) -> int:
    """Seconds to wait now, after `before` waits of this kind in a row. Raises what ends the state after enough."""
    least = AT_LEAST[type(wait)]
    if before >= (1 if isinstance(wait, Contradiction) and not wait.was_shown else len(least)):
        raise _given_up(wait, before + 1)
    if isinstance(wait, QuotaExceeded) and not wait.is_named:
        return max(UNNAMED_QUOTA, least[before])
    return max(wait.seconds, least[before])


def _given_up(wait: Wait, refusals: int) -> ArchiveError:
    if isinstance(wait, Contradiction):
        again = f" It was looked for {refusals} times."
        return type(wait.error)(f"{wait.error}{again}")
    return LimitNotLifted(
        f"{wait} It refused {refusals} times in a row, although the run waited as long as it asked, and longer each "
        "time. Start a new run tomorrow, which completes the job; if it goes on, look at "
        "https://developer.spotify.com/status."
    )
