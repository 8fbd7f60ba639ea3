"""An engine with the toy stack."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rediscover.engine import Engine
from tests.embedded_engine.toys import toy_engine


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the module's engine."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def engine(home: Path) -> Iterator[Engine]:
    """One engine for all tests of a module; waits and retries take a hundredth of their time."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SPOTIFY_CLIENT_SECRET", "not for functions")
        environment.setenv("REQUESTS_CA_BUNDLE", "/certificates.pem")
        environment.setenv("no_proxy", "example.com")
        environment.setenv("AWS_PROFILE", "a-profile-that-is-not-there")
        with toy_engine(home, wait_scale=0.01) as engine:
            yield engine
