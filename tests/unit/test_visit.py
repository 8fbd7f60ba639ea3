"""The archive's page behind the function URL: whom Spotify's login lets in, and what everyone else sees of it."""

import gzip
from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from rediscover.simulator import Simulator
from rediscover_archive.authorization.managed_secret import ManagedSecret
from rediscover_archive.authorization.session import PAGES_AN_HOUR
from rediscover_archive.documents import Documents
from rediscover_archive.ledger.ledger import Ledger, ledger_key
from rediscover_archive.ledger.record import record_key, record_of
from rediscover_archive.ledger.weeks import Week
from rediscover_archive.page import hosting
from tests.support.consent import redirect_of, sent_back
from tests.unit.phone import HOST, NOW, Phone, changed, logged

TARGET = "T" * 22
NAME = "Lanterns <b> on the Canal"
TRACK = {
    **{"uri": f"spotify:track:{'1' * 22}", "name": NAME, "artists": ["Her"], "isrc": None},
    **{"added_at": "2026-11-16T06:00:00Z", "week": "2026-W47", "source": "", "left_at": None},
}


@pytest.fixture
def visitor(phone: Phone, documents: Documents) -> Phone:
    """The listener's phone, where a run has made the page."""
    phone.settings = replace(phone.settings, page_url="page")
    documents.put(ledger_key(TARGET), Ledger(TARGET, "Kept", weeks={"2026-W47": Week("kept", 1, 1, 1)}).document())
    documents.put(record_key(TARGET), record_of(TARGET, [TRACK]))
    hosting.keep_page(documents, NOW, {"error": None, "pairs": []}, date(2027, 5, 1))
    return phone


def _login(phone: Phone, button: str = "") -> str:
    """Open the page's link; the address that Spotify sends the browser to, at once or by a `button` of its page."""
    answer = phone.get("/page")
    assert (answer["statusCode"], answer["body"]) == (302, "")
    asked = str(answer["headers"]["Location"])
    return redirect_of(asked, button) if button else sent_back(asked)


def _enter(phone: Phone) -> None:
    answer = phone.get(_login(phone))
    assert (answer["statusCode"], answer["headers"]["Location"]) == (302, "/page")


def _is_shown(phone: Phone) -> bool:
    answer = phone.get("/page")
    if answer["statusCode"] == 200:
        assert b"Lanterns" in gzip.decompress(b64decode(answer["body"]))
        return True
    assert "Lanterns" not in str(answer)
    return False


def test_the_listener_is_let_in_and_shown_the_page_that_the_run_made(visitor: Phone) -> None:
    _enter(visitor)
    answer = visitor.get("/page")
    assert (answer["statusCode"], answer["isBase64Encoded"]) == (200, True)
    text = gzip.decompress(b64decode(answer["body"])).decode()
    assert "Lanterns &lt;b&gt; on the Canal" in text
    headers = answer["headers"]
    assert headers["Content-Encoding"] == "gzip"
    assert (headers["Cache-Control"], headers["X-Robots-Tag"]) == ("no-store", "noindex, nofollow")
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy


def test_a_session_is_for_this_host_over_tls_only_for_a_day(visitor: Phone) -> None:
    _enter(visitor)
    session, asked = visitor.seen[-1]["cookies"]
    name, *attributes = session.split("; ")
    assert name.startswith("__Host-session=")
    assert set(attributes) == {"Max-Age=86400", "Path=/", "Secure", "HttpOnly", "SameSite=Lax"}
    assert asked.startswith("__Host-visit=; Max-Age=0")
    visitor.now = NOW + timedelta(hours=23)
    assert _is_shown(visitor)
    visitor.now = NOW + timedelta(days=1)
    assert not _is_shown(visitor)


def test_who_agreed_before_is_not_asked_again(visitor: Phone) -> None:
    visitor.get("/page")
    query = parse_qs(urlsplit(visitor.seen[-1]["headers"]["Location"]).query)
    assert query["show_dialog"] == ["false"]


def test_letting_in_changes_nothing_that_is_stored(visitor: Phone, secret: ManagedSecret) -> None:
    before = secret.read()
    _enter(visitor)
    assert _is_shown(visitor)
    assert secret.read() == before


def test_another_account_is_not_let_in(visitor: Phone, simulator: Simulator) -> None:
    simulator.identities.listener = simulator.identities.add_user("friend", "A Friend").id
    answer = visitor.get(_login(visitor, "agree"))
    assert answer["statusCode"] == 400
    assert "Another Spotify account" in answer["body"]
    assert "session" not in str(answer.get("cookies", ""))
    assert not _is_shown(visitor)


def test_who_declines_is_not_let_in(visitor: Phone, simulator: Simulator) -> None:
    simulator.revoke_authorization()
    answer = visitor.get(_login(visitor, "cancel"))
    assert answer["statusCode"] == 400
    assert "Not shown" in answer["body"]
    assert not _is_shown(visitor)


