"""When to tell that the authorization ends. Pure."""

from datetime import date

DAYS_AHEAD = (30, 7, 1)
"""Days before the end on which the listener is told; besides the day it has ended."""


def reminder(today: date, ends: date, how: str) -> str | None:
    """What to tell on `today` of an authorization that `ends`; None on most days. `how` is how to renew it.

    Spotify ends an authorization six months after it was given, and refreshing does not extend it. Called once a
    day, it tells four times.
    """
    left = (ends - today).days
    if left == 0:
        return f"Spotify's authorization ends today. Until it is renewed nothing is archived. {how}"
    if left in DAYS_AHEAD:
        days = "tomorrow" if left == 1 else f"in {left} days"
        return f"Spotify's authorization ends {days}, on {ends}. {how}"
    return None
