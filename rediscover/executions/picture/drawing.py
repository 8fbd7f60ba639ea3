"""A state machine, or one of its executions, as SVG: a tree, so that no foreign word can become markup.

It has no style, script or address, so that it may stand in a page that forbids them. Lines and words have the colour of
the text around it; the other colours are of a middle lightness, to be seen on light and on dark paper, and each comes
with a sign or a word. Pure.
"""

import textwrap
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from rediscover.executions.picture.layout import Box, Scope, lay_out
from rediscover.executions.picture.machine import Machine
from rediscover.executions.picture.outcomes import Outcome, outcomes
from rediscover.executions.picture.routes import Line, lines
from rediscover.executions.timeline import Timeline
from rediscover.words import clean, reason, took

FONT = "system-ui, -apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif"
BLUE, AMBER, GREEN, RED, GREY = "#3d7fc4", "#b7791f", "#2f9e6a", "#d1483f", "#85898e"
KINDS = {"Task": BLUE, "Wait": AMBER, "Succeed": GREEN, "Fail": RED}
STATUSES = {
    "succeeded": ("✓", GREEN),
    "caught": ("!", AMBER),
    "failed": ("✗", RED),
    "running": ("…", BLUE),
    "aborted": ("–", GREY),
}
LEGEND = "✓ done · ! failed, and caught · ✗ failed · … running · – cut off · pale: not entered · dashed: for failures"
PLAIN = "Dashed: where a failure leads · ↻ tried again after a failure that passes · ◇ what comes next depends"
MARGIN, LINE, LETTER = 24, 14, 5.9
PALE, SOFT = "0.6", "0.75"
PAPER = "svg{color:#1f2328}.paper{fill:#fff}@media(prefers-color-scheme:dark){svg{color:#e6edf3}.paper{fill:#0d1117}}"


def picture(definition: Mapping[str, Any], timeline: Timeline | None = None, *, now: datetime | None = None) -> Element:
    """The picture of a state machine; with the timeline of an execution, as it was at `now`, of what that did."""
    machine = Machine(definition)
    scopes = lay_out(machine, top=22)
    known = outcomes(timeline, now or timeline.stopped or timeline.started) if timeline else None
    root = scopes[0]
    head = _heading(timeline, now) if timeline else [machine.comment]
    left, right = root.left - MARGIN, root.right + MARGIN
    top, bottom = -LINE * len(head) - 30, root.bottom + 40
    size = {"width": f"{right - left:g}", "height": f"{bottom - top:g}"}
    view = f"{left:g} {top:g} {right - left:g} {bottom - top:g}"
    named = {"role": "img", "aria-labelledby": "flow-title flow-words"}
    svg = Element("svg", {"viewBox": view, **size, "font-family": FONT, "font-size": "13", **named})
    SubElement(svg, "title", {"id": "flow-title"}).text = head[0]
    SubElement(svg, "desc", {"id": "flow-words"}).text = " ".join(_described(machine, known, head[1:]))
    _marker(svg)
    for number, line in enumerate(head):
        _text(svg, left + MARGIN, top + 22 + LINE * number, line, size="12", weight="600" if not number else "")
    _begin(svg, root)
    for scope in scopes:
        _scope(svg, scope, known)
    _text(svg, left + MARGIN, bottom - 14, LEGEND if timeline else PLAIN, opacity=SOFT)
    return svg


def standalone(svg: Element) -> str:
    """The picture as a file of its own, on paper of its own."""
    left, top, width, height = str(svg.get("viewBox")).split()
    paper = {"class": "paper", "x": left, "y": top, "width": width, "height": height, "rx": "12"}
    whole = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", **svg.attrib})
    style = Element("style")
    style.text = PAPER
    whole.extend([*svg[:2], style, Element("rect", paper), *svg[2:]])
    return tostring(whole).decode() + "\n"  # in ASCII, which every terminal and file has


def _heading(timeline: Timeline, now: datetime | None) -> list[str]:
    lasted = took(timeline.duration(now or timeline.started))
    title = f"{timeline.name}: {timeline.status}, {timeline.started:%Y-%m-%d %H:%M UTC}, {lasted}"
    why = textwrap.wrap(reason(timeline.error, timeline.message), 130, max_lines=3, placeholder=" …")
    return [clean(title), *why]


def _described(machine: Machine, known: Mapping[str, Outcome] | None, told: list[str]) -> Iterator[str]:
    """The picture in words: each state with what it is for, or what became of it."""
    yield from told
    for inside, name in machine.everywhere():
        if known is None:
            yield f"{name}: {inside.states[name].get('Comment', inside.type(name))}"
        elif name in known:
            yield ". ".join([f"{name}: {known[name].told}", *known[name].failures]) + "."


def _marker(svg: Element) -> None:
    shape = {"viewBox": "0 0 10 10", "refX": "9", "refY": "5", "markerWidth": "7", "markerHeight": "7"}
    marker = SubElement(SubElement(svg, "defs"), "marker", {"id": "flow-head", **shape, "orient": "auto"})
    SubElement(marker, "path", {"d": "M0 0 10 5 0 10z", "fill": "currentColor"})


def _begin(svg: Element, root: Scope) -> None:
    SubElement(svg, "circle", {"cx": "0", "cy": "0", "r": "5", "fill": "currentColor"})
    first = root.boxes[root.machine.rows[0].state]
    _line(svg, Line(f"M0 5V{first.y:g}", (), is_main=True))


