"""What happens in a sequence of runs, all of it drawn from a seed, in parts that can be left out one by one."""

from dataclasses import dataclass, replace
from random import Random

GENERIC = (
    *("the process is killed before", "the process is killed after") * 3,
    "slow before",
    "slow after",
    *("the listener edits the target before", "the listener edits the target after") * 2,
    "the run is stopped before",
    "the run is stopped after",
    "another run starts before",
    "another run starts after",
    "the access tokens expire before",
    "the source grows before",
    "the source shrinks before",
)
"""At any request, before or after it took effect."""

LIMITS = ("429 for no time", "429 for a second", "429 for a minute", "429 without a time", "429 for the quota")
LOST = (
    "reset before it took effect",
    *("answer lost after it took effect",) * 3,
    *("late",) * 2,
    "malformed answer",
    "truncated answer",
)
ERRORS = ("500", "502 in HTML", "503", "401", "403", "404", "400", "422")
FAILED = ("failed", "failed after it took effect", "sent twice")

TROUBLES: dict[str, tuple[str, ...]] = {
    "any": GENERIC,
    "http": (*LIMITS, *LOST, *ERRORS),
    "POST": (*LOST * 2, *LIMITS, *ERRORS, *GENERIC),
    "GET": (*LOST, *LIMITS, *ERRORS, *("half of a page",) * 3, *GENERIC),
    "token": (*LOST, *LIMITS, "500", "503", *GENERIC),
    "s3": (*FAILED, *GENERIC),
    "put": (*FAILED, *GENERIC),
    "secret": (*FAILED, *GENERIC),
    "states": (*FAILED, *("not known yet",) * 3, *GENERIC),
    "sleep": GENERIC,
    "invoke": ("throttled", "not begun", "answer lost", "never answered", "run twice"),
    "notify": ("throttled", "never answered"),
}
"""By the kind of request, what may become of it."""

PLACES = {
    "any": (8, 90),
    "http": (6, 25),
    "POST": (10, 4),
    "GET": (6, 12),
    "token": (2, 2),
    "s3": (2, 40),
    "put": (4, 16),
    "secret": (1, 8),
    "states": (2, 2),
    "sleep": (1, 2),
    "invoke": (3, 10),
    "notify": (1, 1),
}
"""How often each kind is chosen, and up to which of its requests in a run."""

OTHER_SOURCES = {"gone": 0.07, "own": 0.1, "pasted": 0.1, "plays": 0.07, "plays of one": 0.07}
"""How often a pair has each, alone or with its own."""


@dataclass(frozen=True)
class Trouble:
    """Befalls the `nth` request of a kind in a run and the following, `count` in all (-1: every one).

    `detail`, from 0 to 1, is how long, how much or which.
    """

    on: str
    nth: int
    what: str
    count: int = 1
    detail: float = 0.5

    def __str__(self) -> str:
        times = {1: "", -1: ", always"}.get(self.count, f", {self.count} times")
        return f"{self.what} {self.on} request {self.nth}{times}"


@dataclass(frozen=True)
class Pair:
    """A source of so many tracks and a target that holds so many, `shared` ones of the source among them.

    `source` names one or, with + between them, several: `playlist`, `liked`, `pasted`, `plays`, `plays of one`, `gone`
    (the archive of a playlist that is no more) and `own` (that of the target). `target` is its number; -1 is one that
    is to be made. A source that `grows` keeps what it had from week to week. The option `not_in` stands for a playlist
    with some of the source.
    """

    source: str
    target: int
    offered: int
    kept: int
    shared: int
    options: tuple[tuple[str, object], ...] = ()
    grows: bool = False


@dataclass(frozen=True)
class Setup:
    """The stack and Spotify as they are in all of the sequence. Lags and ages are in seconds and days.

    Some tracks are `relinked`, that is shown as others, in the `sources` or in the `targets`; in `targets, or empty` as
    empty places, too. A playlist takes `cap` items, and refuses more with `cap_status`.
    """

    pairs: tuple[Pair, ...]
    settle: int = 5
    items_lag: float = 0
    snapshot_lag: float = 0
    listing_lag: float = 0
    rotates: bool = False
    token_seconds: int = 3600
    consent_age: int = 0
    most_rows: int = 100
    relinked: str = ""
    cap: int = 10_000
    cap_status: int = 403


