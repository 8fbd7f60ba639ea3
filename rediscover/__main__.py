"""The program `rediscover`, also as `python -m rediscover`."""

import gc
import os
import sys

HARMLESS = ("PYTHONIOENCODING", "PYTHONUTF8", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")
"""Python's variables that change no result."""

COLLECTIONS = 400_000, 50, 100
"""When Python looks for garbage. By its own thresholds it does so a thousand times while the engine is loaded, all of
which stays, and that is a fifth of a run's processor time."""


def main() -> int:
    """Run the command line, whatever the shell sets for Python."""
    _without_pythons_variables()
    gc.set_threshold(*COLLECTIONS)
    from rediscover.cli import main as command_line

    try:
        return command_line()
    finally:
        gc.freeze()  # else Python looks through all that is loaded once more, only to end


def _without_pythons_variables() -> None:
    """Begin this process anew where a variable could change what it does, as PYTHONPATH or PYTHONWARNINGS would.

    Up to here next to nothing was imported, since PYTHONPATH still had a say in it.
    """
    disturbing = [name for name in os.environ if name.startswith("PYTHON") and name not in HARMLESS]
    if disturbing and os.name == "posix" and sys.executable:
        rest = {name: value for name, value in os.environ.items() if name not in disturbing}
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], rest)  # noqa: S606 (this program again)


if __name__ == "__main__":
    sys.exit(main())
