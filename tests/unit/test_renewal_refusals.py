"""Renewing by a link: everything it refuses, which leaves what is stored."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from rediscover.simulator import Fault, Simulator
from rediscover_archive.authorization.managed_secret import ManagedSecret
from tests.unit.phone import HOST, Phone, changed, logged, other


def _cancelled(phone: Phone, _: Simulator) -> str:
    return phone.agree("cancel")


def _other_browser(phone: Phone, _: Simulator) -> str:
    address = other(phone).agree()
    phone.tap()
    return address


def _made_up(phone: Phone, _: Simulator) -> str:
    return changed(phone.agree(), state="made-up")


def _dated_later(phone: Phone, _: Simulator) -> str:
    address = phone.agree()
    (state,) = parse_qs(urlsplit(address).query)["state"]
    nonce, started, signature = state.split(".")
    return changed(address, state=f"{nonce}.{int(started) + 600}.{signature}")


def _too_late(phone: Phone, _: Simulator) -> str:
    address = phone.agree()
    phone.now += timedelta(minutes=10, seconds=1)
    return address


def _a_second_time(phone: Phone, _: Simulator) -> str:
    first = phone.agree("cancel")
    cookies = phone.cookies
    phone.get(first)
    phone.cookies = cookies
    return first


def _another_account(phone: Phone, simulator: Simulator) -> str:
    simulator.identities.listener = simulator.identities.add_user("friend", "A Friend").id
    return phone.agree()


def _fewer_scopes(phone: Phone, simulator: Simulator) -> str:
    body = {"access_token": "a", "refresh_token": "r", "scope": "playlist-read-private"}
    simulator.faults.add(Fault("status", path="/api/token", status=200, body=body))
    return phone.agree()


def _used_code(phone: Phone, _: Simulator) -> str:
    return changed(phone.agree(), code="used")


def _hostile_error(phone: Phone, _: Simulator) -> str:
    return changed(phone.agree("cancel"), error="<script>alert(1)</script>\n\u202eSee evil.example”")


def _another_redirect(phone: Phone, simulator: Simulator) -> str:
    body = {"error": "invalid_grant", "error_description": "Invalid redirect URI"}
    simulator.faults.add(Fault("status", path="/api/token", status=400, body=body))
    return phone.agree()


def _unregistered(phone: Phone, simulator: Simulator) -> str:
    simulator.settings.update(user_is_registered=False)
    return phone.agree()


def _faulty(**fault: Any) -> Callable[[Phone, Simulator], str]:
    def arranged(phone: Phone, simulator: Simulator) -> str:
        simulator.faults.add(Fault(path="/api/token", **fault))
        return phone.agree()

    return arranged


REFUSALS: dict[str, tuple[Callable[[Phone, Simulator], str], int, str]] = {
    "cancelled": (_cancelled, 400, "Access was denied"),
    "another browser's answer": (_other_browser, 400, "another request or another browser"),
    "a made-up state": (_made_up, 400, "another request or another browser"),
    "a state that was dated later": (_dated_later, 400, "another request or another browser"),
    "too late": (_too_late, 400, "More than ten minutes"),
    "a second answer": (_a_second_time, 400, "answered already"),
    "another account": (_another_account, 400, "Another Spotify account"),
    "fewer scopes": (_fewer_scopes, 400, "lacks playlist-modify-private"),
    "a used code": (_used_code, 400, "good once, and for ten minutes"),
    "a hostile error": (_hostile_error, 400, "“&lt;script&gt;alert(1)&lt;/script&gt; See evil[.]example'”;"),
    "an unregistered redirect": (_another_redirect, 400, f"Add exactly https://{HOST}/callback"),
    "a listener whom the app does not know": (_unregistered, 400, "under User Management"),
    "Spotify is down": (_faulty(kind="unavailable"), 502, "Spotify answered 503"),
    "Spotify says nonsense": (_faulty(kind="malformed"), 502, "not a JSON object"),
    "Spotify asks to wait": (_faulty(kind="rate_limited", retry_after=7), 503, "wait 7 s"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_every_refusal_is_told_and_leaves_what_is_stored(
    phone: Phone, secret: ManagedSecret, simulator: Simulator, caplog: pytest.LogCaptureFixture, case: str
) -> None:
    arrange, status, told = REFUSALS[case]
    before = secret.read_with_version()
    answer = phone.get(arrange(phone, simulator))
    assert (answer["statusCode"], "Not renewed" in answer["body"]) == (status, True)
    assert told in answer["body"].replace("&#x27;", "'")
    assert secret.read_with_version() == before
    assert answer["headers"].get("Retry-After") == ("7" if status == 503 else None)
    shown = logged(caplog) + "".join(one["body"] for one in phone.seen)
    assert "renewal refused" in shown
    assert [one for one in simulator.secrets() if one in shown] == []
    assert "arn:aws" not in shown


def test_an_answer_without_the_cookie_is_refused_before_anything_is_asked(
    phone: Phone, secret: ManagedSecret, simulator: Simulator
) -> None:
    address, before = phone.agree(), secret.read()
    asked = simulator.requests_count()
    answer = other(phone).get(address)
    assert (answer["statusCode"], simulator.requests_count()) == (400, asked)
    assert secret.read() == before


def test_a_state_whose_parts_are_cut_elsewhere_is_another_one(phone: Phone, secret: ManagedSecret) -> None:
    address, before = phone.agree(), secret.read()
    (state,) = parse_qs(urlsplit(address).query)["state"]
    (name, _, browser), (nonce, started, signature) = phone.cookies[0].partition("="), state.split(".")
    cuts = [
        (f"{nonce}.{signature}", f"{started}.{browser}"),
        (f"{nonce}{started[0]}.{started[1:]}.{signature}", browser),
        (f"{nonce}.{started}{browser[0]}.{signature}", browser[1:]),
        (state, f"{browser}\ud800"),
        ("ä..ß", browser),
    ]
    for cut, cookie in cuts:
        phone.cookies = [f"{name}={cookie}"]
        answer = phone.get(changed(address, state=cut))
        assert (answer["statusCode"], "another request or another browser" in answer["body"]) == (400, True)
    assert secret.read() == before


def test_the_code_is_of_no_use_without_the_cookie_and_the_apps_secret(phone: Phone, simulator: Simulator) -> None:
    asked = {name: value for name, (value,) in parse_qs(urlsplit(phone.tap()).query).items()}
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    phone.tap()
    assert asked["code_challenge"] not in phone.seen[-1]["headers"]["Location"], "a verifier is for one renewal"
    address = phone.agree()
    (code,) = parse_qs(urlsplit(address).query)["code"]
    app = simulator.credentials
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": address.partition("?")[0]}
    client = app["spotify_client_id"], app["spotify_client_secret"]
    (cookie,) = phone.cookies
    for guess in ({}, {"code_verifier": cookie.partition("=")[2]}):
        answer = requests.post(f"{simulator.accounts_url}/api/token", data={**form, **guess}, auth=client, timeout=10)
        assert answer.status_code == 400
    assert phone.get(address)["statusCode"] == 200


def test_a_state_of_another_apps_secret_is_refused(phone: Phone, secret: ManagedSecret) -> None:
    address = phone.agree()
    secret.write({**(secret.read() or {}), "spotify_client_secret": "another"})
    assert "another request" in phone.get(address)["body"]


@pytest.mark.parametrize(
    ("stored", "told"),
    [
        ({"account_id": None}, "Run `rediscover authorize --aws` once"),
        ({"refresh_token": None}, "`rediscover doctor --aws` says why"),
    ],
)
def test_credentials_that_cannot_be_renewed_send_nobody_to_spotify(
    phone: Phone, secret: ManagedSecret, stored: dict[str, None], told: str
) -> None:
    kept = {key: value for key, value in (secret.read() or {}).items() if key not in stored}
    secret.write(kept)
    answer = phone.get("/")
    assert (answer["statusCode"], "cookies" in answer) == (400, False)
    assert told in answer["body"]
    assert "arn:" not in answer["body"]
