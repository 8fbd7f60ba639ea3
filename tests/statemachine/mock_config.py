"""Writes MockConfigFile.json, which Step Functions Local reads: `python -m tests.statemachine.mock_config`.

https://docs.aws.amazon.com/step-functions/latest/dg/sfn-local-mock-cfg-file.html. A state has one list of responses
for a whole execution: Step Functions Local 2.0.0 counts every invocation, a retry like a further visit.

No mock throws an error of the interpreter's own, such as `States.Timeout`: names that begin with `States.` are reserved
(Amazon States Language, Errors). The file leaves these attempts out; what is left takes the same path.
"""

import json
from pathlib import Path
from typing import Any

from tests.statemachine.answers import HAPPY, Answer, Throw
from tests.statemachine.cases import CASES
from tests.statemachine.ways import Case

FILE = Path(__file__).with_name("MockConfigFile.json")
MACHINE = "rediscover"


def mock_config(*, own_errors: bool = True) -> dict[str, Any]:
    """What is answered in each case. The file holds it without the interpreter's own errors."""
    responses: dict[str, Any] = {}
    for case in CASES:
        for task, answers in case.all_answers.items():
            thrown = [answer for answer in answers if own_errors or not _is_own_error(answer)]
            responses[_name(case, task)] = {str(n): _response(answer) for n, answer in enumerate(thrown)}
    test_cases = {case.name: {task: _name(case, task) for task in case.all_answers} for case in CASES}
    return {"StateMachines": {MACHINE: {"TestCases": test_cases}}, "MockedResponses": responses}


def as_text() -> str:
    """The file's text, from the cases."""
    return json.dumps(mock_config(own_errors=False), indent=2, ensure_ascii=False) + "\n"


def write() -> None:
    """Write the file, as compose.yaml mounts it."""
    FILE.write_text(as_text(), encoding="utf-8")


def _name(case: Case, task: str) -> str:
    return f"{task}-{case.name}" if case.all_answers[task] != HAPPY[task] else f"{task}-HappyPath"


def _is_own_error(answer: Answer) -> bool:
    return isinstance(answer, Throw) and answer.error.startswith("States.")


def _response(answer: Answer) -> dict[str, Any]:
    if isinstance(answer, Throw):
        return {"Throw": {"Error": answer.error, "Cause": answer.cause}}
    return {"Return": answer}


if __name__ == "__main__":
    write()
