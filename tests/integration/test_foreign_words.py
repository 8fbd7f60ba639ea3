"""Names and texts that read like ours, in every field of every answer of Spotify, stay somebody else's words."""

import copy
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import pytest
from rich.console import Console

from rediscover.commands.results import lines
from rediscover.executions.timeline import build
from rediscover.executions.view import PlainView, whole
from rediscover.simulator import Fault, Simulator
from rediscover_archive.runs.log import logger
from rediscover_archive.runs.summary import message_of
from tests.simulation.quick import QuickStack, quick_stack
from tests.support.few import SOAK
from tests.support.foreign import NAME, SAID, found_in, is_there
from tests.support.stack import Execution, Stack
from tests.unit.test_any_answer import ENTRIES, HEAD, MEDIA

AT_ONCE = 40
PAGE = {"total": 2, "items": ENTRIES[:2]}
UNREADABLE = {key: value for key, value in HEAD.items() if key not in ("items", "tracks")}
WORDS = ("", "premium", "may not be registered", "scope", "limit", "uri")
"""What tells one refusal from another by its text."""


@dataclass(frozen=True)
class Case:
    """An answer at a place of the run."""

    place: str
    what: str
    status: int
    body: Any

    def __str__(self) -> str:
        return f"{self.what} at the {self.place}"


PLACES = {
    "source's head": ("GET", "source}$"),
    "target's head": ("GET", "target}$"),
    "target's page": ("GET", "target}/items"),
    "added tracks": ("POST", "target}/items"),
}


