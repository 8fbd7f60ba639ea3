"""What the bundle of every function holds, beside its packages: `python bundle.py FOLDER` copies it there.

SAM calls it by the Makefile, with any Python; the embedded engine takes the list, and zips it.
"""

from __future__ import annotations

import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).parent
LIBRARY = "rediscover_archive"
SCHEMA = "input.schema.json"
KINDS = (".py", ".css", ".js")


def contents() -> dict[str, Path]:
    """Each file, by its path in the bundle. Raises FileNotFoundError where the library is not."""
    library = _library()
    schemas = library / SCHEMA, HERE.parent / "statemachine" / SCHEMA  # installed; in a checkout
    return {
        **{path.name: path for path in HERE.glob("*.py") if path.name != Path(__file__).name},
        **{f"{LIBRARY}/{path.relative_to(library).as_posix()}": path for path in _files(library)},
        f"{LIBRARY}/{SCHEMA}": next((path for path in schemas if path.exists()), schemas[-1]),
    }


def _files(library: Path) -> list[Path]:
    return [path for path in sorted(library.rglob("*")) if path.suffix in KINDS]


def _library() -> Path:
    """Beside this file in a checkout, else where this Python has it: an installed copy keeps one only."""
    if (HERE / LIBRARY).is_dir():
        return HERE / LIBRARY
    found = find_spec(LIBRARY)
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError(f"There is no package {LIBRARY}, neither beside {__file__} nor installed.")
    return Path(found.submodule_search_locations[0])


def copy(target: Path) -> None:
    """Put every file where it belongs in the folder `target`."""
    for name, path in contents().items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target / name)


if __name__ == "__main__":
    copy(Path(sys.argv[1]))
