"""The simulation finds what is missing in the guard. `make simulate-mutants` tries every mutant, for minutes."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.functions import ROOT
from tests.simulation.mutant import Mutant
from tests.simulation.mutants import MUTANTS


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.name)
def test_a_mutant_is_a_change_of_one_place(mutant: Mutant) -> None:
    compile(mutant.source, mutant.file, "exec")


def test_mutants_name_only_what_there_is(tmp_path: Path) -> None:
    """A NameError would be one more failure of a function, which the guard survives."""
    for number, mutant in enumerate(MUTANTS):
        (tmp_path / f"{number}.py").write_text(f"# {mutant.name}\n{mutant.source}", encoding="utf-8")
    arguments = ["-m", "ruff", "check", "--isolated", "--no-cache", "--select", "F821", str(tmp_path)]
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_guard_without_its_look_is_found() -> None:
    """From a seed on that shows it; where a change of the functions moves that, the others are tried."""
    names = ["skips the look at the target", "sends what is there already"]
    arguments = ["-m", "tests.simulation.mutants", "--first", "5", "--sequences", "200", "--enough", "1", *names]
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=200)
    assert "2 of 2 mutants found." in done.stdout, done.stdout + done.stderr


def test_an_unharmed_guard_is_not_found() -> None:
    arguments = ["-m", "tests.simulation", "--first", "0", "--sequences", "8"]
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("8 sequences, ")
    assert done.stdout.endswith("0 broken promises, seed 0\n")
