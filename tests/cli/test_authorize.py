"""`rediscover authorize` against the simulated Spotify: the flow, where it stores, and every refusal."""

import io
import json
import socket
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from rich.console import Console

from archive.errors import (
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
    WrongAccount,
    WrongClient,
)
from rediscover.commands import authorize as module
from rediscover.commands.authorize import AuthorizeArguments, authorize
from rediscover.commands.consent.callback import NobodyAnswered, PortTaken
from rediscover.errors import HomeUnusable, MissingCredentials
from rediscover.simulator import Fault, Simulator
from tests.support.consent import Browser, Keyboard, Terminal, free_port, redirect_of

OLD = {"spotify_client_id": "old", "spotify_client_secret": "old-secret", "refresh_token": "old-token"}


class Desk:
    """One user with a home, an environment and two output streams."""

    def __init__(self, home: Path, spotify: Simulator, patch: pytest.MonkeyPatch) -> None:
        self.spotify = spotify
        self.patch = patch
        self.file = home / "credentials.json"
        self.port = free_port()
        self.environment = {
            "REDISCOVER_HOME": str(home),
            "SPOTIFY_API_URL": spotify.api_url,
            "SPOTIFY_ACCOUNTS_URL": spotify.accounts_url,
            "SPOTIFY_CLIENT_ID": spotify.credentials["spotify_client_id"],
            "SPOTIFY_CLIENT_SECRET": spotify.credentials["spotify_client_secret"],
        }
        self.out, self.err = io.StringIO(), io.StringIO()
        self.user = home.parent / "user"
        self.user.mkdir()
        patch.setenv("HOME", str(self.user))
        patch.setattr("sys.stdin", io.StringIO())
        home.mkdir(mode=0o700)
        self.file.write_text(json.dumps(OLD))

    def authorize(self, browser: Browser, *sources: str) -> int:
        self.patch.setattr("rediscover.commands.consent.browser.start", browser.open)
        return self.run(True, *sources)

    def paste(self, button: str = "agree", change: Callable[[str], str] = lambda address: address) -> int:
        """Do without a browser here: the address is pasted."""
        self.type(lambda url: change(redirect_of(url, button)))
        return self.run(browser=False)

    def type(self, answer: Callable[[str], str]) -> None:
        """Have someone type what `answer` makes of the address on the screen."""
        self.patch.setattr("sys.stdin", Keyboard(self.err.getvalue, answer))

    def run(self, browser: bool = True, *sources: str) -> int:
        arguments = AuthorizeArguments(self.port, browser, None, sources)
        out, err = (Console(file=file, highlight=False, markup=False) for file in (self.out, self.err))
        return authorize(arguments, self.environment, out, err)

    @property
    def stored(self) -> Any:
        return json.loads(self.file.read_text())

    @property
    def printed(self) -> str:
        return self.out.getvalue() + self.err.getvalue()


@pytest.fixture
def desk(tmp_path: Path, simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path / "home", simulator, monkeypatch)


def test_agreeing_replaces_what_was_stored(desk: Desk) -> None:
    before = desk.spotify.credentials
    browser = Browser()
    assert desk.authorize(browser) == 0
    assert desk.stored == desk.spotify.credentials != before
    assert "You can close this page" in browser.page()
    assert desk.out.getvalue().startswith("Authorized until 20")
    assert str(desk.file) in desk.out.getvalue()


def test_a_second_run_asks_again_and_really_replaces_the_first(desk: Desk) -> None:
    desk.authorize(Browser())
    first = desk.stored
    desk.authorize(Browser())
    assert desk.stored["refresh_token"] not in (first["refresh_token"], OLD["refresh_token"])
    assert desk.stored == desk.spotify.credentials


def test_what_is_asked_for_is_what_is_needed_and_no_more(desk: Desk) -> None:
    browser = Browser()
    desk.authorize(browser)
    url = urlsplit(browser.opened[0])
    asked = {name: values[0] for name, values in parse_qs(url.query).items()}
    assert asked["scope"].split() == [
        "playlist-read-private",
        "playlist-read-collaborative",
        "playlist-modify-public",
        "playlist-modify-private",
    ]
    assert asked["redirect_uri"] == f"http://127.0.0.1:{desk.port}/callback"
    assert (asked["response_type"], asked["show_dialog"]) == ("code", "true")
    assert len(asked["state"]) >= 32
    again = Browser()
    desk.authorize(again)
    assert asked["state"] not in again.opened[0]


