"""MiniStack on 127.0.0.1, over TLS, with IAM enforced: `python ministack_server.py PORT PLAIN_PORT FUNCTIONS_URL`.

Runs in MiniStack's own environment. Changes six things of MiniStack 1.5.33, so that they are as on AWS:

- Python functions run elsewhere, in AWS's runtime client. MiniStack's own worker loses the exception's class,
  which Retry and Catch go by.
- Each branch of a Parallel state has a context object of its own. MiniStack's branches share one, so that
  `$$.State.Name` may be the name of the other branch's state.
- Events of an execution's history name the event before. (There are still none for the states in a Map or Parallel.)
- A state machine is deleted when its executions have ended, and the stack's deletion waits for that. MiniStack forgets
  the executions.
- A secret's physical id is its ARN. MiniStack's is its name, which a policy's Resource does not match.
- A policy's condition may name the label of the version that is asked for (`secretsmanager:VersionStage`). MiniStack
  knows no such key, and refuses.
"""

import asyncio
import hashlib
import io
import json
import os
import sys
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from hypercorn.asyncio import serve
from hypercorn.config import Config
from ministack.app import app
from ministack.core import iam_evaluator
from ministack.core.lambda_runtime import execution_credentials
from ministack.core.tls import resolve_tls_material
from ministack.services import lambda_svc, stepfunctions
from ministack.services.cloudformation import stacks
from ministack.services.cloudformation.provisioners import _RESOURCE_HANDLERS as RESOURCES

# A context for each branch of an execution: MiniStack runs each in a copy of its parent's.
latest_event: ContextVar[int] = ContextVar("latest_event", default=0)
request_body: ContextVar[bytes] = ContextVar("request_body", default=b"")
TEMPORARY = Path(tempfile.gettempdir())
MACHINE = "AWS::StepFunctions::StateMachine"


def main() -> None:
    """Serve until terminated."""
    port, plain_port, functions_url = sys.argv[1:]
    lambda_svc._execute_function_warm = lambda function, event, _: _run(functions_url, function, event)
    stepfunctions._run_sub_machine = _in_own_context(stepfunctions._run_sub_machine)
    stepfunctions._add_event = _chained(stepfunctions._add_event)
    RESOURCES["AWS::SecretsManager::Secret"] = _known_by_arn(RESOURCES["AWS::SecretsManager::Secret"])
    RESOURCES[MACHINE] = {**RESOURCES[MACHINE], "delete": _after_executions(RESOURCES[MACHINE]["delete"])}
    stacks._runs_on_worker_thread = _or_machine(stacks._runs_on_worker_thread)
    iam_evaluator._resolve_condition_key = _with_version_stage(iam_evaluator._resolve_condition_key)
    iam_evaluator.authenticate = _remembering(iam_evaluator.authenticate)
    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.insecure_bind = [f"127.0.0.1:{plain_port}"]
    config.certfile, config.keyfile = resolve_tls_material()
    asyncio.run(serve(app, config))


def _run(functions_url: str, function: dict[str, Any], event: Any) -> dict[str, Any]:
    """An invocation's result in MiniStack's shape."""
    configuration = function.get("config") or function
    asked = {
        "arn": configuration["FunctionArn"],
        "name": configuration["FunctionName"],
        "handler": configuration["Handler"],
        "memory": configuration.get("MemorySize", 128),
        "timeout": configuration.get("Timeout", 3),
        "code": str(_unpacked(function["code_zip"])),
        "environment": {
            **execution_credentials(configuration),
            **configuration.get("Environment", {}).get("Variables", {}),
        },
        "event": event,
    }
    json_body = {"Content-Type": "application/json"}
    request = urllib.request.Request(functions_url, json.dumps(asked).encode(), json_body)  # noqa: S310 (on this machine)
    with urllib.request.urlopen(request) as answer:  # noqa: S310 (the same)
        result = json.load(answer)
    return {"body": result["payload"], "error": True} if result["failed"] else {"body": result["payload"], "log": ""}


def _unpacked(code: bytes) -> Path:
    folder = TEMPORARY / "code" / hashlib.sha256(code).hexdigest()[:16]
    if not folder.exists():
        partial = folder.with_name(f"{folder.name}-{os.urandom(4).hex()}")
        zipfile.ZipFile(io.BytesIO(code)).extractall(partial)
        with suppress(OSError):  # another invocation was faster
            partial.rename(folder)
    return folder


def _with_version_stage(resolve: Callable[[str, Any], Any]) -> Callable[[str, Any], Any]:
    def resolve_key(key: str, context: Any) -> Any:
        if key.lower() != "secretsmanager:versionstage":
            return resolve(key, context)
        return json.loads(request_body.get() or b"{}").get("VersionStage")

    return resolve_key


def _remembering(authenticate: Callable[..., Any]) -> Callable[..., Any]:
    """MiniStack forgets a signed request once its signature is checked, before the policies are."""

    def authenticate_request(*arguments: Any) -> Any:
        signed = iam_evaluator._signed_request.get()
        request_body.set(signed.body if signed else b"")
        return authenticate(*arguments)

    return authenticate_request


def _in_own_context(run: Callable[..., Any]) -> Callable[..., Any]:
    def run_branch(states: Any, first: Any, given: Any, execution: Any, context: dict[str, Any]) -> Any:
        return run(states, first, given, execution, dict(context))

    return run_branch


def _chained(add_event: Callable[..., dict[str, Any]]) -> Callable[..., Any]:
    def add(execution: Any, kind: str, details: Any = None) -> dict[str, Any]:
        event = add_event(execution, kind, details)
        event["previousEventId"] = latest_event.get() if event["id"] > 1 else 0
        latest_event.set(event["id"])
        return event

    return add


def _known_by_arn(handlers: dict[str, Any]) -> dict[str, Any]:
    def create(logical_id: str, properties: Any, stack_name: str) -> tuple[str, Any]:
        _, attributes = handlers["create"](logical_id, properties, stack_name)
        return attributes["Arn"], attributes

    def update(physical_id: str, *arguments: Any, **more: Any) -> tuple[str, Any]:
        _, attributes = handlers["update"](_name(physical_id), *arguments, **more)
        return attributes["Arn"], attributes

    def delete(physical_id: str, properties: Any) -> None:
        handlers["delete"](_name(physical_id), properties)

    return {**handlers, "create": create, "update": update, "delete": delete}


def _after_executions(delete: Callable[[str, Any], None]) -> Callable[[str, Any], None]:
    def delete_then(arn: str, properties: Any) -> None:
        while any(_is_running(one, arn) for one in list(stepfunctions._executions.values())):
            time.sleep(0.2)
        delete(arn, properties)

    return delete_then


def _is_running(execution: dict[str, Any], machine: str) -> bool:
    return (execution["stateMachineArn"], execution["status"]) == (machine, "RUNNING")


def _or_machine(waits: Callable[[str], bool]) -> Callable[[str], bool]:
    """What may block is not done in the server's event loop."""
    return lambda kind: kind == MACHINE or waits(kind)


def _name(arn: str) -> str:
    return arn.rpartition(":")[2].rpartition("-")[0]


if __name__ == "__main__":
    main()
