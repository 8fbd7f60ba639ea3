"""Functions that the last engine needed are started before they are invoked."""

import json
import threading
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from rediscover.engine import functions
from rediscover.engine.functions import Function, LambdaService
from rediscover.engine.processes import Processes
from rediscover.engine.runtime import FunctionConfiguration, Result
from tests.embedded_engine.toys import invoke, toy_engine

CONFIGURATION = FunctionConfiguration("arn", "act.handler", Path(), 1, {})
FAILURE = Result("id", b'"cannot be loaded"', failed=True)


class Sandboxes:
    """Stand-ins for processes, each of which `begins` and then `loads` the function."""

    def __init__(self) -> None:
        self.made: list[Any] = []
        self.begins: Callable[[], None] = lambda: None
        self.loads: Callable[[], Result | None] = lambda: None

    def sandbox(self, *_: object) -> Any:
        """Another one."""
        self.begins()
        made = Sandbox(self.loads, len(self.made))
        self.made.append(made)
        return made


class Sandbox:
    usable = True
    closed = False

    def __init__(self, loads: Callable[[], Result | None], number: int) -> None:
        self.start = loads
        self._number = number

    def invoke(self, _: bytes) -> Result:
        return Result("id", str(self._number).encode(), failed=False)

    def kill(self) -> None:
        self.usable = False

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def sandboxes(monkeypatch: pytest.MonkeyPatch) -> Sandboxes:
    found = Sandboxes()
    monkeypatch.setattr(functions, "Sandbox", found.sandbox)
    return found


@pytest.fixture
def function(monkeypatch: pytest.MonkeyPatch) -> Function:
    monkeypatch.setattr("rediscover.engine.processes.can_fork", lambda: False)
    return Function(CONFIGURATION, Processes({}), BytesIO())


def test_an_invocation_takes_the_sandbox_that_is_being_started(sandboxes: Sandboxes, function: Function) -> None:
    loaded = threading.Event()
    sandboxes.loads = lambda: None if loaded.wait(60) else FAILURE
    function.start_ahead()
    threading.Timer(0.05, loaded.set).start()
    assert function.invoke(b"{}").payload == function.invoke(b"{}").payload == b"0"
    assert (len(sandboxes.made), function.used) == (1, 1)


def test_what_cannot_be_started_ahead_is_told_to_whoever_invokes_it(sandboxes: Sandboxes, function: Function) -> None:
    sandboxes.loads = lambda: FAILURE
    function.start_ahead()
    assert function.invoke(b"{}") == FAILURE
    assert [sandbox.closed for sandbox in sandboxes.made] == [True, True]
    assert function.used == 0


def test_the_end_waits_for_what_is_being_started(sandboxes: Sandboxes, function: Function) -> None:
    beginning, begun = threading.Event(), threading.Event()

    def begins() -> None:
        beginning.set()
        begun.wait(60)

    sandboxes.begins = begins
    function.start_ahead()
    assert beginning.wait(60)
    threading.Timer(0.05, begun.set).start()
    function.close()
    assert [(sandbox.usable, sandbox.closed) for sandbox in sandboxes.made] == [(False, True)]


def test_an_engine_starts_ahead_what_the_one_before_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    monkeypatch.setattr(Function, "start_ahead", lambda self: started.append(self._configuration.arn))
    with toy_engine(tmp_path) as engine:
        invoke(engine, "Act", do="show")
        name = engine.resources["Act"]
    assert started == []
    with toy_engine(tmp_path):
        pass
    assert [arn.rpartition(":")[2] for arn in started] == [name]


@pytest.mark.parametrize("content", ["", "[]", '{"a": []}', '{"a": "many"}', "[" * 100_000])
def test_what_was_kept_of_the_one_before_and_is_damaged_is_as_good_as_nothing(tmp_path: Path, content: str) -> None:
    used_before = tmp_path / "functions.json"
    used_before.write_text(content)
    service = LambdaService(tmp_path, BytesIO(), lambda _: {}, used_before)
    service.start_ahead("a", "http://127.0.0.1")
    service.close()


def test_more_than_a_pair_needs_is_not_started_ahead(
    tmp_path: Path, function: Function, monkeypatch: pytest.MonkeyPatch
) -> None:
    used_before = tmp_path / "functions.json"
    used_before.write_text(json.dumps({"many": 40}))
    service = LambdaService(tmp_path, BytesIO(), lambda _: {}, used_before)
    started: list[str] = []
    monkeypatch.setattr(Function, "start_ahead", lambda _: started.append("many"))
    monkeypatch.setattr(service, "_function", lambda *_: function)
    service.start_ahead("many", "http://127.0.0.1")
    service.start_ahead("never", "http://127.0.0.1")
    service.close()
    assert started == ["many", "many"]
