"""A refresh beside the machine: the two must never lose a refresh token to each other."""

import stat
import time
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from rediscover.machine.files import secret_file
from rediscover.places.secret import SecretFile
from rediscover.simulator import Simulator
from rediscover_archive.authorization import refreshing
from rediscover_archive.authorization.credentials import Credentials, Vault
from rediscover_archive.authorization.refreshing import STORED_WITHIN, Refreshed, refreshed
from rediscover_archive.authorization.secret import CURRENT, ROTATED
from rediscover_archive.errors import AuthorizationExpired
from rediscover_archive.spotify.transport import Transport


@dataclass(frozen=True)
class Kept:
    """The machine's two files."""

    access: SecretFile
    rotated: SecretFile

    @property
    def vault(self) -> Vault:
        return Vault(self.access, self.rotated)

    @property
    def refresh_token(self) -> object:
        return (self.rotated.read() or {}).get("refresh_token")


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(*(SecretFile(secret_file(tmp_path, "AccessTokenSecret", stage)) for stage in (CURRENT, ROTATED)))


def refresh(simulator: Simulator, account: dict[str, str], kept: Kept) -> Refreshed:
    """As a run and the doctor do: what Spotify replaces is kept."""
    vault, credentials = kept.vault, Credentials.of(account, "a test")
    fresh = refreshed(Transport(), simulator.accounts_url, credentials, vault)
    if fresh.replaced:
        vault.store(fresh.access, fresh.refresh_token, credentials)
    return fresh


def test_a_token_that_spotify_does_not_replace_need_not_be_kept(simulator: Simulator, kept: Kept) -> None:
    fresh = refresh(simulator, simulator.credentials, kept)
    assert not fresh.replaced
    assert fresh.refresh_token == simulator.credentials["refresh_token"]
    assert fresh.access.lasts(3500)
    assert not fresh.access.lasts(3601)
    assert fresh.scopes == set(simulator.credentials["scope"].split())


def test_a_replaced_token_is_kept_and_used_the_next_time(simulator: Simulator, kept: Kept, tmp_path: Path) -> None:
    stored = simulator.credentials
    simulator.settings.rotate_refresh_token = True
    for _ in range(3):
        refresh(simulator, stored, kept)
    assert kept.refresh_token == simulator.credentials["refresh_token"] != stored["refresh_token"]
    assert stat.S_IMODE((tmp_path / "secrets" / "AccessTokenSecret.ROTATED.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700


def test_a_token_kept_for_older_credentials_is_not_used(simulator: Simulator, kept: Kept) -> None:
    old = simulator.credentials
    simulator.settings.rotate_refresh_token = True
    refresh(simulator, old, kept)
    simulator.revoke_authorization()
    new = simulator.authorize()
    assert refresh(simulator, new, kept).access.access_token
    with pytest.raises(AuthorizationExpired):
        refresh(simulator, old, kept)


def test_a_kept_token_that_is_dead_does_not_hide_a_stored_one_that_lives(simulator: Simulator, kept: Kept) -> None:
    stored = simulator.credentials
    simulator.settings.rotate_refresh_token = True
    refresh(simulator, stored, kept)
    simulator.settings.rotate_refresh_token = False
    kept.rotated.write({**(kept.rotated.read() or {}), "refresh_token": "dead"})
    simulator.identities.grants[stored["refresh_token"]].revoked = False
    assert refresh(simulator, stored, kept).access.access_token


def test_a_token_that_someone_else_replaces_meanwhile_is_found(
    simulator: Simulator, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = simulator.credentials
    simulator.settings.rotate_refresh_token = True
    refresh(simulator, stored, kept)
    read = kept.rotated.read

    def overtaken() -> Any:
        value = read()
        monkeypatch.undo()
        refresh(simulator, stored, kept)
        return value

    monkeypatch.setattr(kept.rotated, "read", overtaken)
    assert refresh(simulator, stored, kept).refresh_token == simulator.credentials["refresh_token"]


def test_a_token_that_someone_else_has_replaced_and_not_stored_yet_is_waited_for(
    simulator: Simulator, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = simulator.credentials
    credentials = Credentials.of(stored, "a test")
    simulator.settings.rotate_refresh_token = True
    refresh(simulator, stored, kept)
    other = refreshed(Transport(), simulator.accounts_url, credentials, kept.vault)
    waited: list[float] = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        kept.rotated.write({**(kept.rotated.read() or {}), "refresh_token": other.refresh_token})

    monkeypatch.setattr(refreshing, "time", SimpleNamespace(time=time.time, sleep=sleep))
    assert refresh(simulator, stored, kept).refresh_token == simulator.credentials["refresh_token"]
    assert waited == [STORED_WITHIN]


def test_nothing_is_waited_for_where_no_token_was_ever_replaced(
    simulator: Simulator, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = simulator.credentials
    simulator.revoke_authorization()
    monkeypatch.setattr(refreshing, "time", SimpleNamespace(time=time.time, sleep=pytest.fail))
    with pytest.raises(AuthorizationExpired):
        refresh(simulator, stored, kept)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"refresh_token": 3}'])
def test_an_unusable_kept_token_is_as_good_as_none(simulator: Simulator, kept: Kept, content: str) -> None:
    for secret in (kept.access, kept.rotated):
        secret.write({})
        Path(secret.where).write_text(content)
    assert refresh(simulator, simulator.credentials, kept).access.access_token


def test_blanks_around_what_was_pasted_do_not_part_what_is_kept_from_it(simulator: Simulator, kept: Kept) -> None:
    stored = {**simulator.credentials, "refresh_token": f" {simulator.credentials['refresh_token']}\n"}
    simulator.settings.rotate_refresh_token = True
    fresh = refresh(simulator, stored, kept)
    assert kept.vault.refresh_token_of(Credentials.of(stored, "a test")) == fresh.refresh_token


def test_what_the_machine_shares_holds_no_refresh_token(simulator: Simulator, kept: Kept) -> None:
    for simulator.settings.rotate_refresh_token in (False, True, False):
        refresh(simulator, simulator.credentials, kept)
        assert (kept.access.read() or {}).keys() <= {"access_token", "expires_at", "fingerprint"}


def test_a_replaced_token_that_an_older_release_kept_beside_the_access_token_is_used_and_moved(
    simulator: Simulator, kept: Kept
) -> None:
    stored = simulator.credentials
    simulator.settings.rotate_refresh_token = True
    rotated = refresh(simulator, stored, kept).refresh_token
    simulator.settings.rotate_refresh_token = False
    credentials = Credentials.of(stored, "a test")
    kept.access.write({**(kept.rotated.read() or {}), "access_token": "old", "expires_at": 0.0})
    kept.rotated.write({})
    vault = kept.vault
    fresh = refreshed(Transport(), simulator.accounts_url, credentials, vault)
    vault.store(fresh.access, fresh.refresh_token, credentials)
    assert kept.refresh_token == rotated != stored["refresh_token"]
    assert "refresh_token" not in (kept.access.read() or {})
