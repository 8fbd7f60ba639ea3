"""When to tell that the authorization ends. Pure."""

from datetime import date

DAYS_AHEAD = (30, 7, 1)
"""Days before the end on which the listener is told; besides the day it has ended."""

SOON = 30
"""Days before the end from which every run tells of it."""


def lasts(today: date, ends: date) -> str:
    """How long an authorization that `ends` lasts, for the end of what a run tells."""
    return ends_soon(today, ends) or f"Spotify's authorization lasts until {ends}."


def ends_soon(today: date, ends: date) -> str | None:
    """That an authorization ends, in its last days and from then on; None before."""
    left = (ends - today).days
    if left > SOON:
        return None
    if left < 0:
        return f"Spotify's authorization ended on {ends}."
    return f"Spotify's authorization ends {_in_days(left)}, on {ends}. Renew it, or nothing is archived from then on."


def reminder(today: date, ends: date, how: str) -> str | None:
    """What to tell on `today` of an authorization that `ends`; None on most days. `how` is how to renew it.

    Spotify ends an authorization six months after it was given, and refreshing does not extend it. Called once a
    day, it tells four times.
    """
    left = (ends - today).days
    if left == 0:
        return f"Spotify's authorization ends today. Until it is renewed nothing is archived. {how}"
    if left in DAYS_AHEAD:
        return f"Spotify's authorization ends {_in_days(left)}, on {ends}. {how}"
    return None


def _in_days(left: int) -> str:
    return {0: "today", 1: "tomorrow"}.get(left, f"in {left} days")
