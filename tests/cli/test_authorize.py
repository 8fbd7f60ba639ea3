"""`rediscover authorize` against the simulated Spotify: the flow, and where it stores."""

import stat
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from rediscover.errors import MissingCredentials
from rediscover.simulator import Fault
from rediscover_archive.errors import (
    Denied,
    MalformedAnswer,
)
from tests.cli.desk import OLD, Desk, wrong_state
from tests.support.consent import Browser


def test_agreeing_replaces_what_was_stored(desk: Desk) -> None:
    before = desk.spotify.credentials
    browser = Browser()
    assert desk.authorize(browser) == 0
    assert desk.stored == desk.spotify.credentials != before
    assert "You can close this page" in browser.page()
    assert desk.out.getvalue().startswith("Authorized until 20")
    assert str(desk.file) in desk.out.getvalue()


def test_the_end_says_what_to_type_next(desk: Desk) -> None:
    desk.authorize(Browser())
    assert "Next: `rediscover doctor --source LINK --target LINK` looks" in desk.err.getvalue()
    assert "choose Share and Copy link to playlist" in desk.err.getvalue()
    desk.authorize(Browser(), "liked")
    assert "Next: `rediscover doctor --source liked --target LINK` looks" in desk.err.getvalue()


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
