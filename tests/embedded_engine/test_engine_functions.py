"""Functions run as on Lambda: by AWS's own runtime, and where that has no wheel by the small one."""

import stat
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.core.routing import get_service_router
from werkzeug.routing import Rule

from rediscover.engine import Engine
from rediscover.engine.deployment.resources.compute import CODE_BUCKET
from tests.embedded_engine.toys import invoke

# The names of the toy functions: `Plain…` cannot import awslambdaric.
both_runtimes = pytest.mark.parametrize("runtime", ["", "Plain"], ids=["awslambdaric", "small runtime"])


def name(runtime: str, function: str) -> str:
    """The function of that kind in that runtime."""
    return runtime if runtime and function == "Act" else runtime + function


@both_runtimes
def test_a_function_gets_its_event_and_answers(engine: Engine, runtime: str) -> None:
    answer, error = invoke(engine, name(runtime, "Act"), do="echo", words="schöne Grüße", list=[1, None])

    assert answer == {"do": "echo", "words": "schöne Grüße", "list": [1, None]}
    assert error is None


@both_runtimes
def test_a_function_is_told_about_its_invocation(engine: Engine, runtime: str) -> None:
    seen, _ = invoke(engine, name(runtime, "Act"), do="show")

    assert seen["name"] == engine.resources[name(runtime, "Act")]
    assert seen["arn"].endswith(f":function:{seen['name']}")
    assert 0 < seen["remaining"] <= 5000
    assert len(seen["request_id"]) == 36


@both_runtimes
def test_an_exception_is_named_by_its_class(engine: Engine, runtime: str) -> None:
    answer, error = invoke(engine, name(runtime, "Act"), do="fail", words="not yours")

    assert error == "Unhandled"
    assert answer["errorType"] == "Forbidden"
    assert answer["errorMessage"] == "not yours"
    assert len(answer["requestId"]) == 36
    assert any("act.py" in line for line in answer["stackTrace"])


@both_runtimes
def test_a_function_that_takes_too_long_is_ended(engine: Engine, runtime: str) -> None:
    answer, error = invoke(engine, name(runtime, "Quick"), do="sleep", seconds=20)
    again, _ = invoke(engine, name(runtime, "Quick"), do="echo")

    assert error == "Unhandled"
    assert answer["errorType"] == "Sandbox.Timedout"
    assert "Task timed out after 1.00 seconds" in answer["errorMessage"]
    assert again == {"do": "echo"}


@both_runtimes
def test_a_function_that_dies_is_an_error_and_lives_again(engine: Engine, runtime: str) -> None:
    answer, error = invoke(engine, name(runtime, "Act"), do="leave")
    again, _ = invoke(engine, name(runtime, "Act"), do="echo")

    assert error == "Unhandled"
    assert answer["errorType"] == "Runtime.ExitError"
    assert "exit status 3" in answer["errorMessage"]
    assert again == {"do": "echo"}


@both_runtimes
def test_a_process_that_died_idle_costs_no_invocation(engine: Engine, runtime: str) -> None:
    function = name(runtime, "Act")
    before, _ = invoke(engine, function, do="show")
    assert invoke(engine, function, do="leave_later") == (None, None)
    time.sleep(0.5)
    after, error = invoke(engine, function, do="show")

    assert error is None
    assert after["process"] != before["process"]


@both_runtimes
def test_a_module_that_cannot_be_imported_is_named(engine: Engine, runtime: str) -> None:
    for _ in range(2):
        answer, error = invoke(engine, name(runtime, "Unloadable"))

        assert error == "Unhandled"
        assert answer["errorType"] == "Runtime.ImportModuleError"
        assert "not_there" in answer["errorMessage"]


@both_runtimes
def test_a_handler_that_is_missing_is_named(engine: Engine, runtime: str) -> None:
    answer, _ = invoke(engine, name(runtime, "Missing"))

    assert answer["errorType"] == "Runtime.HandlerNotFound"


def test_an_answer_that_is_no_json_is_an_error(engine: Engine) -> None:
    answer, error = invoke(engine, "Act", do="answer_no_json")

    assert error == "Unhandled"
    assert answer["errorType"] == "Runtime.MarshalError"


@both_runtimes
def test_an_idle_process_is_used_again(engine: Engine, runtime: str) -> None:
    first, _ = invoke(engine, name(runtime, "Quick"), do="show")
    second, _ = invoke(engine, name(runtime, "Quick"), do="show")

    assert second["process"] == first["process"]
    assert second["calls"] == first["calls"] + 1


def test_invocations_at_the_same_time_run_side_by_side(engine: Engine, tmp_path: Path) -> None:
    """None of them ends before all have come."""
    client, function = engine.client("lambda"), engine.resources["Act"]
    client.update_function_configuration(FunctionName=function, Timeout=120)

    def meet(_: int) -> Any:
        return invoke(engine, "Act", do="meet", folder=str(tmp_path), number=4)[0]

    with ThreadPoolExecutor(4) as pool:
        processes = set(pool.map(meet, range(4)))
    client.update_function_configuration(FunctionName=function, Timeout=5)

    assert processes == {int(path.name) for path in tmp_path.iterdir()}
    assert len(processes) == 4


@both_runtimes
def test_a_function_sees_its_variables_and_nothing_of_the_users_secrets(engine: Engine, runtime: str) -> None:
    seen = invoke(engine, name(runtime, "Act"), do="show")[0]["environment"]

    assert seen["BUCKET"] == engine.resources["Bucket"]
    assert seen["AWS_ENDPOINT_URL"] == engine.endpoint_url
    assert seen["AWS_REGION"] == "us-east-1"
    assert seen["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    assert seen["REQUESTS_CA_BUNDLE"] == "/certificates.pem"
    assert set(seen["no_proxy"].split(",")) == {"example.com", "127.0.0.1", "localhost", "::1"}
    assert "AWS_PROFILE" not in seen
    assert "not for functions" not in str(seen)


def test_what_functions_print_is_in_a_log_that_only_its_owner_reads(engine: Engine, home: Path) -> None:
    invoke(engine, "Act", do="show")
    log = home / "logs" / "functions.log"

    assert "seen in the log" in log.read_text()
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_a_function_that_is_not_there_is_not_found(engine: Engine) -> None:
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        engine.client("lambda").invoke(FunctionName="nobody")


def test_an_event_that_is_no_json_is_refused(engine: Engine) -> None:
    with pytest.raises(ClientError, match="InvalidRequestContentException"):
        engine.client("lambda").invoke(FunctionName=engine.resources["Act"], Payload=b"{")


def test_a_function_is_known_by_its_arn_too(engine: Engine) -> None:
    arn = engine.client("lambda").get_function(FunctionName=engine.resources["Act"])["Configuration"]["FunctionArn"]

    assert engine.client("lambda").invoke(FunctionName=arn, Payload=b'{"do": "echo"}')["StatusCode"] == 200


def test_the_functions_code_is_uploaded_once_for_each_folder(engine: Engine) -> None:
    uploaded = engine.client("s3").list_objects_v2(Bucket=CODE_BUCKET)["Contents"]
    functions = engine.client("lambda").list_functions()["Functions"]

    assert len(functions) > len(uploaded) == len({function["CodeSha256"] for function in functions}) == 2


def test_finding_an_operation_by_its_path_makes_no_program_that_makes_the_path(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Rule, "_get_func_code", pytest.fail)
    get_service_router.cache_clear()

    invoke(engine, "Act", do="show")
    assert engine.client("lambda").list_functions()["Functions"]
