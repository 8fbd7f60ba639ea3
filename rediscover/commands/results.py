"""What a run has done, in words, from the report that Summarize wrote."""

from collections.abc import Iterator, Mapping
from typing import Any

from rediscover.words import clean
from rediscover_archive.pairs.references import as_text, named
from rediscover_archive.text import quoted

LEFT_OUT_SHOWN = 20


def lines(report: Mapping[str, Any]) -> Iterator[str]:
    """The result of a run: for each pair what was added, by name, and the counts.

    Why a pair failed is left to the execution's cause, which says it for all of them.
    """
    for pair in report["pairs"]:
        yield from _pair(pair)
    until = report.get("reauthorize_by")
    lasts = f" Spotify's authorization lasts until {until}." if until else ""
    yield f"Spotify requests: {report['spotify_requests']}.{lasts}"


def warnings(report: Mapping[str, Any]) -> Iterator[str]:
    """What a run that succeeded has to say all the same, for each pair."""
    for pair in report["pairs"]:
        source, target = (named(pair[f"{role}_name"], pair[role]) for role in ("source", "target"))
        yield from (f"{source} to {target}: {clean(warning)}" for warning in pair.get("warnings", []))


def without_report(output: Mapping[str, Any]) -> Iterator[str]:
    """The result of a run whose report is not there or may not be read, from its output: without names."""
    for pair in output["pairs"]:
        outcome = clean(pair["outcome"].replace("_", " "))
        yield f"{clean(as_text(pair['source']))} to {clean(as_text(pair['target']))}: {outcome}, {pair['added']} added."
    if not output["pairs"]:
        yield f"Nothing was done: {clean(output['outcome'])}."


def _pair(pair: Mapping[str, Any]) -> Iterator[str]:
    source, target = (named(pair[f"{role}_name"], pair[role]) for role in ("source", "target"))
    tracks = pair["added_tracks"]
    counted = f"{len(tracks)} track{'' if len(tracks) == 1 else 's'}"
    if error := pair["error"]:
        yield f"{source} to {target} failed in {clean(error['state'])}."
    if pair.get("made"):
        yield f"Made {target}: https://open.spotify.com/playlist/{clean(pair['target_id'])}"
    if pair["outcome"] == "dry_run":
        yield f"Would add {counted} from {source} to {target}{':' if tracks else '.'}"
    elif tracks:
        yield f"Added {counted} from {source} to {target}:"
    elif not error:
        yield f"Nothing new in {source} for {target}."
    for number, track in enumerate(tracks, 1):
        yield f"{number:>5}. {_track(track)}"
    yield from _remarks(pair)
    if pair["offered"] or not error:
        yield _counts(pair)


def _track(track: Mapping[str, Any]) -> str:
    return quoted(f"{track['name']} – {', '.join(track['artists'])}")


def _item(left: Mapping[str, Any]) -> str:
    known = left["name"] or left["uri"]
    return quoted(known) if known else "an item"


def _remarks(pair: Mapping[str, Any]) -> Iterator[str]:
    for left in pair["left_out"][:LEFT_OUT_SHOWN]:
        yield f"  Left out: {_item(left)}: {clean(left['reason'])}"
    if len(pair["left_out"]) > LEFT_OUT_SHOWN:
        yield f"  … and {len(pair['left_out']) - LEFT_OUT_SHOWN} more are left out."
    for warning in pair.get("warnings", []):
        yield f"  {clean(warning)}"


def _counts(pair: Mapping[str, Any]) -> str:
    counts = f"  {pair['offered']} offered, {pair['already_there']} already there, {pair['skipped']} skipped."
    if pair["target_total"] is None:
        return counts
    verified = ", verified" if pair["verified"] else ""
    return f"{counts} The target holds {pair['target_total']} tracks{verified}."
