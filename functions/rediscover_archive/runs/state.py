"""The state that travels between the handlers of a run: the one place where its shape stands.

Step Functions sends it as JSON. What a state of the state machine adds is there for those after it, so most of it is
not required. Nothing in it is secret, and it stays small: what is large stands in the bucket, and here is its key.
"""

from typing import Any, NotRequired, Required, TypedDict


class Run(TypedDict):
    """What every pair of a run knows of it: its name (the execution's), and how long Spotify may take to show a write
    (`settle_seconds`).
    """

    name: str
    dry_run: bool
    settle_seconds: int


class Cleared(TypedDict):
    """A source that is to be cleared, by its id, and the indices of all `pairs` of the run that have it."""

    source: str
    pairs: list[int]


class Pair(TypedDict):
    """What to archive where.

    `source` and `target` are as given, `source_ids` and `target_id` in their one spelling; `create` is the name of a
    target to make, and FindTarget adds to such a pair: `target_id`, the full volumes (`earlier`), the name of the one
    that takes the tracks (`volume`), whether this run made it, the ids of its `twins`, whether it was looked for
    because it was forgotten (`found_again`), and the requests that took (`requests_to_find`).

    `for_clearing` tells that a source of the pair is to be cleared; the last pair of the run that has it `clears` it,
    of what all of them have.

    By the ids of sources that were pasted: `pasted` are their tracks, until Prepare has written them down, and
    `not_tracks` says what else was pasted.
    """

    index: int
    source: str | list[str]
    target: str | dict[str, str]
    source_ids: list[str]
    options: dict[str, Any]
    target_id: NotRequired[str]
    create: NotRequired[str]
    earlier: NotRequired[list[str]]
    volume: NotRequired[str]
    made: NotRequired[bool]
    twins: NotRequired[list[str]]
    found_again: NotRequired[bool]
    requests_to_find: NotRequired[int]
    for_clearing: NotRequired[bool]
    clears: NotRequired[list[Cleared]]
    pasted: NotRequired[dict[str, list[str]]]
    not_tracks: NotRequired[dict[str, str]]


class Contents(TypedDict):
    """What was read of a source or target: names for people, and the `documents` with the items, one a source; of a
    target its own, then those of the playlists in `not_in`.

    `remembered` tells that nothing had changed since the last run.
    """

    name: str
    owner: str
    total: int
    remembered: bool
    documents: list[str]
    warnings: NotRequired[list[str]]


class PlanCounts(TypedDict):
    """How far the plan at the key `document` is: what was `offered` = already_there + skipped + to_add; of the latter
    `added` and `left_out` so far, and whether there is `more` to do. `names` are the first ones, for people.
    `elsewhere` are those of `skipped` that a playlist of `not_in` holds.
    """

    document: str
    offered: int
    already_there: int
    skipped: int
    to_add: int
    added: int
    left_out: int
    more: bool
    names: list[str]
    elsewhere: NotRequired[int]


class Caught(TypedDict):
    """What a Catch leaves under `failure.STATE`."""

    Error: str
    Cause: str


class Waiting(TypedDict, total=False):
    """What a state that is to be tried again says: `again`, after so many seconds, and why.

    `token_rejected` asks for a new token first; `token_again`, that the token itself has to be waited for. The counts
    are of refusals in a row (waiting.py); they go once the state succeeds.
    """

    again: bool
    wait_seconds: int
    waiting_for: str
    token_rejected: bool
    token_again: bool
    token_waiting_for: str
    refusals: int
    contradictions: int
    renewals: int


class PairState(Waiting, total=False):
    """One pair's state. `read` are the two branches of ReadBoth, until SelectNewTracks makes one state of them."""

    pair: Required[Pair]
    run: Required[Run]
    spotify_requests: Required[int]
    reauthorize_by: str | None
    read: list["PairState"]
    source: Contents
    target: Contents
    target_total: int
    verified: bool
    plan: PlanCounts
    cleared: int
    failure: dict[str, Caught]


class Group(TypedDict):
    """Pairs that run one after the other, since they meet in a playlist; `target` is that of the first."""

    target: str
    pairs: list[Pair]


class RunState(Waiting, total=False):
    """The run's own state: before the pairs, and with their `results` after them; `output` where it ends as busy."""

    busy: bool
    output: "RunOutput"
    run: Run
    targets: list[Group]
    spotify_requests: int
    reauthorize_by: str | None
    results: list[list[PairState]]
    failure: dict[str, Caught]


class StateError(TypedDict):
    """The failure of one state."""

    state: str
    error: str
    cause: str


class PairOutcome(TypedDict):
    """A pair in an execution's output. `outcome` is added, nothing_new, dry_run or failed.

    `already_elsewhere`, with `not_in`: how many of the skipped one of those playlists holds. `cleared`, where a source
    was to be cleared: how many tracks left it.
    """

    source: str | list[str]
    target: str | dict[str, str]
    outcome: str
    offered: int
    already_there: int
    skipped: int
    added: int
    target_total: int | None
    verified: bool
    error: StateError | None
    already_elsewhere: NotRequired[int]
    cleared: NotRequired[int]


class ReportedPair(PairOutcome):
    """A pair in a run's report, with names. `left_out` are tracks, each with its `reason`.

    `week_status` is what the ISO `week` that the run counts for is known to be (ledger/weeks.py), "" for both where
    none is kept, as of a dry run.
    """

    source_name: str
    target_name: str
    target_id: str
    made: bool
    warnings: list[str]
    added_tracks: list[dict[str, Any]]
    left_out: list[dict[str, Any]]
    week: str
    week_status: str


class RunOutput(TypedDict):
    """An execution's output. `outcome` is added, nothing_new, dry_run or busy."""

    outcome: str
    pairs: list[PairOutcome]
    spotify_requests: int
    reauthorize_by: str | None


BUSY: RunOutput = {"outcome": "busy", "pairs": [], "spotify_requests": 0, "reauthorize_by": None}
"""Of a run that ends at once, since another one is at work."""


class Failure(TypedDict):
    """What an execution fails with."""

    error: str
    cause: str


class Summary(TypedDict):
    """What Summarize answers with: the output, or the failure, and the notification."""

    output: RunOutput
    failed: bool
    error: str
    cause: str
    notify: bool
    subject: str
    message: str
