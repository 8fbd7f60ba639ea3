"""Cases that leave a state out say so once, in tests/checks/test_every_state.py, and not in each of them."""

import pytest

from tests.statemachine.cases import unnamed


@pytest.fixture(scope="session", autouse=True)
def every_state_has_a_case() -> None:
    if states := unnamed():
        pytest.skip(f"{', '.join(states)}: see what tests/checks/test_every_state.py says")
