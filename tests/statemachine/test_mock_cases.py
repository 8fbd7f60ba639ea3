"""Every case, executed on moto's interpreter; and that the cases leave nothing of the state machine out."""

import json
from dataclasses import asdict
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator

from tests.simulation.mocked_cases import run_case
from tests.statemachine.cases import CASES
from tests.statemachine.definition import STATES
from tests.statemachine.embedded import Runs, runs_on_moto
from tests.statemachine.mocked_services import by_state
from tests.statemachine.rules import Rule, every_rule, taken
from tests.statemachine.runs import readable
from tests.statemachine.state_requests import StateRequest, state_requests
from tests.statemachine.ways import Case

BY_CASE = pytest.mark.parametrize("case", CASES, ids=str)
UNREACHED = {
    ("ReadBoth", "Catch", "PairFailed"),
    ("ArchiveTargets", "Catch", "Summarize"),
}
"""What catches only errors of the interpreter itself: each Task inside is caught inside. See docs/engines.md."""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    return runs_on_moto(tmp_path_factory.mktemp("moto"))


@BY_CASE
def test_a_case_enters_its_states_and_no_others(runs: Runs, case: Case) -> None:
    run, _ = runs[case.name]
    assert run.path == case.path


@BY_CASE
def test_a_case_ends_as_it_should(runs: Runs, case: Case) -> None:
    run, _ = runs[case.name]
    assert (run.status, run.error) == ("FAILED" if case.error else "SUCCEEDED", case.error)
    if case.error:
        assert "It says what to do." in str(run.cause)
    else:
        assert run.output["outcome"] in ("added", "busy", "dry_run", "nothing_new")


@BY_CASE
def test_a_case_uses_each_of_its_answers_once(runs: Runs, case: Case) -> None:
    _, attempts = runs[case.name]
    given = {task: len(answers) for task, answers in case.all_answers.items()}
    assert {task: sum(attempt.state == task for attempt in attempts) for task in given} == given
    assert len(attempts) == sum(given.values())


@BY_CASE
def test_the_scheduler_of_the_simulation_comes_to_the_same(runs: Runs, case: Case) -> None:
    """It is an engine, not an opinion. tests/other_engines/test_node.py compares it with a further one."""
    (run, attempts), (simulated, simulated_attempts) = runs[case.name], run_case(case)
    assert readable(asdict(simulated)) == readable(asdict(run))
    assert by_state(simulated_attempts) == by_state(attempts)


def test_the_cases_take_every_catch_every_retried_error_and_every_choice(runs: Runs) -> None:
    rules: set[Rule] = set().union(*(taken(*run) for run in runs.values()))
    assert every_rule() - rules == UNREACHED
    assert rules <= every_rule()


def test_no_state_is_left_out(runs: Runs) -> None:
    assert {name for run, _ in runs.values() for name in run.path} == set(STATES)


@pytest.fixture(scope="module")
def requests(runs: Runs) -> list[StateRequest]:
    return state_requests((case, runs[case.name][0]) for case in CASES)


def test_the_requests_for_test_state_are_as_its_service_model_has_them(requests: list[StateRequest]) -> None:
    model: Any = botocore.session.get_session().get_service_model("stepfunctions").operation_model("TestState")
    for one in requests:
        report = ParamValidator().validate(one.request, model.input_shape)
        assert not report.has_errors(), report.generate_report()
        assert one.status in model.output_shape.members["status"].enum


def test_the_requests_for_test_state_take_every_rule_even_those_that_no_case_reaches(
    requests: list[StateRequest],
) -> None:
    caught = {(one.name, "Catch", one.next_state) for one in requests if one.status == "CAUGHT_ERROR"}
    chosen = {(one.name, "Choice", one.next_state) for one in requests if STATES[one.name]["Type"] == "Choice"}
    errors = [(one.name, one.request["mock"]["errorOutput"]) for one in requests if one.status == "RETRIABLE"]
    assert caught | chosen | {(name, "Retry", output["error"]) for name, output in errors} == every_rule()


def test_the_mocked_result_of_a_parallel_state_has_an_item_for_each_branch(requests: list[StateRequest]) -> None:
    """AWS refuses another one."""
    results = [
        (len(json.loads(one.request["mock"]["result"])), len(STATES[one.name]["Branches"]))
        for one in requests
        if STATES[one.name]["Type"] == "Parallel" and one.status == "SUCCEEDED"
    ]
    assert results
    assert all(items == branches for items, branches in results)
