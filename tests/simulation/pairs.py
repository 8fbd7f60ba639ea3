"""Every pair of faults: every fault at every request of a run, twice in one run, exhaustively (`make soak`).

    python -m tests.simulation.pairs [--seconds 600]

The run adds 23 tracks to 13 others, with pages of 5 and batches of 10: as many requests as for 230 and 130 at Spotify.
"""

import argparse
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import combinations
from random import Random

from tests.simulation.many import simulate
from tests.simulation.schedule import ERRORS, FAILED, LIMITS, LOST, Pair, Run, Sequence, Setup, Trouble
from tests.simulation.sequence import simulator
from tests.simulation.simulation import Simulation
from tests.simulation.troubles import Troubles

SETUP = Setup((Pair("playlist", target=0, offered=23, kept=13, shared=3),), items_lag=0.6, snapshot_lag=30)
KILLED = ("the process is killed before", "the process is killed after")
HTTP = (*LIMITS, *dict.fromkeys(LOST), *ERRORS, *KILLED)
FAULTS = {
    "GET": (*HTTP, "half of a page"),
    "POST": HTTP,
    "token": HTTP,
    "put": (*FAILED, *KILLED),
    "s3": (*FAILED, *KILLED),
    "secret": (*FAILED, *KILLED),
    "states": (*FAILED, *KILLED),
}
"""What may befall a request, by the last of its kinds."""


class _Recorded(Troubles):
    """Lets everything through, and says what came."""

    def __init__(self) -> None:
        super().__init__()
        self.kinds: list[tuple[str, ...]] = []

    def strike(self, kinds: tuple[str, ...]) -> Trouble | None:
        self.kinds.append(kinds)
        return None


def every_fault() -> list[Trouble]:
    """Every fault at every request of the run where nothing happens."""
    with simulator() as simulating:
        simulation = Simulation(Sequence("none", SETUP, ()), simulating.functions, simulating.machine)
        simulation.troubles = recorded = _Recorded()
        simulation.start()
        simulation.loop.run()
    counts: Counter[str] = Counter()
    found = []
    for kinds in recorded.kinds:
        counts.update(kinds)
        found += [Trouble(kinds[-1], counts[kinds[-1]], what) for what in FAULTS.get(kinds[-1], ())]
    return found


def every_pair(faults: list[Trouble]) -> Iterator[Sequence]:
    """A sequence of one run for every two of them that befall different requests, in no order."""
    pairs = [two for two in combinations(faults, 2) if (two[0].on, two[0].nth) != (two[1].on, two[1].nth)]
    Random(0).shuffle(pairs)
    for number, (first, second) in enumerate(pairs):
        yield Sequence(f"{first}; {second}", SETUP, (Run(number, troubles=(first, second)),))


def main() -> int:
    """Simulate every pair."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.pairs")
    parser.add_argument("--seconds", type=float, default=1e9, help="stop after so many")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    faults = every_fault()
    found = simulate(partial(every_pair, faults), given.seconds)
    for pair, broken in found.broken:
        print(f"{pair}: {broken}")
    print(
        f"{found.sequences:,} pairs of {len(faults)} faults, {found.runs:,} runs, {len(found.broken)} broken promises"
    )
    return int(bool(found.broken))


if __name__ == "__main__":
    sys.exit(main())
