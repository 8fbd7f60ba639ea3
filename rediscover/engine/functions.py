"""Lambda invocations: the functions that were created in moto, run for real."""

import hashlib
import io
import json
import os
import threading
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote
from uuid import uuid4

from moto.awslambda.exceptions import UnknownFunctionException
from moto.backends import get_backend
from werkzeug.wrappers import Request, Response

from rediscover.engine.aws import ACCOUNT, REGION
from rediscover.engine.processes import Processes
from rediscover.engine.runtime import FunctionConfiguration, Result, Sandbox, SandboxGone
from rediscover.machine import files
from rediscover.machine.surroundings import NO_AWS_FILES, PASSED_ON, without_proxy

INVOCATIONS = "/2015-03-31/functions/"
MOST_AHEAD = 2
"""Sandboxes of a function, for a pair's source and its target; of more pairs, the first do not come at once either."""


class Function:
    """One function with its sandboxes: an idle one is used again, a further one started when all are busy."""

    def __init__(self, configuration: FunctionConfiguration, processes: Processes, log: IO[bytes]) -> None:
        self._configuration = configuration
        self._processes = processes
        self._log = log
        self._lock = threading.Lock()
        self._idle: list[Sandbox] = []
        self._all: list[Sandbox] = []
        self._threads: list[threading.Thread] = []
        self._ahead: list[threading.Thread] = []  # those that no invocation waits for yet
        self._used: set[Sandbox] = set()
        self._closed = False

    @property
    def used(self) -> int:
        """How many sandboxes its invocations took."""
        return len(self._used)

    def start_ahead(self) -> None:
        """Start a sandbox that a later invocation takes; does not wait for it."""
        thread = threading.Thread(target=self._start_ahead, daemon=True)
        thread.start()
        with self._lock:
            self._threads.append(thread)
            self._ahead.append(thread)

    def invoke(self, payload: bytes) -> Result:
        """Run the handler once."""
        while True:
            sandbox = self._idle_sandbox()
            if sandbox is None:
                sandbox = self._new_sandbox()
                failure = sandbox.start()
                if failure:
                    self._discard(sandbox)
                    return failure
            try:
                result = sandbox.invoke(payload)
            except SandboxGone:
                self._discard(sandbox)
                continue
            self._used.add(sandbox)
            self._release(sandbox)
            return result

    def kill(self) -> None:
        """End all processes at once; invocations under way answer with an error."""
        with self._lock:
            self._closed = True
            for sandbox in self._all:
                sandbox.kill()

    def close(self) -> None:
        """End all processes, and wait until they have ended."""
        self.kill()
        for thread in self._threads:
            thread.join()
        with self._lock:
            sandboxes, self._all = self._all, []
        for sandbox in sandboxes:
            sandbox.close()

    def _idle_sandbox(self) -> Sandbox | None:
        """One that is idle, or is started ahead, which is waited for."""
        while True:
            with self._lock:
                if self._idle:
                    return self._idle.pop()
                if not self._ahead:
                    return None
                thread = self._ahead.pop()
            thread.join()

    def _start_ahead(self) -> None:
        with suppress(OSError):  # an invocation tries again, and is told why it fails
            sandbox = self._new_sandbox()
            if sandbox.start():
                self._discard(sandbox)
            else:
                self._release(sandbox)

    def _new_sandbox(self) -> Sandbox:
        sandbox = Sandbox(self._configuration, self._processes, self._log)
        with self._lock:
            self._all.append(sandbox)
            if self._closed:
                sandbox.kill()
        return sandbox

    def _release(self, sandbox: Sandbox) -> None:
        if not sandbox.usable:
            self._discard(sandbox)
            return
        with self._lock:
            self._idle.append(sandbox)

    def _discard(self, sandbox: Sandbox) -> None:
        with self._lock:
            if sandbox not in self._all:
                return
            self._all.remove(sandbox)
        sandbox.close()


