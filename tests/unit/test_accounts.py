"""The token endpoint: what each refusal means for the listener."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from rediscover.simulator import Fault, Simulator
from rediscover_archive import errors
from rediscover_archive.spotify.accounts import Grant, challenge_of, consent_url, exchange_code, refresh
from rediscover_archive.spotify.scopes import SCOPES
from rediscover_archive.spotify.transport import Transport
from tests.support.consent import redirect_of


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


REDIRECT = "http://127.0.0.1:8080/callback"
VERIFIER = "v" * 43


def _exchange(simulator: Simulator, scopes: tuple[str, ...] = SCOPES, **changed: str) -> Grant:
    app = simulator.credentials
    asked = consent_url(simulator.accounts_url, app["spotify_client_id"], REDIRECT, "state", scopes, VERIFIER)
    (code,) = parse_qs(urlsplit(redirect_of(asked, "agree")).query)["code"]
    given = {"code": code, "redirect_uri": REDIRECT, "verifier": VERIFIER, **changed}
    client = app["spotify_client_id"], app["spotify_client_secret"]
    return exchange_code(Transport(), simulator.accounts_url, client, **given)


def test_an_answer_of_the_page_gives_tokens_for_what_was_agreed_to(simulator: Simulator) -> None:
    grant = _exchange(simulator, (*SCOPES, "user-library-read"))
    assert grant.scopes == {*SCOPES, "user-library-read"}
    assert grant.refresh_token == simulator.credentials["refresh_token"]
    assert grant.access_token not in repr(grant)


def test_an_answer_that_names_no_scope_grants_what_was_asked_for(simulator: Simulator) -> None:
    simulator.faults.add(Fault("status", path="/api/token", status=200, body={"access_token": "a"}))
    assert _exchange(simulator).scopes == set(SCOPES)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"code": "made-up"}, errors.CodeRefused),
        ({"redirect_uri": "http://127.0.0.1:9/callback"}, errors.RedirectRefused),
        ({"verifier": "w" * 43}, errors.CodeRefused),
    ],
)
def test_an_answer_that_cannot_be_used_says_why(
    simulator: Simulator, changed: dict[str, str], expected: type[Exception]
) -> None:
    with pytest.raises(expected):
        _exchange(simulator, SCOPES, **changed)


def test_the_challenge_is_the_one_of_the_standards_example() -> None:
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # pragma: allowlist secret (RFC 7636, Appendix B)
    challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"  # pragma: allowlist secret (RFC 7636)
    assert challenge_of(verifier) == challenge
