"""Where everything of a state machine stands. The line is at x = 0; what runs inside a state stands in its frame."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from rediscover.executions.picture.machine import Machine, Row, Way

HALF, HEIGHT, SMALL = 82, 32, 23
END_HALF = 58
CHIP, CHIP_HEIGHT, BETWEEN_CHIPS = 188, 18, 7
BESIDE = 32
GAP, GAP_WITH_CHOICE = 24, 40
DIAMOND, DOT = 7, 4
HEAD, INSIDE = 22, 12
LANE = 8


@dataclass(frozen=True)
class Box:
    """A state: `x` and `y` are its left upper corner. A frame holds others; a diamond is a Choice."""

    name: str
    shape: str
    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.height

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass
class Scope:
    """A machine whose states have their places, in the order of its rows. Its `side` has what stands beside them."""

    machine: Machine
    axis: float
    side: int
    top: float
    has_words: bool
    boxes: dict[str, Box] = field(default_factory=dict)
    lanes: list[tuple[list[Way], int]] = field(default_factory=list)
    left: float = 0
    right: float = 0
    bottom: float = 0

    @property
    def words_at(self) -> float:
        """Where the words beside a state begin."""
        return self.axis + HALF + 20 + LANE * (1 + max((lane for _, lane in self.lanes), default=-1))

    def row_of(self, name: str) -> int | None:
        """The row that a state stands in on the line; the ends stand in the last; None for what stands beside it."""
        if name in self.machine.ends:
            return len(self.machine.rows)
        rows = enumerate(self.machine.rows)
        return next((number for number, row in rows if name in (row.state, row.choice)), None)


def lay_out(
    machine: Machine, axis: float = 0, top: float = 0, side: int = -1, *, has_words: bool = True
) -> list[Scope]:
    """The scopes of a machine, those inside others after them. What is beside its line is left of it; right with 1."""
    scope = Scope(machine, axis, side, top, has_words)
    scope.lanes = _lanes(scope)
    scope.left, scope.right = axis - HALF, scope.words_at
    found, y = [scope], top
    for row in machine.rows:
        y = _place(scope, row, y, found)
    x = axis - END_HALF
    for name in machine.ends:
        _put(scope, Box(name, "box", x, y, 2 * END_HALF, SMALL))
        x = max(x + 2 * END_HALF, axis + HALF) + 8
        scope.bottom = y + SMALL
    if frames := [box.right for box in scope.boxes.values() if box.shape == "frame"]:
        scope.right = max(scope.right, around(max(frames), max((lane for _, lane in scope.lanes), default=0)))
    return found


def around(edge: float, lane: int) -> float:
    """Where a line goes past a frame."""
    return edge + 12 + LANE * lane


def _put(scope: Scope, box: Box) -> None:
    scope.boxes[box.name] = box
    scope.left, scope.right = min(scope.left, box.x), max(scope.right, box.right)
    scope.bottom = max(scope.bottom, box.bottom)


def _place(scope: Scope, row: Row, y: float, found: list[Scope]) -> float:
    """Put a row at `y`; where the next one goes."""
    chips = [name for name in row.beside if scope.machine.type(name) != "Choice"]
    stack = len(chips) * (CHIP_HEIGHT + BETWEEN_CHIPS) - BETWEEN_CHIPS
    if scope.machine.inner(row.state):
        bottom = _frame(scope, row.state, y, found)
    elif scope.machine.type(row.state) == "Choice":
        _put(scope, _diamond(row.state, scope.axis, y))
        bottom = y + 2 * DIAMOND
    else:
        is_small = scope.machine.type(row.state) in ("Wait", "Pass")
        height = SMALL if is_small else HEIGHT
        bottom = y + max(height, stack)
        _put(scope, Box(row.state, "box", scope.axis - HALF, (y + bottom - height) / 2, 2 * HALF, height))
    at = (y + bottom + stack) / 2 - CHIP_HEIGHT
    near = scope.axis + scope.side * (HALF + BESIDE)
    for name in row.beside:
        if name in chips:
            _put(scope, Box(name, "chip", min(near, near + scope.side * CHIP), at, CHIP, CHIP_HEIGHT))
            at -= CHIP_HEIGHT + BETWEEN_CHIPS
        else:
            beside = scope.axis + scope.side * (HALF + BESIDE / 2)
            _put(scope, _diamond(name, beside, at + BETWEEN_CHIPS + CHIP_HEIGHT + CHIP_HEIGHT / 2 - DOT, DOT))
    if row.choice:
        _put(scope, _diamond(row.choice, scope.axis, bottom + 13))
        return bottom + GAP_WITH_CHOICE
    return bottom + GAP


def _diamond(name: str, x: float, y: float, half: float = DIAMOND) -> Box:
    return Box(name, "diamond", x - half, y, 2 * half, 2 * half)


def _frame(scope: Scope, name: str, y: float, found: list[Scope]) -> float:
    """Put a Map or a Parallel with all that it holds; its bottom. Branches stand side by side."""
    machines = scope.machine.inner(name)
    inside: list[Scope] = []
    width = 2 * HALF + 28
    first = scope.axis - width * (len(machines) - 1) / 2
    for number, machine in enumerate(machines):
        side = 1 if number and number == len(machines) - 1 else -1
        has_words = scope.has_words and len(machines) == 1
        inside.append((scopes := lay_out(machine, first + number * width, y + HEAD + 8, side, has_words=has_words))[0])
        found += scopes
    left, right = min(one.left for one in inside) - INSIDE, max(one.right for one in inside) + INSIDE
    if all(one.has_words for one in inside):
        right = max(right, 2 * scope.axis - left)
    bottom = max(one.bottom for one in inside) + INSIDE
    _put(scope, Box(name, "frame", left, y, right - left, bottom - y))
    return bottom


def _lanes(scope: Scope) -> list[tuple[list[Way], int]]:
    """The ways that pass rows or lead to another end: those to the same state are one line, in a lane of its own."""
    lines: dict[tuple[str, bool], list[Way]] = {}
    for way in scope.machine.ways:
        if passes(scope, way):
            lines.setdefault((way.target, way.kind == "catch"), []).append(way)
    spans = sorted(((_span(scope, ways), ways) for ways in lines.values()), key=lambda one: one[0][1] - one[0][0])
    taken: list[list[tuple[int, int]]] = []
    found = []
    for span, ways in spans:
        free = (n for n, others in enumerate(taken) if all(span[1] < one[0] or span[0] > one[1] for one in others))
        lane = next(free, len(taken))
        if lane == len(taken):
            taken.append([])
        taken[lane].append(span)
        found.append((ways, lane))
    return found


def passes(scope: Scope, way: Way) -> bool:
    """Whether a way on the line is neither of the line itself, as is a failure that goes on like success, nor back."""
    source, target = scope.row_of(way.source), scope.row_of(way.target)
    if source is None or target is None or source > target:
        return False
    rows, ends = scope.machine.rows, scope.machine.ends
    if source == target:
        return False
    first = ends[0] if target == len(rows) else rows[target].state
    return not (target == source + 1 and way.target == first)


def fails_alike(scope: Scope, way: Way) -> list[Way]:
    """The ways of what stands beside a state, whose failures lead where that state's own lead."""
    row = next((row for row in scope.machine.rows if row.state == way.source), None)
    if row is None or way.kind != "catch":
        return []
    return [
        one
        for one in scope.machine.ways
        if one.source in row.beside and (one.target, one.kind) == (way.target, "catch")
    ]


def _span(scope: Scope, ways: Sequence[Way]) -> tuple[int, int]:
    rows = [row for way in ways for name in (way.source, way.target) if (row := scope.row_of(name)) is not None]
    return min(rows), max(rows)
