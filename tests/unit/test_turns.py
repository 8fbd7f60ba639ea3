"""Which pairs go one after the other."""

import pytest

from rediscover_archive.targets.turns import Turn, in_turn


@pytest.mark.parametrize(
    ("turns", "groups"),
    [
        ([Turn("A"), Turn("B"), Turn("A")], [[0, 2], [1]]),
        ([Turn("all"), Turn("week", ["all"]), Turn("other")], [[1, 0], [2]]),
        ([Turn("all"), Turn("all"), Turn("week", ["all"])], [[2, 0, 1]]),
        ([Turn("A", ["B"]), Turn("B", ["A"])], [[0, 1]]),
        ([Turn("A"), Turn("B"), Turn("C", ["A", "B"])], [[2, 0, 1]]),
        ([Turn("C", ["B"]), Turn("B", ["A"]), Turn("A")], [[0, 1, 2]]),
        ([Turn("A"), Turn("B", ["A"]), Turn("C", ["B"])], [[2, 1, 0]]),
        ([Turn("A", ["X"]), Turn("B", ["X"])], [[0], [1]]),
    ],
)
def test_a_pair_goes_before_those_that_add_to_its_not_in(turns: list[Turn], groups: list[list[int]]) -> None:
    assert in_turn(turns) == groups
