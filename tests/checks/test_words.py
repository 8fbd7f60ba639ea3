"""One way of writing in all messages: numbers with the right plural, and a track's title before its artists."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = [path for folder in ("functions", "rediscover") for path in sorted((ROOT / folder).rglob("*.py"))]
THINGS = (
    *("track", "item", "row", "playlist", "archive", "pair", "run", "week", "source", "target", "request", "play"),
    *("time", "line", "character", "byte", "day", "hour", "minute", "second"),
)
COUNTED = re.compile(rf"^ (?:\w+ )?(?:{'|'.join(THINGS)})s\b")
NEVER_ONE = {
    "MOST_ADDED_AT_ONCE",
    "CAP",
    "MOST_BYTES",
    "NEARLY_FULL",
    "VISIBLE_PLAYS",
    "doubt.requests",  # as many as may be
    "fired.days_since_success",  # more than the alarm allows
    "len(given)",  # more than what is shown
    "left",  # today and tomorrow have words
    "len(elsewhere)",  # more than MOST_ELSEWHERE
    "len(found)",  # several, or the command would have chosen
    "len(found.uris)",  # more than CAP
    "len(pairs)",  # several, or the sentence stands alone
    "len(played)",  # several, or it is said otherwise
    "refusals",  # after the waits of AT_LEAST
    "seconds / 60",  # of a constant
    "seconds",  # in Lambda's own words, with decimals
    "timer.name",  # no number: it runs
    "size",  # more than MOST_BYTES
}
"""Numbers in our sentences that are more than one whatever happens."""


def sentences(path: Path) -> Iterator[ast.JoinedStr]:
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.JoinedStr))


def number_of_things(sentence: ast.JoinedStr) -> Iterator[str]:
    """Each expression in it behind which things stand, whatever their number is."""
    for number, words in zip(sentence.values, sentence.values[1:], strict=False):
        behind = str(words.value) if isinstance(words, ast.Constant) else ""
        if isinstance(number, ast.FormattedValue) and COUNTED.match(behind):
            yield ast.unparse(number.value)


def test_a_number_that_may_be_one_stands_before_no_plural() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {number}"
        for path in SOURCES
        for sentence in sentences(path)
        for number in number_of_things(sentence)
        if number not in NEVER_ONE
    }
    assert not found, "write counted(number, thing) of rediscover_archive.text"