@dataclass(frozen=True)
class Run:
    """Executions that start after so many seconds, and what befalls them together; `number` is its place at first."""

    number: int
    starts: tuple[float, ...] = (0.0,)
    troubles: tuple[Trouble, ...] = ()
    dry: bool = False

    def __str__(self) -> str:
        return f"{'dry run' if self.dry else 'run'} ×{len(self.starts)}: {'; '.join(map(str, self.troubles)) or '–'}"


@dataclass(frozen=True)
class Quiet:
    """What happens while nothing runs: `week`, `edit`, `revoke`, `renew`, `wait`."""

    what: str
    detail: float = 0.5

    def __str__(self) -> str:
        return self.what


Step = Run | Quiet


@dataclass(frozen=True)
class Sequence:
    """A setup and its steps; an undisturbed run comes after them."""

    seed: str
    setup: Setup
    steps: tuple[Step, ...]


def sequence_of(seed: str) -> Sequence:
    """The sequence that a seed stands for."""
    random = Random(seed)
    more = Random(f"{seed} options")
    setup = _with_more_options(_setup(random), more)
    steps: list[Step] = []
    for _ in range(random.choice((2, 3, 4, 5, 6))):
        steps += [_quiet(random) for _ in range(random.choice((0, 1, 1, 2)))]
        steps.append(_run(random, len(steps)))
    if any("clear_source" in dict(pair.options) for pair in setup.pairs):
        steps = [_with_removals(step, more) for step in steps]
    return _with_more_sources(Sequence(seed, setup, tuple(steps)), Random(f"{seed} sources"))


def _setup(random: Random) -> Setup:
    options: list[tuple[str, object]] = []
    if random.random() < 0.3:
        options.append(("position", "top"))
    if random.random() < 0.1:
        options.append(("bring_back_removed", True))
    if random.random() < 0.2:
        options.append(("match", "isrc"))
    targets = random.choice(((0,), (0,), (0,), (0,), (0,), (0, 1), (0, 0), (0, 0, 1), (-1,), (-1,), (-1, 0)))
    return Setup(
        pairs=tuple(_pair(random, target, tuple(options)) for target in targets),
        settle=random.choice((2, 5, 5, 10)),
        items_lag=random.choice((0, 0.6, 1.5, 1.5)),
        snapshot_lag=random.choice((0, 0, 30)),
        listing_lag=random.choice((0, 0, 20)),
        rotates=random.random() < 0.3,
        token_seconds=random.choice((3600, 3600, 3600, 900, 60)),
        consent_age=random.choice((0, 0, 0, 90, 150, 175)),
        most_rows=random.choice((100, 100, 100, 100, 2)),
    )


def _with_more_options(setup: Setup, random: Random) -> Setup:
    """Drawn apart, so that all else of a seed stays as it was before there were these options."""
    more: list[tuple[str, object]] = []
    if random.random() < 0.15:
        more.append(("not_in", ()))
    is_cleared = random.random() < 0.25
    pairs = []
    for pair in setup.pairs:
        cleared = [("clear_source", True)] if is_cleared and pair.source != "liked" else []
        pairs.append(replace(pair, options=(*pair.options, *more, *cleared)))
    return replace(setup, pairs=tuple(pairs))


def _with_removals(step: Step, random: Random) -> Step:
    """A run in which something befalls a request that clears a source, too."""
    if not isinstance(step, Run) or random.random() < 0.5:
        return step
    trouble = Trouble("DELETE", random.randint(1, 3), random.choice(TROUBLES["POST"]), detail=random.random())
    return replace(step, troubles=(*step.troubles, trouble))


