"""A screen as an SVG picture that needs nothing from the network and suits light and dark pages."""

import io
import re
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from tools.walk.terminal import COLUMNS

FONTS = "ui-monospace, SFMono-Regular, Menlo, Consolas, Liberation Mono, monospace"


def picture(name: str, label: str, lines: Sequence[str]) -> str:
    """A terminal that shows `lines`; `name` tells its styles from other pictures', `label` says what is to be seen."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, highlight=False)
    for line in lines:
        console.print(Text.from_ansi(line.rstrip()))
    svg = console.export_svg(title="rediscover", unique_id=name)
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL).replace("Fira Code, monospace", FONTS)
    svg = svg.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
    return "".join(f"{line.rstrip()}\n" for line in svg.splitlines())
