"""Summarize: say in words and numbers what happened, for the output, the report, the notification and the metrics."""

from datetime import UTC, date, datetime
from typing import Any

from rediscover_archive.authorization.reminder import lasts
from rediscover_archive.documents import Documents
from rediscover_archive.page.hosting import keep_page
from rediscover_archive.pairs.plan import report_key
from rediscover_archive.runs import failed_attempts
from rediscover_archive.runs.latest import write_latest
from rediscover_archive.runs.log import logger
from rediscover_archive.runs.measure import count, metrics
from rediscover_archive.runs.report import kept_in_ledger, reported, requests_of
from rediscover_archive.runs.state import Failure, PairOutcome, RunState, Summary
from rediscover_archive.runs.step import Attempt, step
from rediscover_archive.runs.summary import (
    error_of,
    failure_of,
    is_to_be_told,
    message_of,
    outcome_of_pair,
    output_of,
    subject_of,
)


def summarize(attempt: Attempt[RunState]) -> Summary:
    """What the execution ends with; also writes the run's report, and what the days until the next run need."""
    state, documents, now = attempt.input, Documents(attempt.settings.bucket), datetime.now(UTC)
    ended = sorted(
        (pair for group in state.get("results", []) for pair in group), key=lambda pair: pair["pair"]["index"]
    )
    outcomes = [outcome_of_pair(pair) for pair in ended]
    requests = state.get("spotify_requests", 0) + sum(requests_of(pair) for pair in ended)
    requests += failed_attempts.requests_of(documents, attempt.run)
    reauthorize_by = state.get("reauthorize_by")
    failure = failure_of(error_of(state), outcomes)
    output = output_of(outcomes, requests, reauthorize_by)
    pairs = [reported(documents, outcome, pair) for outcome, pair in zip(outcomes, ended, strict=True)]
    reminded = kept_in_ledger(documents, attempt.run, now, state, pairs, ended)
    ends = lasts(now.date(), date.fromisoformat(reauthorize_by)) if reauthorize_by else None
    message = message_of(pairs, failure, ends, attempt.settings.page_url)
    archived = failure is None and output["outcome"] != "dry_run"
    write_latest(documents, now, succeeded=archived, reauthorize_by=reauthorize_by, run=attempt.run)
    report = {**output, "pairs": pairs, "error": failure, "message": message}
    documents.put(report_key(attempt.run), report)
    if attempt.settings.page_url and output["outcome"] != "dry_run":
        _show(documents, now, report, reauthorize_by)
    added = sum(outcome["added"] for outcome in outcomes)
    _measure(outcomes, failure, reauthorize_by)
    is_warned = any(pair["warnings"] for pair in pairs)
    return {
        "output": output,
        "failed": failure is not None,
        "error": failure["error"] if failure else "",
        "cause": failure["cause"] if failure else "",
        "notify": is_to_be_told(attempt.settings.notify_on, added, failure, is_warned),
        "subject": subject_of(failure, added, reminded=reminded),
        "message": message,
    }


def _show(documents: Documents, now: datetime, report: dict[str, Any], reauthorize_by: str | None) -> None:
    """Make the archive's page; nothing else depends on it, so it fails no run."""
    try:
        keep_page(documents, now, report, date.fromisoformat(reauthorize_by) if reauthorize_by else None)
    except Exception as error:
        logger.error("the page was not made", extra={"error": type(error).__name__})


def _measure(outcomes: list[PairOutcome], failure: Failure | None, reauthorize_by: str | None) -> None:
    count("RunsFailed", int(failure is not None))
    count("RunsSucceeded", int(failure is None))
    count("PairsFailed", sum(bool(outcome["error"]) for outcome in outcomes))
    if reauthorize_by:
        days = (date.fromisoformat(reauthorize_by) - datetime.now(UTC).date()).days
        count("AuthorizationDaysLeft", days)


handler = step(summarize, metrics)
