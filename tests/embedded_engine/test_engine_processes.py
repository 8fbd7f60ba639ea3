"""Functions are forked from a process that has loaded their packages; nobody can tell but by the time it takes."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rediscover.engine import processes
from rediscover.engine.processes import WARM, Processes
from rediscover.engine.runtime import FunctionConfiguration, Sandbox
from tests.embedded_engine.toys import TEMPLATE

pytestmark = pytest.mark.skipif(not processes.can_fork(), reason="Processes are forked on Linux from 5.3 on.")

TOY = TEMPLATE.parent / "functions" / "act.py"
ENVIRONMENT = {"PATH": os.environ["PATH"], "TZ": "Asia/Tokyo", "AWS_LAMBDA_FUNCTION_NAME": "act"}
PROGRAM = """
import gc, json, os, sys, time

def handler(event, context):
    return {
        "pid": os.getpid(), "parent": os.getppid(), "argv": sys.argv[1:], "environment": dict(os.environ),
        "folder": os.getcwd(), "first": sys.path[0], "stdin": sys.stdin.read(), "zone": time.tzname[0],
        "descriptors": len(os.listdir("/proc/self/fd")), "random": os.urandom(2).hex(), "boto3": "boto3" in sys.modules,
        "main": sys.modules["__main__"].__name__, "garbage": [gc.isenabled(), *gc.get_threshold()],
    }
"""


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """The code of a function that says where it is."""
    folder = tmp_path / "code"
    folder.mkdir()
    (folder / "here.py").write_text(PROGRAM)
    return folder


@pytest.fixture
def warm() -> Iterator[Processes]:
    pool = Processes({"PATH": os.environ["PATH"], "ONLY": "of the warm process"})
    yield pool
    pool.close()


@pytest.fixture
def cold(monkeypatch: pytest.MonkeyPatch) -> Processes:
    monkeypatch.setattr(processes, "can_fork", lambda: False)
    return Processes({})


def answer(code: Path, pool: Processes, **environment: str) -> dict[str, Any]:
    """What the function says of its surroundings."""
    function = FunctionConfiguration("arn", "here.handler", code, 10, {**ENVIRONMENT, **environment})
    with (code.parent / "log").open("ab") as log:
        sandbox = Sandbox(function, pool, log)
        try:
            assert sandbox.start() is None, (code.parent / "log").read_text()
            result = sandbox.invoke(b"{}")
        finally:
            sandbox.close()
    assert not result.failed, result.payload
    seen: dict[str, Any] = json.loads(result.payload)
    return seen


def test_a_forked_function_finds_what_a_started_one_finds(code: Path, warm: Processes, cold: Processes) -> None:
    forked, started = answer(code, warm), answer(code, cold)
    assert (forked["boto3"], started["boto3"]) == (True, False)
    assert forked["parent"] != os.getpid() == started["parent"]
    for differs in ("pid", "parent", "boto3", "random"):
        assert forked.pop(differs) != started.pop(differs)
    for seen in (forked, started):
        assert seen["environment"].pop("AWS_LAMBDA_RUNTIME_API")
    started["environment"].pop("PYTHONPATH")
    started["environment"].pop("LC_CTYPE", None)  # which the interpreter sets at its start
    assert forked == started
    assert (forked["first"], forked["zone"], forked["stdin"]) == (str(code), "JST", "")


def test_a_function_with_a_package_of_its_own_takes_that(code: Path, warm: Processes) -> None:
    (code / "boto3.py").touch()
    assert answer(code, warm)["parent"] == os.getpid()


def test_a_function_with_variables_for_its_interpreter_gets_one(code: Path, warm: Processes) -> None:
    assert answer(code, warm, PYTHONHASHSEED="0")["parent"] == os.getpid()


def test_functions_start_where_the_warm_process_was_killed(code: Path, warm: Processes) -> None:
    os.kill(answer(code, warm)["parent"], signal.SIGKILL)
    assert answer(code, warm)["parent"] == os.getpid()


def test_a_killed_function_is_told_by_its_signal(code: Path, warm: Processes) -> None:
    with Path(os.devnull).open("wb") as log:
        process = warm.start("here.handler", code, {**ENVIRONMENT, "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9/none"}, log)
        process.kill()
        assert process.wait() == -signal.SIGKILL == process.poll()
        assert process.stdin
        process.stdin.close()


def test_nothing_that_was_forked_outlives_an_engine_that_is_killed(code: Path) -> None:
    """As the pipe to it closes, and the socket."""
    program = f"""
import os, time, sys
from pathlib import Path
from rediscover.engine.processes import Processes
environment = {{**os.environ, "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9/none"}}
for name in [name for name in environment if name.startswith("PYTHON")]:
    del environment[name]
process = Processes(environment).start("wait.handler", Path({str(code)!r}), environment, open(os.devnull, "wb"))
print(process._pid, flush=True)
time.sleep(60)
"""
    (code / "wait.py").write_text("import time; time.sleep(60)")
    engine = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert engine.stdout
    pid = int(engine.stdout.readline())
    end = os.pidfd_open(pid)
    warm = int(Path(f"/proc/{pid}/stat").read_text().split(") ")[1].split()[1])
    assert WARM.name in Path(f"/proc/{warm}/cmdline").read_text()
    engine.kill()
    engine.communicate()
    while Path(f"/proc/{warm}").exists():
        time.sleep(0.02)
    with pytest.raises(ProcessLookupError):
        signal.pidfd_send_signal(end, 0)
    os.close(end)
