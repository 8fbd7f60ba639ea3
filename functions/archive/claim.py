"""One run at a time: a claim names the execution that made it and holds only while that execution runs."""

from collections.abc import Callable
from dataclasses import dataclass

from archive.documents import Documents

KEY = "claims/run.json"


@dataclass(frozen=True)
class Claim:
    """`holder` is the execution (an ARN) that holds the claim; `displaced` the one that held it until now, or ""."""

    holder: str
    displaced: str


def claim(documents: Documents, execution: str, is_running: Callable[[str], bool]) -> Claim:
    """Claim the stack for `execution`, unless another one that is running holds it.

    Nothing has to be released: a claim of an execution that ended, however it ended, is void.
    """
    while True:
        held, etag = documents.get_with_etag(KEY)
        owner = str((held or {}).get("execution", ""))
        if owner == execution:
            return Claim(execution, str((held or {}).get("displaced", "")))
        if owner and is_running(owner):
            return Claim(owner, "")
        if documents.replace(KEY, {"execution": execution, "displaced": owner}, etag):
            return Claim(execution, owner)


def holds(documents: Documents, execution: str) -> bool:
    """Whether the claim is still that of `execution`."""
    return (documents.get(KEY) or {}).get("execution") == execution
