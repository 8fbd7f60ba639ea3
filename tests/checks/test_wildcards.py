"""No right reaches everything without a reason that stands beside it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ANYWHERE = re.compile(r"\$\{AWS::(Partition|Region|AccountId|URLSuffix)\}")
"""What a resource may be bounded by and yet be any of the account's."""


def wide(template: str) -> dict[int, str]:
    """The lines (from 1) of statements that allow something on a resource by a wildcard alone, and the resource."""
    root = yaml.compose(template)
    assert root
    return dict(_wide(root))


def _wide(node: yaml.Node) -> Iterator[tuple[int, str]]:
    children = [part for pair in node.value for part in pair] if isinstance(node, yaml.MappingNode) else node.value
    if isinstance(node, yaml.MappingNode):
        entries = {key.value: value for key, value in node.value}
        if entries.keys() >= {"Effect", "Resource"} and entries["Effect"].value == "Allow":
            texts = [one for one in _texts(entries["Resource"]) if "*" in one and "${" not in ANYWHERE.sub("", one)]
            yield from ((node.start_mark.line + 1, text) for text in texts)
    if not isinstance(node, yaml.ScalarNode):
        for child in children:
            yield from _wide(child)


def _texts(node: yaml.Node) -> Iterator[str]:
    if isinstance(node, yaml.ScalarNode):
        yield node.value
    else:
        for child in node.value:
            yield from _texts(child)


@pytest.mark.parametrize(("name", "count"), [("template.yaml", 2), ("pipeline.yaml", 5), ("schedule.yaml", 0)])
def test_every_wildcard_has_its_reason(name: str, count: int) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    found = wide(text)
    assert len(found) == count
    unexplained = [line for line in found if not text.splitlines()[line - 2].strip().startswith("# ")]
    assert unexplained == []
