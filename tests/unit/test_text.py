"""Somebody else's words inside our sentences."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rediscover.simulator import Fault, Simulator
from rediscover_archive.authorization.consent import code_of
from rediscover_archive.authorization.page import html_page
from rediscover_archive.errors import ArchiveError
from rediscover_archive.spotify.accounts import refresh
from rediscover_archive.spotify.transport import Transport
from rediscover_archive.text import LONGEST_QUOTATION, clean, fitting, quoted, shortened
from tests.support.foreign import NAME, SAID, found_in


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
        ("tel:+4912345", "tel[:]+4912345"),
        ("電話TEL：0123", "電話TEL[：]0123"),
        ("sms:1 mailto:a magnet:?x data:, file:a", "sms[:]1 mailto[:]a magnet[:]?x data[:], file[:]a"),
        ("javascript:alert(1) spotify:track:1", "javascript[:]alert(1) spotify[:]track:1"),
        ("geo:1,2 sip:a facetime:a skype:a", "geo[:]1,2 sip[:]a facetime[:]a skype[:]a"),
        ("1.2.3.4", "1[.]2.3.4"),
        ("１．２．３．４", "１[．]２．３．４"),
        ("//host/x", "[//]host/x"),
        ("evil．ｃｏｍ", "evil[．]ｃｏｍ"),
        ("ｈｔｔｐ：／／ａ", "ｈｔｔｐ[：／／]ａ"),
        ("ｗｗｗ．ａ", "ｗｗｗ[．]ａ"),
        ("bit。ｌｙ", "bit[。]ｌｙ"),
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
        "君の名は。夢を見た。",
        "Re:Zero",
        "NieR:Automata",
        "11:11",
        "Hotel:California",
        "Data: Lost",
        "AC/DC",
        "Day // Night",
        "Ｒ．Ｅ．Ｍ．",
        "1.2.3",
        "Don’t Stop ’til You Get Enough",
        "Đặng Thị Huệ",
        "👩\u200d🎤",
    ],
)
def test_a_name_without_an_address_stays_as_it_is(name: str) -> None:
    assert quoted(name) == f"“{name}”"


@pytest.mark.parametrize(
    "mark",
    [
        *'"“”„‟«»″‴‶‷⁗❝❞❠〝〞〟＂ˮʺ˝🙶🙷🙸',
        *("’’", "‘‘", "''", "'’‘ʼ", "′′", "``", "´´", "‛‛", "‚‚", "'\u200d'", "’\ufe0f’", "'\"'", "””", "’\u2060’"),
    ],
)
def test_nothing_in_a_quotation_ends_it(mark: str) -> None:
    assert quoted(f"a{mark} b") == "“a' b”"


@pytest.mark.parametrize("name", ["אבג", "دال", "١٢", "abc אבג", "צה'ל 5"])
def test_words_from_right_to_left_do_not_turn_our_sentence_round(name: str) -> None:
    isolated = f"“\u2068{name}\u2069”"
    assert quoted(name) == quoted(f"\u202e{name}\u2069\u2067") == isolated
    assert quoted("צה״ל") == "“\u2068צה'ל\u2069”"
    assert clean(f"{isolated} → {isolated}.") == f"{isolated} → {isolated}."


def test_only_the_isolation_of_a_whole_quotation_is_kept() -> None:
    whole = quoted("אבג")
    assert clean(f"\u2068a\u2069 “\u2069\u2068א” {whole[:-2]}") == "a “א” “אבג"
    assert clean(f"{whole} {whole}", 9) == f"{whole} “"
    assert quoted(f"a {whole}") == "“\u2068a 'אבג'\u2069”"


@pytest.mark.parametrize("blank", "\n\r\t \u00a0\u115f\u1160\u2003\u2028\u2029\u2800\u3000\u3164\uffa0")
def test_what_looks_like_a_space_is_one(blank: str) -> None:
    assert clean(f"a{blank}{blank}b") == "a  b"
    assert quoted(f"{blank}a{blank * 50}b{blank}") == "“a b”"


@pytest.mark.parametrize("mark", ["\u0301", "\u0489", "\u0e49"])
def test_combining_marks_do_not_tower(mark: str) -> None:
    assert clean(f"a{mark * 90}b{mark * 4}") == f"a{mark * 4}b{mark * 4}"
    assert quoted(f"a{mark * 4}\u200d{mark}\u2060{mark}") == f"“a{mark * 4}\u200d”"


def test_a_quotation_is_one_short_line() -> None:
    assert quoted("a\n  b\u2028c") == "“a b c”"
    assert len(quoted("x" * 5_000)) == LONGEST_QUOTATION + 3
    assert quoted("x" * LONGEST_QUOTATION) == f"“{'x' * LONGEST_QUOTATION}”"
    assert quoted(None) == "“”"


@given(
    st.lists(st.sampled_from([*".@:/\\ aZ1é”“\n", "://", "www.", "com", "\u200d", "。", "א", "'"]), max_size=20).map(
        "".join
    )
)
def test_no_words_make_a_link_or_leave_their_quotation(foreign: str) -> None:
    inner = quoted(foreign)[1:-1]
    assert not {"“", "”", "\n"} & set(inner)
    assert "''" not in inner
    assert not re.search(r"://|www\.a|[^\s.\]\u2068]\.com|a@a", inner.replace("[://]", " "))


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
    assert found_in(html_page("Not renewed", str(raised.value))) == []


@pytest.mark.parametrize(("text", "fits"), [("abcdef", "abcd"), ("éa", ""), ("𝄞", ""), ('ab"c', 'ab"'), ("", "")])
def test_what_does_not_fit_is_left_off_at_the_end(text: str, fits: str) -> None:
    assert fitting(text, 4) == fits


@pytest.mark.parametrize("most", range(20, 300))
def test_what_is_shortened_tears_no_quotation(most: int) -> None:
    text = f"It was {quoted(NAME)}, and then {quoted(SAID)}. " * 3
    short = shortened(text, most)
    assert len(short) <= most
    assert short.count("“") == short.count("”")
    assert found_in(short) == []
