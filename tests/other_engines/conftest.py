"""What the comparisons of interpreters share."""

from collections.abc import Iterator

import pytest

from tests.other_engines.called import Called
from tests.statemachine.embedded import Runs, runs_on_moto


@pytest.fixture(scope="session")
def moto_runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """Every case on the embedded engine's interpreter."""
    return runs_on_moto(tmp_path_factory.mktemp("moto"))


@pytest.fixture(scope="module")
def called() -> Iterator[Called]:
    """Lambda and SNS, for an interpreter that is another process."""
    with Called() as running:
        yield running