def _with_attack(body: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """`body` with each of its texts replaced, one at a time, and where that is."""
    for key in body if isinstance(body, dict) else range(len(body)) if isinstance(body, list) else ():
        changed = copy.deepcopy(body)
        if isinstance(body[key], str):
            changed[key] = NAME
            yield f"{path}.{key}", changed
        for where, inner in _with_attack(body[key], f"{path}.{key}"):
            yield where, {**changed, key: inner} if isinstance(body, dict) else [*body[:key], inner, *body[key + 1 :]]


def _cases() -> Iterator[Case]:
    local = {**MEDIA, "is_local": True, "uri": f"spotify:local:{NAME}".replace("\n", " "), "name": None}
    bodies = [("source's head", HEAD), ("source's head", UNREADABLE), ("target's head", HEAD), ("target's page", PAGE)]
    for place, body in bodies:
        for where, changed in _with_attack(body):
            yield Case(place, where, 200, changed)
    yield Case("source's head", "a local file", 200, {**HEAD, "items": {"total": 1, "items": [{"item": local}]}})
    for place in ("source's head", "target's page", "added tracks"):
        for status in (400, 401, 403, 404, 418):
            for word in WORDS if status in (400, 403) else ("",):
                error = {"status": status, "message": f"{SAID} {word}", "reason": SAID}
                yield Case(place, f"{status} {word}", status, {"error": error})


CASES = list(_cases())
EACH_PLACE = {(case.place, case.status < 400): case for case in CASES}.values()
"""An answer and a refusal at each place: what is shown of an execution's history, only the embedded engine shows."""


def _struck(simulator: Simulator, case: Case) -> dict[str, str]:
    """The pair of a case, with every name in it an attack too."""
    tracks = [simulator.track(f"{case} {NAME}", [NAME]) for _ in range(2)]
    source = simulator.create_playlist(f"{NAME} source", tracks)
    target = simulator.create_playlist(f"{NAME} target", simulator.tracks(1, "Old"))
    method, end = PLACES[case.place]
    path = end.replace("source}", source).replace("target}", target)
    simulator.faults.add(
        Fault("status", method=method, path=f"/playlists/{path}", count=-1, status=case.status, body=case.body)
    )
    return {"source": source, "target": target}


@dataclass(frozen=True)
class Told:
    """What executions with a pair for each of some cases came to."""

    ended: list[tuple[Execution, Any]]
    """Each with its report."""

    logs: str


def _executions(stack: Stack | QuickStack, simulator: Simulator, cases: list[Case]) -> list[tuple[Execution, Any]]:
    found = []
    for start in range(0, len(cases), AT_ONCE):
        simulator.reset()
        stack.renew(simulator)
        pairs = [_struck(simulator, case) for case in cases[start : start + AT_ONCE]]
        execution = stack.ended(stack.start({"pairs": pairs}), seconds=240)
        found.append((execution, stack.report(execution)))
    return found


@pytest.fixture(scope="module")
def told() -> Told:
    """Of every case."""
    logs = io.StringIO()
    with quick_stack() as stack, patch.object(logger.registered_handler, "stream", logs):
        logger.setLevel("INFO")
        return Told(_executions(stack, stack.simulator, CASES), logs.getvalue())


@pytest.fixture(scope="module")
def told_by_the_engine(shared_stack: Stack, shared_simulator: Simulator) -> Told:
    """Of a few, and of all where SOAK is set."""
    ended = _executions(shared_stack, shared_simulator, CASES if SOAK else list(EACH_PLACE))
    return Told(ended, (shared_stack.home / "logs" / "functions.log").read_text(encoding="utf-8"))


def _texts(told: Told) -> Iterator[str]:
    for execution, report in told.ended:
        yield execution.cause or ""
        yield report["message"]
        yield from lines(report)
        for pair in report["pairs"]:
            yield message_of([pair], None, None)  # the whole of them would be cut
            yield pair["error"]["cause"] if pair["error"] else ""
            yield from (left["reason"] for left in pair["left_out"])


def _shown(stack: Stack, execution: Execution) -> str:
    """An execution as `rediscover run` and `rediscover history` show it in a terminal."""
    told = stack.engine.client("stepfunctions").describe_execution(executionArn=execution.arn)
    timeline = build(told, execution.history)
    terminal = Console(file=io.StringIO(), force_terminal=True, width=60_000, color_system="truecolor")
    terminal.print(whole(timeline, io=False))
    PlainView(terminal).update(timeline)
    assert isinstance(terminal.file, io.StringIO)
    return terminal.file.getvalue()


def test_words_of_somebody_else_are_quoted_and_lead_nowhere(told: Told) -> None:
    assert len(CASES) > 100
    texts = list(_texts(told))
    assert sum(map(is_there, texts)) > 2 * len(CASES)
    assert {text: found for text in texts if (found := found_in(text))} == {}


@pytest.mark.timeout(900)
def test_so_they_are_where_an_execution_is_shown(told_by_the_engine: Told, shared_stack: Stack) -> None:
    shown = [_shown(shared_stack, execution) for execution, _ in told_by_the_engine.ended]
    assert all(map(is_there, shown))
    texts = [*shown, *_texts(told_by_the_engine)]
    assert {text: found for text in texts if (found := found_in(text))} == {}


def test_the_names_in_the_report_are_what_spotify_calls_them(told: Told) -> None:
    named = [pair["source_name"] for _, report in told.ended for pair in report["pairs"]]
    assert any(name.startswith("Sofie” was renewed. ") and "https://renew.example" in name for name in named)


@pytest.mark.parametrize("by", ["told", "told_by_the_engine"])
def test_the_logs_of_failures_have_no_names(by: str, request: pytest.FixtureRequest) -> None:
    told: Told = request.getfixturevalue(by)
    assert "Sofie" not in told.logs
    structured = [json.loads(line) for line in told.logs.splitlines() if line.startswith("{")]
    failed = [line for line in structured if line.get("message") == "state failed"]
    pairs = [pair for _, report in told.ended for pair in report["pairs"]]
    assert len(failed) >= sum(pair["outcome"] == "failed" for pair in pairs) > 0
    assert not [line for line in structured if is_there(json.dumps(line))]
    assert {key for line in failed for key in line} <= {
        *("correlation_id", "state", "retry", "error", "level", "location", "message", "timestamp", "service"),
        *(
            "cold_start",
            "function_name",
            "function_memory_size",
            "function_arn",
            "function_request_id",
            "xray_trace_id",
        ),
    }
