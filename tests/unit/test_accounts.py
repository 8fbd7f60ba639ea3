"""The token endpoint: what each refusal means for the listener."""

from typing import Any

import pytest

from archive import errors
from archive.accounts import Grant, refresh
from archive.transport import Transport
from rediscover.simulator import Fault, Simulator


def _refresh(simulator: Simulator, **changed: str) -> Grant:
    given = {**simulator.credentials, **changed}
    return refresh(
        Transport(),
        simulator.accounts_url,
        given["spotify_client_id"],
        given["spotify_client_secret"],
        given["refresh_token"],
    )


def test_a_refresh_gives_an_access_token_and_usually_no_new_refresh_token(simulator: Simulator) -> None:
    grant = _refresh(simulator)
    assert grant.access_token
    assert (grant.expires_in, grant.refresh_token) == (3600, None)


def test_a_replaced_refresh_token_is_handed_on(simulator: Simulator) -> None:
    simulator.settings.update(rotate_refresh_token=True)
    old = simulator.credentials["refresh_token"]
    assert _refresh(simulator).refresh_token not in (None, old)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"refresh_token": "AQgarbage"}, errors.AuthorizationExpired),
        ({"spotify_client_id": "0" * 32}, errors.WrongClient),
        ({"spotify_client_secret": "1" * 32}, errors.WrongClient),
    ],
)
def test_wrong_credentials_are_told_apart(
    simulator: Simulator, changed: dict[str, str], expected: type[Exception]
) -> None:
    with pytest.raises(expected) as raised:
        _refresh(simulator, **changed)
    assert not [secret for secret in (*simulator.secrets(), *changed.values()) if secret in str(raised.value)]


@pytest.mark.parametrize("ending", ["expire_authorization", "revoke_authorization"])
def test_an_authorization_that_ended_says_how_to_go_on(simulator: Simulator, ending: str) -> None:
    getattr(simulator, ending)()
    with pytest.raises(errors.AuthorizationExpired, match="Authorize again"):
        _refresh(simulator)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault("unavailable"), errors.SpotifyUnavailable),
        (Fault("lost_response"), errors.SpotifyUnavailable),
        (Fault("malformed"), errors.MalformedAnswer),
        (Fault("rate_limited", retry_after=3), errors.RateLimited),
        (Fault("status", status=200, body={"token_type": "Bearer"}), errors.MalformedAnswer),
        (Fault("status", status=400, body={"error": "unsupported_grant_type"}), errors.RequestRefused),
    ],
)
def test_each_fault_becomes_its_own_error(simulator: Simulator, fault: Fault, expected: Any) -> None:
    simulator.faults.add(fault)
    with pytest.raises(errors.ArchiveError) as raised:
        _refresh(simulator)
    assert type(raised.value) is expected