class LambdaService:
    """Lambda's Invoke operation, as a WSGI application. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html"""

    def __init__(
        self, folder: Path, log: IO[bytes], credentials: Callable[[str], dict[str, str]], used_before: Path
    ) -> None:
        """`credentials` are the environment variables with those of a role.

        The file `used_before` keeps which functions were invoked, for the next engine to start ahead.
        """
        self._folder = folder
        self._log = log
        self._credentials = credentials
        self._processes = Processes({**_passed_on(), **NO_AWS_FILES})
        self._used_before = used_before
        self._lock = threading.Lock()
        self._functions: dict[tuple[str, ...], Function] = {}

    def start_ahead(self, name: str, endpoint: str) -> None:
        """Start as many sandboxes of a function as the last engine needed, at most MOST_AHEAD, and wait for none."""
        for _ in range(min(self._expected.get(name, 0), MOST_AHEAD)):
            self._function(name, endpoint).start_ahead()

    @cached_property
    def _expected(self) -> dict[str, int]:
        """Sandboxes by function; what cannot be read is as good as nothing."""
        try:
            return {str(name): int(count) for name, count in json.loads(self._used_before.read_bytes()).items()}
        except (OSError, ValueError, TypeError, AttributeError, RecursionError):
            return {}

    @staticmethod
    def serves(environ: Mapping[str, Any]) -> bool:
        """Whether a request is an invocation."""
        path = environ["PATH_INFO"]
        return bool(path.startswith(INVOCATIONS) and path.endswith("/invocations"))

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        name = unquote(request.path).removeprefix(INVOCATIONS).removesuffix("/invocations")
        return self._answer(name, request, f"http://127.0.0.1:{environ['SERVER_PORT']}")(environ, start_response)

    def kill(self) -> None:
        """End all functions' processes at once."""
        for function in self._functions.values():
            function.kill()

    def close(self) -> None:
        """End all functions' processes, and wait until they have ended."""
        for function in self._functions.values():
            function.close()
        self._processes.close()
        used = {bare_name(arn): function.used for (arn, *_), function in self._functions.items() if function.used}
        if used and used != self._expected:
            self._expected = used
            with suppress(OSError):  # they are started when they are invoked, then
                files.replace(self._used_before, json.dumps(used).encode())

    def _answer(self, name: str, request: Request, endpoint: str) -> Response:
        if request.headers.get("X-Amz-Invocation-Type", "RequestResponse") != "RequestResponse":
            return refusal(400, "InvalidParameterValueException", "Functions run by RequestResponse only.")
        payload = request.get_data() or b"{}"
        try:
            json.loads(payload)
        except ValueError as error:
            message = f"Could not parse request body into json: {error}"
            return refusal(400, "InvalidRequestContentException", message)
        try:
            function = self._function(name, endpoint)
        except UnknownFunctionException:
            return refusal(404, "ResourceNotFoundException", f"Function not found: {name}")
        result = function.invoke(payload)
        headers = {"x-amzn-RequestId": result.request_id, "X-Amz-Executed-Version": "$LATEST"}
        if result.failed:
            headers["X-Amz-Function-Error"] = "Unhandled"
        return Response(result.payload, headers=headers, content_type="application/json")

    def _function(self, name: str, endpoint: str) -> Function:
        """The function as it is now; `name` may be an ARN. Raises UnknownFunctionException."""
        found = get_backend("lambda")[ACCOUNT][REGION].get_function(bare_name(name))
        variables = found.environment_vars or {}
        key = (found.function_arn, found.code_sha_256, found.handler, found.role, str(found.timeout), str(variables))
        with self._lock:
            if key not in self._functions:
                configuration = FunctionConfiguration(
                    arn=found.function_arn,
                    handler=found.handler,
                    code=self._unpacked(found.code_bytes),
                    timeout=float(found.timeout),
                    environment={**_environment(found, endpoint), **self._credentials(found.role), **variables},
                )
                self._functions[key] = Function(configuration, self._processes, self._log)
            return self._functions[key]

    def _unpacked(self, code: bytes) -> Path:
        folder = self._folder / hashlib.sha256(code).hexdigest()[:16]
        if not folder.exists():
            zipfile.ZipFile(io.BytesIO(code)).extractall(folder)
        return folder


def bare_name(name: str) -> str:
    """A function's name from its name or ARN, with or without a qualifier."""
    return name.partition(":function:")[2].split(":")[0] if name.startswith("arn:") else name.split(":")[0]


def _environment(function: Any, endpoint: str) -> dict[str, str]:
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime"""
    name = function.function_name
    return {
        **_passed_on(),
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_size),
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "embedded",
        "PYTHONUNBUFFERED": "1",
    }


def _passed_on() -> dict[str, str]:
    return {**{key: os.environ[key] for key in PASSED_ON if key in os.environ}, **without_proxy(os.environ)}


def refusal(status: int, name: str, message: str) -> Response:
    """An error as Lambda answers it."""
    body = json.dumps({"Type": "User", "Message": message})
    headers = {"x-amzn-ErrorType": name, "x-amzn-RequestId": str(uuid4())}
    return Response(body, status, headers, content_type="application/json")
