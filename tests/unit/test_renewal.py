"""Renewing by a link: what it takes, whom it serves, and how often."""

import base64
import hashlib
import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from rediscover.simulator import Simulator
from rediscover_archive.authorization.asking import AN_HOUR
from rediscover_archive.authorization.credentials import LIFETIME
from rediscover_archive.authorization.managed_secret import ManagedSecret
from rediscover_archive.documents import Documents
from rediscover_archive.spotify.client import Account, Spotify
from rediscover_archive.spotify.scopes import SCOPES
from tests.unit.phone import HOST, NOW, Phone, logged


def test_agreeing_replaces_the_authorization_and_nothing_else(
    phone: Phone, secret: ManagedSecret, simulator: Simulator
) -> None:
    before = secret.read() or {}
    answer = phone.get(phone.agree())
    assert (answer["statusCode"], answer["headers"]["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert f"lasts until {NOW.date() + LIFETIME} now" in answer["body"]
    after = secret.read() or {}
    assert after == {**before, **simulator.credentials, "authorized_at": after["authorized_at"]}
    assert after["refresh_token"] != before["refresh_token"]
    assert after["authorized_at"] > before["authorized_at"]


def test_the_link_asks_for_what_was_granted_before_and_no_more(
    phone: Phone, secret: ManagedSecret, simulator: Simulator
) -> None:
    secret.write(simulator.authorize([*SCOPES, "user-library-read"]))
    asked = {name: value for name, (value,) in parse_qs(urlsplit(phone.tap()).query).items()}
    assert set(asked["scope"].split()) == {*SCOPES, "user-library-read"}
    assert asked["redirect_uri"] == f"https://{HOST}/callback"
    assert asked["show_dialog"] == "true"


def test_the_cookie_is_for_this_host_over_tls_only_and_out_of_a_scripts_reach(phone: Phone) -> None:
    phone.tap()
    (cookie,) = phone.seen[0]["cookies"]
    name, *attributes = cookie.split("; ")
    assert name.startswith("__Host-renewal=")
    assert set(attributes) == {"Max-Age=600", "Path=/", "Secure", "HttpOnly", "SameSite=Lax"}
    assert name.partition("=")[2] not in phone.seen[0]["headers"]["Location"]
    assert "Max-Age=0" in phone.get(phone.agree())["cookies"][0]


def test_a_page_loads_and_runs_nothing_and_is_not_kept(phone: Phone) -> None:
    answer = phone.get("/callback")
    headers, body = answer["headers"], answer["body"]
    (style,) = re.findall("<style>(.*)</style>", body)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = headers["Content-Security-Policy"]
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}';")
    assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert not re.search(r"<script|<img|<link|http-equiv|\son\w+=|href|src=", body)


def test_what_is_stored_meanwhile_is_not_lost(
    phone: Phone, secret: ManagedSecret, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, newer = phone.agree(), {**(secret.read() or {}), "refresh_token": "newer"}
    me = Spotify.me

    def overtaken(self: Spotify) -> Account:
        secret.write(newer)
        return me(self)

    monkeypatch.setattr(Spotify, "me", overtaken)
    answer = phone.get(address)
    assert (answer["statusCode"], "replaced meanwhile" in answer["body"]) == (400, True)
    assert secret.read() == newer


def test_what_goes_wrong_here_says_nothing_of_it(
    phone: Phone, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: object) -> None:
        raise RuntimeError("hush")

    monkeypatch.setattr(ManagedSecret, "read_with_version", broken)
    answer = phone.get("/")
    assert answer["statusCode"] == 500
    assert "hush" not in answer["body"] + logged(caplog)
    assert "RuntimeError" in logged(caplog)


def test_what_is_no_part_of_it_is_answered_without_counting(phone: Phone, documents: Documents) -> None:
    assert phone.get("/favicon.ico")["statusCode"] == 404
    assert phone.get("/", "POST")["statusCode"] == 405
    assert phone.get("/", "HEAD")["statusCode"] == 405
    assert phone.get("/callback?code=c&state=s")["statusCode"] == 400
    assert documents.keys("") == []


def test_after_twenty_requests_in_an_hour_neither_spotify_nor_a_secret_is_touched(
    phone: Phone, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = phone.agree()
    for _ in range(AN_HOUR - 1):
        phone.tap()

    def touched(_: object) -> None:
        raise AssertionError

    with monkeypatch.context() as patch:
        patch.setattr(ManagedSecret, "read_with_version", touched)
        for path in ("/", address):
            answer = phone.get(path)
            assert (answer["statusCode"], answer["headers"]["Retry-After"]) == (429, "3000")
            assert "Try again in 50 minutes" in answer["body"]
    assert simulator.requests_count("POST", "/api/token") == 0
    phone.now += timedelta(minutes=50)
    assert phone.get("/")["statusCode"] == 302


@pytest.mark.parametrize(("overtaken", "status"), [(1, 302), (100, 429)])
def test_a_request_that_others_overtake_is_counted_all_the_same_or_refused(
    phone: Phone, documents: Documents, monkeypatch: pytest.MonkeyPatch, overtaken: int, status: int
) -> None:
    phone.tap()
    read, overtakers = Documents.get_with_etag, iter(range(overtaken))

    def slow_read(self: Documents, key: str) -> tuple[Any, Any]:
        document, etag = read(self, key)
        if next(overtakers, None) is not None:
            counted = {"requests": (document or {})["requests"] + 1}
            assert self.replace(key, counted, etag)
        return document, etag

    monkeypatch.setattr(Documents, "get_with_etag", slow_read)
    assert phone.get("/")["statusCode"] == status
    (key,) = documents.keys("renewals/requests/")
    assert (documents.get(key) or {})["requests"] == {302: 3, 429: 6}[status]