def test_an_answer_lets_in_once_and_only_the_browser_that_asked(visitor: Phone) -> None:
    address = _login(visitor)
    stranger = Phone(visitor.settings)
    assert stranger.get(address)["statusCode"] == 400
    stranger.get("/page")  # with a cookie of its own
    assert stranger.get(address)["statusCode"] == 400
    assert not _is_shown(stranger)
    cookies = visitor.cookies
    assert visitor.get(address)["statusCode"] == 302
    assert _is_shown(visitor)
    visitor.cookies = cookies
    assert "answered already" in visitor.get(address)["body"]
    assert not _is_shown(visitor)


def test_an_answer_that_comes_after_ten_minutes_lets_nobody_in(visitor: Phone) -> None:
    address = _login(visitor)
    visitor.now = NOW + timedelta(minutes=11)
    assert "More than ten minutes" in visitor.get(address)["body"]
    assert not _is_shown(visitor)


def test_an_answer_to_a_renewal_is_none_to_a_visit_nor_the_other_way_round(visitor: Phone) -> None:
    renewal = visitor.agree()
    state = parse_qs(urlsplit(renewal).query)["state"][0]
    as_visit = changed(renewal, state="v" + state[1:])
    visitor.cookies = [one.replace("__Host-renewal", "__Host-visit") for one in visitor.cookies]
    assert "belongs to another request" in visitor.get(as_visit)["body"]
    visit = _login(Phone(visitor.settings))
    state = parse_qs(urlsplit(visit).query)["state"][0]
    assert "takes the answer of Spotify" in visitor.get(changed(visit, state="r" + state[1:]))["body"]


def _later(session: str) -> str:
    until, _, signature = session.partition(".")
    return f"{int(until) + 86400}.{signature}"


@pytest.mark.parametrize(
    "forge",
    [
        _later,
        lambda session: session[:-1] + ("0" if session[-1] != "0" else "1"),
        lambda session: session.partition(".")[0],
        lambda session: session.partition(".")[0] + "." + "é" * 64,
        lambda _: "",
        lambda _: "9" * 400 + "." + "0" * 64,
        lambda session: f"٣{session}",
    ],
)
def test_a_session_that_is_not_ours_is_asked_for_the_login(visitor: Phone, forge: Callable[[str], str]) -> None:
    _enter(visitor)
    session = visitor.cookies[0].removeprefix("__Host-session=")
    visitor.cookies = [f"__Host-session={forge(session)}"]
    assert not _is_shown(visitor)


def test_a_session_ends_with_the_secret_of_the_app_that_gave_it(visitor: Phone, secret: ManagedSecret) -> None:
    _enter(visitor)
    secret.write({**(secret.read() or {}), "spotify_client_secret": "0" * 32})
    assert not _is_shown(visitor)


def test_what_cannot_be_a_session_costs_no_look_at_the_secret(
    visitor: Phone, monkeypatch: pytest.MonkeyPatch, documents: Documents
) -> None:
    for _ in range(20):
        visitor.get("/page")
    monkeypatch.setattr(ManagedSecret, "read", lambda _: pytest.fail("the secret was read"))
    for session in ("", "1.0", f"{int(NOW.timestamp())}.{'0' * 64}"):
        visitor.cookies = [f"__Host-session={session}"]
        assert visitor.get("/page")["statusCode"] == 429
    assert not [key for key in documents.keys("renewals/") if "/pages/" in key]


def test_pages_are_counted_and_renewals_go_on(visitor: Phone) -> None:
    _enter(visitor)
    session = visitor.cookies
    for _ in range(PAGES_AN_HOUR):
        assert _is_shown(visitor)
        visitor.cookies = session
    answer = visitor.get("/page")
    assert (answer["statusCode"], "Not shown" in answer["body"]) == (429, True)
    assert visitor.get("/")["statusCode"] == 302


def test_before_the_first_page_it_says_when_there_is_one(visitor: Phone, documents: Documents) -> None:
    documents.delete(hosting.KEY)
    _enter(visitor)
    answer = visitor.get("/page")
    assert (answer["statusCode"], "The next run makes it." in answer["body"]) == (404, True)


def test_without_the_parameter_there_is_no_page(phone: Phone) -> None:
    assert phone.get("/page")["statusCode"] == 404
    assert phone.get("/")["statusCode"] == 302


def test_nothing_of_a_visit_is_logged(visitor: Phone, caplog: pytest.LogCaptureFixture) -> None:
    address = _login(visitor)
    visit = visitor.cookies[0].partition("=")[2]
    visitor.get(address)
    session = visitor.cookies[0].partition("=")[2]
    visitor.get("/page")
    code = parse_qs(urlsplit(address).query)["code"][0]
    assert not [one for one in (visit, session, code, HOST, NAME) if one in logged(caplog)]
