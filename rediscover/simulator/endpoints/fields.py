"""The `fields` parameter of Spotify's playlist endpoints: a filter over a JSON answer.

Commas list fields; a dot or parentheses go into a field, through lists as well; an exclamation mark
leaves a field out. Spotify's reference does not say what a plain name means beside an excluded one,
as in `album(!external_urls,images)`; here a list with an exclusion starts from everything.
"""

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

_TOKEN = re.compile(r"[^\s,.()!]+|[,.()!]")
_PUNCTUATION = frozenset(",.()!")
_END = ""


class FieldsError(ValueError):
    """The filter cannot be parsed."""


@dataclass
class Fields:
    """What to keep of an object: `kept` maps a name to its own filter, or to None for all of it."""

    kept: "dict[str, Fields | None]" = field(default_factory=dict)
    excluded: set[str] = field(default_factory=set)

    def apply(self, value: Any) -> Any:
        """The part of `value` that the filter keeps; what is neither object nor list stays as it is."""
        if isinstance(value, list):
            return [self.apply(element) for element in value]
        if not isinstance(value, dict):
            return value
        kept = self.kept
        names = value.keys() - self.excluded if self.excluded else kept.keys()
        return {
            name: part if (inner := kept.get(name)) is None else inner.apply(part)
            for name, part in value.items()
            if name in names
        }


@cache
def parse(text: str) -> Fields:
    """The filter that `text` writes down, not to be changed; FieldsError when it is malformed."""
    parser = _Parser(text)
    fields = Fields()
    parser.read_list(fields)
    parser.expect(_END)
    return fields


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens: list[str] = [*_TOKEN.findall(text), _END]
        self._at = 0

    def read_list(self, into: Fields) -> None:
        self._read_term(into)
        while self._accept(","):
            self._read_term(into)

    def expect(self, token: str) -> None:
        if not self._accept(token):
            raise FieldsError(f"expected {token or 'the end'!r} before {self._tokens[self._at]!r}")

    def _read_term(self, into: Fields) -> None:
        if self._accept("!"):
            into.excluded.add(self._read_name())
            return
        name = self._read_name()
        while self._accept("."):
            into = _descend(into, name)
            name = self._read_name()
        if self._accept("("):
            self.read_list(_descend(into, name))
            self.expect(")")
        else:
            into.kept[name] = None

    def _read_name(self) -> str:
        token = self._tokens[self._at]
        if token in _PUNCTUATION or token == _END:
            raise FieldsError(f"expected a field's name before {token!r}")
        self._at += 1
        return token

    def _accept(self, token: str) -> bool:
        if self._tokens[self._at] != token:
            return False
        if token != _END:
            self._at += 1
        return True


def _descend(fields: Fields, name: str) -> Fields:
    """The filter of the field `name`; one that changes nothing when the whole field is kept already."""
    inner = fields.kept.setdefault(name, Fields())
    return Fields() if inner is None else inner
