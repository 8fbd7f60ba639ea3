"""One run at a time: a claim names the execution that made it and holds only while that execution runs."""

from collections.abc import Callable

from archive.documents import Documents

KEY = "claims/run.json"


def claim(documents: Documents, execution: str, is_running: Callable[[str], bool]) -> str | None:
    """Claim the stack for `execution` (an ARN); the ARN of the execution that holds it already, else None.

    Nothing has to be released: a claim of an execution that ended, however it ended, is void.
    """
    while True:
        held, etag = documents.get_with_etag(KEY)
        owner = str((held or {}).get("execution", ""))
        if owner == execution:
            return None
        if owner and is_running(owner):
            return owner
        if documents.replace(KEY, {"execution": execution}, etag):
            return None


def holds(documents: Documents, execution: str) -> bool:
    """Whether the claim is still that of `execution`."""
    return (documents.get(KEY) or {}).get("execution") == execution
