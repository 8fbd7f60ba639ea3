"""The library's parts against the simulated Spotify and an S3 in memory."""

from collections.abc import Callable, Iterator

import boto3
import pytest
from moto import mock_aws

from archive.documents import Documents
from archive.spotify.accounts import refresh
from archive.spotify.client import Spotify
from archive.spotify.transport import Transport
from rediscover.simulator import Simulator


@pytest.fixture
def connect(simulator: Simulator) -> Callable[[], Spotify]:
    """Makes a client with a fresh access token."""

    def connect() -> Spotify:
        given = simulator.credentials
        grant = refresh(
            Transport(),
            simulator.accounts_url,
            given["spotify_client_id"],
            given["spotify_client_secret"],
            given["refresh_token"],
        )
        return Spotify(simulator.api_url, grant.access_token)

    return connect


@pytest.fixture
def spotify(connect: Callable[[], Spotify]) -> Spotify:
    """A client with a fresh access token."""
    return connect()


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty AWS account in memory."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        yield


@pytest.fixture
def documents(aws: None) -> Documents:  # noqa: ARG001 (a fixture's dependency)
    """An empty bucket."""
    boto3.client("s3").create_bucket(Bucket="archive")
    return Documents("archive")
