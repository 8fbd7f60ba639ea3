"""Where the stack is: template.yaml, and the state machine and functions that it names by paths beside it."""

from pathlib import Path

PACKAGE = Path(__file__).parents[1]


def stack_folder() -> Path:
    """The one that was installed with the package (hatch_build.py puts it there), else the checkout."""
    installed = PACKAGE / "stack"
    return installed if installed.is_dir() else PACKAGE.parent
