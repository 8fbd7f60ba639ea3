"""What of moto 5.2.5's Step Functions interpreter has to be different here, for as long as an engine runs."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from botocore.awsrequest import AWSResponse
from moto.core.config import default_user_config
from moto.core.routing import SmithyRule
from moto.s3.responses import S3Response
from moto.secretsmanager.models import SecretsManagerBackend
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.utils import json_path
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication, Execution
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

from rediscover.engine.access.roles import Roles
from rediscover.engine.moto.distributed_map import patch_distributed_map
from rediscover.engine.moto.history import patch_history
from rediscover.engine.moto.interpreter_clients import patch_clients
from rediscover.engine.moto.managed_policies import patch_managed_policies
from rediscover.engine.moto.models import patch_models
from rediscover.engine.moto.nested_executions import patch_nested_executions
from rediscover.engine.moto.uncatchable import patch_uncatchable


@contextmanager
def patched(
    wait_scale: float, stopping: threading.Event, roles: Roles, send: Callable[..., AWSResponse], parsed: Path
) -> Iterator[None]:
    """moto as this project needs it. Waits last `wait_scale` of their time, and end when `stopping` is set.

    What an execution asks for, it asks with its own of the `roles`, by `send`. The file `parsed` keeps what was parsed.
    """
    with ExitStack() as patches:
        # Executions are interpreted, not just recorded.
        patches.enter_context(patch.dict(default_user_config["stepfunctions"], execute_state_machine=True))
        for target, name, replacement in (
            (StepFunctionsParserBackend, "start_execution", _start_execution),
            (Execution, "get_start_execution_details", _get_start_execution_details),
            (Execution, "to_describe_output", _to_describe_output),
            (BaseExecutionWorkerCommunication, "_reflect_execution_status", _reflect_execution_status),
            (CustomErrorName, "__init__", _any_error_name),
            (SecretsManagerBackend, "update_secret_version_stage", _update_secret_version_stage),
            (S3Response, "_key_response_put", _one_put_at_a_time),
            (SmithyRule, "_compile_builder", _no_builder),
        ):
            patches.enter_context(patch.object(target, name, replacement))
        # It parses a path each time that it follows one; those of a definition are few.
        patches.enter_context(patch.object(json_path, "parse", cache(json_path.parse)))
        patch_clients(patches, roles, send)
        patch_distributed_map(patches, parsed)
        patch_history(patches)
        patch_managed_policies(patches)
        patch_models(patches)
        patch_nested_executions(patches)
        patch_uncatchable(patches)
        _patch_waits(patches, wait_scale, stopping)
        patches.enter_context(_silent(logging.getLogger("moto")))
        yield


_moto_start_execution = StepFunctionsParserBackend.start_execution
_moto_start_details = Execution.get_start_execution_details
_moto_describe_output = Execution.to_describe_output
_moto_reflect_status = BaseExecutionWorkerCommunication._reflect_execution_status
_moto_error_name = CustomErrorName.__init__
_moto_update_stage = SecretsManagerBackend.update_secret_version_stage
_moto_put = S3Response._key_response_put
_status_lock = threading.Lock()
_put_lock = threading.Lock()
_ended = threading.Event()


def wait_for_an_end(seconds: float) -> bool:
    """Wait for so long, or until an execution has ended since the last such wait; whether one has."""
    ended = _ended.wait(seconds)
    if ended:
        _ended.clear()
    return ended


def _start_execution(self: Any, state_machine_arn: str, name: str | None = None, *rest: Any) -> Any:
    """Without a name, moto calls the execution None, and refuses the second one."""
    return _moto_start_execution(self, state_machine_arn, name or str(uuid4()), *rest)


def _get_start_execution_details(self: Any) -> Any:
    """`$$.Execution.StartTime` is text as on AWS; moto's datetime in an output breaks DescribeExecution."""
    details = _moto_start_details(self)
    started = details.start_time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    details.start_time = started
    return details


def _to_describe_output(self: Any) -> Any:
    """Who asks in the moment of the end must not see the new status without its output."""
    with _status_lock:
        return _moto_describe_output(self)


def _reflect_execution_status(self: Any) -> None:
    with _status_lock:
        _moto_reflect_status(self)
    _ended.set()


def _one_put_at_a_time(self: Any, *arguments: Any) -> Any:
    """moto looks at the condition of a write, and then writes; on S3, one of two at the same time is refused."""
    with _put_lock:
        return _moto_put(self, *arguments)


def _no_builder(*_: Any) -> Any:
    """A path is looked up, never made; werkzeug would compile two functions for each operation that make its path."""
    return _no_builder


def _any_error_name(self: Any, error_name: str | None) -> None:
    """moto refuses `States.Timeout` and the like when they leave a Map or Parallel, or come to a Fail state."""
    super(CustomErrorName, self).__init__(error_name=error_name)


def _update_secret_version_stage(self: Any, secret_id: str, version_stage: str, *rest: Any, **named: Any) -> Any:
    """moto forgets which version is the current one, so that the next one does not take its label."""
    answer = _moto_update_stage(self, secret_id, version_stage, *rest, **named)
    secret = self.secrets[secret_id]
    if version_stage == "AWSCURRENT":
        stages = {version: one["version_stages"] for version, one in secret.versions.items()}
        secret.set_default_version_id(next(version for version, labels in stages.items() if version_stage in labels))
    return answer


@contextmanager
def _silent(logger: logging.Logger) -> Iterator[None]:
    """moto logs each failure of a state as an error of its own; the execution's history has it in words."""
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)


def _patch_waits(patches: ExitStack, wait_scale: float, stopping: threading.Event) -> None:
    def wait(_: Any, env: Any, wait_seconds: int) -> None:
        ends = time.monotonic() + wait_seconds * wait_scale
        while env.is_running() and (left := ends - time.monotonic()) > 0:
            env.program_state_event.wait(left)

    class Time:
        @staticmethod
        def sleep(seconds: float) -> None:
            stopping.wait(seconds * wait_scale)

    patches.enter_context(patch.object(WaitFunction, "_wait_interval", wait))
    patches.enter_context(patch.object(retrier_decl, "time", Time))
