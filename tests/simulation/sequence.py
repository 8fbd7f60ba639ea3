"""A sequence from its beginning to the undisturbed run at its end."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.simulation import functions as deployed
from tests.simulation.functions import Function
from tests.simulation.judge import FULL
from tests.simulation.ledgers import broken_ledgers
from tests.simulation.outside import bound
from tests.simulation.schedule import Run, Sequence
from tests.simulation.simulation import Simulation

LAST = 1_000
"""The number of the undisturbed run."""

MOST_VOLUMES = 40
"""Undisturbed runs, each of which may end with a playlist that is full where the next one makes another."""


@dataclass(frozen=True)
class Outcome:
    """What came of a sequence: what is broken, how many steps and runs it took, and what happened when."""

    broken: list[str]
    steps: int
    runs: int
    timeline: list[tuple[float, str, str]]

    def lines(self) -> Iterator[str]:
        """The timeline, for people."""
        for at, who, what in self.timeline:
            moment = datetime.fromtimestamp(at, UTC).isoformat(sep=" ", timespec="milliseconds")[:-6]
            yield f"{moment}  {who:<28} {what}"


@dataclass(frozen=True)
class Simulator:
    """Simulates sequences with the functions as they are deployed."""

    functions: dict[str, Function]
    machine: Any

    def simulate(self, sequence: Sequence) -> Outcome:
        """Run one; it ends at the first promise that is broken. Raises Stuck."""
        simulation = Simulation(sequence, self.functions, self.machine)
        for step in sequence.steps:
            simulation.say("sequence", str(step))
            if isinstance(step, Run):
                simulation.run(step)
            else:
                simulation.listener.quiet(step)
            if simulation.broken:
                break
        else:
            _complete(simulation)
        return Outcome(simulation.broken, simulation.loop.steps, len(simulation.executions), simulation.timeline)


def _complete(simulation: Simulation) -> None:
    simulation.loop.now += 3600
    if not simulation.listener.is_authorized:
        if simulation.listener.is_consent_good and not simulation.was_troubled:
            simulation.broken.append("the refresh token in use was lost")
        simulation.listener.consents(simulation.loop.now)
    simulation.say("sequence", "undisturbed run")
    for number in range(LAST, LAST + MOST_VOLUMES):
        simulation.run(Run(number))
        last = simulation.last
        if last.error != FULL or all(pair.target >= 0 for pair in simulation.setup.pairs):
            break
    if last.status != "SUCCEEDED" and (last.error != FULL or simulation.setup.cap == 10_000):
        simulation.broken.append(f"the undisturbed run {last.status}: {last.error}, {last.cause}")
    simulation.broken += simulation.judge.misses()
    # What comes while another goes during a run is seen at the next whole reading (docs/weeks.md).
    is_seen = not simulation.listener.has_edited_during_a_run
    targets = simulation.listener.ledgers
    simulation.broken += broken_ledgers(simulation.s3.objects, simulation.world, targets, records=is_seen)


@contextmanager
def simulator(folder: str = "") -> Iterator[Simulator]:
    """The functions, those in another `folder` if one is given, bound to simulations for as long as it lasts."""
    where = folder or str(deployed.ROOT / "functions")
    if folder:  # others may have been imported
        for name in [name for name in sys.modules if name.partition(".")[0] == "rediscover_archive"]:
            del sys.modules[name]
    if folder or where not in sys.path:
        sys.path.insert(0, where)
    found = deployed.functions()
    with bound(where):
        yield Simulator(found, deployed.machine())
