"""The lines between the states of a scope, as an SVG path each."""

from collections.abc import Iterator
from dataclasses import dataclass

from rediscover.executions.picture.layout import HALF, LANE, Box, Scope, around, fails_alike, passes
from rediscover.executions.picture.machine import Way


@dataclass(frozen=True)
class Line:
    """A line, and the ways that it stands for. One that joins another has no head."""

    path: str
    ways: tuple[Way, ...]
    is_main: bool = False
    has_head: bool = True


def lines(scope: Scope) -> Iterator[Line]:
    """Every way between two states of a scope. Ways that fail alike have a line together."""
    yield from _down(scope)
    for ways, lane in scope.lanes:
        yield _past(scope, ways, lane)
    alike = {other for way in scope.machine.ways for other in fails_alike(scope, way)}
    for way in scope.machine.ways:
        if scope.row_of(way.source) is None or scope.row_of(way.target) is None:
            if way not in alike:
                yield _beside(scope, way)
        elif _is_back(scope, way):
            yield _back(scope, way)


def _is_back(scope: Scope, way: Way) -> bool:
    source, target = scope.row_of(way.source), scope.row_of(way.target)
    return source == target and way.target == scope.machine.rows[target or 0].state


def _down(scope: Scope) -> Iterator[Line]:
    """The line itself: what leads from row to row, and from a state to its own Choice."""
    steps: dict[str, list[Way]] = {}
    for way in scope.machine.ways:
        source, target = scope.row_of(way.source), scope.row_of(way.target)
        if source is None or target is None or passes(scope, way) or _is_back(scope, way):
            continue
        steps.setdefault(way.target, []).extend([way, *fails_alike(scope, way)])
    for target_name, ways in steps.items():
        direct = [way for way in ways if way.kind != "catch"]
        begin = max(scope.boxes[way.source].bottom for way in direct or ways)
        yield Line(f"M{scope.axis:g} {begin:g}V{scope.boxes[target_name].y:g}", tuple(ways), is_main=bool(direct))


def _past(scope: Scope, ways: list[Way], lane: int) -> Line:
    """One line for all ways to a state that pass others: beside the boxes, and around the frames between."""
    target = scope.boxes[ways[0].target]
    near = scope.axis + HALF + 12 + LANE * lane
    parts, begin = [], min(ways, key=lambda way: scope.boxes[way.source].y)
    for way in ways:
        box = scope.boxes[way.source]
        y = box.middle[1] if box.shape == "diamond" else box.bottom - 9
        reach = around(box.right, lane) if box.shape == "frame" else near
        if way is not begin:
            parts.append(f"M{box.right:g} {y:g}H{reach:g}")
    box = scope.boxes[begin.source]
    y = box.middle[1] if box.shape == "diamond" else box.bottom - 9
    path = f"M{box.right:g} {y:g}"
    path += f"H{around(box.right, lane) if box.shape == 'frame' else near:g}"
    for frame in sorted((one for one in scope.boxes.values() if one.shape == "frame"), key=lambda one: one.y):
        if box.y <= frame.y < target.y:
            if frame is not box:
                path += f"V{frame.y - 6 - 2 * lane:g}H{around(frame.right, lane):g}"
            path += f"V{frame.bottom + 6 + 2 * lane:g}H{near:g}"
    parts.append(path + _arrival(scope, target))
    all_ways = tuple(one for way in ways for one in (way, *fails_alike(scope, way)))
    return Line("".join(parts), all_ways, has_head=target.name not in scope.machine.ends[:1])


def _arrival(scope: Scope, target: Box) -> str:
    if target.shape == "frame" or target.name in scope.machine.ends[1:2]:
        return f"V{target.y:g}"
    if target.name in scope.machine.ends[2:]:
        return f"V{target.y - 11:g}H{target.middle[0]:g}V{target.y:g}"
    if target.name in scope.machine.ends:
        return f"V{target.y - 11:g}H{scope.axis:g}"
    y = target.middle[1] if target.shape == "diamond" else target.y + 9
    return f"V{y:g}H{target.right:g}"


def _back(scope: Scope, way: Way) -> Line:
    """From a Choice to its own state again."""
    choice, state = scope.boxes[way.source], scope.boxes[way.target]
    x = scope.axis - scope.side * (HALF - 20)
    start = choice.right if scope.side < 0 else choice.x
    return Line(f"M{start:g} {choice.middle[1]:g}H{x:g}V{state.bottom:g}", (way,))


def _beside(scope: Scope, way: Way) -> Line:
    source, target = scope.boxes[way.source], scope.boxes[way.target]
    inner, outer = (_edge(target, -scope.side), _edge(source, scope.side))
    if scope.row_of(way.source) is not None:  # from the line to what is beside it
        if source.shape != "diamond":
            return Line(f"M{outer:g} {target.middle[1]:g}H{inner:g}", (way,))
        x = target.middle[0] - scope.side * 60
        return Line(f"M{outer:g} {source.middle[1]:g}H{x:g}V{target.bottom:g}", (way,))
    row = scope.row_of(way.target)
    if row is None:
        return _between(scope, source, target, way)
    if way.source in scope.machine.rows[min(row, len(scope.machine.rows) - 1)].beside:
        y = min(max(source.middle[1], target.y + 6), target.bottom - 6)
        return Line(f"M{_edge(source, -scope.side):g} {y:g}H{_edge(target, scope.side):g}", (way,))
    return _onward(scope, source, target, way, row)


def _between(scope: Scope, source: Box, target: Box, way: Way) -> Line:
    """From one to the other of those beside the same state."""
    if "diamond" not in (source.shape, target.shape):
        x = source.middle[0]
        return Line(f"M{x:g} {source.y:g}V{target.bottom:g}", (way,))
    if source.shape == "diamond":
        x, y = source.middle[0], target.middle[1]
        return Line(f"M{x:g} {source.bottom:g}V{y:g}H{_edge(target, -scope.side):g}", (way,))
    start, end = _edge(source, -scope.side), _edge(target, scope.side)
    return Line(f"M{start:g} {source.middle[1]:g}H{end:g}", (way,), has_head=False)


def _onward(scope: Scope, source: Box, target: Box, way: Way, row: int) -> Line:
    """From what is beside the line to a state further down on it."""
    rows = scope.machine.rows
    before = next(number for number, one in enumerate(rows) if way.source in one.beside)
    if row == before + 1 and (choice := rows[before].choice):
        x, y = source.middle[0] + scope.side * 60, scope.boxes[choice].bottom + 5
        return Line(f"M{x:g} {source.bottom:g}V{y:g}H{scope.axis:g}", (way,), has_head=False)
    far = (scope.left if scope.side < 0 else scope.right) + scope.side * 6
    path = f"M{_edge(source, scope.side):g} {source.middle[1]:g}H{far:g}V{target.y - 11:g}H{scope.axis:g}"
    return Line(path, (way,), has_head=False)


def _edge(box: Box, side: int) -> float:
    return box.x if side < 0 else box.right
