"""What IAM would answer: policies evaluated with their conditions, for the roles of pipeline.yaml.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html

The embedded engine's own evaluator has no conditions, as no role of template.yaml has any.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Statement = Mapping[str, Any]

OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda value, wanted: value == wanted,
    "ArnEquals": lambda value, wanted: matches(wanted, value),  # AWS: the same as ArnLike
}


def allows(statements: Iterable[Statement], action: str, resource: str, **context: str) -> bool:
    """Whether policies allow `action` on `resource`, which may itself have wildcards: then on all of them.

    `context` has the keys of conditions, with `_` for `:`, as in `iam_PermissionsBoundary`.
    """
    said = [one["Effect"] for one in statements if _is_about(one, action, resource, context)]
    return "Allow" in said and "Deny" not in said


def matches(pattern: str, text: str) -> bool:
    """Whether IAM's pattern, with `*` and `?`, covers a text, or another pattern."""
    escaped = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "[^*]")
    return re.fullmatch(escaped, text, re.DOTALL) is not None


def listed(value: Any) -> list[Any]:
    """A policy's element, which may stand alone, as a list."""
    return value if isinstance(value, list) else [value]


def _is_about(statement: Statement, action: str, resource: str, context: Mapping[str, str]) -> bool:
    about = any(matches(one.lower(), action.lower()) for one in listed(statement["Action"]))
    where = any(matches(one, resource) for one in listed(statement["Resource"]))
    conditions = statement.get("Condition", {}).items()
    return about and where and all(_holds(operator, keys, context) for operator, keys in conditions)


def _holds(operator: str, keys: Mapping[str, Any], context: Mapping[str, str]) -> bool:
    """Whether every key is in the request and has one of the wanted values. Raises KeyError for another operator."""
    test = OPERATORS[operator]
    values = {key: context.get(key.replace(":", "_")) for key in keys}
    return all(
        value is not None and any(test(value, wanted) for wanted in listed(keys[key])) for key, value in values.items()
    )
