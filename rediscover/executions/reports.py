"""What a run did to its targets, read afterwards: by its report, or by its plans where it was cut off."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rediscover_archive.errors import DocumentMissing
from rediscover_archive.pairs.plan import added, read_plan, read_progress, report_key, run_folder

if TYPE_CHECKING:
    from rediscover_archive.documents import Readable

ODD = (KeyError, TypeError, ValueError, AttributeError, DocumentMissing)
"""What comes of documents that are not as this release writes them."""


@dataclass(frozen=True)
class CutOff:
    """What a run that was cut off meant to add to a target (its id), and the part of it that is known to be there.

    `in_doubt` tells that a request for more was under way.
    """

    target: str
    tracks: list[dict[str, Any]]
    added: list[dict[str, Any]]
    in_doubt: bool


def report_of(documents: "Readable", run: str) -> dict[str, Any] | None:
    """The report of a run; None for one that was cut off, or whose report may not be read."""
    return documents.get(report_key(run))


def cut_off(documents: "Readable", run: str) -> list[CutOff]:
    """What a run without a report had done, a target at a time, where there was anything to add."""
    found = []
    for key in documents.keys(f"{run_folder(run)}/"):
        if re.fullmatch(r".*/\d+\.json", key):
            try:
                plan, progress = read_plan(documents, key), read_progress(documents, key)
                if plan.uris:
                    found.append(CutOff(plan.target, plan.tracks, added(plan, progress), progress.sending))
            except ODD:
                continue
    return found


def number_added(documents: "Readable", execution: Mapping[str, Any]) -> int | None:
    """How many tracks an execution that did not succeed had added; None where nothing tells."""
    try:
        if report := report_of(documents, execution["name"]):
            return sum(int(pair["added"]) for pair in report["pairs"])
    except ODD:
        return None
    unfinished = cut_off(documents, execution["name"])
    return sum(len(one.added) for one in unfinished) if unfinished else None
