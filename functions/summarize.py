"""Summarize: say in words and numbers what happened, for the output, the report, the notification and the metrics."""

from datetime import UTC, date, datetime
from typing import Any

from archive.documents import Documents
from archive.pairs.plan import read_plan, read_progress
from archive.pairs.references import as_text
from archive.runs import failed_attempts
from archive.runs.latest import write_latest
from archive.runs.measure import count, metrics
from archive.runs.step import State, Step, step
from archive.runs.summary import (
    error_of,
    failure_of,
    message_of,
    outcome_of_pair,
    output_of,
    target_name,
    twin_warnings,
)


def summarize(this: Step) -> State:
    """`{"output", "failed", "error", "cause", "notify", "subject", "message"}`; also writes the run's report."""
    state = this.input
    ended = sorted((one for group in state.get("results", []) for one in group), key=lambda one: one["pair"]["index"])
    pairs = [outcome_of_pair(one) for one in ended]
    documents = Documents(this.settings.bucket)
    requests = state.get("spotify_requests", 0) + sum(_requests(one) for one in ended)
    requests += failed_attempts.requests_of(documents, this.run)
    reauthorize_by = state.get("reauthorize_by")
    failure = failure_of(error_of(state), pairs)
    output = output_of(pairs, requests, reauthorize_by)
    reported = [{**pair, **_details(documents, one)} for pair, one in zip(pairs, ended, strict=True)]
    message = message_of(reported, failure, reauthorize_by)
    report = {**output, "pairs": reported, "error": failure, "message": message}
    archived = failure is None and output["outcome"] != "dry_run"
    write_latest(documents, datetime.now(UTC), succeeded=archived, reauthorize_by=reauthorize_by)
    documents.put(f"runs/{this.run}.json", report)
    added = sum(pair["added"] for pair in pairs)
    _measure(pairs, failure, reauthorize_by)
    return {
        "output": output,
        "failed": failure is not None,
        "error": failure["error"] if failure else "",
        "cause": failure["cause"] if failure else "",
        "notify": _is_to_be_told(this.settings.notify_on, added, failure, any(one["warnings"] for one in reported)),
        "subject": "(re)Discover Weekly: " + ("the run failed" if failure else f"{added} tracks added"),
        "message": message,
    }


def _is_to_be_told(notify_on: str, added: int, failure: State | None, is_warned: bool) -> bool:
    """By the stack's NotifyOn: `additions` (and problems), `problems`, or `nothing`."""
    if notify_on == "nothing":
        return False
    return failure is not None or is_warned or (notify_on == "additions" and added > 0)


def _requests(state: State) -> int:
    """The requests of a pair; one that failed while reading has them in its branches too."""
    to_read_and_add = sum(int(one["spotify_requests"]) for one in (state, *state.get("read", [])))
    return to_read_and_add + int(state["pair"].get("requests_to_find", 0))


def _warnings(state: State) -> list[str]:
    """What was remarked while the source was read, also where the pair failed then, and of the target's making."""
    read = [state, *state.get("read", [])]
    of_source: list[str] = next((one["source"].get("warnings", []) for one in read if "source" in one), [])
    of_target: list[str] = state.get("target", {}).get("warnings", [])
    return [*of_source, *of_target, *twin_warnings(state["pair"])]


def _details(documents: Documents, state: State) -> dict[str, Any]:
    pair, plan = state["pair"], state.get("plan")
    details: dict[str, Any] = {
        "source_name": state.get("source", {}).get("name", as_text(pair["source"])),
        "target_name": target_name(state),
        "target_id": pair.get("target_id", ""),
        "made": pair.get("made", False),
        "warnings": _warnings(state),
        "added_tracks": [],
        "left_out": [],
    }
    if plan:
        whole = read_plan(documents, plan["document"])
        progress = read_progress(documents, plan["document"])
        refused = {one["uri"]: one["reason"] for one in progress.left_out}
        reached = whole.tracks if state["run"]["dry_run"] else whole.tracks[: progress.next]
        details["added_tracks"] = [track for track in reached if track["uri"] not in refused]
        details["left_out"] = whole.skipped + [
            {**track, "reason": refused[track["uri"]]} for track in whole.tracks if track["uri"] in refused
        ]
    return details


def _measure(pairs: list[State], failure: State | None, reauthorize_by: str | None) -> None:
    count("RunsFailed", int(failure is not None))
    count("RunsSucceeded", int(failure is None))
    count("PairsFailed", sum(bool(pair["error"]) for pair in pairs))
    if reauthorize_by:
        days = (date.fromisoformat(reauthorize_by) - datetime.now(UTC).date()).days
        count("AuthorizationDaysLeft", days)


handler = step(summarize, metrics)
