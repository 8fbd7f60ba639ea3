"""Text from outside, made fit for a mail, a terminal, a log and a page. Pure."""

import json
import re
import unicodedata
from typing import Any

JOINERS = "\u200c\u200d"
"""Part of the spelling of some languages and of many emoji."""

LONGEST = 500

LONGEST_QUOTATION = 200
"""Most characters of what somebody else says inside a sentence of ours."""

_QUOTATION_MARKS = dict.fromkeys(map(ord, '"“”„‟«»″‶❝❞〝〞〟＂'), "''")
"""Each a quotation mark, or looks like one, and could seem to end ours."""

_ADDRESS = re.compile(
    r"://|\\{2}(?=\S)|(?<=\S)[@＠](?=\S)"
    r"|(?<=[^\s.])\.(?=(?:[^\W\d_]|[^\x00-\x7f])(?:[^\W_]|[^\x00-\x7f]))|(?<=www)\.(?=\S)|(?<=\S)[。．｡․](?=[a-z])",
    re.IGNORECASE,
)
"""What mail programs and terminals know an address by: `x://`, `\\\\server`, `a@b`, `name.tld`, `www.x`.

The other dots are those that a browser reads as one in a host's name (UTS #46); they also end sentences in Japanese.
"""


def clean(value: Any, longest: int = LONGEST) -> str:
    """`value` on one line, at most `longest` characters, without what a terminal obeys or UTF-8 cannot say.

    That is control and direction characters, and half surrogate pairs. Anything but text is "".
    """
    if not isinstance(value, str):
        return ""
    shown = (" " if char in "\n\r\t\u2028\u2029" else char for char in value[:longest])
    return "".join(char for char in shown if char in JOINERS or unicodedata.category(char) not in ("Cc", "Cf", "Cs"))


def quoted(foreign: Any, longest: int = LONGEST_QUOTATION) -> str:
    """Somebody else's words as a part of a sentence of ours: `clean`, in quotation marks that only we can end.

    Addresses in them are broken by brackets, as in `https[://]example[.]com`: the custom of those who warn of
    addresses. It is plain to see and stays so when it is copied, unlike a dot that only looks like one or a sign
    that nobody sees, and no mail program, browser or terminal makes a link of it.
    """
    words = " ".join(clean(foreign, longest + 1).split())
    cut = words if len(words) <= longest else words[:longest].rstrip() + "…"
    inert = _ADDRESS.sub(r"[\g<0>]", cut).translate(_QUOTATION_MARKS)
    return f"“{inert}”"


def fitting(text: str, most: int) -> str:
    """The beginning of `text` that JSON holds in `most` bytes, even where it writes ASCII only."""
    while len(json.dumps(text)) - 2 > most:
        text = text[:-1]
    return text


def is_plain(text: str) -> bool:
    """Whether `text` can stand in a header or an address: ASCII that is seen, without spaces, and some of it."""
    return text.isascii() and text.isprintable() and " " not in text and text != ""
