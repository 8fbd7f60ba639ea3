"""The process of one Lambda function: `python -P worker.py <handler>`, with AWS_LAMBDA_RUNTIME_API set.

That is `address:port/secret`: what the engine's Runtime API answers begins with the secret of this process.

Runs the handler with AWS's own runtime interface client, or where that has no wheel with a small one of
the same protocol (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html). Imports nothing but
the standard library, because the function's code and packages must find what they find on Lambda.
"""

import http.client
import importlib
import json
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any

Handler = Callable[[Any, "Context"], Any]
RUNTIME = "/2018-06-01/runtime"


class InitError(Exception):
    """The handler cannot be loaded; `name` is the error type that Lambda reports."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


class Context:
    """What a handler is told about its invocation, as on Lambda."""

    identity = None
    client_context = None

    def __init__(self, headers: http.client.HTTPMessage) -> None:
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self._deadline_ms = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until this invocation times out."""
        return max(0, self._deadline_ms - int(time.time() * 1000))


def main() -> None:
    """Serve invocations until the engine ends."""
    threading.Thread(target=_end_with, args=(_take_stdin(),), daemon=True).start()
    try:
        from awslambdaric import bootstrap
        from awslambdaric.lambda_runtime_client import LambdaRuntimeClient
    except ImportError:
        _run(sys.argv[1])
    else:
        bootstrap.run(sys.argv[1], _client(LambdaRuntimeClient))


def _client(base: Any) -> Any:
    class Client(base):  # type: ignore[misc]  # AWS's runtime interface client has no types
        def post_init_error(self, error: dict[str, Any], _: str | None = None) -> None:
            """AWS's takes no path in the address of the Runtime API, which is where our secret is."""
            _post("/init/error", error)

    return Client(os.environ["AWS_LAMBDA_RUNTIME_API"])


def _take_stdin() -> int:
    """A descriptor of what was stdin; stdin itself becomes empty, as on Lambda."""
    parent = os.dup(0)
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)
    return parent


def _end_with(parent: int) -> None:
    """End this process when the engine's end of the pipe closes, however the engine ended."""
    while os.read(parent, 1024):
        pass
    os._exit(1)


def _run(handler_name: str) -> None:
    try:
        handler = _load(handler_name)
    except InitError as error:
        _post("/init/error", {"errorType": error.name, "errorMessage": str(error), "stackTrace": []})
        sys.exit(1)
    except Exception as error:
        _post("/init/error", _described(error))
        sys.exit(1)
    while True:
        _serve_one(handler)


def _load(handler_name: str) -> Handler:
    module_name, _, function_name = handler_name.rpartition(".")
    if not module_name:
        raise InitError("Runtime.MalformedHandlerName", f"Bad handler '{handler_name}': not module.function")
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise InitError("Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}") from error
    except SyntaxError as error:
        raise InitError("Runtime.UserCodeSyntaxError", f"Syntax error in module '{module_name}': {error}") from error
    try:
        handler: Handler = getattr(module, function_name)
    except AttributeError as error:
        raise InitError(
            "Runtime.HandlerNotFound", f"Handler '{function_name}' missing on module '{module_name}'"
        ) from error
    return handler


def _serve_one(handler: Handler) -> None:
    answer = _asked("GET", "/invocation/next")
    event = json.loads(answer.read())
    context = Context(answer.headers)
    path = f"/invocation/{context.aws_request_id}"
    try:
        _post(f"{path}/response", handler(event, context))
    except Exception as error:
        _post(f"{path}/error", {**_described(error), "requestId": context.aws_request_id})


def _described(error: Exception) -> dict[str, Any]:
    return {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "stackTrace": traceback.format_tb(error.__traceback__)[1:],
    }


def _post(path: str, value: Any) -> None:
    _asked("POST", path, json.dumps(value, ensure_ascii=False).encode()).read()


def _asked(method: str, path: str, body: bytes | None = None) -> http.client.HTTPResponse:
    address, _, secret = os.environ["AWS_LAMBDA_RUNTIME_API"].partition("/")
    connection = http.client.HTTPConnection(address)
    connection.request(method, f"/{secret}{RUNTIME}{path}", body)
    return connection.getresponse()


if __name__ == "__main__":
    main()
