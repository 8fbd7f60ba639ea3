"""Text from outside, made fit for a mail, a terminal, a log and a page. Pure."""

import unicodedata
from typing import Any

JOINERS = "\u200c\u200d"
"""Part of the spelling of some languages and of many emoji."""

LONGEST = 500


def clean(value: Any, longest: int = LONGEST) -> str:
    """`value` on one line, at most `longest` characters, without what a terminal obeys or UTF-8 cannot say.

    That is control and direction characters, and half surrogate pairs. Anything but text is "".
    """
    if not isinstance(value, str):
        return ""
    shown = (" " if char in "\n\r\t\u2028\u2029" else char for char in value[:longest])
    return "".join(char for char in shown if char in JOINERS or unicodedata.category(char) not in ("Cc", "Cf", "Cs"))


def is_plain(text: str) -> bool:
    """Whether `text` can stand in a header or an address: ASCII that is seen, without spaces, and some of it."""
    return text.isascii() and text.isprintable() and " " not in text and text != ""
