"""Which pairs of a run go one after the other, and in which turn. Pure."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Turn:
    """What one pair has to do with playlists: the `target` that it adds to, those that it looks for tracks in, and its
    `sources`, which it `clears` or does not.
    """

    target: str
    not_in: Collection[str] = ()
    sources: Collection[str] = ()
    clears: bool = False

    def meets(self, other: "Turn") -> bool:
        """Whether what one of the two does could change what the other sees."""
        return self.target == other.target or self._disturbs(other) or other._disturbs(self)

    def _disturbs(self, other: "Turn") -> bool:
        cleared = self.sources if self.clears else ()
        return self.target in other.not_in or any(source in (other.target, *other.sources) for source in cleared)


def in_turn(turns: list[Turn]) -> list[list[int]]:
    """The places of the `turns` in groups; those of a group go one after the other, the groups side by side.

    A pair goes before one that adds to a playlist of its `not_in`: it is to see that as it was before the run.
    """
    groups: list[list[int]] = []
    for place, turn in enumerate(turns):
        met = [group for group in groups if any(turn.meets(turns[other]) for other in group)]
        merged = [*(other for group in met for other in group), place]
        groups = (
            [merged if group is met[0] else group for group in groups if group not in met[1:]]
            if met
            else [*groups, merged]
        )
    return [[*_ordered(sorted(group), turns)] for group in groups]


def _ordered(group: list[int], turns: list[Turn]) -> Iterator[int]:
    left = list(group)
    while left:
        wanted = {one for place in left for one in turns[place].not_in}
        free = [place for place in left if turns[place].target not in wanted - {*turns[place].not_in}]
        place = free[0] if free else left[0]  # they wait for each other
        left.remove(place)
        yield place
