"""What Step Functions Local is given to answer: the cases, as they are now, in its format."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.other_engines.stepfunctions_local import ROOT, StepFunctionsLocal
from tests.statemachine import mock_config
from tests.statemachine.answers import Answer, Throw
from tests.statemachine.cases import CASES
from tests.statemachine.ways import Case

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
BY_CASE = pytest.mark.parametrize("case", CASES, ids=str)
CONFIG = mock_config.mock_config(own_errors=False)
RESPONSES: dict[str, dict[str, Any]] = CONFIG["MockedResponses"]
TEST_CASES: dict[str, dict[str, str]] = CONFIG["StateMachines"][mock_config.MACHINE]["TestCases"]


@BY_CASE
def test_each_task_of_a_case_has_the_answers_of_the_case_in_their_order(case: Case) -> None:
    mocked = {task: list(RESPONSES[name].values()) for task, name in TEST_CASES[case.name].items()}
    assert mocked == {task: list(_answered(answers)) for task, answers in case.all_answers.items()}


def _answered(answers: tuple[Answer, ...]) -> Iterator[dict[str, Any]]:
    for answer in answers:
        if not isinstance(answer, Throw):
            yield {"Return": answer}
        elif not answer.error.startswith("States."):  # no mock may throw an error of the interpreter's own
            yield {"Throw": {"Error": answer.error, "Cause": answer.cause}}


def test_the_answers_are_numbered_without_a_gap_though_some_are_left_out() -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/sfn-local-mock-cfg-file.html, mocked responses."""
    for responses in RESPONSES.values():
        assert list(responses) == [str(number) for number in range(len(responses))]


def test_every_mock_belongs_to_a_case() -> None:
    assert set(TEST_CASES) == {case.name for case in CASES}
    assert {name for tasks in TEST_CASES.values() for name in tasks.values()} == set(RESPONSES)


def test_no_mock_throws_an_error_of_the_interpreters_own() -> None:
    assert '"Error": "States.' not in mock_config.as_text()


def test_step_functions_local_starts_with_the_cases_as_they_are_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, found = tmp_path / "MockConfigFile.json", {}

    def compose(_: StepFunctionsLocal, what: str, *__: str) -> None:
        found[what] = file.read_text(encoding="utf-8")

    file.write_text("of another day", encoding="utf-8")
    monkeypatch.setattr(mock_config, "FILE", file)
    monkeypatch.setattr(StepFunctionsLocal, "_compose", compose)
    monkeypatch.setattr(StepFunctionsLocal, "_wait", lambda _: None)
    with StepFunctionsLocal(9001, CREDENTIALS):
        assert found["up"] == mock_config.as_text()


def test_the_container_reads_the_file_that_is_written() -> None:
    service = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]["stepfunctions"]
    mounted = f"./{mock_config.FILE.relative_to(ROOT)}:{service['environment']['SFN_MOCK_CONFIG']}:ro"
    assert service["volumes"] == [mounted]
