"""A copy of the command that is installed from a wheel, where nobody can write, with what the wheel asks for only."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import files
from pathlib import Path

from tests.support.packages import needed

NAME = "rediscover-weekly"
MAY_NOT_WRITE_ALL = ("setpriv", "--bounding-set=-dac_override") if os.getuid() == 0 and shutil.which("setpriv") else ()
"""Before a command: root, too, may write only where its files' modes say so."""


@dataclass(frozen=True)
class Installed:
    """A virtual environment with the command in it."""

    folder: Path

    def command(self, *arguments: str, program: str = "rediscover") -> list[str]:
        """The command line, or that of another program of the environment."""
        return [*MAY_NOT_WRITE_ALL, str(self.folder / "bin" / program), *arguments]

    def lock(self) -> None:
        """Let nobody write there."""
        for path in self._paths():
            path.chmod(path.stat().st_mode & ~0o222)

    def unlock(self) -> None:
        """Let its owner write there."""
        for path in self._paths():
            path.chmod(path.stat().st_mode | 0o200)

    def _paths(self) -> list[Path]:
        return [path for path in (self.folder, *self.folder.rglob("*")) if not path.is_symlink()]

    def listing(self) -> dict[str, int]:
        """When each file was written, by its path."""
        return {str(path): path.lstat().st_mtime_ns for path in sorted(self.folder.rglob("*"))}


def build(kind: str, checkout: Path, folder: Path) -> Path:
    """The `wheel` or `sdist` of a checkout, in `folder`."""
    _run("hatchling", "build", "-t", kind, "-d", str(folder), cwd=checkout)
    (path,) = folder.iterdir()
    return path


def install(wheel: Path, folder: Path) -> Installed:
    """Install a wheel without the package index: what it asks for is linked from the Python that runs the tests."""
    _run("venv", "--without-pip", str(folder))
    (site,) = folder.glob("lib/*/site-packages")
    for name in needed(NAME) - {NAME}:
        for top in {file.parts[0] for file in files(name) or []} - {"..", "__pycache__"}:
            (site / top).symlink_to(Path(sys.prefix, *site.relative_to(folder).parts, top))
    _run("uv", "pip", "install", "--offline", "--no-deps", "--python", str(folder), str(wheel))
    installed = Installed(folder)
    installed.lock()
    return installed


def _run(module: str, *arguments: str, cwd: Path | None = None) -> None:
    subprocess.run([sys.executable, "-m", module, *arguments], cwd=cwd, capture_output=True, check=True, timeout=60)
