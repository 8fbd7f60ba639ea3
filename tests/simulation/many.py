"""Many sequences, on all cores."""

import gc
import multiprocessing
import os
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import count, islice

from tests.simulation.loop import Stuck
from tests.simulation.schedule import Sequence, sequence_of
from tests.simulation.sequence import Outcome, Simulator, simulator


@dataclass
class Tally:
    """What a process has simulated, and the seeds that broke something."""

    sequences: int = 0
    steps: int = 0
    runs: int = 0
    broken: tuple[tuple[str, str], ...] = ()

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.sequences + other.sequences,
            self.steps + other.steps,
            self.runs + other.runs,
            self.broken + other.broken,
        )


def outcome_of(simulating: Simulator, sequence: Sequence) -> Outcome:
    """What comes of a sequence; that it never ends is a broken promise too."""
    try:
        return simulating.simulate(sequence)
    except Stuck as stuck:
        return Outcome([f"stuck: {stuck}"], 0, 0, [])


Sequences = Callable[[], Iterable[Sequence]]
"""Makes them anew in each process, which takes its share of them."""


def tally(sequences: Iterable[Sequence], until: float, folder: str, most_broken: int) -> Tally:
    """Simulate one after the other until that time (of time.monotonic)."""
    found = Tally()
    with simulator(folder) as simulating:
        for sequence in sequences:
            outcome = outcome_of(simulating, sequence)
            broken = ((sequence.seed, outcome.broken[0]),) if outcome.broken else ()
            found += Tally(1, outcome.steps, outcome.runs, broken)
            if time.monotonic() > until or len(found.broken) >= most_broken:
                break
    return found


def seeded(first: int, number: int | None = None) -> Iterator[Sequence]:
    """The sequences of the seeds from `first` on, without end where no number is given."""
    return (sequence_of(str(seed)) for seed in (count(first) if number is None else range(first, first + number)))


@dataclass(frozen=True)
class _Share:
    """What one process does: every `parts`-th sequence, from the `part`-th on."""

    sequences: Sequences
    until: float
    folder: str
    most_broken: int
    part: int
    parts: int


def _share(share: _Share) -> Tally:
    warnings.simplefilter("ignore")
    gc.set_threshold(10_000, 10, 10)  # a tenth of the time went into looking for garbage
    mine = islice(share.sequences(), share.part, None, share.parts)
    return tally(mine, share.until, share.folder, share.most_broken)


def simulate(sequences: Sequences, seconds: float, folder: str = "", most_broken: int = 20) -> Tally:
    """Simulate on all cores, each of which ends after so many broken sequences."""
    until, parts = time.monotonic() + seconds, os.cpu_count() or 1
    shares = [_Share(sequences, until, folder, most_broken, part, parts) for part in range(parts)]
    with ProcessPoolExecutor(parts, multiprocessing.get_context("spawn")) as pool:
        return sum(pool.map(_share, shares), Tally())
