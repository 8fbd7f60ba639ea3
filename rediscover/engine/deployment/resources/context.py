"""What every creator of resources may need."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rediscover.engine.aws import Clients
from rediscover.engine.deployment.intrinsics import STACK


@dataclass(frozen=True)
class Context:
    """Clients of the services, the template's folder, and the code that was built so far by its folder."""

    clients: Clients
    folder: Path
    built: dict[Path, dict[str, str]] = field(default_factory=dict)


def named(properties: dict[str, Any], key: str, logical_id: str) -> str:
    """Take the name out of the properties, or make one as CloudFormation does, at most 64 characters."""
    return str(properties.pop(key, f"{STACK}-{logical_id}"[:64]))


def attributes(properties: dict[str, Any], *keys: str) -> dict[str, str]:
    """Take those of the properties out that are there, as the text that SNS and SQS want."""
    return {key: _text(properties.pop(key)) for key in keys if key in properties}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, dict) else str(value)
