"""What the front page and the privacy notice promise to be complete is complete."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from samtranslator.yaml_helper import yaml_parse

from rediscover_archive import errors

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
NEVER_AN_EXECUTIONS = {errors.ConsentRefused, errors.NotVisibleYet}
"""With their subclasses: no state authorizes, and tracks that are not shown yet leave the run unverified."""


def kinds(family: type[errors.ArchiveError]) -> Iterator[type[errors.ArchiveError]]:
    """The errors of a family that can end an execution."""
    for kind in family.__subclasses__():
        if kind not in NEVER_AN_EXECUTIONS:
            yield kind
            yield from kinds(kind)


def section(heading: str) -> str:
    """The text below a heading of the README."""
    return README.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def test_the_front_page_names_every_error_that_an_execution_can_end_in_and_no_other() -> None:
    named = re.findall(r"^\| `(\w+)` \|", section("When it fails"), re.MULTILINE)
    expected = [kind.__name__ for family in (errors.TryAgain, errors.Stop) for kind in kinds(family)]
    assert sorted(named) == sorted(expected)


def test_the_privacy_notice_says_when_each_kind_of_document_expires() -> None:
    template = yaml_parse((ROOT / "template.yaml").read_text())
    rules = template["Resources"]["Bucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    notice = (ROOT / "docs" / "privacy.md").read_text()
    told = re.findall(r"^\| bucket, `(\w+/)` \| .* \| (\d+) days", notice, re.MULTILINE)
    assert sorted(told) == sorted((rule["Prefix"], str(rule["ExpirationInDays"])) for rule in rules)


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))], ids=lambda page: page.name
)
def test_every_link_within_the_project_leads_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if re.match(r"https?:", link):
            continue
        path, _, heading = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        if heading:
            headings = re.findall(r"^#+ (.*)$", target.read_text(), re.MULTILINE)
            assert heading in [re.sub(r"[^\w\- ]", "", one).lower().replace(" ", "-") for one in headings], link
