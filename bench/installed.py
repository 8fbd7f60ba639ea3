"""The command as it is installed: how many packages, and how much room they take."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import ROOT


@dataclass(frozen=True)
class Room:
    """Packages, with the command's own, and their bytes, compiled. `problem` says why they could not be installed."""

    packages: int = 0
    size: int = 0
    problem: str = ""


def room() -> Room:
    """Install it into an environment of its own, which needs the package index or uv's cache."""
    with TemporaryDirectory() as folder:
        try:
            _uv("venv", "--python", sys.executable, folder)
            _uv("pip", "install", "--compile-bytecode", "--python", folder, str(ROOT))
        except subprocess.CalledProcessError as error:
            return Room(problem=(str(error.stderr).strip().splitlines() or ["uv failed"])[-1][:200])
        (site,) = Path(folder).glob("lib/*/site-packages")
        files = [path for path in site.rglob("*") if path.is_file()]
        return Room(len([*site.glob("*.dist-info")]), sum(path.stat().st_size for path in files))


def _uv(*arguments: str) -> None:
    command = [sys.executable, "-m", "uv", *arguments]
    subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 (uv, and our own checkout)
