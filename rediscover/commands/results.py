"""What a run has done, in words, from the report that Summarize wrote."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rediscover.executions.reports import CutOff
from rediscover.words import clean, reason
from rediscover_archive.pairs.plan import name_and_artists
from rediscover_archive.pairs.references import as_text, named
from rediscover_archive.pairs.selection import ELSEWHERE
from rediscover_archive.spotify.items import playlist_link
from rediscover_archive.text import counted, quoted

LEFT_OUT_SHOWN = 20

NAMED = 100


def lines(report: Mapping[str, Any], *, whole: bool = False) -> Iterator[str]:
    """The result of a run: for each pair what was added, by name, and the counts.

    The `whole` of it also says why a pair failed, else left to the execution's cause, which says it for all of them,
    and all that was left out.
    """
    for one in report.get("interrupted", []):
        yield f"{interruption(one)}{':' if one['added_tracks'] else '.'}"
        yield from _numbered(one["added_tracks"])
    for pair in report["pairs"]:
        yield from _pair(pair, whole)
    until = report.get("reauthorize_by")
    lasts = f" Spotify's authorization lasts until {until}." if until else ""
    yield f"Spotify requests: {report['spotify_requests']}.{lasts}"


def warnings(report: Mapping[str, Any]) -> Iterator[str]:
    """What a run that succeeded has to say all the same: of those before it, and for each pair."""
    yield from (f"{interruption(one)}." for one in report.get("interrupted", []))
    for pair in report["pairs"]:
        source, target = (named(pair[f"{role}_name"], pair[role]) for role in ("source", "target"))
        yield from (f"{source} to {target}: {clean(warning)}" for warning in pair.get("warnings", []))


def briefly(report: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The pairs of a report, and what runs before had added, with at most NAMED tracks in each list.

    The whole of it stands `where`.

    A pair's `added` and `skipped` count all of them.
    """
    lists = ("added_tracks", "left_out")
    pairs = [{**pair, **{name: pair[name][:NAMED] for name in lists}} for pair in report["pairs"]]
    earlier = [{**one, "added_tracks": one["added_tracks"][:NAMED]} for one in report.get("interrupted", [])]
    return {"pairs": pairs, "interrupted": earlier, "complete_at": where}


def interruption(one: Mapping[str, Any]) -> str:
    """What a run before had added that was interrupted, of which its successor's report tells; without a stop."""
    told = (
        f"The run before, {clean(one['run'])}, was interrupted. Of its {counted(one['planned'], 'track')} for "
        f"{clean(one['target_name'])} it had added {len(one['added_tracks']) or 'none'}"
    )
    return told if one["completed"] else f"{told}, as far as is known; the next run of that pair completes it"


def without_report(output: Mapping[str, Any]) -> Iterator[str]:
    """The result of a run whose report is not there or may not be read, from its output: without names."""
    for pair in output["pairs"]:
        outcome = clean(pair["outcome"].replace("_", " "))
        yield f"{clean(as_text(pair['source']))} to {clean(as_text(pair['target']))}: {outcome}, {pair['added']} added."
    if not output["pairs"]:
        yield "Another run is archiving the same; this one did nothing."


def cut_off_lines(unfinished: Iterable[CutOff]) -> Iterator[str]:
    """What a run had done that was cut off, and so has no report."""
    for one in unfinished:
        yield (
            f"Cut off after {len(one.added)} of {counted(len(one.tracks), 'track')} for https://open.spotify.com/playlist/"
            f"{clean(one.target)}{':' if one.added else '.'}"
        )
        yield from _numbered(one.added)
        if one.in_doubt:
            yield "  A request for more was under way; the next run finds out what came of it."


def _pair(pair: Mapping[str, Any], whole: bool) -> Iterator[str]:
    source, target = (named(pair[f"{role}_name"], pair[role]) for role in ("source", "target"))
    tracks = pair["added_tracks"]
    number = counted(len(tracks), "track")
    if error := pair["error"]:
        why = f": {reason(error['error'], error['cause'])}" if whole else "."
        yield f"{source} to {target} failed in {clean(error['state'])}{why}"
    if pair.get("made"):
        yield f"Made {target}: {playlist_link(clean(pair['target_id']))}"
    if pair["outcome"] == "dry_run":
        yield f"Would add {number} from {source} to {target}{':' if tracks else '.'}"
    elif tracks:
        yield f"Added {number} from {source} to {target}:"
    elif not error:
        yield f"Nothing new in {source} for {target}."
    yield from _numbered(tracks)
    yield from _remarks(pair, len(pair["left_out"]) if whole else LEFT_OUT_SHOWN)
    if pair["offered"] or not error:
        yield _counts(pair)


def _numbered(tracks: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for number, track in enumerate(tracks, 1):
        yield f"{number:>5}. {track_line(track)}"


def track_line(track: Mapping[str, Any]) -> str:
    """A track for people: its name and artists, quoted; of a pasted link no name is known yet."""
    return quoted(name_and_artists(track)) if track["name"] else clean(track["uri"])


def _item(left: Mapping[str, Any]) -> str:
    known = left["name"] or left["uri"]
    return quoted(known) if known else "an item"


def _remarks(pair: Mapping[str, Any], most: int) -> Iterator[str]:
    told = [left for left in pair["left_out"] if left["reason"] != ELSEWHERE]  # those are counted
    for left in told[:most]:
        yield f"  Left out: {_item(left)}: {clean(left['reason'])}"
    if len(told) > most:
        yield f"  … and {len(told) - most} more."
    for warning in pair.get("warnings", []):
        yield f"  {clean(warning)}"


def _counts(pair: Mapping[str, Any]) -> str:
    elsewhere = f", {pair['already_elsewhere']} of them already elsewhere" if pair.get("already_elsewhere") else ""
    counts = (
        f"  {pair['offered']} offered, {pair['already_there']} already there, {pair['skipped']} skipped{elsewhere}."
    )
    if pair["target_total"] is None:
        return counts
    verified = ", verified" if pair["verified"] else ""
    cleared = f" {counted(pair['cleared'], 'track')} left the source." if pair.get("cleared") else ""
    return f"{counts} The target holds {counted(pair['target_total'], 'track')}{verified}.{cleared}"
