"""Writes the state machines and their input's schema in one form: `python -m tools.format_asl [--check]`.

What fits on a line stands on one; else each member has a line of its own. Two things would be mostly brackets then, and
are closer: a list of objects that are all too long for a line opens and closes with them, and what holds no objects and
is no state (a retrier) fills its lines, from its bracket on where it holds no lists either (a Task's parameters). Order
and values stay as they are.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "statemachine").glob("*.json"))
WIDTH = 120
INDENT = 2


def formatted(text: str) -> str:
    """A JSON document in that form. Raises ValueError where `text` is not JSON, or names a member twice."""
    return _text(json.loads(text, object_pairs_hook=_members_once), 0, 0) + "\n"


def _members_once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    # json would keep only the last of them, and a state would be gone.
    names = [name for name, _ in members]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"named twice: {', '.join(twice)}")
    return dict(members)


def _text(value: Any, indent: int, column: int) -> str:
    """`value` from `column` on, in a line that is indented by `indent`."""
    line = _line(value)
    if not isinstance(value, (dict, list)) or not value or _fits(column, line):
        return line
    if isinstance(value, list) and not any(_may_share(item, indent + INDENT) for item in value):
        return f"[{', '.join(_spread(item, indent, indent + 1) for item in value)}]"
    return _spread(value, indent, column)


def _may_share(item: Any, column: int) -> bool:
    return not isinstance(item, dict) or _fits(column, _line(item))


def _spread(value: dict[str, Any] | list[Any], indent: int, column: int) -> str:
    """Its members on lines between its brackets, the first of which stands at `column`."""
    inner = indent + INDENT
    if isinstance(value, dict):
        begin, end, pairs = "{", "}", [(f"{_line(name)}: ", item) for name, item in value.items()]
    else:
        begin, end, pairs = "[", "]", [("", item) for item in value]
    members = [name + _text(item, inner, inner + len(name)) for name, item in pairs]
    if _is_flat(value):
        return begin + f",\n{' ' * inner}".join(_filled(members, column + 1, inner)) + end
    lines = _filled(members, inner, inner) if _is_plain(value) else members
    return "\n".join([begin, ",\n".join(" " * inner + line for line in lines), " " * indent + end])


def _is_flat(value: dict[str, Any] | list[Any]) -> bool:
    return _is_plain(value) and not any(isinstance(item, (dict, list)) for item in _items(value))


def _is_plain(value: dict[str, Any] | list[Any]) -> bool:
    if isinstance(value, dict) and value.keys() & {"Type", "type"}:
        return False
    return not any(isinstance(part, dict) for item in _items(value) for part in [item, *_items(item)])


def _items(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []


def _filled(members: list[str], column: int, indent: int) -> list[str]:
    """The members in lines, the first of which begins at `column`."""
    lines: list[str] = []
    for member in members:
        longer = f"{lines[-1]}, {member}" if lines else member
        if lines and "\n" not in longer and _fits(column if len(lines) == 1 else indent, longer):
            lines[-1] = longer
        else:
            lines.append(member)
    return lines


def _fits(column: int, line: str) -> bool:
    return column + len(line) < WIDTH  # a comma may follow


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def main(arguments: list[str] | None = None) -> int:
    """Write the files; with `--check`, name those that are not as they would be written, and return 1."""
    parser = argparse.ArgumentParser(description="Format the files in statemachine/.")
    parser.add_argument("--check", action="store_true", help="change nothing; say which files are not formatted")
    check = parser.parse_args(arguments).check
    texts = {path: path.read_text(encoding="utf-8") for path in FILES}
    others = {path: new for path, text in texts.items() if (new := formatted(text)) != text}
    for path, new in others.items():
        if check:
            sys.stderr.write(f"{path.relative_to(ROOT)} is not formatted: run make format\n")
        else:
            path.write_text(new, encoding="utf-8")
            sys.stderr.write(f"{path.relative_to(ROOT)} is written\n")
    return 1 if check and others else 0


if __name__ == "__main__":
    sys.exit(main())
