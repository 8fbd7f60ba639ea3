"""A picture for each week, drawn from the ids of its tracks and nothing else. Pure."""

import hashlib
from xml.etree.ElementTree import Element, SubElement

from rediscover_archive.page.content import Track

GRIDS = ((3, 2), (4, 3), (5, 4), (6, 5))
"""Tiles across and down; the last has as many as Discover Weekly has tracks."""

SIDE = 20
HALF = SIDE // 2

_CORNERS = ((0, 0), (SIDE, 0), (SIDE, SIDE), (0, SIDE))


def pattern(tracks: list[Track]) -> Element:
    """An `svg` of one tile for each of the first thirty tracks, in three colours that the ids choose."""
    across, down = next((grid for grid in GRIDS if len(tracks) <= grid[0] * grid[1]), GRIDS[-1])
    seed = hashlib.sha256(" ".join(sorted(track.uri for track in tracks)).encode()).digest()
    hue, turn = seed[0] * 360 // 256, 30 + seed[1] % 90
    shades = [f"hsl({hue} 52% 46%)", f"hsl({(hue + turn) % 360} 58% 60%)", f"hsl({(hue + turn * 2) % 360} 40% 34%)"]
    size = {"viewBox": f"0 0 {across * SIDE} {down * SIDE}", "preserveAspectRatio": "xMidYMid slice"}
    svg = Element("svg", {"class": "pattern", "aria-hidden": "true", **size})
    SubElement(svg, "rect", {"width": "100%", "height": "100%", "fill": f"hsl({hue} 30% 90%)"})
    for place, track in enumerate(tracks[: across * down]):
        corner = place % across * SIDE, place // across * SIDE
        svg.append(_tile(*corner, hashlib.sha256(track.uri.encode()).digest(), shades))
    return svg


def _tile(x: int, y: int, seed: bytes, shades: list[str]) -> Element:
    fill, kind, turn = shades[seed[0] % 3], seed[1] % 6, seed[2] % 4
    middle = {"cx": str(x + HALF), "cy": str(y + HALF)}
    if kind == 0:
        return Element("circle", {**middle, "r": str(HALF), "fill": fill})
    if kind == 1:
        return Element("circle", {**middle, "r": "6", "fill": "none", "stroke": fill, "stroke-width": "4"})
    if kind == 2:
        corners = (_CORNERS[(turn + step) % 4] for step in range(3))
        return Element("polygon", {"points": " ".join(f"{x + dx},{y + dy}" for dx, dy in corners), "fill": fill})
    return Element("path", {"d": _quarter(x, y, turn), "fill": fill})


def _quarter(x: int, y: int, turn: int) -> str:
    """A quarter of a disc round one of the tile's corners."""
    (cx, cy), (ax, ay), (bx, by) = _CORNERS[turn], _CORNERS[(turn + 1) % 4], _CORNERS[(turn + 3) % 4]
    return f"M{x + cx} {y + cy}L{x + ax} {y + ay}A{SIDE} {SIDE} 0 0 1 {x + bx} {y + by}Z"
