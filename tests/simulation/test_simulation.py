"""The promise in sequences that a seed has; and that the simulation is what it says: the same every time."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.simulation.found.kept import KEPT
from tests.simulation.many import outcome_of
from tests.simulation.schedule import Run, Sequence, Trouble, sequence_of
from tests.simulation.sequence import LAST, Simulator, simulator
from tests.simulation.shrink import shrunk

SEEDS = 60
PART = 20


@pytest.fixture
def simulating() -> Iterator[Simulator]:
    with simulator() as bound:
        yield bound


@pytest.mark.parametrize("first", range(0, SEEDS, PART))
def test_the_promise_holds_in_the_sequences_of_twenty_seeds(simulating: Simulator, first: int) -> None:
    for seed in range(first, first + PART):
        outcome = outcome_of(simulating, sequence_of(str(seed)))
        assert outcome.broken == [], f"make simulate SEED={seed} shows it"


@pytest.mark.parametrize("name", KEPT)
def test_what_was_found_stays_mended(simulating: Simulator, name: str) -> None:
    assert outcome_of(simulating, KEPT[name]).broken == []


def test_a_seed_is_the_same_sequence_every_time(simulating: Simulator) -> None:
    sequences = [sequence_of("7"), sequence_of("7")]
    assert sequences[0] == sequences[1]
    outcomes = [simulating.simulate(one) for one in sequences]
    assert outcomes[0] == outcomes[1]
    assert outcomes[0].timeline != simulating.simulate(sequence_of("8")).timeline


def test_no_two_runs_of_a_sequence_have_the_same_chance() -> None:
    for seed in range(50):
        numbers = [step.number for step in sequence_of(str(seed)).steps if isinstance(step, Run)]
        assert len({*numbers, LAST}) == len(numbers) + 1


def test_what_breaks_a_promise_is_shrunk_to_what_it_takes() -> None:
    """The sequences are not run: the promise counts as broken wherever the second trouble of the seed is in."""
    sequence = next(one for one in map(sequence_of, map(str, range(100))) if len(_troubles(one)) > 3)
    cause = _troubles(sequence)[1]
    short = shrunk(sequence, lambda one: ["broken"] if cause.what in [found.what for found in _troubles(one)] else [])
    (run,) = short.steps
    assert isinstance(run, Run)
    assert [one.what for one in run.troubles] == [cause.what]
    assert short.setup == replace(short.setup, pairs=short.setup.pairs[:1], settle=5, items_lag=0, most_rows=100)


def _troubles(sequence: object) -> list[Trouble]:
    steps = getattr(sequence, "steps", ())
    return [trouble for step in steps if isinstance(step, Run) for trouble in step.troubles]


def test_pairs_that_add_to_the_same_target_keep_the_same_options_when_they_are_shrunk() -> None:
    sequence = next(
        one for one in map(sequence_of, map(str, range(1000))) if len(_options(one)) > 1 and all(_options(one))
    )
    tried: list[list[tuple[str, ...]]] = []
    shrunk(sequence, lambda one: tried.append(_options(one)) or [])  # type: ignore[func-returns-value]  # says none
    assert len(tried) > 1
    assert all(len({*options}) == 1 for options in tried if len({*_options(sequence)}) == 1)
    assert any(options != _options(sequence)[: len(options)] for options in tried)


def _options(sequence: Sequence) -> list[tuple[str, ...]]:
    """The names of the options of each pair, but for what is a source's."""
    return [tuple(name for name, _ in pair.options if name != "clear_source") for pair in sequence.setup.pairs]
