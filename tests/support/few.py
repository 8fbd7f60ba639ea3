"""Some of many cases: what `make test` tries of them. `SOAK=1`, as in `make soak`, tries all."""

import os
from collections.abc import Iterable, Sequence
from itertools import cycle, islice, product
from typing import Any, TypeVar

T = TypeVar("T")

SOAK = bool(os.environ.get("SOAK"))


def few(cases: Iterable[T], every: int, first: int = 0) -> list[T]:
    """Each `every`-th case, from the `first` on."""
    return list(cases) if SOAK else list(cases)[first::every]


def paired(*axes: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Each value of each axis at least once, beside changing ones of the others; with SOAK each with each."""
    if SOAK:
        return list(product(*axes))
    longest = max(len(axis) for axis in axes)
    return list(islice(zip(*(cycle(axis) for axis in axes), strict=False), longest))
