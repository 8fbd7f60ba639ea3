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
        ([Turn("A", sources=["S"]), Turn("B", sources=["S"])], [[0], [1]]),
        ([Turn("A", sources=["S"], clears=True), Turn("C"), Turn("B", sources=["S", "R"])], [[0, 2], [1]]),
        ([Turn("A", sources=["S"], clears=True), Turn("S", sources=["R"])], [[0, 1]]),
    ],
)
def test_pairs_that_meet_go_one_after_the_other_and_not_in_before_what_adds_to_it(
    turns: list[Turn], groups: list[list[int]]
) -> None:
    assert in_turn(turns) == groups
