"""What a run means to add to one target, and how far it has come. Both outlive a crash of the function."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from rediscover_archive.errors import DocumentMissing
from rediscover_archive.pairs.selection import Selection
from rediscover_archive.spotify.items import Item

if TYPE_CHECKING:  # history reads plans, and has no use for AWS's libraries
    from rediscover_archive.documents import Documents, Readable


@dataclass(frozen=True)
class Plan:
    """The tracks to add, in order, at `position` (bottom or top).

    `before` is the target's total before the run added anything, `unseen` how many of these no row showed. `backwards`
    tells that the last tracks are sent first, each request's above all that is there: so new ones go to the top, and no
    place has to be known. (Releases before sent the first ones first.)

    For a source that is to be cleared also the URIs of what a row of the target showed before (`there`), of what a
    playlist of `not_in` holds (`elsewhere`), and of what was added and read back (`verified`).
    """

    target: str
    before: int
    tracks: list[dict[str, Any]]
    skipped: list[dict[str, Any]]
    position: str = "bottom"
    unseen: int = 0
    there: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    verified: list[str] = field(default_factory=list)
    backwards: bool = False

    @property
    def read_back(self) -> list[str]:
        """What the target was seen to hold of the source, before this run or after it."""
        return [*self.there, *self.verified]

    @property
    def on_top(self) -> bool:
        """Whether new tracks go to the top."""
        return self.position == "top"

    @property
    def uris(self) -> list[str]:
        """The URIs to add, in the order in which they are sent."""
        return self.turned([track["uri"] for track in self.tracks])

    def turned(self, uris: list[str]) -> list[str]:
        """Those in the order of the source in the order in which they are sent, or the other way round."""
        return uris[::-1] if self.backwards else uris

    @property
    def is_named(self) -> bool:
        """Whether every track has a name; pasted links have none."""
        return all(track["name"] for track in self.tracks)

    def named_by(self, shown: Mapping[str, Item]) -> "Plan":
        """The plan with the names of the rows that were read back, by the URIs of the tracks that they stand for."""

        def with_name(track: dict[str, Any]) -> dict[str, Any]:
            row = None if track["name"] else shown.get(track["uri"])
            return track if row is None else {**track, **named(row), "uri": track["uri"]}

        return replace(self, tracks=[*map(with_name, self.tracks)], skipped=[*map(with_name, self.skipped)])


def plan_of(target: str, before: int, selection: Selection, position: str, unseen: int = 0) -> Plan:
    """The plan that carries out `selection`."""
    tracks = [{**named(item), "isrc": item.isrc} for item in selection.new]
    skipped = [{**named(one.item), "reason": one.reason} for one in selection.skipped]
    return Plan(target, before, tracks, skipped, position, unseen, backwards=position == "top")


def named(item: Item) -> dict[str, Any]:
    """An item as people know it: `{"uri", "name", "artists"}`."""
    return {"uri": item.uri, "name": item.name, "artists": list(item.artists)}


def name_and_artists(track: Mapping[str, Any]) -> str:
    """One line for people, out of what `named` made; the URI of a pasted track whose name is not known yet."""
    return f"{track['name']} – {', '.join(track['artists'])}" if track["name"] else str(track["uri"])


@dataclass
class Progress:
    """How far the adding has come.

    `next` is how many of the plan's tracks are settled, in the order in which they are sent; `sending` tells that a
    request for the batch at `next` was about to be sent and its outcome is not known. `there` are tracks of the plan
    that the target was last seen to hold already. `left_out` holds `{"uri", "reason"}`. `snapshot_id` is that of the
    last add.

    Of a batch that is under way: `begun` is its first place in that order, `ends` are where its parts end, the next
    part's last. `refusals` is how many there were in a row, `unavailable` those of them that were a 5xx for this part,
    `accepted` that a part was taken, `unsure` what is left out and may not be to blame, `judged` how often that was so.
    `cleared` is how many tracks left the sources.
    """

    next: int = 0
    sending: bool = False
    snapshot_id: str = ""
    there: list[str] = field(default_factory=list)
    left_out: list[dict[str, str]] = field(default_factory=list)
    begun: int = 0
    ends: list[int] = field(default_factory=list)
    refusals: int = 0
    unavailable: int = 0
    accepted: bool = False
    unsure: list[str] = field(default_factory=list)
    judged: int = 0
    cleared: int = 0

    @property
    def added(self) -> int:
        """How many tracks are in the target by this run."""
        return max(0, self.next - len(self.left_out))


def added(plan: Plan, progress: Progress) -> list[dict[str, Any]]:
    """The tracks of the plan that are in the target by this run, in order."""
    sent = {*plan.uris[: progress.next]} - {one["uri"] for one in progress.left_out}
    return [track for track in plan.tracks if track["uri"] in sent]


def run_folder(run: str) -> str:
    """Where the documents of a run stand that only it needs.

    A run may be called `..`, which is no part of a path for everybody; a colon is in no execution's name (Step
    Functions, StartExecution).
    """
    return f"plans/{run if run.strip('.') else run.replace('.', ':')}"


def report_key(run: str) -> str:
    """Where the report of a run stands."""
    return f"runs/{run}.json"


def plan_key(run: str, pair: int) -> str:
    """Where the plan of a pair of a run stands."""
    return f"{run_folder(run)}/{pair}.json"


def write_plan(documents: "Documents", where: str, plan: Plan) -> None:
    """Write `plan` at the key `where`."""
    documents.put(where, asdict(plan))


def read_plan(documents: "Readable", where: str) -> Plan:
    """The plan at the key `where`. Raises DocumentMissing."""
    document = documents.get(where)
    if document is None:
        raise DocumentMissing(f"The plan {where} is gone from the bucket. Start a new run.")
    return Plan(**document)


def write_progress(documents: "Documents", where: str, progress: Progress) -> None:
    """Write the progress of the plan at the key `where`."""
    documents.put(_progress_key(where), asdict(progress))


def read_progress(documents: "Readable", where: str) -> Progress:
    """The progress of the plan at the key `where`; a release before this one wrote more into it."""
    document = documents.get(_progress_key(where)) or {}
    return Progress(**{name.name: document[name.name] for name in fields(Progress) if name.name in document})


def _progress_key(where: str) -> str:
    return where.removesuffix(".json") + ".progress.json"
