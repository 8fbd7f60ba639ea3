"""A file is read in one sitting, and a folder is a neighbourhood that is seen at a glance."""

from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRODUCT = ("functions", "rediscover")
FOLDERS = (*PRODUCT, "tests", "tools", "bench")
MOST_LINES = 300
MOST_MODULES = 13
GENERATED = ("MockConfigFile.json", "package-lock.json", "requirements.txt")
TEMPLATE = "template.yaml"
"""CloudFormation's, which have to be one file."""


def written(folder: Path) -> Iterator[Path]:
    """The files that somebody wrote, not a tool."""
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if path.is_file() and not {"node_modules", "__pycache__"} & {*inside} and path.name not in GENERATED:
            yield path


def long_files(folder: Path) -> list[str]:
    """Those with more lines than a file should have."""
    counted = {path: len(path.read_bytes().splitlines()) for path in written(folder) if path.name != TEMPLATE}
    return [f"{path}: {lines} lines" for path, lines in counted.items() if lines > MOST_LINES]


def full_folders(folder: Path) -> list[str]:
    """Those with more modules than a folder should have."""
    inside = {path.parent for path in folder.rglob("*.py")}
    counted = {path: len([*path.glob("*.py")]) for path in sorted(inside)}
    return [f"{path}: {modules} modules" for path, modules in counted.items() if modules > MOST_MODULES]


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_file_is_too_long_to_be_read_in_one_sitting(folder: str) -> None:
    assert long_files(ROOT / folder) == [], f"divide each along its subjects: {MOST_LINES} lines are enough"


@pytest.mark.parametrize("folder", PRODUCT)
def test_no_folder_has_too_many_modules_to_be_seen_at_a_glance(folder: str) -> None:
    assert full_folders(ROOT / folder) == [], f"give what belongs together a folder: {MOST_MODULES} modules are enough"


def test_what_is_too_large_is_named(tmp_path: Path) -> None:
    for number in range(MOST_MODULES + 1):
        (tmp_path / f"room_{number}.py").touch()
    (tmp_path / "long.py").write_text("\n" * (MOST_LINES + 1))
    (tmp_path / "requirements.txt").write_text("\n" * (MOST_LINES + 1))
    assert long_files(tmp_path) == [f"{tmp_path / 'long.py'}: 301 lines"]
    assert full_folders(tmp_path) == [f"{tmp_path}: 15 modules"]