def test_a_source_that_is_no_playlist_is_asked_for_by_name(desk: Desk) -> None:
    browser = Browser()
    desk.authorize(browser, "liked", "recently-played")
    (asked,) = parse_qs(urlsplit(browser.opened[0]).query)["scope"]
    assert asked.split()[4:] == ["user-library-read", "user-read-recently-played"]
    assert set(desk.stored["scope"].split()) == set(asked.split())


def test_whose_authorization_it_is_and_what_it_covers_is_stored(desk: Desk) -> None:
    desk.authorize(Browser())
    assert desk.stored["account_id"] == desk.spotify.identities.users["listener"].account_id
    assert desk.stored["scope"] == (
        "playlist-modify-private playlist-modify-public playlist-read-collaborative playlist-read-private"
    )


def test_an_account_that_the_app_does_not_know_is_told_at_once_and_changes_nothing(desk: Desk) -> None:
    desk.spotify.settings.update(user_is_registered=False)
    with pytest.raises(UserNotRegistered, match="under User Management"):
        desk.authorize(Browser())
    assert desk.stored == OLD


def test_without_a_browser_the_address_of_the_answer_is_pasted(desk: Desk) -> None:
    assert desk.paste() == 0
    assert desk.stored == desk.spotify.credentials


def test_what_is_stored_is_for_its_owner_only_and_whole(desk: Desk) -> None:
    desk.file.chmod(0o644)
    desk.authorize(Browser())
    assert stat.S_IMODE(desk.file.stat().st_mode) == 0o600
    assert [path.name for path in desk.file.parent.iterdir()] == ["credentials.json"]


def test_no_secret_is_printed_or_shown(desk: Desk) -> None:
    browser = Browser()
    desk.authorize(browser)
    denied = Browser("cancel")
    with pytest.raises(Denied):
        desk.authorize(denied)
    desk.spotify.faults.add(Fault("malformed", path="/api/token"))
    with pytest.raises(MalformedAnswer) as spoiled:
        desk.authorize(Browser())
    desk.paste()
    shown = desk.printed + browser.page() + denied.page() + str(spoiled.value) + str(browser.shown[-1].headers)
    secrets = desk.spotify.secrets()
    assert len([one for one in secrets if "code" in one]) >= 3
    assert [one for one in secrets if one in shown] == []


def wrong_state(address: str) -> str:
    return address.replace("state=", "state=x")


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


def test_strangers_at_the_port_neither_end_the_wait_nor_take_the_place_of_the_answer(desk: Desk) -> None:
    def beset(address: str) -> str:
        base = address.partition("?")[0]
        strays = [f"{base}?x", f"{base}?code=c&state=s", f"{base}?error=access_denied", wrong_state(address)]
        assert [requests.get(stray, timeout=10).status_code for stray in strays] == [400] * 4
        assert requests.get(address, headers={"Host": "evil.example"}, timeout=10).status_code == 403
        return address

    browser = Browser(change=beset)
    assert desk.authorize(browser) == 0
    assert "You can close this page" in browser.page()
    assert desk.stored == desk.spotify.credentials


def test_the_browser_is_opened_at_a_file_of_the_users_own_that_is_gone_afterwards(desk: Desk) -> None:
    seen: list[tuple[str, int, int]] = []

    def looked_at(address: str) -> str:
        (file,) = desk.user.rglob("*.html")
        mode, of_folder = (stat.S_IMODE(path.stat().st_mode) for path in (file, file.parent))
        seen.append((file.as_uri(), mode, of_folder))
        assert not any(part.startswith(".") for part in file.relative_to(desk.user).parts)
        assert '<meta name="referrer" content="no-referrer">' in file.read_text()
        return address

    browser = Browser(change=looked_at)
    desk.authorize(browser)
    assert seen == [(browser.given[0], 0o600, 0o700)]
    assert "state=" not in browser.given[0]
    assert browser.opened[0] in desk.err.getvalue(), "the address itself is printed too"
    assert list(desk.user.iterdir()) == []


def test_a_home_that_cannot_be_written_to_does_not_keep_the_browser_from_opening(desk: Desk) -> None:
    desk.patch.setenv("HOME", str(desk.user / "missing"))
    browser = Browser()
    assert desk.authorize(browser) == 0
    assert not Path(urlsplit(browser.given[0]).path).parent.exists()


