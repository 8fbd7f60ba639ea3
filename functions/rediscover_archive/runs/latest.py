"""What is known since the latest runs, for the days between them."""

from dataclasses import dataclass
from datetime import date, datetime

from rediscover_archive.documents import Document, Documents, Readable

KEY = "latest/run.json"
BEFORE = "runs/latest.json"
"""Where it stood at first, and where an execution called `latest` has its report."""


@dataclass(frozen=True)
class Latest:
    """When a run last succeeded; when the authorization ends, and when a run last saw that; the latest run's name."""

    succeeded_at: datetime | None = None
    reauthorize_by: date | None = None
    authorization_seen_at: datetime | None = None
    run: str | None = None


def read_latest(documents: Readable) -> Latest:
    """What the latest runs wrote; empty before the first."""
    document = _known(documents)
    succeeded, ends, seen = (document.get(name) for name in ("succeeded_at", "reauthorize_by", "authorization_seen_at"))
    return Latest(
        succeeded_at=datetime.fromisoformat(succeeded) if succeeded else None,
        reauthorize_by=date.fromisoformat(ends) if ends else None,
        authorization_seen_at=datetime.fromisoformat(seen) if seen else None,
        run=document.get("run"),
    )


def write_latest(
    documents: Documents, now: datetime, *, succeeded: bool, reauthorize_by: str | None, run: str | None = None
) -> None:
    """Note a run that ended `now`; what it did not learn stays as it was."""
    document = _known(documents)
    if run:
        document["run"] = run
    if succeeded:
        document["succeeded_at"] = now.isoformat()
    if reauthorize_by:
        document |= {"reauthorize_by": reauthorize_by, "authorization_seen_at": now.isoformat()}
    documents.put(KEY, document)


def _known(documents: Readable) -> Document:
    known = documents.get(KEY)
    if known is None:
        known = documents.get(BEFORE) or {}
    return {} if "outcome" in known else known
