"""What the pages for maintainers name is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md"))]
PLACES = (
    *("functions", "functions/rediscover_archive", "functions/rediscover_archive/pairs"),
    *("rediscover", "rediscover/simulator", "tests/checks", "."),
)


def _ids(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=_ids)
def test_every_link_to_a_file_leads_to_one(page: Path) -> None:
    linked = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert [link for link in linked if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/architecture.md", "docs/decisions/moto.md"])
def test_every_module_that_is_named_is_there(page: str) -> None:
    named = set(re.findall(r"`((?:[\w.-]+/)*[a-z_]+\.py)`", (ROOT / page).read_text(encoding="utf-8")))
    assert {name for name in named if not any((ROOT / place / name).exists() for place in PLACES)} == set()


def test_every_test_that_is_named_is_there() -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")))
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert [name for name in named if f"def {name}(" not in tests] == []
