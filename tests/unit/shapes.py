"""Any JSON at all, and JSON that is almost what Spotify or a listener sends."""

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

NUMBERS = st.sampled_from([10**400, -1, 10**12, 0, 1.5, True]) | st.integers() | st.floats()
TEXTS = st.text(max_size=20) | st.sampled_from(
    ["", "\ud800", "\u202egnp.exe", "\x1b[2J\x07", "<b>&lt;</b>", "x" * 5_000, "0001-01-01T00:00:00+14:00", "ł", " "]
)
"""Half surrogate pairs and whatever a terminal obeys among them."""

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXTS, inner, max_size=5),
    max_leaves=12,
)


@st.composite
def almost(draw: st.DrawFn, valid: Any) -> Any:
    """`valid` with up to three of its parts replaced, by their like or by any JSON, or left out."""
    holder = {"": copy.deepcopy(valid)}
    for _ in range(draw(st.sampled_from([1, 1, 2, 3, 0]))):
        where, key = draw(st.sampled_from(list(_places(holder))))
        if where is not holder and draw(st.integers(0, 3)) == 0:
            del where[key]
        else:
            where[key] = draw(_like(where[key]) | JSON)
    return holder[""]


def _like(value: Any) -> st.SearchStrategy[Any]:
    """Values of the same type."""
    return TEXTS if isinstance(value, str) else NUMBERS if isinstance(value, int | float) else JSON


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a JSON value, as its container and its key there."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    for key in keys:
        yield value, key
        yield from _places(value[key])