def _with_more_sources(sequence: Sequence, random: Random) -> Sequence:
    """Drawn apart, as `_with_more_options`."""
    setup = sequence.setup
    pairs = [*setup.pairs]
    for kind, often in OTHER_SOURCES.items():
        place = random.randrange(len(pairs))
        alone, before = random.random() < 0.5, random.random() < 0.5
        if random.random() < often and not _is_there(kind, pairs, place):
            others = [] if alone else [pairs[place].source]
            pairs[place] = replace(pairs[place], source="+".join([kind, *others] if before else [*others, kind]))
    brings_back = random.random() < 0.5
    pairs = [_sound(pair, brings_back=brings_back and any(_is_archive(one) for one in pairs)) for pair in pairs]
    relinked = random.choice(("sources", "targets", "targets, or empty")) if random.random() < 0.12 else ""
    is_made = all(pair.target < 0 and "pasted" not in pair.source for pair in pairs)
    caps, often = ((14, 18, 26), 0.3) if is_made else ((26, 30, 36, 45), 0.08)
    cap = random.choice(caps) if random.random() < often else setup.cap
    cap_status = random.choice((403, 403, 500))
    setup = replace(setup, pairs=tuple(pairs), relinked=relinked, cap=cap, cap_status=cap_status)
    steps = sequence.steps if cap == sequence.setup.cap else tuple(_with_stop(step, random) for step in sequence.steps)
    return replace(sequence, setup=setup, steps=steps)


def _with_stop(step: Step, random: Random) -> Step:
    """A run that may be stopped, perhaps between filling a playlist and recording that."""
    if not isinstance(step, Run) or random.random() < 0.5:
        return step
    stop = Trouble("put", random.randint(1, PLACES["put"][1]), "the run is stopped after")
    return replace(step, troubles=(*step.troubles, stop))


def _is_there(kind: str, pairs: list[Pair], place: int) -> bool:
    """Whether a source cannot be drawn: the target's own archive where that is to be made; plays are offered once."""
    return (kind == "own" and pairs[place].target < 0) or any(kind[:5] in pair.source for pair in pairs)


def _is_archive(pair: Pair) -> bool:
    return "own" in pair.source or "gone" in pair.source


def _sound(pair: Pair, *, brings_back: bool) -> Pair:
    """The options that can be; more of them where an archive is to come back."""
    options = dict(pair.options)
    if pair.source != "playlist":
        options.pop("clear_source", None)
    return replace(pair, options=tuple({**options, **({"bring_back_removed": True} if brings_back else {})}.items()))


def _pair(random: Random, target: int, options: tuple[tuple[str, object], ...]) -> Pair:
    grows = random.random() < 0.2
    return Pair(
        source=random.choice(("playlist",) * 5 + ("liked",)),
        target=target,
        offered=random.choice((23, 28, 36) if grows else (0, 1, 2, 5, 8, 12, 17, 23, 23, 28)),
        kept=random.choice((0, 1, 4, 7, 10, 13, 19, 24)),
        shared=random.choice((0, 0, 1, 3)),
        options=options,
        grows=grows,
    )


def _quiet(random: Random) -> Quiet:
    what = random.choice(("week",) * 8 + ("edit",) * 6 + ("wait",) * 2 + ("revoke", "renew"))
    return Quiet(what, random.random())


def _run(random: Random, number: int) -> Run:
    starts = [0.0]
    while random.random() < 0.15 and len(starts) < 4:
        starts.append(random.choice((0.0, random.random(), 60 * random.random())))
    troubles = tuple(_trouble(random) for _ in range(random.choice((0, 1, 1, 2, 2, 3, 4, 6))))
    return Run(number, tuple(starts), troubles, dry=random.random() < 0.05)


def _trouble(random: Random) -> Trouble:
    (on,) = random.choices(list(PLACES), [often for often, _ in PLACES.values()])
    what = random.choice(TROUBLES[on])
    few = (1, 1, 1, 1, 1, 2) if what in GENERIC else (1, 1, 1, 1, 2, 3, 7, -1)
    return Trouble(on, random.randint(1, PLACES[on][1]), what, random.choice(few), random.random())
