"""The zip of a function's code. Its packages are those of the Python that runs the engine."""

import io
import runpy
import zipfile
from pathlib import Path

from rediscover.engine.errors import TemplateError


def code_zip(folder: Path) -> bytes:
    """The files that `bundle.py` in a function's folder names. Raises TemplateError."""
    script = folder / "bundle.py"
    try:
        return _zipped(runpy.run_path(str(script))["contents"]())
    except Exception as error:  # the script is the template's, not ours
        raise TemplateError(f"{script} cannot put the functions' code together: {error}") from error


def _zipped(contents: dict[str, Path]) -> bytes:
    archive = io.BytesIO()
    # An installed file may be as old as its package's build says, 1970 too, where a zip begins with 1980.
    with zipfile.ZipFile(archive, "w", strict_timestamps=False) as target:
        for name, path in sorted(contents.items()):
            target.write(path, name)
    return archive.getvalue()
