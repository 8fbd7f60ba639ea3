"""Whom the commands are tried on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rediscover.simulator import Simulator
from tests.cli.clockwork import Clockwork
from tests.cli.desk import Desk
from tests.cli.patient import Patient
from tests.cli.session import Session


@pytest.fixture
def desk(tmp_path: Path, simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A user who can type `rediscover authorize`."""
    return Desk(tmp_path / "home", simulator, monkeypatch)


@pytest.fixture
def patient(tmp_path: Path, simulator: Simulator) -> Iterator[Patient]:
    """A home for the doctor, who may print no secret of it."""
    patient = Patient(tmp_path / "home", simulator)
    yield patient
    assert [secret for secret in simulator.secrets() if secret in patient.printed] == []


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """The session that a deployed stack is reached by; all that it is told to answer has to be asked for."""
    session = Session()
    monkeypatch.setattr("rediscover.places.stack.session", lambda: session)
    yield session
    for stub in session.stubs.values():
        stub.assert_no_pending_responses()


@pytest.fixture
def clockwork(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Clockwork:
    """A machine with cron and no other timer."""
    return Clockwork(tmp_path, capsys).with_programs("crontab")
