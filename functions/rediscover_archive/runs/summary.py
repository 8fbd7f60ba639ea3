"""What a run comes to: its output, its report, and the words for people. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from rediscover_archive.pairs.plan import name_and_artists
from rediscover_archive.pairs.references import named
from rediscover_archive.runs.state import (
    Caught,
    Failure,
    Pair,
    PairOutcome,
    PairState,
    ReportedPair,
    RunOutput,
    RunState,
    StateError,
)
from rediscover_archive.spotify.items import link_of, playlist_link
from rediscover_archive.spotify.limits import CAP, NEARLY_FULL
from rediscover_archive.targets.volumes import target_key
from rediscover_archive.text import cause_in_words, counted, quoted, shortened

CAUSE_LIMIT = 32_768
"""Most characters of an execution's cause (Step Functions, StopExecution and Fail)."""

PREVIEW = 30
NAME_LIMIT = 80
MESSAGE_LIMIT = 8_000
"""What a notification shows of the names, and in all, in characters; the report in the bucket has everything."""


FROM_SPOTIFY = "Names and links are from Spotify."


def outcome_of_pair(state: PairState) -> PairOutcome:
    """One pair of the execution's output, out of the state its iteration ended with."""
    pair = state["pair"]
    plan: Mapping[str, Any] = state.get("plan", {})
    error = _of_made_target(pair, error_of(state))
    added = plan.get("added", 0)
    if error:
        outcome = "failed"
    elif state["run"]["dry_run"]:
        outcome = "dry_run"
    else:
        outcome = "added" if added else "nothing_new"
    told: PairOutcome = {
        "source": pair["source"],
        "target": pair["target"],
        "outcome": outcome,
        "offered": plan.get("offered", 0),
        "already_there": plan.get("already_there", 0),
        "skipped": plan.get("skipped", 0) + plan.get("left_out", 0),
        "added": added,
        "target_total": state.get("target_total"),
        "verified": bool(state.get("verified")),
        "error": error,
    }
    if pair["options"].get("not_in"):
        told["already_elsewhere"] = plan.get("elsewhere", 0)
    if "clears" in pair:
        told["cleared"] = state.get("cleared", 0)
    return told


def _of_made_target(pair: Pair, error: StateError | None) -> StateError | None:
    """`error`, with what helps where the playlist that is gone was made for a name."""
    if not error or "create" not in pair or (error["state"], error["error"]) != ("ReadTarget", "PlaylistNotFound"):
        return error
    if pair.get("target_id", "") not in error["cause"]:  # it is one of not_in
        return error
    told = (
        f" It was made for the target {quoted(pair['create'])}. To have a new one made, give the target another name, "
        f"or remove {target_key(pair['create'])} from the stack's bucket."
    )
    return {**error, "cause": error["cause"] + told}


def target_name(state: PairState) -> str:
    """The target's name for people, as far as the pair came: Spotify's, the one it was made with, or what was given."""
    pair = state["pair"]
    if pair.get("target_id") and "target" in state:
        return str(state["target"]["name"])
    return str(pair.get("volume") or pair.get("create") or pair["target"])


def twin_warnings(pair: Pair) -> list[str]:
    """That Spotify made more than one playlist for the target, or that what was remembered of it was lost."""
    told = [
        f"Spotify made {quoted(pair['volume'])} more than once, because an answer was lost. This one stays empty and "
        f"can be deleted: {playlist_link(twin)}"
        for twin in pair.get("twins", [])
    ]
    if pair.get("found_again"):
        told.append(
            f"What was remembered of the target {quoted(pair['create'])} was lost. An earlier run made a playlist of "
            f"that name, and this one goes on in it: {playlist_link(pair['target_id'])}"
        )
    return told


def error_of(state: PairState | RunState) -> StateError | None:
    """The first failure that a Catch left in `state`, or in one of its branches; None where there is none."""
    branches: Sequence[PairState] = cast(PairState, state).get("read", [])
    failures: list[dict[str, Caught]] = [state.get("failure", {}), *(branch.get("failure", {}) for branch in branches)]
    for name, caught in ((name, caught) for failure in failures for name, caught in failure.items()):
        error, cause = str(caught.get("Error", "")), cause_in_words(str(caught.get("Cause", "")))
        return {
            "state": name,
            "error": error.removeprefix("States."),  # a Fail state's Error must not begin so
            "cause": cause or f"{error}: the state gave no reason. Start the run again.",
        }
    return None


def is_to_be_told(notify_on: str, added: int, failure: Failure | None, is_warned: bool) -> bool:
    """By the stack's NotifyOn: `additions` (and problems), `problems`, or `nothing`."""
    if notify_on == "nothing":
        return False
    return failure is not None or is_warned or (notify_on == "additions" and added > 0)


