"""Lambda and SNS that answer by a mock configuration, for interpreters that have no mocks of their own.

An execution is called after its case, one at a time: a function is told the execution and the state, a topic neither.
"""

import json
import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Self

from werkzeug.wrappers import Request, Response

from rediscover.engine.functions import INVOCATIONS
from rediscover.engine.server import HttpServer
from tests.statemachine.definition import NOTIFY_SECONDS, STATES
from tests.statemachine.mock_config import MACHINE


@dataclass(frozen=True)
class Attempt:
    """One invocation of a state's task: which attempt of the visit it was, and the error that it was answered."""

    state: str
    retry: int
    error: str | None


class MockedServices:
    """Lambda's Invoke and SNS' Publish at `url`. Responses are counted as in Step Functions Local: by execution."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._cases = config["StateMachines"][MACHINE]["TestCases"]
        self._responses = config["MockedResponses"]
        self._lock = threading.Lock()
        self._case = ""
        self._attempts: defaultdict[str, list[Attempt]] = defaultdict(list)

    def __enter__(self) -> Self:
        self._server = HttpServer(self.serve)
        self.url, self.port = self._server.url, self._server.port
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    def attempts(self, case: str) -> list[Attempt]:
        """The invocations of a case's execution, in order; the next execution of the case starts anew."""
        with self._lock:
            return self._attempts.pop(case, [])

    def serve(self, environ: dict[str, Any], start_response: Any) -> Any:
        """What is served, as a WSGI application."""
        request = Request(environ)
        if request.path.startswith(INVOCATIONS):
            event = json.loads(request.get_data())
            self._case = event["run"]
            answer = _of_lambda(self._next(event["state"], event["retry"]))
        else:
            answer = _of_sns(self._next("Notify"))
        return answer(environ, start_response)

    def _next(self, state: str, retry: int | None = None) -> dict[str, Any]:
        """`retry` is not told by a state that is entered once only."""
        with self._lock:
            attempts = self._attempts[self._case]
            number = sum(attempt.state == state for attempt in attempts)
            response: dict[str, Any] = self._responses[self._cases[self._case][state]][str(number)]
            attempts.append(Attempt(state, number if retry is None else retry, response.get("Throw", {}).get("Error")))
            return response


def _of_lambda(response: dict[str, Any]) -> Response:
    """https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html"""
    if "Throw" in response:
        headers = {"X-Amz-Function-Error": "Unhandled"}
        return Response(response["Throw"]["Cause"], headers=headers, content_type="application/json")
    return Response(json.dumps(response["Return"]), content_type="application/json")


def _of_sns(response: dict[str, Any]) -> Response:
    """https://docs.aws.amazon.com/sns/latest/api/API_Publish.html"""
    if "Throw" in response:
        if response["Throw"]["Error"] == "States.Timeout":
            time.sleep(2 * NOTIFY_SECONDS)  # no answer of a service has this name
        code = response["Throw"]["Error"].removeprefix("SNS.").removesuffix("Exception")
        error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>It says what to do.</Message></Error>"
        return Response(f"<ErrorResponse>{error}<RequestId>0</RequestId></ErrorResponse>", 400, content_type="text/xml")
    result = f"<PublishResult><MessageId>{response['Return']['MessageId']}</MessageId></PublishResult>"
    return Response(
        f"<PublishResponse>{result}<ResponseMetadata><RequestId>0</RequestId></ResponseMetadata></PublishResponse>",
        content_type="text/xml",
    )


def by_state(attempts: list[Attempt]) -> dict[str, list[Attempt]]:
    """Branches of a Parallel run side by side, so the order between states is not fixed."""
    return {name: [attempt for attempt in attempts if attempt.state == name] for name in STATES}
