"""Renewing by a link: what it takes, whom it serves, and everything it refuses."""

import base64
import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import boto3
import pytest
import requests

from archive.authorization.credentials import LIFETIME
from archive.authorization.managed_secret import ManagedSecret
from archive.authorization.renewal import AN_HOUR
from archive.documents import Documents
from archive.settings import Settings
from archive.spotify.client import Account, Spotify
from archive.spotify.scopes import SCOPES
from rediscover.simulator import Fault, Simulator
from renew_authorization import renew
from tests.support.consent import redirect_of

HOST = "renew.example"
NOW = datetime(2026, 11, 23, 6, 10, tzinfo=UTC)
Answer = dict[str, Any]


class Phone:
    """A browser at the link, with the cookies that it was given."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.now = NOW
        self.cookies: list[str] = []
        self.seen: list[Answer] = []

    def get(self, address: str, method: str = "GET") -> Answer:
        """What the function answers, as Lambda passes it on."""
        url = urlsplit(address)
        http = {"method": method, "path": url.path, "sourceIp": "192.0.2.1"}
        event = {
            "version": "2.0",
            "rawPath": url.path,
            "rawQueryString": url.query,
            "cookies": self.cookies,
            "requestContext": {"domainName": HOST, "http": http},
        }
        answer = renew(event, self.settings, self.now)
        self.cookies = [one.partition(";")[0] for one in answer.get("cookies", self.cookies)]
        self.seen.append(answer)
        return answer

    def tap(self) -> str:
        """Open the link; the address of Spotify's page."""
        answer = self.get("/")
        assert answer["statusCode"] == 302, answer["body"]
        return str(answer["headers"]["Location"])

    def agree(self, button: str = "agree") -> str:
        """Open the link and answer Spotify's page; the address that the browser is sent to."""
        address = redirect_of(self.tap(), button)
        assert address.startswith(f"https://{HOST}/callback?")
        return address


@pytest.fixture
def secret(aws: None, simulator: Simulator) -> ManagedSecret:  # noqa: ARG001 (a fixture's dependency)
    """The credentials, as `rediscover authorize` stored them, with a note of the listener's own."""
    arn = boto3.client("secretsmanager").create_secret(Name="credentials")["ARN"]
    secret = ManagedSecret(arn)
    secret.write({**simulator.credentials, "authorized_at": "2026-06-01", "note": "mine"})
    simulator.register(f"https://{HOST}/callback")
    return secret


@pytest.fixture
def phone(secret: ManagedSecret, documents: Documents, simulator: Simulator) -> Phone:  # noqa: ARG001 (fixtures' dependencies)
    """A phone that has not opened the link yet."""
    environment = {
        "BUCKET": "archive",
        "CREDENTIALS_SECRET": secret._arn,
        "SPOTIFY_API_URL": simulator.api_url,
        "SPOTIFY_ACCOUNTS_URL": simulator.accounts_url,
    }
    return Phone(Settings.from_environment(environment))


def other(phone: Phone) -> Phone:
    """Someone else's browser."""
    return Phone(phone.settings)


def changed(address: str, **values: str) -> str:
    """The address with other values in its query."""
    url = urlsplit(address)
    return url._replace(query=urlencode({**dict(parse_qsl(url.query)), **values})).geturl()


def logged(caplog: pytest.LogCaptureFixture) -> str:
    """All of what was logged."""
    return " ".join(str(record.__dict__) for record in caplog.records)


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
