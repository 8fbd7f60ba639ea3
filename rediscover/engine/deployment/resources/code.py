"""The zip of a function's code. Its packages are those of the Python that runs the engine."""

import io
import os
import shutil
import subprocess
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from rediscover.engine.errors import TemplateError


def code_zip(folder: Path) -> bytes:
    """What `make source` of a function's folder puts into the bundle. Raises TemplateError."""
    make = shutil.which("make")
    if make is None:
        raise TemplateError("The functions' code is put together by make, which is not installed.")
    # Variables and flags of a make that runs us are not meant for this one.
    environment = {key: value for key, value in os.environ.items() if key not in ("MAKEFLAGS", "MAKELEVEL")}
    with TemporaryDirectory() as target:
        command = [make, "--no-print-directory", "-C", str(folder), "source", f"ARTIFACTS_DIR={target}"]
        made = subprocess.run(command, env=environment, capture_output=True, text=True)  # noqa: S603 (no shell)
        if made.returncode:
            raise TemplateError(f"`{' '.join(command)}` failed: {made.stderr.strip()}")
        return _zipped(Path(target))


def _zipped(folder: Path) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as target:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                target.write(path, path.relative_to(folder))
    return archive.getvalue()
