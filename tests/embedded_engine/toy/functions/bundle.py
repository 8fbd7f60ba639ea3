"""What the toy's functions are made of."""

from pathlib import Path


def contents() -> dict[str, Path]:
    """Each file, by its path in the bundle."""
    return {"act.py": Path(__file__).with_name("act.py")}
