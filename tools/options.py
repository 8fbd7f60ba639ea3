"""The options' table in docs/sources.md, out of the input's schema: `python -m tools.options` writes it."""

import json
from pathlib import Path
from typing import Any

from rediscover.commands.arguments.pair_options import flag

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "sources.md"
SCHEMA = ROOT / "statemachine" / "input.schema.json"
HEAD = "| in the input | flag of `run` | parameter | default | |\n|---|---|---|---|---|\n"
BEGIN, END = "<!-- options, written by make options -->\n", "<!-- end of options -->\n"


def schema() -> dict[str, Any]:
    """The schema of an execution's input."""
    return dict(json.loads(SCHEMA.read_text(encoding="utf-8")))


def parameter(option: str) -> str:
    """The stack's parameter for an option: `max_new` is `MaxNew` there."""
    return "".join(word.capitalize() for word in option.split("_"))


def table() -> str:
    """The table as Markdown."""
    rows = [
        (f"`{name}`", f"`{flag(name)}`", f"`{parameter(name)}`", f"`{_text(option['default'])}`", option["description"])
        for name, option in schema()["definitions"].items()
    ]
    return HEAD + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def with_table(page: str) -> str:
    """The page with the table as it should be."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{table()}{END}{after}"


def _text(default: object) -> str:
    return default if default and isinstance(default, str) else json.dumps(default)


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
