"""A short sequence that breaks what a long one breaks: parts of it are left out while the rest still does."""

import re
from collections.abc import Callable, Iterator
from dataclasses import MISSING, fields, replace

from tests.simulation.schedule import Pair, Run, Sequence, Setup

Breaks = Callable[[Sequence], list[str]]


def shrunk(sequence: Sequence, breaks: Breaks) -> Sequence:
    """The shortest that is found. `breaks` says what a sequence breaks; the same has to be broken, but for numbers."""
    wanted = {_kind(one) for one in breaks(sequence)}
    while True:
        for shorter in _shorter(sequence):
            if wanted & {_kind(one) for one in breaks(shorter)}:
                sequence = shorter
                break
        else:
            return sequence


def _kind(broken: str) -> str:
    return re.sub(r"\d+", "", broken)[:60]


def _shorter(sequence: Sequence) -> Iterator[Sequence]:
    steps = sequence.steps
    for size in (len(steps) // 2, 1):
        for start in range(0, len(steps), size or 1):
            yield replace(sequence, steps=steps[:start] + steps[start + (size or 1) :])
    for place, step in enumerate(steps):
        if isinstance(step, Run):
            for run in _shorter_run(step):
                yield replace(sequence, steps=(*steps[:place], run, *steps[place + 1 :]))
    for setup in _plainer(sequence.setup):
        yield replace(sequence, setup=setup)


def _shorter_run(run: Run) -> Iterator[Run]:
    if run.troubles:
        yield replace(run, troubles=())
    for place, trouble in enumerate(run.troubles):
        others = run.troubles[:place], run.troubles[place + 1 :]
        yield replace(run, troubles=(*others[0], *others[1]))
        if trouble.count != 1:
            yield replace(run, troubles=(*others[0], replace(trouble, count=1), *others[1]))
    if len(run.starts) > 1:
        yield replace(run, starts=run.starts[:-1])


def _plainer(setup: Setup) -> Iterator[Setup]:
    for one in fields(Setup):
        if one.default is not MISSING and getattr(setup, one.name) != one.default:
            yield replace(setup, **{one.name: one.default})
    for option in sorted({name for pair in setup.pairs for name, _ in pair.options}):
        yield replace(setup, pairs=tuple(_without(pair, option) for pair in setup.pairs))
    for place, pair in enumerate(setup.pairs):
        if len(setup.pairs) > 1:
            yield replace(setup, pairs=setup.pairs[:place] + setup.pairs[place + 1 :])
        for plain in _plainer_pair(pair):
            yield replace(setup, pairs=(*setup.pairs[:place], plain, *setup.pairs[place + 1 :]))


def _without(pair: Pair, option: str) -> Pair:
    """From all pairs at once: what the same target is promised does not differ by who adds to it."""
    return replace(pair, options=tuple(one for one in pair.options if one[0] != option))


def _plainer_pair(pair: Pair) -> Iterator[Pair]:
    if pair.source != "playlist":
        yield replace(pair, source="playlist")
    if pair.shared:
        yield replace(pair, shared=0)
    for name in ("offered", "kept"):
        number = getattr(pair, name)
        for fewer in (1, number // 2, number - 1):
            if 0 < fewer < number:
                yield replace(pair, **{name: fewer})  # type: ignore[arg-type]  # by name
