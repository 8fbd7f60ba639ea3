"""A definition in the Amazon States Language as it is drawn: rows down a line, what stands beside them, and the ways.

https://states-language.net/spec.html. The order of the states in the file is that of the rows.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

Kind = Literal["next", "choice", "catch"]
ENDS = ("Succeed", "Fail")
BESIDE = ("Wait", "Pass", "Fail")
"""What may stand beside the state that leads to it, where the line goes on without it."""


@dataclass(frozen=True)
class Way:
    """From one state to another: what follows, what a Choice may choose, or where a failure leads."""

    source: str
    target: str
    kind: Kind


@dataclass
class Row:
    """A state on the line, the Choice that follows it, and what stands beside it."""

    state: str
    choice: str | None = None
    beside: list[str] = field(default_factory=list)

    @property
    def last(self) -> str:
        """What leads to the next row."""
        return self.choice or self.state


class Machine:
    """A state machine, or what a Map or a branch of a Parallel runs."""

    def __init__(self, definition: Mapping[str, Any]) -> None:
        self.states: dict[str, Mapping[str, Any]] = dict(definition["States"])
        self.comment: str = definition.get("Comment", "")
        self.ways = [way for name, state in self.states.items() for way in _ways(name, state)]
        self._order = {name: number for number, name in enumerate(self.states)}

    def inner(self, name: str) -> list["Machine"]:
        """What runs inside a Map or a Parallel."""
        state = self.states[name]
        parts = [state["ItemProcessor"]] if "ItemProcessor" in state else state.get("Branches", [])
        return [Machine(part) for part in parts]

    def everywhere(self) -> Iterator[tuple["Machine", str]]:
        """Each state with the machine that it is in, in the file's order."""
        for name in self.states:
            yield self, name
            for machine in self.inner(name):
                yield from machine.everywhere()

    def type(self, name: str) -> str:
        """A state's type."""
        return str(self.states[name]["Type"])

    def is_end(self, name: str) -> bool:
        """Whether the machine ends with it."""
        return self.type(name) in ENDS or bool(self.states[name].get("End"))

    @cached_property
    def beside(self) -> set[str]:
        """Detours, from which one comes back only, and states that the line goes on without."""
        return {name for name in self.states if name not in self._onward or self._is_bypass(name)}

    @cached_property
    def _onward(self) -> set[str]:
        found: set[str] = set()
        for name in reversed(self.states):
            onward = (way.target for way in self._from(name) if way.kind != "catch" and self._is_ahead(way))
            if self.is_end(name) or any(target in found for target in onward):
                found.add(name)
        return found

    def _from(self, name: str) -> list[Way]:
        return [way for way in self.ways if way.source == name]

    def _is_ahead(self, way: Way) -> bool:
        return self._order[way.target] > self._order[way.source]

    def _is_bypass(self, name: str) -> bool:
        entering = [way for way in self.ways if way.target == name]
        if self.type(name) not in BESIDE or len(entering) != 1:
            return False
        way, after = entering[0], {way.target for way in self._from(name)}
        return way.kind == "catch" or bool(after & {other.target for other in self._from(way.source)})

    @cached_property
    def rows(self) -> list[Row]:
        """From the first state to the last but those that end it."""
        found: list[Row] = []
        for name in self.states:
            if name in self.ends:
                continue
            if name in self.beside and found:
                found[-1].beside.append(name)
            elif found and self.type(name) == "Choice" and self.states[found[-1].state].get("Next") == name:
                found[-1].choice = name
            else:
                found.append(Row(name))
        for row in found:
            row.beside.sort(key=self._is_caught)
        return found

    def _is_caught(self, name: str) -> bool:
        return all(way.kind == "catch" for way in self.ways if way.target == name)

    @cached_property
    def ends(self) -> list[str]:
        """The states that end it; where the line leads is the first."""
        ends = [name for name in self.states if self.is_end(name) and name not in self.beside and not self.inner(name)]
        line = [name for name in self.states if name not in self.beside and name not in ends]
        last = self.states[line[-1]] if line else {}
        return sorted(ends, key=lambda name: name != (last.get("Default") or last.get("Next")))


def _ways(name: str, state: Mapping[str, Any]) -> Iterator[Way]:
    for choice in state.get("Choices", []):
        yield Way(name, choice["Next"], "choice")
    if "Default" in state:
        yield Way(name, state["Default"], "choice")
    if "Next" in state:
        yield Way(name, state["Next"], "next")
    for catch in state.get("Catch", []):
        yield Way(name, catch["Next"], "catch")
