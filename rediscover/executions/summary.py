"""What an execution came to, in a few words: its line in a list."""

import json
from collections.abc import Mapping
from typing import Any

from rediscover.executions.timeline import moment_of


def summary(execution: Mapping[str, Any], added: int | None = None) -> dict[str, Any]:
    """An execution in the list, from DescribeExecution's answer; `added` is what one had added that has no output."""
    # Only a run that succeeded has one on AWS; on MiniStack a failed one has its error there.
    output = json.loads(execution["output"]) if execution["status"] == "SUCCEEDED" else None
    stopped = execution.get("stopDate")
    return {
        "execution": execution["name"],
        "started": moment_of(execution["startDate"]).isoformat(),
        "stopped": moment_of(stopped).isoformat() if stopped else None,
        "status": execution["status"],
        "outcome": output["outcome"] if output else None,
        "added": sum(pair["added"] for pair in output["pairs"]) if output else added,
        "error": execution.get("error"),
    }
