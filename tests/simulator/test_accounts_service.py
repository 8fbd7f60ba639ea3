"""The token endpoint, and how the Web API treats tokens and apps."""

import pytest
import requests

from rediscover.simulator import Fault, Simulator
from tests.simulator.client import Client, Clock, error

MONTH = 31 * 24 * 3600


def test_a_refresh_token_buys_an_access_token_for_an_hour(client: Client) -> None:
    body = client.refresh().json()
    assert body["token_type"] == "Bearer"
    assert body["expires_in"] == 3600
    assert "playlist-modify-private" in body["scope"].split()
    assert "refresh_token" not in body
    assert client.get("/me").status_code == 200


def test_client_credentials_may_come_in_the_form(spotify: Simulator) -> None:
    stored = spotify.credentials
    form = {
        "grant_type": "refresh_token",
        "refresh_token": stored["refresh_token"],
        "client_id": stored["spotify_client_id"],
        "client_secret": stored["spotify_client_secret"],
    }
    assert requests.post(f"{spotify.url}/api/token", data=form, timeout=10).status_code == 200


@pytest.mark.parametrize(
    ("changed", "answer"),
    [
        ({"spotify_client_id": "unknown"}, ("invalid_client", "Invalid client")),
        ({"spotify_client_secret": "wrong"}, ("invalid_client", "Invalid client secret")),
        ({"refresh_token": "garbage"}, ("invalid_grant", "Invalid refresh token")),
        ({"refresh_token": None}, ("invalid_request", "refresh_token must be supplied")),
    ],
)
def test_wrong_credentials_are_refused_in_spotifys_words(
    client: Client, changed: dict[str, str | None], answer: tuple[str, str]
) -> None:
    response = client.refresh(**changed)
    assert response.status_code == 400
    assert (response.json()["error"], response.json()["error_description"]) == answer


def test_a_request_without_client_credentials_is_an_invalid_client(spotify: Simulator) -> None:
    response = requests.post(f"{spotify.url}/api/token", data={"grant_type": "refresh_token"}, timeout=10)
    assert (response.status_code, response.json()) == (400, {"error": "invalid_client"})


def test_another_grant_type_is_unsupported(spotify: Simulator) -> None:
    stored = spotify.credentials
    basic = stored["spotify_client_id"], stored["spotify_client_secret"]
    response = requests.post(f"{spotify.url}/api/token", data={}, auth=basic, timeout=10)
    assert (response.status_code, response.json()["error"]) == (400, "unsupported_grant_type")


def test_a_revoked_authorisation_is_an_invalid_grant(spotify: Simulator, client: Client) -> None:
    spotify.revoke_authorization()
    assert client.refresh().json() == {
        "error": "invalid_grant",
        "error_description": "Refresh token revoked",
    }


def test_an_authorisation_ends_after_six_months_however_often_it_was_used(client: Client, clock: Clock) -> None:
    for _ in range(5):
        clock.now += MONTH
        assert client.refresh().status_code == 200
    clock.now += MONTH
    assert client.refresh().json()["error_description"] == "Refresh token expired"


def test_only_a_new_consent_ends_an_expired_authorisation(spotify: Simulator, client: Client) -> None:
    before = spotify.credentials
    spotify.expire_authorization()
    assert client.refresh().json()["error"] == "invalid_grant"
    assert spotify.credentials["authorized_at"] < before["authorized_at"]
    assert spotify.authorize() != before
    assert client.refresh().status_code == 200


def test_a_rotated_refresh_token_replaces_the_old_one(spotify: Simulator, client: Client) -> None:
    old = spotify.credentials["refresh_token"]
    spotify.settings.rotate_refresh_token = True
    new = client.refresh().json()["refresh_token"]
    assert client.refresh(refresh_token=old).json()["error_description"] == "Refresh token revoked"
    assert client.refresh(refresh_token=new).status_code == 200


def test_an_outage_of_the_accounts_service_is_a_503(spotify: Simulator, client: Client) -> None:
    spotify.faults.add(Fault("unavailable", path="/api/token"))
    response = client.refresh()
    assert (response.status_code, response.json()["error"]) == (503, "server_error")


def test_missing_and_unknown_tokens_are_told_apart_only_in_the_header(spotify: Simulator) -> None:
    missing = requests.get(f"{spotify.api_url}/me", timeout=10)
    unknown = requests.get(f"{spotify.api_url}/me", headers={"Authorization": "Bearer x"}, timeout=10)
    assert error(missing) == error(unknown) == (401, "Invalid access token")
    assert missing.headers["www-authenticate"] == 'Bearer realm="spotify"'
    assert 'error="invalid_token"' in unknown.headers["www-authenticate"]


def test_an_access_token_expires(client: Client, clock: Clock) -> None:
    clock.now += 3599
    assert client.get("/me").status_code == 200
    clock.now += 1
    assert error(client.get("/me")) == (401, "The access token expired")


def test_access_tokens_can_be_made_to_expire_early(spotify: Simulator, client: Client) -> None:
    spotify.expire_access_tokens()
    assert client.get("/me").status_code == 401
    spotify.settings.access_token_seconds = 60
    assert client.refresh().json()["expires_in"] == 60


def test_the_app_fails_when_its_owner_has_no_premium(spotify: Simulator, client: Client) -> None:
    spotify.settings.owner_has_premium = False
    assert error(client.get("/me")) == (
        403,
        "Active premium subscription required for the owner of the app.",
    )


def test_the_app_fails_for_a_user_it_does_not_know(spotify: Simulator, client: Client) -> None:
    spotify.settings.user_is_registered = False
    status, message = error(client.get("/me"))
    assert status == 403
    assert "the user may not be registered" in message


def test_every_secret_ever_issued_is_known(spotify: Simulator, client: Client) -> None:
    stored = spotify.credentials
    token = client.refresh().json()["access_token"]
    spotify.reset()
    assert {stored["spotify_client_secret"], stored["refresh_token"], token} <= spotify.secrets()
    assert spotify.credentials["refresh_token"] in spotify.secrets()
    assert stored["spotify_client_id"] not in spotify.secrets()


def test_the_form_that_http_sends_the_secret_in_counts_as_a_secret(spotify: Simulator, client: Client) -> None:
    sent = client.refresh().request.headers["Authorization"].removeprefix("Basic ")
    assert sent in spotify.secrets()
