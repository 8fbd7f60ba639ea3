"""The history of an execution, as it is already: moto looks for each of the 40 fields of an event under four names."""

import json
from contextlib import ExitStack
from datetime import datetime
from typing import Any
from unittest.mock import patch

from moto.core.responses import ActionResult
from moto.stepfunctions.responses import StepFunctionResponse


def patch_history(patches: ExitStack) -> None:
    """Answer GetExecutionHistory, which is asked for all the time, without moto's serializer."""
    patches.enter_context(patch.object(StepFunctionResponse, "get_execution_history", _get_execution_history))


class _History(ActionResult):  # type: ignore[misc]  # moto has no types
    """Its events have the names and types that they have in the answer, but for the time, which is text."""

    def execute_result(self, context: Any) -> tuple[int, dict[str, str], str]:  # noqa: ARG002 (moto's signature)
        """As moto's."""
        history: Any = self.result
        events = [{**event, "timestamp": _seconds(event["timestamp"])} for event in history["events"]]
        return 200, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps({"events": events})


def _get_execution_history(self: Any) -> _History:
    return _History(self.stepfunction_backend.get_execution_history(self._get_param("executionArn")))


def _seconds(timestamp: str) -> float:
    return datetime.fromisoformat(timestamp).timestamp()
