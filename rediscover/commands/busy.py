"""Another run at work: whether it does what this one was asked for, and how that is said."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from rediscover.errors import Busy
from rediscover.executions.timeline import moment_of
from rediscover.words import clean, took
from rediscover_archive.errors import ArchiveError
from rediscover_archive.inbox.pasted import Given, pasted_in, spelled
from rediscover_archive.pairs.options import Options
from rediscover_archive.pairs.references import sources_of, target_id

Input = Mapping[str, Any]

WAIT = 600
"""Seconds that a run waits for another one: for those that cron starts in the same minute."""


def does_the_same(at_work: Mapping[str, Any] | None, wanted: Input) -> bool:
    """Whether the execution at work, by DescribeExecution's answer, archives all pairs that are `wanted`."""
    if at_work is None:
        return False
    try:
        given = json.loads(at_work["input"])
        if given.get("dry_run") or wanted.get("dry_run"):
            return False
        return bool(given == wanted or (wanted["pairs"] and all(pair in _pairs(given) for pair in _pairs(wanted))))
    except (KeyError, TypeError, ValueError, AttributeError, ArchiveError):  # not known, so no
        return False


def refusal(at_work: Mapping[str, Any] | None, where: str, waited: float) -> Busy:
    """Why nothing was archived, and what to do."""
    if at_work is None:
        who = f"Another rediscover command is at work {where}, and what it archives is not known"
    else:
        since = moment_of(at_work["startDate"]).astimezone()
        who = f"The run {clean(at_work['name'])} is at work {where} since {since:%a %H:%M}, and not for the same pairs"
    so_long = f" within {took(timedelta(seconds=waited))}" if waited else ""
    return Busy(f"{who}. It did not end{so_long}, so nothing was done. Run it again later, or with a longer --wait.")


def _pairs(given: Input) -> list[tuple[list[str], Any, dict[str, Any]]]:
    """The pairs of an execution's input in one spelling."""
    return [(_sources(pair["source"]), _target(pair["target"]), _options(pair, given)) for pair in given["pairs"]]


def _sources(given: Given) -> list[str]:
    return sources_of(spelled(given, pasted_in(given, "")), "")


def _target(given: str | dict[str, str]) -> str | dict[str, str]:
    return target_id(given, "") if isinstance(given, str) else given


def _options(pair: dict[str, Any], given: Input) -> dict[str, Any]:
    return Options.of(pair, dict(given)).document()
