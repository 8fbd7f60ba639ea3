"""The promise, in one place.

Whatever fails and however often a run is retried, repeated or overlapped: every track that could be added is in the
target exactly once, in source order among what a run adds; nothing that was in the target is moved or removed; every
failed run says what happened; and one undisturbed run afterwards completes the job.

Where the source is to be cleared, a track leaves it only after it was read back in the target, and one undisturbed run
completes that too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rediscover.simulator import Simulator

if TYPE_CHECKING:  # the simulation needs no engine
    from tests.support.stack import Execution

Uris = list[str | None]


@dataclass(frozen=True)
class Archive:
    """A pair of playlists as they were before the run. `refused` is what Spotify does not let in."""

    source: str
    target: str
    offered: Uris
    kept: Uris
    options: Mapping[str, Any] = field(default_factory=dict)
    refused: Uris = field(default_factory=list)

    @property
    def clears(self) -> bool:
        """Whether what is in the target is to leave the source."""
        return bool(self.options.get("clear_source"))

    @property
    def pair(self) -> dict[str, Any]:
        """The pair in an execution's input."""
        return {"source": self.source, "target": self.target, **self.options}


def archive(simulator: Simulator, name: str, offered: int = 230, kept: int = 130) -> Archive:
    """A source whose first tracks the target has already, so that every count is different.

    Archives side by side are of the same tracks.
    """
    new, old = simulator.tracks(offered, "New"), simulator.tracks(kept, "Old")
    source = simulator.create_playlist(f"{name} source", [*old[:3], *new])
    target = simulator.create_playlist(f"{name} target", old)
    return Archive(source, target, simulator.uris(source), simulator.uris(target))


def broken_promises(simulator: Simulator, before: Archive, *, completed: bool) -> list[str]:
    """What of the promise does not hold for the playlists as they are now; [] where all does."""
    broken = broken_in_target(simulator, before, completed=completed)
    return broken + (broken_in_source(simulator, before, completed=completed) if before.clears else [])


def broken_in_source(simulator: Simulator, before: Archive, *, completed: bool) -> list[str]:
    """What of the promise does not hold for a source that is to be cleared."""
    place, now = before.target, simulator.uris(before.source)
    rows = {
        uri
        for uri in simulator.uris(place)
        if (place, str(uri)) not in simulator.hidden and (place, str(uri)) not in simulator.shown
    }
    lost = [uri for uri in before.offered if uri not in now and uri not in rows]
    broken = [f"{len(lost)} tracks left the source, and the target does not show them"] if lost else []
    if now != [uri for uri in before.offered if uri in now]:
        broken.append("what stays in the source was moved")
    if completed and (stays := [uri for uri in now if uri in rows]):
        broken.append(f"{len(stays)} tracks that the target shows are still in the source")
    return broken


def broken_in_target(simulator: Simulator, before: Archive, *, completed: bool) -> list[str]:
    """What of the promise does not hold for the target as it is now; [] where all does."""
    now = simulator.uris(before.target)
    new = len(now) - len(before.kept)
    on_top = before.options.get("position") == "top"
    added, kept = (now[:new], now[new:]) if on_top else (now[len(before.kept) :], now[: len(before.kept)])
    there, out = set(added), {*before.kept, *before.refused}
    wanted = [uri for uri in before.offered if uri not in out]
    broken = []
    if kept != before.kept:
        broken.append("something that was in the target was moved or removed")
    if len(set(now)) != len(now):
        broken.append(f"{len(now) - len(set(now))} tracks are there more than once")
    if added != [uri for uri in wanted if uri in there]:
        broken.append("added tracks are not in source order")
    if completed and there != set(wanted):
        broken.append(f"{len(set(wanted) - there)} tracks are missing")
    return broken


def untold_failures(execution: "Execution", report: Any) -> list[str]:
    """Failures that do not say what happened."""
    told = [pair["error"] for pair in report["pairs"] if pair["outcome"] == "failed"]
    untold = [str(error) for error in told if not (error["state"] and error["error"] and len(error["cause"]) > 20)]
    if (execution.status == "FAILED") != bool(report["error"]):
        untold.append(f"the execution is {execution.status}, its report says {report['error']}")
    return untold