def _scope(svg: Element, scope: Scope, known: Mapping[str, Outcome] | None) -> None:
    ordered = sorted(scope.boxes.values(), key=lambda box: box.shape != "frame")
    for box in ordered:
        if box.shape == "frame":
            _state(svg, scope, box, known)
    for line in sorted(lines(scope), key=lambda line: line.is_main):
        _line(svg, line)
    for box in ordered:
        if box.shape != "frame":
            _state(svg, scope, box, known)


def _line(svg: Element, line: Line) -> None:
    look = {"fill": "none", "stroke": "currentColor", "stroke-width": "1.5" if line.is_main else "1"}
    path = SubElement(svg, "path", {"d": line.path, **look, "opacity": "0.8" if line.is_main else "0.55"})
    if line.ways and all(way.kind == "catch" for way in line.ways):
        path.set("stroke-dasharray", "4 3")
    if line.has_head:
        path.set("marker-end", "url(#flow-head)")
    if line.ways:
        sources = ", ".join(way.source for way in line.ways)
        SubElement(path, "title").text = f"{sources} → {line.ways[0].target}"


def _state(svg: Element, scope: Scope, box: Box, known: Mapping[str, Outcome] | None) -> None:
    state, outcome = scope.machine.states[box.name], known.get(box.name) if known is not None else None
    group = SubElement(svg, "g", {"data-state": box.name, **({"data-status": outcome.status} if outcome else {})})
    told = [outcome.told, *outcome.failures] if outcome else ["not entered"] if known is not None else []
    SubElement(group, "title").text = ". ".join([box.name, *told, state.get("Comment", "")])
    if known is not None and not outcome:
        group.set("opacity", PALE)
    sign, colour = STATUSES[outcome.status] if outcome else ("", GREY if known is not None else _colour(state))
    _shape(group, box, colour, is_pale=known is not None and not outcome)
    counted = outcome.counted if outcome else ""
    if box.shape == "diamond":
        if scope.row_of(box.name) is not None:
            beside = {"anchor": "end" if scope.side < 0 else "start", "size": "10.5"}
            _text(group, scope.axis + scope.side * 11, box.middle[1] - 4, f"{sign} {box.name}".strip(), **beside)
        return
    _label(group, box, sign, counted, state if known is None else {})
    if scope.has_words and box.shape == "box" and scope.row_of(box.name) != len(scope.machine.rows):
        said = "; ".join(outcome.failures) if outcome else "" if known is not None else state.get("Comment", "")
        _words(group, scope, box, said)


def _colour(state: Mapping[str, Any]) -> str:
    return GREEN if state.get("End") and state["Type"] == "Pass" else KINDS.get(state["Type"], GREY)


def _shape(group: Element, box: Box, colour: str, *, is_pale: bool) -> None:
    look = {"fill": "none" if is_pale else colour, "fill-opacity": ".14", "stroke": colour, "stroke-width": "1.4"}
    if is_pale:
        look["stroke-dasharray"] = "2 3"
    (x, y), half = box.middle, box.width / 2
    if box.shape == "diamond":
        points = f"{x:g},{y - half:g} {x + half:g},{y:g} {x:g},{y + half:g} {x - half:g},{y:g}"
        SubElement(group, "polygon", {"points": points, **look})
        return
    if box.shape == "frame":
        look["fill-opacity"] = ".03"
    place = {"x": f"{box.x:g}", "y": f"{box.y:g}", "width": f"{box.width:g}", "height": f"{box.height:g}"}
    SubElement(group, "rect", {**place, "rx": "8" if box.shape != "chip" else "6", **look})


def _label(group: Element, box: Box, sign: str, counted: str, plain: Mapping[str, Any]) -> None:
    """A state's name with its sign and counts; a frame's at its head."""
    x, y = box.middle
    name = f"{sign} {box.name}".strip()
    if box.shape == "frame":
        _text(group, box.x + 12, box.y + 18, name, weight="600", size="12")
        x = box.x + 24 + 7.6 * len(name)
        told = textwrap.shorten(counted or plain.get("Comment", ""), int((box.right - x) / LETTER), placeholder=" …")
        _text(group, x, box.y + 18, told, size="11", opacity=SOFT)
    elif box.shape == "chip":
        _text(
            group,
            x,
            y + 4,
            " · ".join(part for part in (name, counted) if part),
            anchor="middle",
            size="10.5" if len(counted) < 8 else "9",
        )
    elif counted and box.height > 30:
        _text(group, x, y - 2, name, anchor="middle", weight="600")
        _text(group, x, y + 12, counted, anchor="middle", size="11")
    else:
        said = f"{name} · {counted}" if counted else name
        _text(group, x, y + 4.5, said, anchor="middle", weight="600", size="13" if len(said) < 20 else "10")
    if plain.get("Retry"):
        _text(group, box.right - 10, box.y + 14, "↻", anchor="middle", size="11", opacity=SOFT)


def _words(group: Element, scope: Scope, box: Box, said: str) -> None:
    room = max(int((scope.right - scope.words_at) / LETTER), 24)
    wrapped = textwrap.wrap(said, room, max_lines=3, placeholder=" …")
    first = box.middle[1] + 4 - LINE * (len(wrapped) - 1) / 2
    for number, line in enumerate(wrapped):
        _text(group, scope.words_at, first + LINE * number, line, size="11.5", opacity=SOFT)


def _text(
    parent: Element,
    x: float,
    y: float,
    text: str,
    *,
    anchor: str = "",
    size: str = "11",
    weight: str = "",
    opacity: str = "",
) -> None:
    look = {"text-anchor": anchor, "font-size": size, "font-weight": weight, "opacity": opacity}
    chosen = {name: value for name, value in look.items() if value}
    SubElement(parent, "text", {"x": f"{x:g}", "y": f"{y:g}", "fill": "currentColor", **chosen}).text = text
