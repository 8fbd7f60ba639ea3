"""One run at a time: a claim names the execution that made it and holds only while that execution runs."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from rediscover_archive.clients import client
from rediscover_archive.documents import Document, Documents

KEY = "claims/run.json"

YOUNG = timedelta(seconds=10)
"""How old a claim is before an execution that Step Functions does not know counts as ended. DescribeExecution is
eventually consistent (Step Functions API), so one that began a moment ago may be unknown to it.
"""

FUNCTION_SECONDS = 125
"""After an execution was stopped, a function of it may go on for its Timeout, 120 seconds; then it can add no more."""


@dataclass(frozen=True)
class Claim:
    """`holder` is the execution (an ARN) that holds the claim; `displaced` the one that held it until now, or ""."""

    holder: str
    displaced: str


def claim(documents: Documents, execution: str, is_running: Callable[[str], bool | None]) -> Claim:
    """Claim the stack for `execution`, unless another one that is running holds it.

    `is_running` says None of an execution that is not known, and is asked again while that one's claim is young.
    Nothing has to be released: a claim of an execution that ended, however it ended, is void.
    """
    while True:
        held, etag = documents.get_with_etag(KEY)
        owner = str((held or {}).get("execution", ""))
        if owner == execution:
            return Claim(execution, str((held or {}).get("displaced", "")))
        if owner and _runs(owner, held or {}, is_running):
            return Claim(owner, "")
        mine = {"execution": execution, "displaced": owner, "made_at": datetime.now(UTC).isoformat()}
        if documents.replace(KEY, mine, etag):
            return Claim(execution, owner)


def holds(documents: Documents, execution: str) -> bool:
    """Whether the claim is still that of `execution`."""
    return (documents.get(KEY) or {}).get("execution") == execution


def is_running(execution: str) -> bool | None:
    """Whether the execution (an ARN) runs, or may be made to go on; None where there is none of that name."""
    status, _ = _described(execution)
    return None if status == "UNKNOWN" else status in ("RUNNING", "PENDING_REDRIVE")


def seconds_to_let_end(execution: str) -> int:
    """How long functions of an execution that was stopped a moment ago may still run."""
    status, stopped = _described(execution)
    if status not in ("ABORTED", "TIMED_OUT") or stopped is None:
        return 0
    return max(0, FUNCTION_SECONDS - int((datetime.now(UTC) - stopped).total_seconds()))


def _runs(owner: str, held: Document, is_running: Callable[[str], bool | None]) -> bool:
    while (running := is_running(owner)) is None and _is_young(held):
        time.sleep(1)
    return bool(running)


def _is_young(held: Document) -> bool:
    try:
        age = datetime.now(UTC) - datetime.fromisoformat(str(held.get("made_at")))
    except (ValueError, TypeError):  # none is known, or none with a time zone
        return False
    return abs(age) < YOUNG


def _described(execution: str) -> tuple[str, datetime | None]:
    """Status and end of an execution; UNKNOWN, and no end, where there is none of that name."""
    sfn = client("stepfunctions")
    try:
        description = sfn.describe_execution(executionArn=execution)
    except (sfn.exceptions.ExecutionDoesNotExist, sfn.exceptions.InvalidArn):
        return "UNKNOWN", None
    return description["status"], description.get("stopDate")
