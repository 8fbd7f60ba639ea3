"""The deployment bundle: built as SAM builds it, and zipped."""

import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import ROOT


@dataclass(frozen=True)
class Bundle:
    """Bytes; `largest` are those of its biggest parts, unzipped. `problem` says why it could not be built."""

    zipped: int = 0
    unzipped: int = 0
    largest: dict[str, int] | None = None
    problem: str = ""


def bundle() -> Bundle:
    """Build it with pip, which needs the package index."""
    with TemporaryDirectory() as folder:
        built = Path(folder) / "built"
        try:
            make("build-Bench", built)
        except subprocess.CalledProcessError as error:
            lines = str(error.stderr).strip().splitlines() or ["make failed"]
            return Bundle(problem=lines[-1][:200])
        archive = Path(folder) / "bundle.zip"
        sizes: dict[str, int] = {}
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
            for file in sorted(path for path in built.rglob("*") if path.is_file()):
                inside = file.relative_to(built)
                zipped.write(file, inside)
                sizes[inside.parts[0]] = sizes.get(inside.parts[0], 0) + file.stat().st_size
        largest = dict(sorted(sizes.items(), key=lambda one: -one[1])[:3])
        return Bundle(archive.stat().st_size, sum(sizes.values()), largest)


def make(target: str, folder: Path) -> None:
    """Run a target of the functions' Makefile into `folder`. Raises CalledProcessError."""
    command = shutil.which("make") or "make"
    arguments = [f"ARTIFACTS_DIR={folder}", f"PYTHON={sys.executable}"]
    subprocess.run(  # noqa: S603 (our own Makefile)
        [command, "-C", str(ROOT / "functions"), target, *arguments], capture_output=True, check=True, text=True
    )
