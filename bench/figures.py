"""The figures: what was measured, what it is compared with, and what it is to reach."""

from dataclasses import asdict, dataclass

from bench import LARGE, NEW
from bench.bundle import Bundle
from bench.command import Command
from bench.engine_runs import KNOWN, SIDE, EngineRuns
from bench.first_read import FirstRead
from bench.growth import Point
from bench.imports import Imports
from bench.inbox import Inbox
from bench.installed import Room
from bench.page import Page

FLAT = (0, 100, 1_000, 10_000)
"""The archive sizes that the requests of a run are to be the same for."""

MOST_REQUESTS = LARGE // 50 + 2
MEBIBYTE = 2**20


@dataclass(frozen=True)
class Figure:
    """One row of the table. `met` is None where there is nothing to reach."""

    name: str
    measured: str
    compared: str
    target: str = ""
    met: bool | None = None

    def document(self) -> dict[str, str | bool | None]:
        """As JSON."""
        return asdict(self)


def growth_figures(points: list[Point]) -> list[Figure]:
    """Requests and seconds against the archive's size."""
    flat = [point for point in points if point.tracks in FLAT]
    large = points[-1]
    requests, nothing = [point.requests for point in flat], [point.nothing_new for point in flat]
    plain = " / ".join(str(point.plain_requests) for point in flat)
    sizes = " / ".join(f"{point.tracks:,}" for point in flat)
    ratio = large.plain_seconds / large.seconds
    return [
        Figure(
            f"Spotify requests of a run, {NEW} new, archive of {sizes}",
            " / ".join(map(str, requests)),
            f"plain method: {plain}",
            "≤ 6, the same for all",
            len(set(requests)) == 1 and max(requests) <= 6,
        ),
        Figure(
            "the same, nothing new",
            " / ".join(map(str, nothing)),
            f"plain method: {' / '.join(str(point.plain_requests - 1) for point in flat)}",
            "≤ 3",
            max(nothing) <= 3,
        ),
        Figure(
            f"after the listener's edit, archive of {large.tracks:,}",
            f"{large.edited} once, then {large.after_edit}",
            f"before the edit: {large.requests}",
            "once, then flat",
            large.edited >= LARGE // 50 and large.after_edit == large.requests,
        ),
        Figure(
            f"seconds of a run, {NEW} new into {large.tracks:,}, functions only, warm",
            f"{large.seconds:.2f} s",
            f"plain method: {large.plain_seconds:.1f} s, {ratio:.0f} times as long",
            "≥ 10 times faster",
            ratio >= 10,
        ),
    ]


def inbox_figures(inboxes: list[Inbox]) -> list[Figure]:
    """Requests against the source's size."""
    sizes = " / ".join(f"{inbox.tracks:,}" for inbox in inboxes)
    return [
        Figure(
            f"Spotify requests of a run, {NEW} new at the end of a source of {sizes}",
            " / ".join(str(inbox.requests) for inbox in inboxes),
            f"plain method: {' / '.join(str(inbox.plain_requests) for inbox in inboxes)}",
            "≤ 6 for all",
            all(inbox.requests <= 6 for inbox in inboxes),
        )
    ]


def page_figures(measured: Page) -> list[Figure]:
    """The archive's page."""
    if measured.painted is None or measured.found is None:
        return []
    size = f"{measured.tracks:,} tracks, {measured.megabytes:.1f} MB, made in {measured.made:.2f} s"
    return [
        Figure("the archive's page: first text", f"{measured.painted:.2f} s", size, "≤ 1 s", measured.painted <= 1),
        Figure("… a search in it", f"{measured.found * 1000:.0f} ms", "", "≤ 100 ms", measured.found <= 0.1),
    ]


def first_read_figures(read: FirstRead) -> list[Figure]:
    """The first read of a large target."""
    ratio = read.seconds / read.serial_seconds
    return [
        Figure(
            f"first read of {LARGE:,} tracks: requests",
            str(read.requests),
            f"pages: {LARGE // 50}",
            f"≤ {MOST_REQUESTS}",
            read.requests <= MOST_REQUESTS,
        ),
        Figure(
            "… time",
            f"{read.seconds:.2f} s, {ratio:.2f} of",
            f"one page after the other: {read.serial_seconds:.1f} s",
            "≤ 0.3 of it",
            ratio <= 0.3,
        ),
        Figure("… requests in flight", str(read.most_in_flight), "", "≤ 4", read.most_in_flight <= 4),
    ]


