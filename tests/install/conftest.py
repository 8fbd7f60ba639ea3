"""The command as it is installed, once for all who try it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.install.installed import Installed, build, install
from tools.dependencies import ROOT


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    """It is as it was when all is done: no command writes where it is installed."""
    installed = install(wheel, tmp_path_factory.mktemp("installed") / "environment")
    before = installed.listing()
    yield installed
    assert installed.listing() == before
