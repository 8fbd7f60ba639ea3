"""The Lambda Runtime API, and behind it the process that runs one function, one invocation at a time.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
import queue
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from secrets import compare_digest, token_urlsafe
from typing import IO, Any
from uuid import uuid4

from werkzeug.wrappers import Request, Response

from rediscover.engine.processes import Process, Processes
from rediscover.engine.server import HOST, HttpServer

VERSION = "2018-06-01"
INIT_SECONDS = 60.0  # Lambda allows ten, on a machine that does nothing else


@dataclass(frozen=True)
class FunctionConfiguration:
    """What a sandbox needs to know of a function; `timeout` in seconds."""

    arn: str
    handler: str
    code: Path
    timeout: float
    environment: Mapping[str, str]


@dataclass(frozen=True)
class Result:
    """The answer of an invocation: JSON, an error's when `failed`."""

    request_id: str
    payload: bytes
    failed: bool


@dataclass
class _Invocation:
    payload: bytes
    deadline: float
    request_id: str = field(default_factory=lambda: str(uuid4()))
    delivered: bool = False


@dataclass(frozen=True)
class _Event:
    """What a sandbox did: next (it asks for work), response, error, init (it could not start), exit."""

    kind: str
    body: bytes = b""


class SandboxGone(Exception):
    """The process had ended before it took the invocation, which another sandbox may run."""


class Sandbox:
    """A process with one function in it."""

    def __init__(self, function: FunctionConfiguration, processes: Processes, log: IO[bytes]) -> None:
        self._function = function
        self._work: queue.SimpleQueue[_Invocation | None] = queue.SimpleQueue()
        self._events: queue.SimpleQueue[_Event] = queue.SimpleQueue()
        self._secret = token_urlsafe(30)
        self._loaded = False
        self._unanswered: str | None = None  # the id of the request that the process works on
        self._server = HttpServer(self._runtime_api)
        self._spent = False
        self._process = self._started(processes, log)
        self._watch = threading.Thread(target=self._wait_for_exit, daemon=True)
        self._watch.start()

    def start(self) -> Result | None:
        """Wait until the function is loaded; the result is the error when it cannot be."""
        request_id = str(uuid4())
        event = self._next_event(time.monotonic() + INIT_SECONDS)
        if event is None:
            return _timed_out(request_id, INIT_SECONDS)
        if event.kind == "init":
            return Result(request_id, event.body, failed=True)
        return self._exited(request_id) if event.kind == "exit" else None

    def invoke(self, payload: bytes) -> Result:
        """Run the handler once. Raises SandboxGone. Whoever calls it closes a sandbox that is not `usable` any more."""
        timeout = self._function.timeout
        invocation = _Invocation(payload, time.time() + timeout)
        self._work.put(invocation)
        ends = time.monotonic() + timeout
        while event := self._next_event(ends):
            if event.kind in ("response", "error"):
                return Result(invocation.request_id, event.body, failed=event.kind == "error")
            if event.kind == "exit":
                if not invocation.delivered:
                    raise SandboxGone
                return self._exited(invocation.request_id)
        self._spent = True
        return _timed_out(invocation.request_id, timeout)

    @property
    def usable(self) -> bool:
        """Whether it can run another invocation."""
        return not self._spent and self._process.poll() is None

    def kill(self) -> None:
        """End the process at once, without waiting for it."""
        self._process.kill()

    def close(self) -> None:
        """End the process, and the server that spoke with it."""
        self._process.kill()
        self._watch.join()
        if self._process.stdin:
            self._process.stdin.close()
        self._work.put(None)
        self._server.stop()

    def _started(self, processes: Processes, log: IO[bytes]) -> Process:
        function = self._function
        environment = {
            **function.environment,
            "AWS_LAMBDA_RUNTIME_API": f"{HOST}:{self._server.port}/{self._secret}",
            "_HANDLER": function.handler,
        }
        return processes.start(function.handler, function.code, environment, log)

    def _wait_for_exit(self) -> None:
        self._process.wait()
        self._events.put(_Event("exit"))

    def _next_event(self, ends: float) -> _Event | None:
        try:
            return self._events.get(timeout=max(0.0, ends - time.monotonic()))
        except queue.Empty:
            return None

    def _exited(self, request_id: str) -> Result:
        code = self._process.wait()
        how = f"exit status {code}" if code >= 0 else f"signal {-code}"
        return _error(request_id, "Runtime.ExitError", f"Error: Runtime exited with error: {how}")

    def _runtime_api(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        secret, _, path = request.path.removeprefix("/").partition("/")
        if not compare_digest(secret.encode(), self._secret.encode()):
            return _refused("This is for the function's process only.")(environ, start_response)
        asked = request.method, path.removeprefix(f"{VERSION}/runtime/")
        answer = self._next() if asked == ("GET", "invocation/next") else self._told(request, *asked)
        return answer(environ, start_response)

    def _next(self) -> Response:
        self._loaded = True
        self._events.put(_Event("next"))
        invocation = self._work.get()
        if invocation is None:
            return Response(status=410)
        invocation.delivered = True
        self._unanswered = invocation.request_id
        headers = {
            "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
            "Lambda-Runtime-Deadline-Ms": str(int(invocation.deadline * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": self._function.arn,
            "Lambda-Runtime-Trace-Id": "Root=1-00000000-000000000000000000000000;Sampled=0",
        }
        return Response(invocation.payload, headers=headers, content_type="application/json")

    def _told(self, request: Request, method: str, path: str) -> Response:
        """`init/error` before the first invocation; `invocation/{id}/response` or `…/error`, once, for this one."""
        kind = path.rpartition("/")[2]
        if path == "init/error" and not self._loaded:
            kind = "init"
        elif not self._unanswered or path not in (
            f"invocation/{self._unanswered}/{one}" for one in ("response", "error")
        ):
            return _refused("There is no such invocation now.")
        if method != "POST":
            return _refused("There is nothing to get.")
        self._unanswered = None
        self._events.put(_Event(kind, request.get_data()))
        return Response(json.dumps({"status": "OK"}), status=202, content_type="application/json")


def _refused(why: str) -> Response:
    error = json.dumps({"errorType": "Forbidden", "errorMessage": why})
    return Response(error, status=403, content_type="application/json")


def _timed_out(request_id: str, seconds: float) -> Result:
    return _error(request_id, "Sandbox.Timedout", f"Error: Task timed out after {seconds:.2f} seconds")


def _error(request_id: str, name: str, message: str) -> Result:
    error = {
        "errorType": name,
        "errorMessage": f"RequestId: {request_id} {message}",
        "requestId": request_id,
        "stackTrace": [],
    }
    return Result(request_id, json.dumps(error).encode(), failed=True)
