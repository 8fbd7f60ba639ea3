"""`make mutation`: change pairs/ and targets/ in small ways, one at a time, and see which of them no unit test minds.

python -m tools.mutation [MUTANT…]

mutmut makes the changes. It wants the code in a folder src, so the project is laid out anew in build/mutation, where
`python -m mutmut show MUTANT` shows one afterwards.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "build" / "mutation"
LIBRARY = "rediscover_archive"
TOLD = 10_000
"""Characters of what mutmut says last where it fails."""

SETTINGS = f"""
[tool.mutmut]
source_paths = ["src"]
only_mutate = ["src/{LIBRARY}/pairs/*", "src/{LIBRARY}/targets/*"]
pytest_add_cli_args_test_selection = ["tests/unit"]
also_copy = ["functions", "rediscover", "statemachine", "tests", "template.yaml", "pyproject.toml"]
"""


def lay_out() -> None:
    """Copy the project as mutmut wants it."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    unwanted = shutil.ignore_patterns("__pycache__", "node_modules")
    for name in ("rediscover", "statemachine", "tests"):
        shutil.copytree(ROOT / name, FOLDER / name, ignore=unwanted)
    shutil.copytree(ROOT / "functions" / LIBRARY, FOLDER / "src" / LIBRARY, ignore=unwanted)
    shutil.copytree(ROOT / "functions", FOLDER / "functions", ignore=shutil.ignore_patterns("__pycache__", LIBRARY))
    shutil.copy(ROOT / "statemachine" / "input.schema.json", FOLDER / "src" / LIBRARY)
    shutil.copy(ROOT / "template.yaml", FOLDER)
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    paths = 'pythonpath = ["functions", "."]'
    if paths not in project:
        raise SystemExit(f"pyproject.toml has no {paths}; correct tools/mutation.py.")
    project = project.replace(paths, 'pythonpath = ["src", "functions", "."]')
    (FOLDER / "pyproject.toml").write_text(project + SETTINGS, encoding="utf-8")


def _mutmut(*arguments: str) -> str:
    command = [sys.executable, "-m", "mutmut", *arguments]
    done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, check=False)
    if done.returncode:  # a test fails without any change, say
        raise SystemExit(f"{done.stdout[-TOLD:]}{done.stderr[-TOLD:]}\nmutmut {arguments[0]} failed.")
    return done.stdout


def main() -> None:
    """Run them all, or those that the command line names, and say how many were noticed."""
    lay_out()
    _mutmut("run", *sys.argv[1:])
    print("\n".join(line for line in _mutmut("results").splitlines() if not line.endswith(": not checked")))
    _mutmut("export-cicd-stats")
    counts = json.loads((FOLDER / "mutants" / "mutmut-cicd-stats.json").read_text(encoding="utf-8"))
    noticed = counts["killed"] + counts["timeout"] + counts["segfault"]
    tried = noticed + counts["survived"] + counts["no_tests"] + counts["suspicious"]
    print(f"{noticed:,} of {tried:,} mutants noticed, {100 * noticed / tried:.0f} %")


if __name__ == "__main__":
    main()
