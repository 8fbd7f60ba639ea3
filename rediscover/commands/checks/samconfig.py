"""The doctor's look at samconfig.toml: what `sam deploy --guided` saved there, every later `sam deploy` sends again."""

import shlex
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rediscover.commands.checks.findings import Finding, bad

NAME = "samconfig.toml"
HIDDEN = "****"
"""What CloudFormation shows of a parameter that it does not show."""


def check_samconfig(folder: Path, stack: str, parameters: Mapping[str, str]) -> Iterator[Finding]:
    """A finding where the file in `folder` is for this stack and would give it other parameters than it has."""
    try:
        settings = tomllib.loads((folder / NAME).read_text(encoding="utf-8"))
        saved = _overrides(settings, stack)
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        yield bad(NAME, f"cannot be read ({type(error).__name__}), by `sam deploy` either.")
        return
    changed = [
        f"{key}={value} (the stack has {parameters[key] or 'nothing'})"
        for key, value in saved.items()
        if key in parameters and parameters[key] not in (value, HIDDEN)
    ]
    if changed:
        told = f"the next `sam deploy` here would set {', '.join(changed)}. Take that out of parameter_overrides in it"
        yield bad(NAME, f"{told}; a parameter that is not named stays as it is.")


def _overrides(settings: Mapping[str, Any], stack: str) -> dict[str, str]:
    """The parameters that `sam deploy` would send to `stack`; none where the file is for another one."""
    of_all, of_deploy = (_table(settings, "default", command, "parameters") for command in ("global", "deploy"))
    known = {**of_all, **of_deploy}
    if known.get("stack_name") != stack:
        return {}
    given = known.get("parameter_overrides", "")
    words = shlex.split(" ".join(given) if isinstance(given, list) else str(given))
    return dict(word.split("=", 1) for word in words if "=" in word)


def _table(settings: Any, *names: str) -> dict[str, Any]:
    for name in names:
        settings = settings.get(name) if isinstance(settings, dict) else None
    return settings if isinstance(settings, dict) else {}
