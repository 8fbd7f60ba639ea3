"""How times and foreign text are written for a person."""

from datetime import timedelta

from rediscover_archive import text


def clean(foreign: str) -> str:
    """Foreign text of any length on one line, without what a terminal obeys (control and direction characters)."""
    return text.clean(foreign, longest=len(foreign))


def reason(error: str | None, cause: str | None) -> str:
    """Why something failed, on one line: `PlaylistNotFound: There is no playlist …`; both are foreign text."""
    return ": ".join(clean(part) for part in (error, cause) if part)


def took(duration: timedelta) -> str:
    """A duration: `0.04 s`, `1.3 s`, `42 s`, `2 min 5 s`, `3 h 12 min`."""
    seconds = duration.total_seconds()
    if seconds < 9.95:
        return f"{seconds:.2f} s" if seconds < 0.1 else f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes == 0:
        return f"{rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"
