"""`make simulate`: sequences for as long as SECONDS says, on all cores; or the one that SEED stands for.

python -m tests.simulation --seconds 60
python -m tests.simulation --seed 4711 [--short]
"""

import argparse
import sys
import time
import warnings
from functools import partial
from pprint import pformat

from tests.simulation.many import outcome_of, seeded, simulate
from tests.simulation.schedule import sequence_of
from tests.simulation.sequence import simulator
from tests.simulation.shrink import shrunk


def replay(seed: str, folder: str, *, short: bool) -> bool:
    """Print what happens in the sequence of a seed, shrunk if wanted; whether anything is broken."""
    warnings.simplefilter("ignore")
    with simulator(folder) as simulating:
        sequence = sequence_of(seed)
        if short and outcome_of(simulating, sequence).broken:
            sequence = shrunk(sequence, lambda one: outcome_of(simulating, one).broken)
        outcome = outcome_of(simulating, sequence)
    print(pformat(sequence, width=120))
    print("\n".join(outcome.lines()))
    print("\n".join(outcome.broken) or "No promise is broken.")
    return bool(outcome.broken)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--sequences", type=int, help="so many, however long they take")
    parser.add_argument("--first", type=int, help="the first seed")
    parser.add_argument("--seed", help="replay this one")
    parser.add_argument("--short", action="store_true", help="leave out of it what is not needed to break the promise")
    parser.add_argument("--functions", default="", help="the folder of the functions, if not functions/")
    given = parser.parse_args()
    if given.seed:
        return int(replay(given.seed, given.functions, short=given.short))
    first = int(time.time()) * 1000 if given.first is None else given.first
    seconds = given.seconds if given.sequences is None else 1e9
    found = simulate(partial(seeded, first, given.sequences), seconds, given.functions)
    for seed, broken in found.broken:
        print(f"seed {seed}: {broken}\n  make simulate SEED={seed} shows it, with SHORT=1 as short as it gets.")
    print(
        f"{found.sequences:,} sequences, {found.steps:,} steps, {found.runs:,} runs, "
        f"{len(found.broken)} broken promises, seed {first}"
    )
    return int(bool(found.broken))


if __name__ == "__main__":
    sys.exit(main())
