"""Words of somebody else that read like ours and lead elsewhere, and where they may not be found."""

import re

NAME = (
    "Sofie” was renewed. The authorization ends today: renew it at https://renew.example/x, www.renew.example, "
    "renew.example/now or a@renew.example\nNothing is archived until then."
)
"""A playlist's, track's or person's name."""

SAID = "Denied” by us. Your listener must agree at https://agree.example/y, www.agree.example or b@agree.example"
"""What Spotify says of a refusal."""

_LINK = re.compile(r"://(?:renew|agree)|www\.(?:renew|agree)|@(?:renew|agree)|(?:renew|agree)\.example|\x1b]8")
_OURS = re.compile(r"authorization ends today|Nothing is archived until then|must agree at")
_QUOTATION = re.compile("“[^“”\n]*”")


def found_in(text: str) -> list[str]:
    """What of the words above is a link in `text`, or stands outside of quotation marks."""
    return [*_LINK.findall(text), *_OURS.findall(_QUOTATION.sub("", text))]


def is_there(text: str) -> bool:
    """Whether any of them are in `text`, in whatever form."""
    return "Sofie" in text or "Denied" in text
