"""The library's parts against the simulated Spotify and an S3 in memory."""

from collections.abc import Callable, Iterator

import boto3
import pytest
from moto import mock_aws

from rediscover.simulator import Simulator
from rediscover_archive.authorization.managed_secret import ManagedSecret
from rediscover_archive.clients import client
from rediscover_archive.documents import Documents
from rediscover_archive.settings import Settings
from rediscover_archive.spotify.accounts import refresh
from rediscover_archive.spotify.client import Spotify
from rediscover_archive.spotify.transport import Transport
from tests.unit.additions import Addition
from tests.unit.phone import HOST, Phone


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


@pytest.fixture(scope="session")
def aws_session() -> boto3.Session:
    """boto3's session for all tests, because each would load the models of its services anew."""
    client.cache_clear()
    return boto3.Session("testing", "testing", region_name="us-east-1")


@pytest.fixture
def aws(aws_session: boto3.Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty AWS account in memory."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        monkeypatch.setattr("boto3.DEFAULT_SESSION", aws_session)
        yield


@pytest.fixture
def documents(aws: None) -> Documents:  # noqa: ARG001 (a fixture's dependency)
    """An empty bucket."""
    boto3.client("s3").create_bucket(Bucket="archive")
    return Documents("archive")


@pytest.fixture
def secret(aws: None, simulator: Simulator) -> ManagedSecret:  # noqa: ARG001 (a fixture's dependency)
    """The credentials, as `rediscover authorize` stored them, with a note of the listener's own."""
    arn = boto3.client("secretsmanager").create_secret(Name="credentials")["ARN"]
    secret = ManagedSecret(arn)
    secret.write({**simulator.credentials, "authorized_at": "2026-06-01", "note": "mine"})
    simulator.register(f"https://{HOST}/callback")
    return secret


@pytest.fixture
def phone(secret: ManagedSecret, documents: Documents, simulator: Simulator) -> Phone:  # noqa: ARG001 (fixtures' dependencies)
    """A phone that has not opened the link yet."""
    environment = {
        "BUCKET": "archive",
        "CREDENTIALS_SECRET": secret._arn,
        "SPOTIFY_API_URL": simulator.api_url,
        "SPOTIFY_ACCOUNTS_URL": simulator.accounts_url,
    }
    return Phone(Settings.from_environment(environment))


@pytest.fixture
def addition(simulator: Simulator, spotify: Spotify, position: str) -> Addition:
    return Addition(simulator, spotify, position=position)


@pytest.fixture
def position() -> str:
    """Where a test's run adds, unless the test has a parameter of that name."""
    return "bottom"
