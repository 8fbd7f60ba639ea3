"""A refresh beside the machine: the two must never lose a refresh token to each other."""

import json
import stat
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from archive.vault import Vault
from rediscover.secret import SecretFile
from rediscover.simulator import Simulator
from rediscover.spotify import Accounts, AuthorizationEnded, Grant
from rediscover.tokens import refresh


@pytest.fixture
def kept(tmp_path: Path) -> SecretFile:
    return SecretFile(tmp_path / "secrets" / "AccessTokenSecret.json")


def refreshed(simulator: Simulator, account: dict[str, str], kept: SecretFile) -> Grant:
    return refresh(Accounts({"SPOTIFY_ACCOUNTS_URL": simulator.accounts_url}), account, kept)


def test_nothing_is_kept_unless_spotify_replaces_the_token(simulator: Simulator, kept: SecretFile) -> None:
    refreshed(simulator, simulator.credentials, kept)
    assert kept.read() is None


def test_a_replaced_token_is_kept_and_used_the_next_time(
    simulator: Simulator, kept: SecretFile, tmp_path: Path
) -> None:
    stored = simulator.credentials
    simulator.settings.rotate_refresh_token = True
    for _ in range(3):
        refreshed(simulator, stored, kept)
    assert (kept.read() or {})["refresh_token"] == simulator.credentials["refresh_token"] != stored["refresh_token"]
    assert stat.S_IMODE((tmp_path / "secrets" / "AccessTokenSecret.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700


def test_a_token_kept_for_older_credentials_is_not_used(simulator: Simulator, kept: SecretFile) -> None:
    old = simulator.credentials
    simulator.settings.rotate_refresh_token = True
    refreshed(simulator, old, kept)
    simulator.revoke_authorization()
    new = simulator.authorize()
    assert refreshed(simulator, new, kept).access_token
    with pytest.raises(AuthorizationEnded):
        refreshed(simulator, old, kept)


def test_a_kept_token_that_is_dead_does_not_hide_a_stored_one_that_lives(
    simulator: Simulator, kept: SecretFile
) -> None:
    stored = simulator.credentials
    simulator.settings.rotate_refresh_token = True
    refreshed(simulator, stored, kept)
    simulator.settings.rotate_refresh_token = False
    kept.write({**(kept.read() or {}), "refresh_token": "dead"})
    simulator.identities.grants[stored["refresh_token"]].revoked = False
    assert refreshed(simulator, stored, kept).access_token


@pytest.mark.parametrize("content", ["", "{", "[]", '{"refresh_token": 3}'])
def test_an_unusable_kept_token_is_as_good_as_none(simulator: Simulator, kept: SecretFile, content: str) -> None:
    kept.write({})
    Path(kept.where).write_text(content)
    assert refreshed(simulator, simulator.credentials, kept).access_token


def test_what_is_kept_is_what_the_machine_reads(
    simulator: Simulator, kept: SecretFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = {**simulator.credentials, "refresh_token": f" {simulator.credentials['refresh_token']}\n"}
    simulator.settings.rotate_refresh_token = True
    grant = refreshed(simulator, stored, kept)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        client = boto3.client("secretsmanager")
        for name, value in (("credentials", stored), ("tokens", kept.read())):
            client.create_secret(Name=name, SecretString=json.dumps(value))
        vault = Vault("credentials", "tokens")
        tokens = vault.tokens()
        assert tokens
        assert tokens.fingerprint == vault.credentials().fingerprint
    assert (tokens.access_token, tokens.refresh_token) == (grant.access_token, grant.refresh_token)
    assert tokens.lasts(3500)
    assert not tokens.lasts(3601)
