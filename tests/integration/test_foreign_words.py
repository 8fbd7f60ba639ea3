"""Names and texts that read like ours, in every field of every answer of Spotify, stay somebody else's words."""

import copy
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from rich.console import Console

from rediscover.commands.results import lines
from rediscover.executions.timeline import build
from rediscover.executions.view import PlainView, whole
from rediscover.simulator import Fault, Simulator
from rediscover_archive.runs.summary import message_of
from tests.support.few import few
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


CASES = few(_cases(), every=3)


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


@pytest.fixture(scope="module")
def ended(shared_stack: Stack, shared_simulator: Simulator) -> list[tuple[Execution, Any]]:
    """Executions with a pair for each case, and their reports."""
    found = []
    for start in range(0, len(CASES), AT_ONCE):
        shared_simulator.reset()
        shared_stack.renew(shared_simulator)
        pairs = [_struck(shared_simulator, case) for case in CASES[start : start + AT_ONCE]]
        execution = shared_stack.ended(shared_stack.start({"pairs": pairs}), seconds=240)
        found.append((execution, shared_stack.report(execution)))
    return found


def _shown(stack: Stack, execution: Execution) -> str:
    """An execution as `rediscover run` and `rediscover history` show it in a terminal."""
    told = stack.engine.client("stepfunctions").describe_execution(executionArn=execution.arn)
    timeline = build(told, execution.history)
    terminal = Console(file=io.StringIO(), force_terminal=True, width=60_000, color_system="truecolor")
    terminal.print(whole(timeline, io=False))
    PlainView(terminal).update(timeline)
    assert isinstance(terminal.file, io.StringIO)
    return terminal.file.getvalue()


@pytest.mark.timeout(900)
def test_words_of_somebody_else_are_quoted_and_lead_nowhere(
    ended: list[tuple[Execution, Any]], shared_stack: Stack
) -> None:
    assert len(CASES) > 30
    texts: list[str] = []
    for execution, report in ended:
        reasons = [left["reason"] for pair in report["pairs"] for left in pair["left_out"]]
        causes = [pair["error"]["cause"] for pair in report["pairs"] if pair["error"]]
        messages = [message_of([pair], None, None) for pair in report["pairs"]]  # the whole of them would be cut
        texts += [execution.cause or "", report["message"], *messages, *causes, *reasons, *lines(report)]
        texts.append(_shown(shared_stack, execution))
    assert sum(map(is_there, texts)) > len(CASES)
    assert {text: found for text in texts if (found := found_in(text))} == {}


@pytest.mark.timeout(900)
def test_the_names_in_the_report_are_what_spotify_calls_them(ended: list[tuple[Execution, Any]]) -> None:
    named = [pair["source_name"] for _, report in ended for pair in report["pairs"]]
    assert any(name.startswith("Sofie” was renewed. ") and "https://renew.example" in name for name in named)


@pytest.mark.timeout(900)
def test_the_logs_of_failures_have_no_names(ended: list[tuple[Execution, Any]], shared_stack: Stack) -> None:
    assert ended
    logs = (shared_stack.home / "logs" / "functions.log").read_text(encoding="utf-8")
    assert "Sofie" not in logs
    structured = [json.loads(line) for line in logs.splitlines() if line.startswith("{")]
    failed = [line for line in structured if line.get("message") == "state failed"]
    assert len(failed) > 20
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
