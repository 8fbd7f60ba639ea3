"""What a wheel holds beside the package: the stack that its engine deploys, and the library of the functions."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

if sys.version_info < (3, 11):  # noqa: UP036 (a pip of that age names some package that it cannot find)
    sys.exit(f"rediscover needs Python 3.11 or newer; this is {sys.version.split()[0]}.")

STACK = "rediscover/stack"
LIBRARY = "rediscover_archive"


class Stack(BuildHookInterface[Any]):
    """Puts the files of a checkout where an installed copy looks for them, each once."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Nothing of it for `pip install --editable`, which runs the checkout."""
        if version == "standard":
            build_data["force_include"] |= {
                **{path: f"{STACK}/{path}" for path in ("template.yaml", "statemachine/rediscover.asl.json")},
                **{path: f"{STACK}/{path}" for path in self._modules()},
                "statemachine/input.schema.json": f"{LIBRARY}/input.schema.json",
                f"functions/{LIBRARY}": LIBRARY,
            }

    def _modules(self) -> list[str]:
        return [path.relative_to(self.root).as_posix() for path in Path(self.root, "functions").glob("*.py")]
