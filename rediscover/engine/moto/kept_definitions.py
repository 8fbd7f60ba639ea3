"""Definitions as moto 5.2.5's interpreter has parsed them, kept for the next engine, which has no time to parse."""

import hashlib
import io
import pickle
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import moto
from moto.stepfunctions.parser.asl.component.program.program import Program

from rediscover.machine import files

COMPONENTS = "moto.stepfunctions.parser."
MOST = 8
"""Definitions in the file: those used last."""


class KeptDefinitions:
    """What parses definitions, and remembers in a file what came of it."""

    def __init__(self, file: Path, parse: Callable[[str], tuple[Program, Any]]) -> None:
        self._file = file
        self._parse = parse
        self._known: dict[str, Program] | None = None

    def parsed(self, definition: str) -> tuple[Program, Any]:
        """The program, which keeps nothing of an execution; and, where it was parsed now, its syntax tree.

        Nothing that runs it looks at that. Raises what moto raises for a definition that is none.
        """
        if self._known is None:
            self._known = _read(self._file)
        made_of = hashlib.sha256(f"{moto.__version__}\n{definition}".encode()).hexdigest()
        if made_of in self._known:
            return self._known[made_of], None
        program, tree = self._parse(definition)
        self._known[made_of] = program
        with suppress(OSError):  # it is parsed again the next time
            files.replace(self._file, pickle.dumps(dict(list(self._known.items())[-MOST:])))
        return program, tree


def _read(file: Path) -> dict[str, Program]:
    """What was kept; a file that cannot be read is as good as none."""
    try:
        known = _OfComponents(io.BytesIO(file.read_bytes())).load()
        return dict(known) if all(isinstance(program, Program) for program in known.values()) else {}
    except Exception:  # of a damaged pickle, anything comes
        return {}


class _OfComponents(pickle.Unpickler):
    """Makes nothing but the interpreter's components, whoever wrote the file (Python, pickle, Restricting Globals)."""

    def find_class(self, module: str, name: str) -> Any:
        found = super().find_class(module, name) if module.startswith(COMPONENTS) else None
        if isinstance(found, type) and found.__module__.startswith(COMPONENTS):
            return found
        raise pickle.UnpicklingError(f"{module}.{name} is no component.")
