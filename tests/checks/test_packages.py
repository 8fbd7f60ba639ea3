"""The library is one for the functions and the command line, and each takes it from its own place."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def _archive_of(folder: Path, **environment: str) -> Path:
    program = "import rediscover_archive; print(rediscover_archive.__path__[0])"
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    ended = subprocess.run(
        [sys.executable, "-P", "-c", program], cwd=folder, env={**kept, **environment}, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stderr
    return Path(ended.stdout.strip())


def test_the_command_line_finds_the_functions_library_from_anywhere(tmp_path: Path) -> None:
    assert _archive_of(tmp_path) == ROOT / "functions" / "rediscover_archive"


def test_a_function_takes_the_library_out_of_its_own_bundle(tmp_path: Path) -> None:
    bundle = tmp_path / "rediscover_archive"
    bundle.mkdir()
    (bundle / "__init__.py").touch()
    assert _archive_of(tmp_path, PYTHONPATH=str(tmp_path)) == bundle
