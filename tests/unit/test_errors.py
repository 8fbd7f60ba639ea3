"""The tree of errors that stands in their module's docstring is the one that the classes make."""

import inspect
from collections.abc import Iterator

from rediscover_archive import errors


def tree(error: type[errors.ArchiveError], depth: int = 1) -> Iterator[str]:
    """An error and those below it, in the order in which they are defined."""
    yield f"{'  ' * depth}{error.__name__}"
    for below in error.__subclasses__():
        if below.__module__ == errors.__name__:
            yield from tree(below, depth + 1)


def test_the_docstring_has_the_tree_of_the_errors() -> None:
    drawn = [line for line in (inspect.getdoc(errors) or "").splitlines() if line.startswith(" ")]
    expected = [*tree(errors.ArchiveError)]
    assert drawn == expected, "the docstring of rediscover_archive/errors.py should have:\n" + "\n".join(expected)