def import_figures(measured: Imports) -> list[Figure]:
    """Import times, and what is loaded for nothing."""
    alone = measured.packages_alone
    figures = [
        Figure(
            f"import of {name}",
            f"{one.seconds * 1000:.0f} ms (fastest {one.fastest * 1000:.0f}, {one.fastest / alone:.2f} of)",
            f"boto3 and requests alone: {alone * 1000:.0f} ms",
            "≤ 350 ms",
            one.seconds <= 0.35,
        )
        for name, one in measured.handlers.items()
    ]
    unused = {name: one.unused for name, one in measured.handlers.items() if one.unused}
    total = sum(one.fastest for one in measured.handlers.values())
    if_all = measured.everything * len(measured.handlers)
    figures.append(
        Figure(
            "loaded but not used",
            "; ".join(f"{name}: {', '.join(loaded)}" for name, loaded in unused.items()) or "nothing",
            "what boto3 and the Logger do not bring",
            "nothing",
            not unused,
        )
    )
    figures.append(
        Figure(
            "sum of all imports",
            f"{total * 1000:.0f} ms, {total / if_all:.2f} of",
            f"each importing everything: {if_all * 1000:.0f} ms",
        )
    )
    return figures


def bundle_figure(measured: Bundle) -> Figure:
    """The bundle's size."""
    if measured.problem:
        return Figure(
            "deployment bundle, zipped", "not measured", f"it could not be built: {measured.problem}", "≤ 5 MB"
        )
    megabytes = measured.zipped / 1e6
    unzipped = f"unzipped: {measured.unzipped / 1e6:.1f} MB"
    return Figure("deployment bundle, zipped", f"{megabytes:.2f} MB", unzipped, "≤ 5 MB", megabytes <= 5)


def command_figures(measured: Command) -> list[Figure]:
    """A run as it is typed."""
    ratio = measured.seconds / measured.script_seconds
    return [
        Figure(
            "`rediscover run`, nothing new",
            f"{measured.seconds:.1f} s, {ratio:.1f} times as long as",
            f"a script that sends the same requests: {measured.script_seconds:.2f} s",
            "≤ 6 times",
            ratio <= 6,
        ),
        Figure("… processor time", f"{measured.processor:.1f} s", ""),
        Figure("… memory of its largest process", f"{measured.memory / MEBIBYTE:.0f} MiB", ""),
    ]


def room_figures(measured: Room) -> list[Figure]:
    """What an installation of the command takes."""
    if measured.problem:
        return [Figure("the command, installed", "not measured", f"it could not be: {measured.problem}", "≤ 200 MB")]
    megabytes = measured.size / 1e6
    return [
        Figure(
            "the command, installed",
            f"{megabytes:.0f} MB",
            "with moto's extra “server”: 282 MB",
            "≤ 200 MB",
            megabytes <= 200,
        ),
        Figure("… packages", str(measured.packages), "with it: 73", "≤ 60", measured.packages <= 60),
    ]


def engine_figures(runs: EngineRuns) -> list[Figure]:
    """Memory, payloads and transitions."""
    sides = f"{SIDE:,} tracks on both sides, {SIDE - KNOWN:,} new"
    limit, large, typical = 32 * 1024, runs.large, runs.typical
    memory = [
        Figure(
            f"peak memory, {sides}: {name}" if number == 0 else f"… {name}",
            f"{peak / MEBIBYTE:.0f} MB",
            f"smallest Lambda: 128 MB; {peak / MEBIBYTE / 128:.2f} of it",
            "≤ 128 MB",
            peak <= 128 * MEBIBYTE,
        )
        for number, (name, peak) in enumerate(sorted(runs.memory.items(), key=lambda one: -one[1]))
    ] or [Figure("peak memory", "not measured", "this system has no /proc", "≤ 128 MB")]
    return [
        *memory,
        Figure(
            f"largest state payload, {sides}",
            f"{large.largest_payload:,} bytes",
            f"{typical.largest_payload:,} bytes with {NEW} new into {NEW}",
            "≤ 32 KiB",
            large.largest_payload <= limit,
        ),
        Figure(
            "state transitions of a typical run",
            str(typical.transitions),
            f"nothing new: {runs.nothing_new.transitions}; 20 pairs: {runs.many.transitions}",
        ),
    ]
