"""Forty pairs that fail at once, each at its longest: the run still ends told."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from rediscover.simulator import Fault, Simulator
from tests.integration.test_large import LIMIT, largest_payload
from tests.support.stack import Execution, Stack

PAIRS = 40
WIDE = "𝄞" * 1_000
"""Four bytes each in UTF-8, and twelve in a cause, where JSON writes them in ASCII."""


def _run(stack: Stack, simulator: Simulator, name: str) -> Execution:
    tracks = [simulator.track(f"{number}{WIDE}", [WIDE]) for number in range(3)]
    pairs = [
        {"source": simulator.create_playlist(name, tracks), "target": simulator.create_playlist(name)}
        for _ in range(PAIRS)
    ]
    return stack.ended(stack.start({"pairs": pairs}), seconds=240)


def _assert_told(stack: Stack, execution: Execution, error: str) -> Any:
    report = stack.report(execution)
    assert (execution.status, execution.error) == ("FAILED", error)
    assert str(execution.cause).startswith(f"{PAIRS} of {PAIRS} pairs failed. ")
    assert report["message"].startswith(f"The run failed. {PAIRS} of {PAIRS} pairs failed. ")
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


@pytest.mark.parametrize("function", ["ReadPlaylistFunction", "AddTracksFunction"])
def test_forty_pairs_that_fail_unexpectedly_are_told(stack: Stack, simulator: Simulator, function: str) -> None:
    with stack.environment_of(function, BUCKET="not-this-one"):
        execution = _run(stack, simulator, "Playlist")
    stack.engine.denials.clear()
    logs = (stack.home / "logs" / "functions.log").read_text(encoding="utf-8")
    assert '"frames":[' in logs
    assert "specified bucket does not exist" not in logs, "an error's own text may quote anything"
    report = _assert_told(stack, execution, "NoSuchBucket")
    assert report["pairs"][0]["error"]["cause"].startswith("AWS refused GetObject with NoSuchBucket, ")


def test_forty_pairs_whose_function_cannot_be_loaded_are_told(stack: Stack, simulator: Simulator) -> None:
    with _configured(stack, "ReadPlaylistFunction", Handler="nothing.handler"):
        execution = _run(stack, simulator, "Playlist")
    _assert_told(stack, execution, "Runtime.ImportModuleError")


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
