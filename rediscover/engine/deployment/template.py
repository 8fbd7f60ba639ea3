"""The SAM template as the engine deploys it. It is transformed once, and what came of that is kept."""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rediscover.engine.deployment.parameters import Value, parameter_values
from rediscover.engine.errors import TemplateError
from rediscover.machine import files

TRANSFORM = Path(__file__).with_name("transform.py")


def load(path: Path, given: Mapping[str, str], kept: Path | None = None) -> tuple[dict[str, Any], dict[str, Value]]:
    """The template in CloudFormation's terms, and the value of each of its parameters.

    `kept` is the file that has the last template that was transformed; loading the translator takes longer than all it
    does. Raises TemplateError and ParameterError.
    """
    try:
        text = path.read_text()
    except OSError as error:
        raise TemplateError(f"The template {path} cannot be read: {error.strerror}.") from error
    made_of = _fingerprint(text, given)
    template = _recalled(kept, made_of) if kept else None
    if template is None:
        from rediscover.engine.deployment.transform import transformed

        template = transformed(text, given)
        if kept:
            with suppress(OSError):  # it is transformed again the next time
                files.replace(kept, json.dumps({"made_of": made_of, "template": template}).encode())
    return template, parameter_values(template.get("Parameters", {}), given)


def _fingerprint(text: str, given: Mapping[str, str]) -> str:
    parts = (text, sorted(given.items()), TRANSFORM.read_text(encoding="utf-8"), version("aws-sam-translator"))
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _recalled(kept: Path, made_of: str) -> dict[str, Any] | None:
    """The template where it was made of the same; what cannot be read is as good as none."""
    try:
        found = json.loads(kept.read_bytes())
        template: dict[str, Any] = found["template"]
        return template if found["made_of"] == made_of and isinstance(template["Resources"], dict) else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
