"""Runs the functions of an emulated AWS, in AWS's runtime client, as the embedded engine does."""

import json
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from werkzeug.wrappers import Request, Response

from rediscover.engine.functions import Function
from rediscover.engine.processes import Processes
from rediscover.engine.runtime import FunctionConfiguration
from rediscover.engine.server import HttpServer
from rediscover.machine.surroundings import PASSED_ON


class FunctionServer:
    """Takes a function's configuration with an event, and answers `{"payload", "failed"}`; `url` is where.

    `environment` is what every function sees beside its own variables.
    """

    def __init__(self, environment: Mapping[str, str], log: IO[bytes]) -> None:
        self._environment = environment
        self._log = log
        self._processes = Processes({})
        self._lock = threading.Lock()
        self._functions: dict[str, Function] = {}

    def __enter__(self) -> Self:
        self._server = HttpServer(self._serve)
        self.url = self._server.url
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for function in self._functions.values():
            function.close()
        self._processes.close()
        self._server.stop()

    def _serve(self, environ: dict[str, Any], start_response: Any) -> Any:
        asked = json.loads(Request(environ).get_data())
        payload = json.dumps(asked.pop("event")).encode()
        result = self._function(asked).invoke(payload)
        answer = {"payload": json.loads(result.payload), "failed": result.failed}
        return Response(json.dumps(answer), content_type="application/json")(environ, start_response)

    def _function(self, asked: dict[str, Any]) -> Function:
        with self._lock:
            key = json.dumps(asked, sort_keys=True)
            if key not in self._functions:
                configuration = FunctionConfiguration(
                    arn=asked["arn"],
                    handler=asked["handler"],
                    code=Path(asked["code"]),
                    timeout=float(asked["timeout"]),
                    environment=self._variables(asked),
                )
                self._functions[key] = Function(configuration, self._processes, self._log)
            return self._functions[key]

    def _variables(self, asked: dict[str, Any]) -> dict[str, str]:
        return {
            **{name: os.environ[name] for name in PASSED_ON if name in os.environ},
            **self._environment,
            "AWS_LAMBDA_FUNCTION_NAME": asked["name"],
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(asked["memory"]),
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{asked['name']}",
            "AWS_LAMBDA_LOG_STREAM_NAME": "deployed",
            "PYTHONUNBUFFERED": "1",
            **asked["environment"],
        }
