"""The two secrets."""

import json
import time
from datetime import date

import boto3
import pytest

from archive.errors import AccessTokenRejected, InvalidCredentials
from archive.vault import Tokens, Vault

GOOD = {"spotify_client_id": "id", "spotify_client_secret": "hush", "refresh_token": "hush2"}
pytestmark = pytest.mark.usefixtures("aws")


def _vault(credentials: str | None = None) -> Vault:
    client = boto3.client("secretsmanager")
    arns = [client.create_secret(Name=name)["ARN"] for name in ("credentials", "tokens")]
    if credentials is not None:
        client.put_secret_value(SecretId=arns[0], SecretString=credentials)
    return Vault(*arns)


def test_what_the_user_stored_is_read_whole() -> None:
    credentials = _vault(json.dumps({**GOOD, "authorized_at": "2026-08-31", "note": "mine"})).credentials()
    assert (credentials.client_id, credentials.client_secret, credentials.refresh_token) == ("id", "hush", "hush2")
    assert credentials.reauthorize_by == date(2027, 2, 28)


def test_without_a_day_of_authorization_its_end_is_not_known() -> None:
    assert _vault(json.dumps(GOOD)).credentials().reauthorize_by is None


@pytest.mark.parametrize(
    ("stored", "told"),
    [
        (None, "secret is empty"),
        ("  ", "secret is empty"),
        ("hush", "not a JSON object"),
        ("[]", "not a JSON object"),
        ("{}", "spotify_client_id is missing"),
        (json.dumps({**GOOD, "refresh_token": ""}), "refresh_token is empty or no text"),
        (json.dumps({**GOOD, "spotify_client_secret": 5}), "spotify_client_secret is empty or no text"),
        (json.dumps({**GOOD, "authorized_at": "hush"}), "authorized_at is not an ISO date"),
    ],
)
def test_bad_credentials_are_told_by_field_and_never_by_value(stored: str | None, told: str) -> None:
    vault = _vault(stored)
    with pytest.raises(InvalidCredentials) as raised:
        vault.credentials()
    assert told in str(raised.value)
    assert "hush" not in str(raised.value)


def test_no_secret_shows_in_a_representation() -> None:
    credentials = _vault(json.dumps(GOOD)).credentials()
    assert "hush" not in f"{credentials} {Tokens('hush', 0.0, 'hush2', 'f')!r}"


def test_tokens_are_kept_between_functions() -> None:
    vault = _vault(json.dumps(GOOD))
    assert vault.tokens() is None
    with pytest.raises(AccessTokenRejected):
        vault.access_token()
    tokens = Tokens("access", time.time() + 100, "refresh", vault.credentials().fingerprint)
    vault.store(tokens)
    assert vault.tokens() == tokens
    assert vault.access_token() == "access"
    assert tokens.lasts(90)
    assert not tokens.lasts(110)


def test_other_credentials_have_another_fingerprint() -> None:
    first = _vault(json.dumps(GOOD)).credentials().fingerprint
    boto3.client("secretsmanager").put_secret_value(
        SecretId="credentials", SecretString=json.dumps({**GOOD, "refresh_token": "newer"})
    )
    assert Vault("credentials", "tokens").credentials().fingerprint != first
