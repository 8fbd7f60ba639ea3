"""A small sabotage of the guard: a text of functions/ that stands there once, and what stands there instead."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.simulation.functions import ROOT

FUNCTIONS = ROOT / "functions"
SCHEMA = "input.schema.json"


@dataclass(frozen=True)
class Mutant:
    """What the guard does no more, in words, and as a change of a file in functions/."""

    name: str
    file: str
    old: str
    new: str

    @property
    def source(self) -> str:
        """The file with the change. Raises ValueError where `old` does not stand there once."""
        text = (FUNCTIONS / self.file).read_text(encoding="utf-8")
        if text.count(self.old) != 1:
            raise ValueError(f"{self.name}: {self.file} has its text {text.count(self.old)} times.")
        return text.replace(self.old, self.new)


@contextmanager
def changed(mutant: Mutant) -> Iterator[str]:
    """A folder with the functions of a mutant."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made).resolve() / "functions"
        shutil.copytree(FUNCTIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "statemachine" / SCHEMA, folder / "rediscover_archive" / SCHEMA)
        (folder / mutant.file).write_text(mutant.source, encoding="utf-8")
        yield str(folder)
