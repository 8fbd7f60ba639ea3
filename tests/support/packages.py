"""What installed packages need, by what they declare."""

from collections.abc import Mapping
from importlib.metadata import requires

from packaging.markers import default_environment
from packaging.requirements import Requirement

from tools.dependencies import normalized

HERE: Mapping[str, str] = {name: str(value) for name, value in default_environment().items()}
"""The environment that markers are compared with: this Python on this machine."""


def needed(requirement: str, environment: Mapping[str, str] = HERE) -> set[str]:
    """The normalized names of a requirement's package and of all that it needs, with the extras that are asked for."""
    found: set[tuple[str, frozenset[str]]] = set()
    _find(Requirement(requirement), environment, found)
    return {name for name, _ in found}


def _find(requirement: Requirement, environment: Mapping[str, str], found: set[tuple[str, frozenset[str]]]) -> None:
    asked = normalized(requirement.name), frozenset(requirement.extras)
    if asked in found:
        return
    found.add(asked)
    for one in map(Requirement, requires(requirement.name) or []):
        markers = [{**environment, "extra": extra} for extra in ("", *requirement.extras)]
        if one.marker is None or any(one.marker.evaluate(values) for values in markers):
            _find(one, environment, found)
