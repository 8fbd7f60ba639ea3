"""Text from outside, made fit for a mail, a terminal, a log and a page. Pure."""

import json
import re
import unicodedata
from collections.abc import Collection
from typing import Any

JOINERS = "\u200c\u200d"
"""Part of the spelling of some languages and of many emoji."""

LONGEST = 500

LONGEST_QUOTATION = 200
"""Most characters of what somebody else says inside a sentence of ours."""

MARKS = 4
"""Most combining marks on one sign: no language writes more, and a tower of them covers the lines around it."""

_BLANK = "\n\r\t\u115f\u1160\u2800\u3164\uffa0"
"""Seen as a space, beside what Unicode calls one."""

_DOUBLE_MARKS = dict.fromkeys(map(ord, '"“”„‟«»″‴‶‷⁗❝❞❠〝〞〟＂ˮʺ״˝\U0001f676\U0001f677\U0001f678'), "'")
"""Each a quotation mark, or looks like one, and could seem to end ours."""

_APOSTROPHES = re.compile("['’‘ʼʻʹ′‵`´‛‚＇׳❛❜](?:[\u034f\u200c\u200d\ufe00-\ufe0f]*['’‘ʼʻʹ′‵`´‛‚＇׳❛❜])+")
"""Two or more in a row, which look like a quotation mark too."""

_FSI, _PDI = "\u2068", "\u2069"

_ISOLATED = re.compile(f"(?<=“){_FSI}[^“”{_FSI}{_PDI}]*{_PDI}(?=”)")
"""What `quoted` keeps from turning our sentence round."""

_SCHEMES = (
    *("tel", "sms", "mailto", "magnet", "data", "file"),
    *("javascript", "spotify", "geo", "sip", "facetime", "skype"),
)

_ADDRESS = re.compile(
    r"[:：﹕][/／]{2}|[/／]{2}(?=\S)|[\\＼]{2}(?=\S)|(?<=\S)[@＠](?=\S)"
    + rf"|(?:{'|'.join(rf'(?<=(?<![a-z0-9]){scheme})' for scheme in _SCHEMES)})[:：﹕](?=\S)"
    + r"|(?<=[^\s.])\.(?=(?:[^\W\d_]|[^\x00-\x7f])(?:[^\W_]|[^\x00-\x7f]))"
    + r"|(?:(?<=www)|(?<=ｗｗｗ))[.。．｡․](?=\S)|(?<=\S)[。．｡․](?=[a-z]|[ａ-ｚ](?:[^\W_]|[\u200c\u200d]))"
    + r"|(?<=\d)[.。．｡․](?=\d+[.。．｡․]\d+[.。．｡․]\d)",
    re.IGNORECASE,
)
"""What mail programs and terminals know an address by: `x://`, `//x`, `\\\\server`, `a@b`, `tel:x`, `name.tld`,
`www.x`, `1.2.3.4`.

The other dots are those that a browser reads as one in a host's name (UTS #46), as it does the full-width letters; the
dots also end sentences in Japanese.
"""


def clean(value: Any, longest: int = LONGEST) -> str:
    """`value` on one line, at most `longest` characters, without what a terminal obeys or UTF-8 cannot say.

    That is control and direction characters (but those of `quoted`), and half surrogate pairs; what looks like a space
    is one, and of combining marks in a row the first `MARKS` stay. Anything but text is "".
    """
    if not isinstance(value, str):
        return ""
    text = value[:longest]
    if text.isascii() and text.isprintable():  # nearly all are, and an archive has thousands of them
        return text
    ours = {at for found in _ISOLATED.finditer(text) for at in (found.start(), found.end() - 1)}
    return _visible(text, ours)


def _visible(text: str, kept: Collection[int] = ()) -> str:
    """`text` as `clean` has it; the characters at `kept` stay."""
    shown, marks = [], 0
    for at, char in enumerate(text):
        category = unicodedata.category(char)
        if at in kept or char in JOINERS:
            shown.append(char)
        elif category in ("Mn", "Me"):
            marks += 1
            shown += [char] if marks <= MARKS else []
        elif char in _BLANK or category.startswith("Z"):
            shown.append(" ")
            marks = 0
        elif category not in ("Cc", "Cf", "Cs"):
            shown.append(char)
            marks = 0
    return "".join(shown)


def quoted(foreign: Any, longest: int = LONGEST_QUOTATION) -> str:
    """Somebody else's words as a part of a sentence of ours: `clean`, in quotation marks that only we can end.

    Addresses in them are broken by brackets, as in `https[://]example[.]com`: the custom of those who warn of
    addresses. It is plain to see and stays so when it is copied, unlike a dot that only looks like one or a sign
    that nobody sees, and no mail program, browser or terminal makes a link of it.

    Words written from right to left are isolated (UAX #9), inside the marks: what follows them stays to their right.
    """
    words = " ".join(_visible(foreign[: longest + 1]).split()) if isinstance(foreign, str) else ""
    cut = words if len(words) <= longest else words[:longest].rstrip() + "…"
    inert = _APOSTROPHES.sub("'", _ADDRESS.sub(r"[\g<0>]", cut).translate(_DOUBLE_MARKS))
    turning = any(unicodedata.bidirectional(char) in ("R", "AL", "AN") for char in inert)
    return f"“{_FSI}{inert}{_PDI}”" if turning else f"“{inert}”"


def cause_in_words(cause: str | None) -> str:
    """The words of an error's cause: a Lambda's is JSON with an `errorMessage`, others are plain text."""
    try:
        parsed = json.loads(cause or "")
    except ValueError:
        return cause or ""
    message = parsed.get("errorMessage") if isinstance(parsed, dict) else None
    return message if isinstance(message, str) else cause or ""


def shortened(text: str, most: int) -> str:
    """`text`, or where it has more than `most` characters as much of it, with a sign of that.

    A quotation is left out rather than torn: what stands in it would read like ours.
    """
    if len(text) <= most:
        return text
    kept = text[: most - 2]
    opened = kept.rfind("“")
    whole = kept[:opened] if opened > kept.rfind("”") else kept
    return f"{whole.rstrip()} …"


def fitting(text: str, most: int) -> str:
    """The beginning of `text` that JSON holds in `most` bytes, even where it writes ASCII only."""
    while len(json.dumps(text)) - 2 > most:
        text = text[:-1]
    return text


def counted(number: int, thing: str) -> str:
    """So many of a thing: `1 track`, `1,026 tracks`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def repeated(given: str, longest: int = LONGEST_QUOTATION) -> str:
    """What somebody gave us, as they wrote it, to be found again by them: in quotation marks, every odd sign spelled
    out, and no longer than `longest`.
    """
    shown = clean(repr(given[:longest]), 10 * longest)
    return shown if len(given) <= longest else f"{shown}… ({len(given):,} characters)"


def is_plain(text: str) -> bool:
    """Whether `text` can stand in a header or an address: ASCII that is seen, without spaces, and some of it."""
    return text.isascii() and text.isprintable() and " " not in text and text != ""
