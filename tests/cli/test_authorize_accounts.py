"""`rediscover authorize` with another account than the one before: it takes that one's place only when told so."""

import json

import pytest

from rediscover_archive.errors import (
    WrongAccount,
)
from tests.cli.desk import Desk
from tests.support.consent import Browser, Terminal


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
