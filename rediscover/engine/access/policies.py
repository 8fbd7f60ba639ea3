"""What IAM's policies allow.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from rediscover.engine.errors import TemplateError

EVALUATED = {"Sid", "Effect", "Action", "Resource", "Condition"}
CONDITION_KEYS = {"secretsmanager:VersionStage"}
"""What conditions may compare, by StringEquals."""


@dataclass(frozen=True)
class Statement:
    """A statement of a role's policy."""

    allows: bool
    actions: re.Pattern[str]
    resources: re.Pattern[str]
    equals: Mapping[str, list[str]]

    def is_about(self, action: str, resource: str) -> bool:
        """Whether it says anything of this action on this resource."""
        return bool(self.actions.fullmatch(action) and self.resources.fullmatch(resource))

    def holds(self, context: Mapping[str, str]) -> bool:
        """Whether its condition is met by a request with these condition keys."""
        return all(context.get(key) in values for key, values in self.equals.items())


@cache
def statements(document: str) -> tuple[Statement, ...]:
    """What a policy's JSON states. Raises TemplateError for what the engine does not evaluate."""
    written = json.loads(document)["Statement"]
    return tuple(_statement(one) for one in (written if isinstance(written, list) else [written]))


def objection(
    documents: Iterable[str], action: str, resource: str, context: Mapping[str, str] = MappingProxyType({})
) -> str | None:
    """Why a role with these policies may not do it, in AWS's words; None where it may."""
    about = (one for document in documents for one in statements(document) if one.is_about(action, resource))
    said = [one for one in about if one.holds(context)]
    if not said:
        return f"because no identity-based policy allows the {action} action"
    return None if all(one.allows for one in said) else "with an explicit deny in an identity-based policy"


def _statement(written: dict[str, Any]) -> Statement:
    condition = written.get("Condition", {})
    equals = condition.get("StringEquals", {})
    unknown = sorted(written.keys() - EVALUATED)
    if condition.keys() - {"StringEquals"} or equals.keys() - CONDITION_KEYS:
        unknown.append("Condition")
    if unknown or "${" in str(written["Resource"]):
        what = ", ".join(unknown) or "policy variables"
        raise TemplateError(f"The engine does not evaluate {what} in the policy of a role: {json.dumps(written)}.")
    return Statement(
        allows=written["Effect"] == "Allow",
        actions=_any_of(written["Action"], re.IGNORECASE),
        resources=_any_of(written["Resource"]),
        equals={key: [value] if isinstance(value, str) else value for key, value in equals.items()},
    )


def _any_of(written: str | list[str], flags: int = 0) -> re.Pattern[str]:
    """`*` stands for any text, `?` for one character."""
    patterns = [written] if isinstance(written, str) else written
    escaped = [re.escape(one).replace(r"\*", ".*").replace(r"\?", ".") for one in patterns]
    return re.compile("|".join(escaped), flags | re.DOTALL)
