"""The consent page, and the code that it sends back to the app."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from rediscover.simulator import Simulator
from rediscover.simulator.world.identities import SCOPES
from tests.simulator.client import Clock

CALLBACK = "http://127.0.0.1:8080/callback"


def request(spotify: Simulator, **changed: str) -> dict[str, str]:
    asked = {
        "response_type": "code",
        "client_id": spotify.credentials["spotify_client_id"],
        "redirect_uri": CALLBACK,
        "scope": " ".join(SCOPES),
        "state": "any<state>",
        "show_dialog": "true",
    }
    return {**asked, **changed}


def visit(spotify: Simulator, **changed: str) -> requests.Response:
    asked = request(spotify, **changed)
    return requests.get(f"{spotify.accounts_url}/authorize", params=asked, allow_redirects=False, timeout=10)


def press(spotify: Simulator, button: str, **changed: str) -> dict[str, list[str]]:
    form = {**request(spotify, **changed), "answer": button}
    answer = requests.post(f"{spotify.accounts_url}/authorize", data=form, allow_redirects=False, timeout=10)
    assert answer.status_code == 303
    location = urlsplit(answer.headers["Location"])
    assert location._replace(query="").geturl() == form["redirect_uri"]
    return parse_qs(location.query)


def exchange(
    spotify: Simulator, code: str | None, redirect_uri: str | None = CALLBACK, verifier: str | None = None
) -> tuple[int, Any]:
    stored = spotify.credentials
    answer = requests.post(
        f"{spotify.accounts_url}/api/token",
        data={
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        },
        auth=(stored["spotify_client_id"], stored["spotify_client_secret"]),
        timeout=10,
    )
    return answer.status_code, answer.json()


def test_the_page_names_the_app_and_the_scopes_and_carries_the_request(spotify: Simulator) -> None:
    page = visit(spotify)
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")
    assert "<b>My archive</b>" in page.text
    for scope in SCOPES:
        assert f"<li>{scope}</li>" in page.text
    assert 'name="state" value="any&lt;state&gt;"' in page.text
    assert set(re.findall(r'name="answer" value="(\w+)"', page.text)) == {"agree", "cancel"}


def test_agreeing_gives_a_code_that_buys_a_new_refresh_token(spotify: Simulator) -> None:
    before = spotify.credentials["refresh_token"]
    back = press(spotify, "agree", scope="playlist-read-private")
    assert back["state"] == ["any<state>"]
    status, body = exchange(spotify, back["code"][0])
    assert (status, body["scope"], body["token_type"]) == (200, "playlist-read-private", "Bearer")
    assert body["refresh_token"] == spotify.credentials["refresh_token"] != before
    assert {back["code"][0], body["access_token"], body["refresh_token"]} <= spotify.secrets()


def test_cancelling_denies_access_and_gives_no_code(spotify: Simulator) -> None:
    assert press(spotify, "cancel") == {"error": ["access_denied"], "state": ["any<state>"]}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"client_id": "unknown"}, "INVALID_CLIENT: Invalid client"),
        ({"redirect_uri": "http://127.0.0.1:8080/other"}, "INVALID_CLIENT: Invalid redirect URI"),
        ({"redirect_uri": "http://localhost:8080/callback"}, "INVALID_CLIENT: Invalid redirect URI"),
        ({"response_type": "token"}, "response_type must be code"),
        ({"scope": "playlist-write"}, "INVALID_SCOPE: Invalid scope"),
    ],
)
def test_what_is_wrong_with_the_request_is_said_on_the_page_and_never_redirected(
    spotify: Simulator, changed: dict[str, str], words: str
) -> None:
    page = visit(spotify, **changed)
    assert (page.status_code, page.text) == (400, words)
    pressed = requests.post(
        f"{spotify.accounts_url}/authorize",
        data={**request(spotify, **changed), "answer": "agree"},
        allow_redirects=False,
        timeout=10,
    )
    assert (pressed.status_code, pressed.text) == (400, words)


def test_any_port_will_do_for_a_loopback_uri_that_was_registered_without_one(spotify: Simulator) -> None:
    assert visit(spotify, redirect_uri="http://127.0.0.1:49152/callback").status_code == 200
    spotify.register("http://127.0.0.1:8080/callback", "https://archive.example/callback", "http://localhost/callback")
    assert visit(spotify).status_code == 200
    assert visit(spotify, redirect_uri="https://archive.example/callback").status_code == 200
    for uri in ("http://127.0.0.1:49152/callback", "https://archive.example:444/callback", "http://localhost/callback"):
        assert visit(spotify, redirect_uri=uri).text == "INVALID_CLIENT: Invalid redirect URI"


def test_without_the_dialog_who_agreed_before_is_not_asked_again(spotify: Simulator) -> None:
    assert visit(spotify, show_dialog="false").status_code == 303
    assert visit(spotify, show_dialog="false", scope="user-library-read").status_code == 200
    spotify.revoke_authorization()
    assert visit(spotify, show_dialog="false").status_code == 200


def test_a_code_is_good_once(spotify: Simulator) -> None:
    (code,) = press(spotify, "agree")["code"]
    assert exchange(spotify, code)[0] == 200
    assert exchange(spotify, code) == (400, _invalid_grant("Invalid authorization code"))


def test_a_code_is_good_for_ten_minutes(spotify: Simulator, clock: Clock) -> None:
    (code,) = press(spotify, "agree")["code"]
    clock.now += 600
    assert exchange(spotify, code) == (400, _invalid_grant("Authorization code expired"))


def test_a_code_is_bound_to_its_redirect_uri(spotify: Simulator) -> None:
    (code,) = press(spotify, "agree")["code"]
    assert exchange(spotify, code, "http://127.0.0.1:8081/callback") == (400, _invalid_grant("Invalid redirect URI"))
    assert exchange(spotify, code)[0] == 200


def test_an_exchange_needs_a_code_and_its_redirect_uri(spotify: Simulator) -> None:
    for code, uri, lacks in ((None, CALLBACK, "code"), ("x", None, "redirect_uri")):
        status, body = exchange(spotify, code, uri)
        assert (status, body["error"], body["error_description"]) == (
            400,
            "invalid_request",
            f"{lacks} must be supplied",
        )


def _invalid_grant(description: str) -> dict[str, str]:
    return {"error": "invalid_grant", "error_description": description}


VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # pragma: allowlist secret (RFC 7636)
CHALLENGE = {
    "code_challenge_method": "S256",
    "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",  # pragma: allowlist secret (RFC 7636)
}


def test_a_code_that_was_asked_for_with_a_challenge_is_given_for_its_verifier_only(spotify: Simulator) -> None:
    (code,) = press(spotify, "agree", **CHALLENGE)["code"]
    missing = {"error": "invalid_request", "error_description": "code_verifier must be supplied"}
    assert exchange(spotify, code) == (400, missing)
    assert exchange(spotify, code, verifier=f"{VERIFIER}x") == (400, _invalid_grant("code_verifier was incorrect"))
    assert exchange(spotify, code, verifier=VERIFIER)[0] == 200


def test_a_challenge_by_another_method_is_refused(spotify: Simulator) -> None:
    page = visit(spotify, **{**CHALLENGE, "code_challenge_method": "plain"})
    assert (page.status_code, page.text) == (400, "code_challenge_method must be S256")
