"""A refresh beside the machine: the two must never lose a refresh token to each other."""

import stat
from pathlib import Path
from typing import Any

import pytest

from archive.errors import AuthorizationExpired
from archive.refreshing import Refreshed, refreshed
from archive.transport import Transport
from archive.vault import Credentials, Vault
from rediscover.secret import SecretFile
from rediscover.simulator import Simulator


@pytest.fixture
def kept(tmp_path: Path) -> SecretFile:
    return SecretFile(tmp_path / "secrets" / "AccessTokenSecret.json")


def refresh(simulator: Simulator, account: dict[str, str], kept: SecretFile) -> Refreshed:
    """As a run and the doctor do: what Spotify replaces is kept."""
    vault = Vault(kept)
    fresh = refreshed(Transport(), simulator.accounts_url, Credentials.of(account, "a test"), vault)
    if fresh.replaced:
        vault.store(fresh.tokens)
    return fresh


def test_a_token_that_spotify_does_not_replace_need_not_be_kept(simulator: Simulator, kept: SecretFile) -> None:
    fresh = refresh(simulator, simulator.credentials, kept)
    assert not fresh.replaced
    assert fresh.tokens.refresh_token == simulator.credentials["refresh_token"]
    assert fresh.tokens.lasts(3500)
    assert not fresh.tokens.lasts(3601)
    assert fresh.scopes == set(simulator.credentials["scope"].split())


def test_a_replaced_token_is_kept_and_used_the_next_time(
    simulator: Simulator, kept: SecretFile, tmp_path: Path
) -> None:
    stored = simulator.credentials
    simulator.settings.rotate_refresh_token = True
    for _ in range(3):
        refresh(simulator, stored, kept)
    assert (kept.read() or {})["refresh_token"] == simulator.credentials["refresh_token"] != stored["refresh_token"]
    assert stat.S_IMODE((tmp_path / "secrets" / "AccessTokenSecret.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700


def test_a_token_kept_for_older_credentials_is_not_used(simulator: Simulator, kept: SecretFile) -> None:
    old = simulator.credentials
    simulator.settings.rotate_refresh_token = True
    refresh(simulator, old, kept)
    simulator.revoke_authorization()
    new = simulator.authorize()
    assert refresh(simulator, new, kept).tokens.access_token
    with pytest.raises(AuthorizationExpired):
        refresh(simulator, old, kept)


def test_a_kept_token_that_is_dead_does_not_hide_a_stored_one_that_lives(
    simulator: Simulator, kept: SecretFile
) -> None:
    stored = simulator.credentials
    simulator.settings.rotate_refresh_token = True
    refresh(simulator, stored, kept)
    simulator.settings.rotate_refresh_token = False
    kept.write({**(kept.read() or {}), "refresh_token": "dead"})
    simulator.identities.grants[stored["refresh_token"]].revoked = False
    assert refresh(simulator, stored, kept).tokens.access_token


def test_a_token_that_someone_else_replaces_meanwhile_is_found(
    simulator: Simulator, kept: SecretFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = simulator.credentials
    simulator.settings.rotate_refresh_token = True
    refresh(simulator, stored, kept)
    read = kept.read

    def overtaken() -> Any:
        value = read()
        monkeypatch.undo()
        refresh(simulator, stored, kept)
        return value

    monkeypatch.setattr(kept, "read", overtaken)
    assert refresh(simulator, stored, kept).tokens.refresh_token == simulator.credentials["refresh_token"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"refresh_token": 3}'])
def test_an_unusable_kept_token_is_as_good_as_none(simulator: Simulator, kept: SecretFile, content: str) -> None:
    kept.write({})
    Path(kept.where).write_text(content)
    assert refresh(simulator, simulator.credentials, kept).tokens.access_token


def test_blanks_around_what_was_pasted_do_not_part_what_is_kept_from_it(simulator: Simulator, kept: SecretFile) -> None:
    stored = {**simulator.credentials, "refresh_token": f" {simulator.credentials['refresh_token']}\n"}
    simulator.settings.rotate_refresh_token = True
    fresh = refresh(simulator, stored, kept)
    assert Vault(kept).tokens_of(Credentials.of(stored, "a test")) == fresh.tokens
