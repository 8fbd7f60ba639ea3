"""Somebody else's words inside our sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.accounts import refresh
from archive.consent import code_of
from archive.errors import ArchiveError
from archive.page import page
from archive.text import LONGEST_QUOTATION, fitting, quoted
from archive.transport import Transport
from rediscover.simulator import Fault, Simulator
from tests.foreign import NAME, SAID, found_in


@pytest.mark.parametrize(
    ("foreign", "shown"),
    [
        ("https://a.example/x?y", "https[://]a[.]example/x?y"),
        ("HTTPS://bücher.de", "HTTPS[://]bücher[.]de"),
        ("www.a.example", "www[.]a[.]example"),
        ("me@a.example", "me[@]a[.]example"),
        (r"\\server\share", r"[\\]server\share"),
        ("will.i.am", "will.i[.]am"),
        ("💩.la", "💩[.]la"),
        ("xn--a.xn--p1ai", "xn--a[.]xn--p1ai"),
        ("a。example", "a[。]example"),
        ("a.c\u200com", "a[.]c\u200com"),
        ("a.c\u00adom", "a[.]com"),
    ],
)
def test_an_address_in_somebody_elses_words_is_broken_for_all_to_see(foreign: str, shown: str) -> None:
    assert quoted(foreign) == f"“{shown}”"


@pytest.mark.parametrize(
    "name",
    [
        "R.E.M.",
        "Mr. Brightside",
        "…and Justice for All",
        "...and Justice",
        "Vol.2",
        "M.I.A",
        "12:51",
        "@home",
        "娘。の歌",
    ],
)
def test_a_name_without_an_address_stays_as_it_is(name: str) -> None:
    assert quoted(name) == f"“{name}”"


@pytest.mark.parametrize("mark", '"“”„‟«»″‶❝❞〝〞〟＂')
def test_nothing_in_a_quotation_ends_it(mark: str) -> None:
    assert quoted(f"a{mark} b") == "“a'' b”"


def test_a_quotation_is_one_short_line() -> None:
    assert quoted("a\n  b\u2028c") == "“a b c”"
    assert len(quoted("x" * 5_000)) == LONGEST_QUOTATION + 3
    assert quoted("x" * LONGEST_QUOTATION) == f"“{'x' * LONGEST_QUOTATION}”"
    assert quoted(None) == "“”"


@given(st.lists(st.sampled_from([*".@:/\\ aZ1é”“\n", "://", "www.", "com", "\u200d", "。"]), max_size=20).map("".join))
def test_no_words_make_a_link_or_leave_their_quotation(foreign: str) -> None:
    inner = quoted(foreign)[1:-1]
    assert not {"“", "”", "\n"} & set(inner)
    assert not [form for form in ("://", "www.a", ".com", "a@a") if form in inner.replace("[://]", "")]


@pytest.mark.parametrize("field", ["error", "error_description"])
@pytest.mark.parametrize("error", ["invalid_client", "invalid_grant", "invalid_request"])
def test_what_the_accounts_service_says_is_quoted(simulator: Simulator, error: str, field: str) -> None:
    body = {"error": error, "error_description": "", field: SAID}
    simulator.faults.add(Fault("status", path="/api/token", status=400, body=body))
    with pytest.raises(ArchiveError) as raised:
        refresh(Transport(), simulator.accounts_url, "id", "secret", "token")
    assert found_in(str(raised.value)) == []


def test_what_an_answer_of_the_consent_page_says_is_quoted_on_the_page() -> None:
    with pytest.raises(ArchiveError) as raised:
        code_of({"error": NAME, "state": "s"}, "s")
    assert found_in(page("Not renewed", str(raised.value))) == []


@pytest.mark.parametrize(("text", "fits"), [("abcdef", "abcd"), ("éa", ""), ("𝄞", ""), ('ab"c', 'ab"'), ("", "")])
def test_what_does_not_fit_is_left_off_at_the_end(text: str, fits: str) -> None:
    assert fitting(text, 4) == fits
