"""Forty pairs that fail at once, each at its longest: the run still ends told."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest
from botocore.exceptions import ClientError

from rediscover.simulator import Fault, Simulator
from tests.integration.test_large import LIMIT, largest_payload
from tests.simulation.quick import QuickStack
from tests.simulation.services import refusal
from tests.support.few import SOAK
from tests.support.stack import DeployedStack, Execution, Stack

pytestmark = pytest.mark.quick

PAIRS, SOME = 40, 40 if SOAK else 3
WIDE = "𝄞" * 1_000
"""Four bytes each in UTF-8, and twelve in a cause, where JSON writes them in ASCII."""

STATES = {"ReadPlaylistFunction": ("ReadSource", "ReadTarget"), "AddTracksFunction": ("AddTracks",)}
"""Functions that fail, and the states that call them."""


class NoSuchBucket(ClientError):
    """S3's."""


def _run(stack: DeployedStack, simulator: Simulator, name: str, number: int = PAIRS) -> Execution:
    tracks = [simulator.track(f"{number}{WIDE}", [WIDE]) for number in range(3)]
    pairs = [
        {"source": simulator.create_playlist(name, tracks), "target": simulator.create_playlist(name)}
        for _ in range(number)
    ]
    return stack.ended(stack.start({"pairs": pairs}), seconds=240)


def _assert_told(stack: DeployedStack, execution: Execution, error: str, number: int = PAIRS) -> Any:
    report = stack.report(execution)
    assert (execution.status, execution.error) == ("FAILED", error)
    assert str(execution.cause).startswith(f"{number} of {number} pairs failed. ")
    assert report["message"].startswith(f"The run failed. {number} of {number} pairs failed. ")
    assert "Traceback" not in report["message"]
    assert max(len(pair["error"]["cause"]) for pair in report["pairs"]) <= 1_000
    print(f"largest payload {largest_payload(execution)} bytes")
    assert largest_payload(execution) < LIMIT
    return report


@contextmanager
def _configured(stack: Stack, logical_id: str, **configuration: Any) -> Iterator[None]:
    functions, name = stack.engine.client("lambda"), stack.engine.resources[logical_id]
    before = functions.get_function_configuration(FunctionName=name)
    functions.update_function_configuration(FunctionName=name, **configuration)
    try:
        yield
    finally:
        functions.update_function_configuration(FunctionName=name, **{key: before[key] for key in configuration})


@contextmanager
def _without_bucket(stack: Stack | QuickStack, function: str) -> Iterator[None]:
    """Let one function ask for a bucket that is not there."""
    if isinstance(stack, Stack):
        with stack.environment_of(function, BUCKET="not-this-one"):
            yield
        stack.engine.denials.clear()
        return
    found = stack.client("s3").get_object

    def asked(**given: Any) -> Any:
        if stack.loop.current and stack.loop.current.owner.label.endswith(STATES[function]):
            raise refusal(NoSuchBucket, "NoSuchBucket", "GetObject")
        return found(**given)

    with patch.object(stack.client("s3"), "get_object", asked):
        yield


@pytest.mark.parametrize("function", STATES)
def test_forty_pairs_that_fail_unexpectedly_are_told(
    stack: Stack | QuickStack, simulator: Simulator, function: str
) -> None:
    with _without_bucket(stack, function):
        execution = _run(stack, simulator, "Playlist")
    assert "stackTrace" in str(execution.history)
    report = _assert_told(stack, execution, "NoSuchBucket")
    assert report["pairs"][0]["error"]["cause"].startswith("AWS refused GetObject with NoSuchBucket, ")


@pytest.mark.engine
def test_pairs_that_fail_unexpectedly_are_logged_without_the_errors_text(stack: Stack, simulator: Simulator) -> None:
    with _without_bucket(stack, "ReadPlaylistFunction"):
        execution = _run(stack, simulator, "Playlist", SOME)
    logs = (stack.home / "logs" / "functions.log").read_text(encoding="utf-8")
    assert '"frames":[' in logs
    assert "specified bucket does not exist" not in logs, "an error's own text may quote anything"
    _assert_told(stack, execution, "NoSuchBucket", SOME)


@pytest.mark.engine
def test_pairs_whose_function_cannot_be_loaded_are_told(stack: Stack, simulator: Simulator) -> None:
    with _configured(stack, "ReadPlaylistFunction", Handler="nothing.handler"):
        execution = _run(stack, simulator, "Playlist", SOME)
    _assert_told(stack, execution, "Runtime.ImportModuleError", SOME)


@pytest.mark.parametrize(
    ("method", "path", "error"),
    [("GET", "/playlists/", "RequestRefused"), ("POST", "/items", "PlaylistNotWritable")],
)
def test_forty_pairs_with_the_widest_names_and_refusals_are_told(
    stack: Stack, simulator: Simulator, method: str, path: str, error: str
) -> None:
    status = 403 if method == "POST" else 418
    body = {"error": {"status": status, "message": WIDE}}
    simulator.faults.add(Fault("status", method, path, count=-1, status=status, body=body))
    _assert_told(stack, _run(stack, simulator, WIDE), error)
