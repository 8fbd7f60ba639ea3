"""The same functions, where awslambdaric cannot be imported."""

from pathlib import Path

HERE = Path(__file__).parent


def contents() -> dict[str, Path]:
    """Each file, by its path in the bundle."""
    return {"act.py": HERE.parent / "functions" / "act.py", "awslambdaric.py": HERE / "awslambdaric.py"}
