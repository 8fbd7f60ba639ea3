"""The two curves, requests and seconds against the archive's size, as an SVG."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from bench import LATENCY, NEW
from bench.growth import Point

WIDTH, HEIGHT = 920, 412
TOP, BOTTOM = 96, 332
PANEL = 330
LEFTS = (62, 510)

OURS, PLAIN, INK, GREY, GRID = "#2f6fb3", "#b7791f", "#1f2328", "#57606a", "#e5e8eb"
FONT = "system-ui, Segoe UI, Helvetica, Arial, sans-serif"

SAFE_REQUESTS = 100
"""Requests a day that are about safe for an app in Spotify's development mode."""


@dataclass(frozen=True)
class _Panel:
    """One diagram: what it shows, how a value is written at a line's end, and where it stands."""

    title: str
    left: int
    ours: Sequence[tuple[int, float]]
    plain: Sequence[tuple[int, float]]
    shown: Callable[[float], str]
    step: int

    @property
    def top_value(self) -> int:
        highest = max(value for _, value in (*self.ours, *self.plain))
        return (int(highest / self.step) + 1) * self.step

    def x(self, tracks: float) -> float:
        return self.left + PANEL * tracks / self.ours[-1][0]

    def y(self, value: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * value / self.top_value


def svg(points: Sequence[Point]) -> str:
    """The picture, on a white ground of its own."""
    requests = _Panel(
        title="Spotify requests of a run",
        left=LEFTS[0],
        ours=[(point.tracks, point.requests) for point in points],
        plain=[(point.tracks, point.plain_requests) for point in points],
        shown=lambda value: f"{value:.0f}",
        step=50,
    )
    seconds = _Panel(
        title="Seconds of a run",
        left=LEFTS[1],
        ours=[(point.tracks, point.seconds) for point in points],
        plain=[(point.tracks, point.plain_seconds) for point in points],
        shown=lambda value: f"{value:.1f} s",
        step=5,
    )
    label = "Requests and seconds of a run against the size of the archive"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="{FONT}" '
            f'font-size="13" role="img" aria-label="{label}">',
            '<rect width="100%" height="100%" rx="12" fill="#ffffff"/>',
            *_legend(),
            *_drawn(requests),
            _safe(requests),
            *_drawn(seconds),
            _text(
                WIDTH / 2,
                HEIGHT - 12,
                f"{NEW} new tracks a week; {LATENCY * 1000:.0f} ms for each request; without the settle wait",
                "middle",
                GREY,
                'font-size="11.5"',
            ),
            "</svg>",
            "",
        ]
    )


def _legend() -> list[str]:
    names = (
        (OURS, "this workflow, which remembers the archive"),
        (PLAIN, "the plain method, which reads it page by page"),
    )
    parts = []
    for left, (colour, name) in zip(LEFTS, names, strict=True):
        parts.append(f'<circle cx="{left + 5}" cy="30" r="5" fill="{colour}"/>')
        parts.append(_text(left + 17, 34.5, name, "start", INK))
    return parts


def _drawn(panel: _Panel) -> list[str]:
    right = panel.left + PANEL
    parts = [_text(panel.left, TOP - 24, panel.title, "start", INK, 'font-weight="600" font-size="15"')]
    for value in range(0, panel.top_value + 1, panel.step):
        y = panel.y(value)
        parts.append(f'<path d="M{panel.left} {y:.1f}H{right}" stroke="{GREY if value == 0 else GRID}"/>')
        parts.append(_text(panel.left - 8, y + 4.5, str(value), "end", GREY))
    last = panel.ours[-1][0]
    for tracks in range(0, last + 1, last // 4):
        parts.append(_text(panel.x(tracks), BOTTOM + 19, f"{tracks:,}", "middle", GREY))
    parts.append(_text(panel.left + PANEL / 2, BOTTOM + 39, "tracks in the archive", "middle", GREY))
    return [*parts, *_line(panel, panel.plain, PLAIN), *_line(panel, panel.ours, OURS)]


def _line(panel: _Panel, values: Sequence[tuple[int, float]], colour: str) -> list[str]:
    places = [(panel.x(tracks), panel.y(value)) for tracks, value in values]
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    x, y = places[-1]
    return [
        f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2.5" stroke-linejoin="round"/>',
        *(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in places),
        _text(x + 9, y + 4.5, panel.shown(values[-1][1]), "start", colour, 'font-weight="600" font-size="14"'),
    ]


def _safe(panel: _Panel) -> str:
    y = panel.y(SAFE_REQUESTS)
    dashes = f'stroke="{GREY}" stroke-dasharray="4 4"'
    note = _text(panel.left + 6, y - 7, "about what is safe in a day", "start", GREY, 'font-size="11.5"')
    return f'<path d="M{panel.left} {y:.1f}H{panel.left + PANEL}" {dashes}/>{note}'


def _text(x: float, y: float, text: str, anchor: str, colour: str, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}" {more}>{escape(text)}</text>'
