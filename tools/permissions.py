"""Who may do what: `python -m tools.permissions` writes docs/permissions.md from the template."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.support.rights import (
    BEYOND_THE_ENGINE,
    RESOURCE_POLICIES,
    in_words,
    listed,
    managed_policies,
    purpose,
    resources,
    rights,
    roles,
)

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "permissions.md"

ONLY_WITH = {"HasManyPairs": "PairsKey", "IsRenewedByTap": "RenewByTap"}
"""The parameter behind each condition of a role."""

HEAD = """# Who may do what

Written by `make permissions` from `template.yaml`. Each function, state machine and rule has a role of its own.
`${{…}}` is a resource of the template or of AWS; actions and resources are meant each with each.

The roles have {all} rights, a right being one action on one resource. The embedded engine enforces them as AWS does,
in every local run and test. `tests/integration/test_least_privilege.py` takes {tried} of them away, one at a time, and
sees what they are for fail; the other {beyond} are [listed below](#what-no-test-can-try). It also tries, as every role,
what none may do: read or replace the stored credentials, write another function's documents, publish elsewhere, start
executions, invoke functions.
"""


def page() -> str:
    """docs/permissions.md."""
    every = list(rights())
    beyond = sum(right.beyond_the_engine is not None for right in every)
    head = HEAD.format(all=len(every), tried=len(every) - beyond, beyond=beyond)
    sections = [_section(role, properties) for role, properties in roles().items()]
    return "\n".join([head, *sections, _managed(), _resource_policies(), _untried()])


def _section(role: str, properties: dict[str, Any]) -> str:
    owner = role.removesuffix("Role")
    lines = [f"## {owner}", "", *_about(role, owner), "| in order to | may | on |", "|---|---|---|"]
    for policy in properties["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            words = " ".join(re.findall("[A-Z][a-z]*", purpose(role, policy["PolicyName"], statement))).lower()
            lines.append(_row(words + _only_if(statement), statement["Action"], statement["Resource"]))
    return "\n".join(lines) + "\n"


def _only_if(statement: dict[str, Any]) -> str:
    asked = statement.get("Condition", {}).get("StringEquals", {})
    return "".join(f", where `{key}` is `{value}`" for key, value in asked.items())


def _about(role: str, owner: str) -> Iterator[str]:
    told = []
    if description := resources().get(owner, {}).get("Properties", {}).get("Description"):
        told.append(description)
    if condition := resources()[role].get("Condition"):
        told.append(f"Only with the parameter `{ONLY_WITH[condition]}`.")
    yield from (" ".join(told), "") if told else ()


def _row(first: str, actions: Any, where: Any) -> str:
    return f"| {first} | {_codes(listed(actions))} | {_codes([_short(in_words(one)) for one in listed(where)])} |"


def _codes(texts: list[str]) -> str:
    return "<br>".join(f"`{text}`" for text in texts)


def _short(resource: str) -> str:
    """An ARN without what is the same in all of them."""
    return re.sub(r"^arn:\$\{AWS::Partition\}:(\w+):\$\{AWS::Region\}:\$\{AWS::AccountId\}:", r"\1:", resource)


def _resource_policies() -> str:
    lines = ["## From outside", "", "What the stack's resources let others do, or let nobody do.", ""]
    lines += ["| policy | who | may | on |", "|---|---|---|---|"]
    for name, resource in resources().items():
        if resource["Type"] in RESOURCE_POLICIES:
            condition = resource.get("Condition")
            with_what = f", with `{ONLY_WITH[condition]}` only" if condition else ""
            for one in _statements(resource["Properties"]):
                lines.append(_row(f"{name} | {_who(one)}{with_what}", one["Action"], one["Resource"]))
    return "\n".join(lines) + "\n"


def _who(statement: dict[str, Any]) -> str:
    if statement["Effect"] == "Deny":
        return "nobody without TLS"
    who = statement["Principal"]
    return "everyone" if who == "*" else ", ".join(listed(who["Service"]))


def _statements(properties: dict[str, Any]) -> list[dict[str, Any]]:
    if "PolicyDocument" in properties:
        return list(properties["PolicyDocument"]["Statement"])
    who = properties["Principal"]  # of a Lambda permission
    principal = who if who == "*" else {"Service": who}
    granted = {"Effect": "Allow", "Action": properties["Action"], "Resource": properties["FunctionName"]}
    return [{**granted, "Principal": principal}]


def _managed() -> str:
    lines = ["## AWS's own policies", "", "They reach every log group and trace of the account.", ""]
    lines += ["| policy | why | roles |", "|---|---|---|"]
    for name in sorted(managed_policies()):
        owners = [role.removesuffix("Role") for role, one in roles().items() if name in str(one)]
        lines.append(f"| {name} | {BEYOND_THE_ENGINE[name]} | {', '.join(owners)} |")
    return "\n".join(lines) + "\n"


def _untried() -> str:
    lines = ["## What no test can try", "", "| what | why |", "|---|---|"]
    lines += [f"| {name} | {why} |" for name, why in BEYOND_THE_ENGINE.items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)} is written.\n")