def output_of(pairs: list[PairOutcome], spotify_requests: int, reauthorize_by: str | None) -> RunOutput:
    """The execution's output."""
    outcomes = {pair["outcome"] for pair in pairs}
    outcome = next((one for one in ("added", "dry_run", "nothing_new") if one in outcomes), "nothing_new")
    return {
        "outcome": outcome,
        "pairs": pairs,
        "spotify_requests": spotify_requests,
        "reauthorize_by": reauthorize_by,
    }


def failure_of(run_error: StateError | None, pairs: list[PairOutcome]) -> Failure | None:
    """`{"error", "cause"}` that the execution fails with; None for a run that succeeded."""
    errors = [pair["error"] for pair in pairs if pair["error"]]
    if run_error:
        return {"error": run_error["error"], "cause": f"{run_error['state']}: {run_error['cause']}"}
    if not errors:
        return None
    sentences = [f"{error['state']}: {error['cause']}" for error in errors]
    told = sentences[0] if len(pairs) == 1 else f"{len(errors)} of {len(pairs)} pairs failed. " + " ".join(sentences)
    return {"error": errors[0]["error"], "cause": shortened(told, CAUSE_LIMIT)}


def subject_of(failure: Failure | None, added: int, *, reminded: bool = False) -> str:
    """The notification's subject; `reminded` tells that the listener is asked to copy."""
    asked = "copy this week's list" if reminded and not added else f"{counted(added, 'track')} added"
    return "(re)Discover Weekly: " + ("the run failed" if failure else asked)


def message_of(pairs: list[ReportedPair], failure: Failure | None, lasts: str | None, page_url: str = "") -> str:
    """The notification. `pairs` are those of the report, with names; `lasts` says how long the authorization does.

    It ends with the address of the archive's page, if there is one, however long the rest is.
    """
    lines = []
    if failure:
        lines += [f"The run failed. {failure['cause']}", ""]
    lines += _made_lines(pairs)
    for pair in pairs:
        lines += _pair_lines(pair)
    if any(pair["added_tracks"] for pair in pairs):
        lines += ["", FROM_SPOTIFY]
    if lasts:
        lines += ["", lasts]
    end = f"\n\nThe archive: {page_url}" if page_url else ""
    return shortened("\n".join(lines).strip(), MESSAGE_LIMIT - len(end)) + f"{end}\n"


def _made_lines(pairs: list[ReportedPair]) -> list[str]:
    """The targets that the run made, each once."""
    made = {pair["target_id"]: pair["target_name"] for pair in pairs if pair["made"]}
    if not made:
        return []
    told = [f"New: {quoted(name)}, {playlist_link(playlist_id)}" for playlist_id, name in made.items()]
    return [*told, "Spotify makes it public, whatever an app asks for. In Spotify's app, choose Make private.", ""]


def _pair_lines(pair: ReportedPair) -> list[str]:
    source, target = named(pair["source_name"], pair["source"]), named(pair["target_name"], pair["target"])
    names = f"{source} → {target}"
    warnings = [f"  {warning}" for warning in pair["warnings"]]
    if pair["week"]:
        warnings.insert(0, f"  {pair['week']}: {pair['week_status']}.")
    if pair["error"]:
        return [f"{names}: {pair['error']['cause']} ({_were(pair['added'])} added.)", *warnings]
    if pair["outcome"] == "nothing_new":
        return [f"{names}: nothing new.", *warnings]
    verb = "would be added" if pair["outcome"] == "dry_run" else "added"
    tracks = pair["added_tracks"]
    lines = [f"{names}: {counted(len(tracks), 'track')} {verb}.", *warnings]
    if (pair["target_total"] or 0) >= NEARLY_FULL:
        lines.append(
            f"  {target} is nearly full, with {pair['target_total']:,} of at most {CAP:,} items. " + _what_then(pair)
        )
    if not pair["verified"] and pair["outcome"] == "added":
        lines.append("  Spotify does not show all of them yet; the next run looks again.")
    if pair.get("cleared"):
        lines.append(f"  {counted(pair['cleared'], 'track')} left {source}: what {target} was seen to hold.")
    return [*lines, *track_lines(tracks)]


def track_lines(tracks: Sequence[Mapping[str, Any]]) -> list[str]:
    """The first tracks by name, with links, and how many more there are."""
    more = [f"  … and {len(tracks) - PREVIEW} more"] if len(tracks) > PREVIEW else []
    return [*map(_track_line, tracks[:PREVIEW]), *more]


def _track_line(track: Mapping[str, Any]) -> str:
    return f"  {quoted(name_and_artists(track), NAME_LIMIT)} {link_of(track['uri']) or ''}".rstrip()


def _were(number: int) -> str:
    return f"{counted(number, 'track')} {'was' if number == 1 else 'were'}"


def _what_then(pair: ReportedPair) -> str:
    is_made = isinstance(pair["target"], dict)
    return "The next run goes on in a new one." if is_made else "Give the pair a new target soon."
