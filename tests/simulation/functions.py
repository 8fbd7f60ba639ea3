"""The functions, by the resources of the state machine: template.yaml says which handler is which."""

import importlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).parents[2]
MACHINE = "StateMachine"


@dataclass(frozen=True)
class Function:
    """A function by the name of its handler's module; `timeout` is in seconds."""

    name: str
    handler: Callable[[Any, Any], Any]
    timeout: float


@cache
def template() -> Any:
    """template.yaml."""
    return yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8"))


def machine() -> Any:
    """The state machine, its resources by the logical ids of the template's."""
    properties = template()["Resources"][MACHINE]["Properties"]
    text = (ROOT / properties["DefinitionUri"]).read_text(encoding="utf-8")
    for name, given in properties["DefinitionSubstitutions"].items():
        (target,) = given.values()
        logical_id = target[0] if isinstance(target, list) else target.partition(".")[0]
        text = text.replace(f"${{{name}}}", logical_id)
    return json.loads(text)


def functions() -> dict[str, Function]:
    """Those that a state calls, by logical id. Imports their modules."""
    common = template()["Globals"]["Function"]
    called = set(re.findall(r'"Resource": ?"(\w+)"', json.dumps(machine())))
    found = {}
    for logical_id in sorted(called):
        properties = {**common, **template()["Resources"][logical_id]["Properties"]}
        module, _, name = properties["Handler"].rpartition(".")
        handler = getattr(importlib.import_module(module), name)
        found[logical_id] = Function(module, handler, properties["Timeout"])
    return found
