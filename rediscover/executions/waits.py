"""What a Wait state says of itself: how long, until when, and what for."""

import json
from datetime import datetime, timedelta

from rediscover.executions.steps import Step
from rediscover.words import clean, took

LONG = 60.0
"""Seconds from which on a wait says until when it lasts, and why."""

_IN_SECONDS = 3600.0


def waiting(step: Step) -> str:
    """A wait that begins: `waiting 5 s`; a long one `waiting 12 h 0 min, until Fri 27 Nov 08:00: …`."""
    seconds = step.wait_seconds
    if seconds is None:
        return "waiting"
    so_long = f"{seconds:.0f} s" if seconds < _IN_SECONDS else took(timedelta(seconds=seconds))
    return f"waiting {so_long}{_more(step, step.entered) if seconds >= LONG else ''}"


def left(step: Step, now: datetime) -> str:
    """A wait that goes on: `4 s left`, and for a long one until when, and why."""
    if step.wait_until is None:
        return "waiting"
    seconds = max((step.wait_until - now).total_seconds(), 0)
    if seconds < LONG:
        return f"{seconds:.0f} s left"
    return f"{took(timedelta(seconds=seconds))} left{_more(step, now)}"


def _more(step: Step, now: datetime) -> str:
    if step.wait_until is None:
        return ""
    at, today = step.wait_until.astimezone(), now.astimezone().date()
    when = f"{at:%H:%M}" if at.date() == today else f"{at:%a %d %b %H:%M}"
    why = _reason(step)
    return f", until {when}{f': {clean(why)}' if why else ''}"


def _reason(step: Step) -> str:
    """What a state said it waits for, in the input of the Wait state behind it."""
    try:
        state = json.loads(step.input)
        return str(state.get("token_waiting_for") or state.get("waiting_for") or "")
    except (ValueError, AttributeError):
        return ""