def test_a_code_is_of_no_use_without_what_only_this_command_knows(desk: Desk) -> None:
    stolen: list[int] = []

    def steal(address: str) -> str:
        (code,) = parse_qs(urlsplit(address).query)["code"]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": address.partition("?")[0]}
        client = desk.environment["SPOTIFY_CLIENT_ID"], desk.environment["SPOTIFY_CLIENT_SECRET"]
        answer = requests.post(f"{desk.spotify.accounts_url}/api/token", data=form, auth=client, timeout=10)
        stolen.append(answer.status_code)
        return address

    browser = Browser(change=steal)
    assert desk.authorize(browser) == 0
    assert stolen == [400]
    assert parse_qs(urlsplit(browser.opened[0]).query)["code_challenge_method"] == ["S256"]


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


def test_a_token_in_the_environment_that_hides_the_new_one_is_said(desk: Desk) -> None:
    desk.environment["SPOTIFY_REFRESH_TOKEN"] = "old"
    desk.authorize(Browser())
    assert "SPOTIFY_REFRESH_TOKEN is set and comes before what is stored" in desk.err.getvalue()


def test_what_is_stored_may_be_unreadable_and_is_replaced(desk: Desk) -> None:
    desk.file.write_text("{")
    desk.environment["SPOTIFY_CLIENT_SECRET"] = ""
    with pytest.raises(MissingCredentials, match="Set SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET"):
        desk.authorize(Browser())
    desk.environment["SPOTIFY_CLIENT_SECRET"] = desk.spotify.credentials["spotify_client_secret"]
    assert desk.authorize(Browser()) == 0
    assert desk.stored == desk.spotify.credentials


def test_an_authorization_that_covered_more_is_not_narrowed_by_the_next(desk: Desk) -> None:
    desk.authorize(Browser(), "liked")
    again = Browser()
    desk.authorize(again)
    assert "user-library-read" in parse_qs(urlsplit(again.opened[0]).query)["scope"][0].split()
    assert "user-library-read" in desk.stored["scope"].split()
    assert "user-read-recently-played" not in desk.stored["scope"].split()


@pytest.fixture
def taken(desk: Desk) -> Desk:
    """A desk where one account is authorized, and another one, with a name made to deceive, is logged in."""
    desk.authorize(Browser())
    name = "Eve” is fine.\r\n\x1b[2KAuthorized until 2099-01-01. \u202e"
    desk.spotify.identities.listener = desk.spotify.identities.add_user("eve", name).id
    return desk


def whose(desk: Desk) -> str:
    return str(desk.stored["account_id"])


EVE = "“Eve' is fine. [2KAuthorized until 2099-01-01.” ("


def test_whose_account_it_is_is_said(desk: Desk) -> None:
    desk.authorize(Browser())
    assert desk.out.getvalue().endswith(f"\nThe account is “The Listener” ({whose(desk)}).\n")


@pytest.mark.parametrize(("answer", "replaced"), [("y", True), ("YES", True), ("n", False), ("", False)])
def test_another_account_replaces_the_one_before_only_if_the_user_says_so(
    taken: Desk, capsys: pytest.CaptureFixture[str], answer: str, replaced: bool
) -> None:
    before = taken.stored
    browser = Browser()

    class Deciding(Terminal):
        def readline(self) -> str:
            assert "Look at the terminal" in browser.page()
            assert taken.stored == before, "overwritten before the answer"
            return super().readline()

    taken.patch.setattr("sys.stdin", Deciding(answer))
    if replaced:
        assert taken.authorize(browser) == 0
        assert whose(taken) == taken.spotify.identities.users["eve"].account_id
        assert f"\nThe account is {EVE}{whose(taken)}).\n" in taken.out.getvalue()
    else:
        with pytest.raises(WrongAccount, match="nothing was changed"):
            taken.authorize(browser)
        assert taken.stored == before
    asked = capsys.readouterr().err
    assert f"Stored is the authorization of the account {before['account_id']}. Replace it by that of {EVE}" in asked
    assert "\x1b" not in asked + taken.printed


@pytest.mark.parametrize("how", ["browser", "paste"])
def test_without_a_terminal_another_account_is_refused_and_told_what_to_do(taken: Desk, how: str) -> None:
    before = taken.stored
    browser = Browser()
    with pytest.raises(WrongAccount, match="or run this in a terminal, which asks") as refused:
        taken.authorize(browser) if how == "browser" else taken.paste()
    assert taken.stored == before
    assert EVE in str(refused.value)
    assert str(before["account_id"]) in str(refused.value)
    assert how == "paste" or "Not authorized. “Eve" in browser.page()


def test_what_does_not_say_whose_it_is_is_replaced_without_a_question(taken: Desk) -> None:
    taken.file.write_text(json.dumps({**taken.stored, "account_id": 7}))
    assert taken.authorize(Browser()) == 0
