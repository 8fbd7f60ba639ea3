"""The two secrets."""

import json
import time
import uuid
from datetime import date

import boto3
import pytest

from rediscover_archive.authorization.credentials import AccessToken, Credentials, Vault, access_token
from rediscover_archive.authorization.managed_secret import ManagedSecret
from rediscover_archive.authorization.secret import ROTATED
from rediscover_archive.errors import AccessTokenRejected, InvalidCredentials

GOOD = {"spotify_client_id": "id", "spotify_client_secret": "hush", "refresh_token": "hush2"}
pytestmark = pytest.mark.usefixtures("aws")


def _secret(text: str | None = None) -> ManagedSecret:
    client = boto3.client("secretsmanager")
    arn = client.create_secret(Name=f"secret-{uuid.uuid4()}")["ARN"]
    if text is not None:
        client.put_secret_value(SecretId=arn, SecretString=text)
    return ManagedSecret(arn)


def _arn(secret: ManagedSecret) -> str:
    return secret.where.removeprefix("the secret ")


def _credentials(**stored: object) -> Credentials:
    return Credentials.read(_secret(json.dumps({**GOOD, **stored})))


def test_what_the_user_stored_is_read_whole() -> None:
    credentials = _credentials(authorized_at="2026-08-31", account_id="me", scope="a b", note="mine")
    assert (credentials.client_id, credentials.client_secret, credentials.refresh_token) == ("id", "hush", "hush2")
    assert credentials.reauthorize_by == date(2027, 2, 28)
    assert (credentials.account_id, credentials.scopes) == ("me", frozenset({"a", "b"}))


def test_what_is_stored_again_is_what_was_read() -> None:
    stored = {**GOOD, "authorized_at": "2026-08-31", "account_id": "me", "scope": "a b"}
    assert _credentials(**stored).stored == stored
    assert _credentials().stored == GOOD


def test_what_is_not_stored_of_the_authorization_is_not_known() -> None:
    credentials = _credentials()
    assert (credentials.reauthorize_by, credentials.account_id, credentials.scopes) == (None, None, None)


@pytest.mark.parametrize(
    ("stored", "told"),
    [
        (None, "no credentials in the secret arn:"),
        ("  ", "no credentials in the secret arn:"),
        ("hush", "not a JSON object"),
        ("[]", "not a JSON object"),
        ("{}", "spotify_client_id is missing"),
        ('{"spotify_client_id": "i"}', "spotify_client_secret is missing, refresh_token is missing"),
        (json.dumps({**GOOD, "refresh_token": ""}), "refresh_token is empty or no text"),
        (json.dumps({**GOOD, "spotify_client_secret": 5}), "spotify_client_secret is empty or no text"),
        (json.dumps({**GOOD, "spotify_client_id": "hüsh"}), "spotify_client_id has other signs in it"),
        (json.dumps({**GOOD, "authorized_at": "hush"}), "authorized_at is not an ISO date"),
    ],
)
def test_bad_credentials_are_told_by_field_and_never_by_value(stored: str | None, told: str) -> None:
    secret = _secret(stored)
    with pytest.raises(InvalidCredentials) as raised:
        Credentials.read(secret)
    assert told in str(raised.value)
    assert "hush" not in str(raised.value)


def test_no_secret_shows_in_a_representation() -> None:
    credentials = _credentials()
    assert "hush" not in f"{credentials} {AccessToken('hush', 0.0, 'f')!r}"


def test_tokens_are_kept_between_functions() -> None:
    shared = _secret()
    vault = Vault(shared, ManagedSecret(_arn(shared), stage=ROTATED))
    assert vault.access_token_of(_credentials()) is None
    with pytest.raises(AccessTokenRejected):
        access_token(shared)
    token = AccessToken("access", time.time() + 100, _credentials().fingerprint)
    vault.store(token, "hush2", _credentials())
    assert access_token(shared) == "access"
    assert vault.access_token_of(_credentials()) == token
    assert vault.access_token_of(_credentials(refresh_token="newer")) is None
    assert token.lasts(90)
    assert not token.lasts(110)


def test_a_replaced_refresh_token_is_never_in_the_version_that_others_read() -> None:
    """Not even for a moment: Secrets Manager makes the first version of a secret the current one."""
    shared = _secret()
    rotated = ManagedSecret(_arn(shared), stage=ROTATED)
    token = AccessToken("access", 0.0, _credentials().fingerprint)
    Vault(shared, rotated).store(token, "rotated", _credentials())
    assert "rotated" not in json.dumps(shared.read())
    versions = boto3.client("secretsmanager").list_secret_version_ids(SecretId=_arn(shared), IncludeDeprecated=True)
    labels = [one["VersionStages"] for one in versions["Versions"]]
    assert sorted(label for one in labels for label in one) == ["AWSCURRENT", "AWSPREVIOUS", "ROTATED"]
    assert Vault(shared, rotated).refresh_token_of(_credentials()) == "rotated"
    assert Vault(shared, rotated).refresh_token_of(_credentials(refresh_token="newer")) == "newer"
