"""What AWS lets nothing catch, and how much it carries, where moto 5.2.5's interpreter is more lenient.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html: `States.ALL` matches neither
`States.DataLimitExceeded` nor `States.Runtime`, and the latter always ends the execution.
https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html: 256 KiB for what a state is given and gives.
"""

from contextlib import ExitStack
from typing import Any
from unittest.mock import patch

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.error_equals_decl import ErrorEqualsDecl
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.common.parargs import Parameters
from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task_lambda import StateTaskLambda
from moto.stepfunctions.parser.asl.utils.json_path import NoSuchJsonPathError
from moto.stepfunctions.parser.quotas import is_within_size_quota

from rediscover.engine.moto.failures import failure

RUNTIME = "States.Runtime"
TOO_LARGE = StatesErrorNameType.StatesStatesDataLimitExceeded
LONGEST_ERROR, LONGEST_CAUSE = 256, 32768
"""Characters (Step Functions API, ExecutionFailedEventDetails)."""

_moto_matches = ErrorEqualsDecl._eval_body
_moto_parameters = Parameters._eval_body
_moto_lambda_error = StateTaskLambda._from_error
_moto_failure = FailureEvent.__init__


def patch_uncatchable(patches: ExitStack) -> None:
    """Let moto end an execution where AWS does, and carry no more than AWS does."""
    for target, name, replacement in (
        (ErrorEqualsDecl, "_eval_body", _matches),
        (Parameters, "_eval_body", _parameters),
        (StateTaskLambda, "_from_error", _lambda_error),
        (FailureEvent, "__init__", _failure),
    ):
        patches.enter_context(patch.object(target, name, replacement))


def _matches(self: Any, env: Any) -> None:
    """Whether a Retry or Catch is for an error."""
    error = env.stack[-1].error_name
    named = any(one.error_name == error for one in self.error_names)
    if error == RUNTIME or (error == TOO_LARGE.to_name() and not named):
        env.stack[-1] = False
    else:
        _moto_matches(self, env)


def _parameters(self: Any, env: Any) -> None:
    _moto_parameters(self, env)
    if is_within_size_quota(env.stack[-1]):
        return
    cause = "The input of the state exceeds the maximum number of bytes service limit."
    raise failure(env, TOO_LARGE, cause, HistoryEventType.TaskFailed)


def _lambda_error(self: Any, env: Any, ex: Exception) -> Any:
    """A path that leads nowhere is an error of the state; moto takes it for one of the function, called Exception."""
    if isinstance(ex, NoSuchJsonPathError):
        return ExecutionState._from_error(self, env=env, ex=ex)
    return _moto_lambda_error(self, env=env, ex=ex)


def _failure(self: Any, env: Any, error_name: Any, event_type: Any, event_details: Any = None) -> None:
    """An error's name and cause are cut to what AWS carries."""
    for details in (event_details or {}).values():
        for key, most in (("error", LONGEST_ERROR), ("cause", LONGEST_CAUSE)):
            if details.get(key):
                details[key] = details[key][:most]
    _moto_failure(self, env=env, error_name=error_name, event_type=event_type, event_details=event_details)
