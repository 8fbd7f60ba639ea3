"""A state is named wherever it has to be; each forgotten place is named by one test."""

from tests.statemachine.cases import unnamed


def test_every_state_is_in_a_named_case() -> None:
    assert unnamed() == [], (
        "Add the state to the ways of tests/statemachine/cases.py that enter it, and what its function answers to "
        "HAPPY in tests/statemachine/answers.py."
    )
