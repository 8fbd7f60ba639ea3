"""`rediscover authorize` where it comes to nothing: each refusal in its own words, and what was stored stays."""

import json
import socket
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import requests

from rediscover.commands import authorize as module
from rediscover.commands.consent.callback import NobodyAnswered, PortTaken
from rediscover.errors import HomeUnusable
from rediscover.simulator import Fault
from rediscover_archive.errors import (
    ArchiveError,
    CodeRefused,
    Denied,
    MalformedAnswer,
    MissingScope,
    NoAnswer,
    RateLimited,
    RedirectRefused,
    RequestRefused,
    SpotifyUnavailable,
    StateMismatch,
    UserNotRegistered,
    WrongClient,
)
from tests.cli.desk import OLD, Desk, wrong_state
from tests.support.consent import Browser


def test_an_account_that_the_app_does_not_know_is_told_at_once_and_changes_nothing(desk: Desk) -> None:
    desk.spotify.settings.update(user_is_registered=False)
    with pytest.raises(UserNotRegistered, match="under User Management"):
        desk.authorize(Browser())
    assert desk.stored == OLD


def wrong_code(address: str) -> str:
    return address.replace("code=", "code=x")


def wrong_error(address: str) -> str:
    return f"{address.partition('?')[0]}?error=server%3Cb%3E_error&{address.rpartition('&')[2]}"


REFUSALS: dict[str, tuple[type[ArchiveError], str, Mapping[str, Any], Mapping[str, Any]]] = {
    "denied": (Denied, "Access was denied on Spotify's page", {"button": "cancel"}, {}),
    "another error": (Denied, "ended with the error “server<b>_error”", {"change": wrong_error}, {}),
    "a used or expired code": (CodeRefused, "good once, and for ten minutes", {"change": wrong_code}, {}),
    "a wrong secret": (WrongClient, "Invalid client secret", {}, {"SPOTIFY_CLIENT_SECRET": "wrong"}),
}


@pytest.mark.parametrize("case", REFUSALS)
@pytest.mark.parametrize("how", ["browser", "paste"])
def test_every_refusal_has_its_own_message_and_changes_nothing(desk: Desk, case: str, how: str) -> None:
    error, message, answer, environment = REFUSALS[case]
    desk.environment.update(environment)
    browser = Browser(**answer)
    with pytest.raises(error, match=message):
        desk.authorize(browser) if how == "browser" else desk.paste(**answer)
    assert desk.stored == OLD
    if how == "browser":
        assert browser.shown == [] or "Not authorized" in browser.page()
        assert "<b>" not in browser.page()


PASTED: dict[str, tuple[type[ArchiveError], str, Callable[[str], str]]] = {
    "another request's answer": (StateMismatch, "belongs to another request", wrong_state),
    "no state": (StateMismatch, "another request", lambda url: url.partition("&")[0]),
    "no answer": (NoAnswer, "neither a code nor an error", lambda url: url.partition("?")[0]),
    "no address": (NoAnswer, "neither a code nor an error", lambda _: "http://["),
}


@pytest.mark.parametrize("case", PASTED)
def test_what_was_pasted_and_is_no_answer_is_told_and_changes_nothing(desk: Desk, case: str) -> None:
    error, message, change = PASTED[case]
    with pytest.raises(error, match=message):
        desk.paste(change=change)
    assert desk.stored == OLD


TOKEN_REFUSALS: dict[str, tuple[type[ArchiveError], str, dict[str, Any]]] = {
    "a redirect URI that is another": (
        RedirectRefused,
        "Add exactly http://127.0.0.1:",
        {
            "kind": "status",
            "status": 400,
            "body": {"error": "invalid_grant", "error_description": "Invalid redirect URI"},
        },
    ),
    "too few scopes": (
        MissingScope,
        "lacks playlist-read-collaborative, playlist-modify-public, playlist-modify-private",
        {
            "kind": "status",
            "status": 200,
            "body": {"access_token": "a", "refresh_token": "r", "scope": "playlist-read-private"},
        },
    ),
    "no refresh token": (
        MalformedAnswer,
        "no refresh_token",
        {"kind": "status", "status": 200, "body": {"access_token": "a"}},
    ),
    "no access token": (MalformedAnswer, "no access_token", {"kind": "status", "status": 200, "body": {}}),
    "an outage": (SpotifyUnavailable, "Spotify answered 503", {"kind": "unavailable"}),
    "no connection": (SpotifyUnavailable, "did not answer", {"kind": "reset"}),
    "too many requests": (RateLimited, "wait 7 s", {"kind": "rate_limited", "retry_after": 7}),
    "a refusal that nobody knows": (
        RequestRefused,
        r"accounts service refused .*: 418 \(“teapot”\)",
        {"kind": "status", "status": 418, "body": {"error": "teapot"}},
    ),
}


@pytest.mark.parametrize("case", TOKEN_REFUSALS)
def test_every_refusal_of_the_exchange_has_its_own_message_and_changes_nothing(desk: Desk, case: str) -> None:
    error, message, fault = TOKEN_REFUSALS[case]
    desk.spotify.faults.add(Fault(path="/api/token", **fault))
    browser = Browser()
    with pytest.raises(error, match=message):
        desk.authorize(browser)
    assert desk.stored == OLD
    assert "Not authorized" in browser.page()


def test_a_wrong_secret_that_was_stored_can_be_replaced(desk: Desk) -> None:
    right = desk.environment.pop("SPOTIFY_CLIENT_SECRET")
    desk.file.write_text(json.dumps({**desk.spotify.credentials, "spotify_client_secret": "wrong"}))
    with pytest.raises(WrongClient, match="SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET, which come before"):
        desk.authorize(Browser())
    desk.environment["SPOTIFY_CLIENT_SECRET"] = right
    assert desk.authorize(Browser()) == 0
    assert desk.stored["spotify_client_secret"] == right


def test_a_port_in_use_is_said_before_the_browser_opens(desk: Desk) -> None:
    browser = Browser()
    with socket.socket() as other:
        other.bind(("127.0.0.1", desk.port))
        other.listen()
        with pytest.raises(PortTaken, match=f"Another program listens on port {desk.port}"):
            desk.authorize(browser)
    assert browser.opened == []
    assert desk.stored == OLD


def test_nobody_answering_ends_by_itself_and_says_what_may_be_wrong(desk: Desk) -> None:
    desk.patch.setattr(module, "ANSWER_SECONDS", 0.2)
    desk.patch.setattr("rediscover.commands.consent.browser.start", lambda _: None)
    with pytest.raises(NobodyAnswered, match=r"INVALID_CLIENT: Add exactly http://127\.0\.0\.1:\d+/callback"):
        desk.run()
    assert desk.stored == OLD


def test_the_redirect_uri_to_register_is_said_before_anything_can_go_wrong(desk: Desk) -> None:
    desk.spotify.register("https://archive.example/callback")
    desk.type(lambda url: requests.get(url, timeout=10).text)
    with pytest.raises(NoAnswer):
        desk.run(browser=False)
    assert f"Add exactly http://127.0.0.1:{desk.port}/callback to the Redirect URIs" in desk.err.getvalue()


def test_what_was_stored_stays_when_the_new_one_cannot_be_written(desk: Desk) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    desk.patch.setattr("os.fsync", full)
    browser = Browser()
    with pytest.raises(HomeUnusable, match="No space left on device"):
        desk.authorize(browser)
    assert desk.stored == OLD
    assert [path.name for path in desk.file.parent.iterdir()] == ["credentials.json"]
    assert "Not authorized" in browser.page()
