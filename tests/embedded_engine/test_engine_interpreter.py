"""What the project's state machine asks of the interpreter, and gets."""

import json
from typing import Any

import pytest
from moto.stepfunctions.responses import StepFunctionResponse

from rediscover.engine import Engine
from tests.embedded_engine.toys import ROLE, ended, events, invoke, run

MOTOS_HISTORY = StepFunctionResponse.get_execution_history  # before an engine runs
DONE = {"Type": "Pass", "End": True}


def act(engine: Engine, parameters: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A Task state that calls the toy function."""
    resource = f"arn:aws:lambda:us-east-1:123456789012:function:{engine.resources['Act']}"
    return {"Type": "Task", "Resource": resource, "Parameters": parameters, "End": True, **fields}


def machine(**states: dict[str, Any]) -> dict[str, Any]:
    """A definition that starts with the first state."""
    return {"StartAt": next(iter(states)), "States": states}


def caught(where: str) -> list[dict[str, Any]]:
    """A catcher of everything, which keeps the error there."""
    return [{"ErrorEquals": ["States.ALL"], "ResultPath": where, "Next": "After"}]


def messages(engine: Engine) -> list[str]:
    """What arrived in the queue that is subscribed to the topic."""
    inbox = engine.client("sqs").receive_message(QueueUrl=engine.resources["Inbox"], MaxNumberOfMessages=10)
    return [message["Body"] for message in inbox.get("Messages", [])]


def test_whoever_waits_for_an_end_is_woken_by_it(engine: Engine) -> None:
    while engine.wait(0):
        pass  # ends of the tests before
    run(engine, machine(Done=DONE), {})
    assert engine.wait(30)
    assert not engine.wait(0)


def test_the_machine_of_the_template_runs_from_end_to_end(engine: Engine) -> None:
    pairs = [{"succeeds_at": 2, "settle": 40}, {"succeeds_at": 9, "settle": 0}]
    given = {"targets": [{"name": "T", "pairs": pairs}, {"name": "U", "pairs": pairs[:1]}], "message": "in words"}

    result = run(engine, engine.outputs["MachineArn"], given)

    assert result["status"] == "SUCCEEDED"
    first, second = result["output"]["archived"]
    echoed = {"do": "echo", "state": "ReadTarget", "run": result["name"]}
    assert first == [
        {"outcome": "done", "read": {"source": {"attempt": 2}, "target": echoed | {"target": "T"}}},
        {"outcome": "failed", "error": "TryAgain"},
    ]
    assert second == [{"outcome": "done", "read": {"source": {"attempt": 2}, "target": echoed | {"target": "U"}}}]
    assert messages(engine) == ["in words"]


def test_a_fail_state_takes_error_and_cause_from_its_input(engine: Engine) -> None:
    given = {"targets": [], "message": "Authorise the app again.", "fail": True, "error": "AuthorizationExpired"}

    result = run(engine, engine.outputs["MachineArn"], given)

    assert (result["status"], result["error"]) == ("FAILED", "AuthorizationExpired")
    assert result["cause"] == "Authorise the app again."


def test_a_catcher_makes_the_objects_of_its_result_path(engine: Engine) -> None:
    state = act(engine, {"do": "fail", "words": "no"}, Catch=caught("$.failure.Read"))

    output = run(engine, machine(Read=state, After=DONE), {"kept": 1})["output"]

    assert output["kept"] == 1
    assert output["failure"]["Read"]["Error"] == "Forbidden"
    assert json.loads(output["failure"]["Read"]["Cause"])["errorMessage"] == "no"


def test_a_catcher_keeps_what_its_result_path_holds_already(engine: Engine) -> None:
    state = act(engine, {"do": "fail", "words": "no"}, Catch=caught("$.failure.Read"))

    output = run(engine, machine(Read=state, After=DONE), {"failure": {"Earlier": 1}})["output"]

    assert set(output["failure"]) == {"Earlier", "Read"}


@pytest.mark.parametrize("kind", ["Parallel", "Map"])
def test_a_timeout_can_be_caught_where_it_leaves_a_branch_or_an_iteration(engine: Engine, kind: str) -> None:
    slow = machine(Slow=act(engine, {"do": "sleep", "seconds": 3}, TimeoutSeconds=1))
    around: dict[str, Any] = {"Branches": [slow]} if kind == "Parallel" else {"ItemProcessor": slow, "ItemsPath": "$.l"}
    catch = [{"ErrorEquals": ["States.Timeout"], "ResultPath": "$.failure", "Next": "After"}]
    state = {"Type": kind, "Catch": catch, "End": True, **around}

    output = run(engine, machine(Around=state, After=DONE), {"l": [1]})["output"]

    assert output["failure"]["Error"] == "States.Timeout"


def test_a_fail_state_may_repeat_a_timeout(engine: Engine) -> None:
    fail = {"Type": "Fail", "ErrorPath": "$.error", "CausePath": "$.cause"}

    result = run(engine, machine(Failed=fail), {"error": "States.Timeout", "cause": "Too slow."})

    assert (result["error"], result["cause"]) == ("States.Timeout", "Too slow.")


def test_a_failing_lambda_function_ends_the_execution_with_its_class(engine: Engine) -> None:
    result = run(engine, machine(Read=act(engine, {"do": "fail", "words": "no"})), {})

    assert (result["status"], result["error"]) == ("FAILED", "Forbidden")


def test_a_timed_out_and_a_dead_function_have_lambdas_own_names(engine: Engine) -> None:
    dead = run(engine, machine(Read=act(engine, {"do": "leave"})), {})
    slow = act(engine, {"do": "sleep", "seconds": 9})
    slow["Resource"] = slow["Resource"].replace(engine.resources["Act"], engine.resources["Quick"])

    assert dead["error"] == "Runtime.ExitError"
    assert run(engine, machine(Read=slow), {})["error"] == "Sandbox.Timedout"


def test_states_know_their_execution(engine: Engine) -> None:
    paths = ("State.Name", "State.RetryCount", "Execution.Id", "Execution.Name", "Execution.StartTime")
    parameters = {f"{path}.$": f"$$.{path}" for path in paths}

    result = run(engine, machine(Look=act(engine, {"do": "echo", **parameters})), {})

    started = result["startDate"].isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert result["output"] == {
        "do": "echo",
        "State.Name": "Look",
        "State.RetryCount": 0,
        "Execution.Id": result["executionArn"],
        "Execution.Name": result["name"],
        "Execution.StartTime": started,
    }


def test_the_start_time_may_be_in_an_output(engine: Engine) -> None:
    state = {"Type": "Pass", "Parameters": {"started.$": "$$.Execution.StartTime"}, "End": True}

    assert run(engine, machine(Look=state), {})["output"]["started"].endswith("Z")


@pytest.mark.parametrize(("used", "outcome"), [(1, "less"), (2, "enough"), (3, "enough")])
def test_a_choice_compares_two_paths(engine: Engine, used: int, outcome: str) -> None:
    rule = {"Variable": "$.used", "NumericLessThanPath": "$.given.most", "Next": "less"}
    answers = {name: {"Type": "Pass", "Result": {"is": name}, "End": True} for name in ("less", "enough")}
    choice = {"Type": "Choice", "Choices": [rule], "Default": "enough"}

    result = run(engine, machine(Choice=choice, **answers), {"used": used, "given": {"most": 2}})

    assert result["output"] == {"is": outcome}


def test_an_execution_can_be_described_from_inside_a_function(engine: Engine) -> None:
    look = act(engine, {"do": "describe", "execution.$": "$$.Execution.Id"})

    assert run(engine, machine(Look=look), {})["output"] == {"status": "RUNNING"}


def test_executions_without_a_name_get_different_ones(engine: Engine) -> None:
    names = {run(engine, machine(Done=DONE), {})["name"] for _ in range(2)}

    assert len(names) == 2


def test_a_machine_that_takes_too_long_times_out(engine: Engine) -> None:
    definition = machine(Wait={"Type": "Wait", "Seconds": 3600, "End": True}) | {"TimeoutSeconds": 1}

    assert run(engine, definition, {})["status"] == "TIMED_OUT"


def test_retries_are_in_the_history(engine: Engine) -> None:
    retry = [{"ErrorEquals": ["TryAgain"], "IntervalSeconds": 10, "MaxAttempts": 3, "BackoffRate": 1}]
    parameters = {"do": "fail_until", "succeeds_at": 2, "attempt.$": "$$.State.RetryCount"}

    result = run(engine, machine(Read=act(engine, parameters, Retry=retry)), {})

    types = [event["type"] for event in events(engine, result["executionArn"])]
    assert types.count("LambdaFunctionFailed") == 2
    assert types[-1] == "ExecutionSucceeded"


def test_waits_take_the_part_of_their_time_that_was_asked_for(engine: Engine) -> None:
    wait = {"Type": "Wait", "SecondsPath": "$.seconds", "End": True}

    result = run(engine, machine(Wait=wait), {"seconds": 60})

    assert 0.6 <= (result["stopDate"] - result["startDate"]).total_seconds() < 5


def test_an_object_is_made_only_by_the_first(engine: Engine) -> None:
    s3, bucket = engine.client("s3"), engine.resources["Bucket"]
    first = s3.put_object(Bucket=bucket, Key="claim", Body=b"1", IfNoneMatch="*")

    with pytest.raises(s3.exceptions.ClientError, match="PreconditionFailed"):
        s3.put_object(Bucket=bucket, Key="claim", Body=b"2", IfNoneMatch="*")
    s3.put_object(Bucket=bucket, Key="claim", Body=b"3", IfMatch=first["ETag"])
    with pytest.raises(s3.exceptions.ClientError, match="PreconditionFailed"):
        s3.put_object(Bucket=bucket, Key="claim", Body=b"4", IfMatch=first["ETag"])


def test_a_function_called_by_two_executions_at_once_serves_both(engine: Engine) -> None:
    states = engine.client("stepfunctions")
    definition = json.dumps(machine(Read=act(engine, {"do": "echo", "n.$": "$.n"})))
    arn = states.create_state_machine(name="both", definition=definition, roleArn=ROLE)["stateMachineArn"]

    started = [states.start_execution(stateMachineArn=arn, input=json.dumps({"n": n})) for n in range(8)]

    outputs = [ended(engine, execution["executionArn"])["output"]["n"] for execution in started]
    assert outputs == list(range(8))
    assert invoke(engine, "Act", do="echo")[1] is None


def test_a_failing_execution_is_told_by_its_history_alone(
    engine: Engine, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    run(engine, machine(Read=act(engine, {"do": "fail", "words": "no"})), {})

    assert capfd.readouterr() == ("", "")
    assert not caplog.records


def test_a_history_is_as_moto_itself_tells_it(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = [{"succeeds_at": 2, "settle": 40}, {"succeeds_at": 9, "settle": 0}]
    given = {"targets": [{"name": "T", "pairs": pairs}], "message": "in words"}
    execution = run(engine, engine.outputs["MachineArn"], given)["executionArn"]
    ours = events(engine, execution)
    with monkeypatch.context() as patch:
        patch.setattr(StepFunctionResponse, "get_execution_history", MOTOS_HISTORY)
        assert events(engine, execution) == ours
    assert len(ours) > 30
