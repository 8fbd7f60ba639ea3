"""What moto 5.2.5's interpreter lacks for a state that calls Step Functions itself."""

from contextlib import ExitStack
from datetime import datetime
from typing import Any
from unittest.mock import patch

from botocore.model import ServiceModel
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import StateTaskService

from rediscover.engine.aws import models

SERVICE = "stepfunctions"


def patch_nested_executions(patches: ExitStack) -> None:
    """Let a state start and describe executions: by `states:startExecution.sync:2`, or by `aws-sdk:sfn:…`.

    A state names the parameters `ExecutionArn`, Step Functions' API `executionArn`; moto leaves out the translation.
    """
    model = ServiceModel(models().load_service_model(SERVICE, "service-2"))

    def operation(self: Any, given: str | None, action: str | None) -> Any:
        if self._get_boto_service_name(given) != SERVICE:
            return None
        name = action.title().replace("_", "") if action else self.resource.api_action
        return model.operation_model(name[0].upper() + name[1:])

    def parameters(
        self: Any, parameters: Any, boto_service_name: str | None = None, service_action_name: str | None = None
    ) -> None:
        if found := operation(self, boto_service_name, service_action_name):
            self._to_boto_request(parameters, found.input_shape)

    def response(
        self: Any, response: Any, boto_service_name: str | None = None, service_action_name: str | None = None
    ) -> None:
        if found := operation(self, boto_service_name, service_action_name):
            self._from_boto_response(response, found.output_shape)

    for name, replacement in (
        ("_normalise_parameters", parameters),
        ("_normalise_response", response),
        ("_from_boto_response_value", staticmethod(_plain)),
    ):
        patches.enter_context(patch.object(StateTaskService, name, replacement))


_moto_response_value = StateTaskService._from_boto_response_value


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return _moto_response_value(value)
