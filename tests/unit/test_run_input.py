"""An execution's input, before anything is done with it."""

from dataclasses import replace
from typing import Any

import pytest

from archive.errors import InvalidInput
from archive.run_input import by_target, pairs_of
from archive.settings import Settings

A, B, C = ("A" * 22, "B" * 22, "C" * 22)
UNSET = Settings.of({})
STACK = replace(UNSET, source=f"spotify:playlist:{A}", target=B)


def test_an_empty_input_runs_the_stacks_own_pair() -> None:
    (pair,) = pairs_of({}, STACK)
    assert pair == {"index": 0, "source": f"spotify:playlist:{A}", "target": B, "source_id": A, "target_id": B}


def test_the_input_that_the_console_offers_runs_the_stacks_own_pair() -> None:
    assert len(pairs_of({"Comment": "Insert your JSON here"}, STACK)) == 1


def test_pairs_of_the_input_replace_the_stacks_own() -> None:
    pairs = pairs_of({"pairs": [{"source": C, "target": B}, {"source": A, "target": C}]}, STACK)
    assert [(pair["source_id"], pair["target_id"]) for pair in pairs] == [(C, B), (A, C)]


def test_pairs_with_the_same_target_form_one_group_in_order() -> None:
    given = [{"source": A, "target": C}, {"source": A, "target": B}, {"source": B, "target": C}]
    groups = by_target(pairs_of({"pairs": given}, UNSET))
    assert [(group["target"], [pair["index"] for pair in group["pairs"]]) for group in groups] == [
        (C, [0, 2]),
        (B, [1]),
    ]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([], "input must be object; it is []"),
        ("go", 'input must be object; it is "go"'),
        ({"pairs": []}, "pairs must contain at least 1 items; it is []"),
        ({"pairs": {}}, "pairs must be array; it is {}"),
        ({"pairs": [{"source": A}]}, "pairs[0] must contain ['target'] properties; it is"),
        ({"pairs": [{"source": A, "target": 5}]}, "pairs[0].target must be string; it is 5"),
        ({"pairs": [{"source": A, "target": ""}]}, "pairs[0].target must be longer than or equal to 1 characters"),
        ({"pairs": [{"source": A, "target": B, "limit": 1}]}, "pairs[0] must not contain {'limit'} properties"),
        ({"pairs": [{"source": A, "target": B}] * 41}, "pairs must contain less than or equal to 40 items"),
        ({"dry_run": "yes"}, 'dry_run must be boolean; it is "yes"'),
        ({"dryrun": True}, "input must not contain {'dryrun'} properties"),
        ({"detail-type": "Scheduled Event"}, "input must not contain {'detail-type'} properties"),
        ({"pairs": [{"source": A, "target": A}]}, "pairs[0]: source and target are the same playlist"),
        ({"pairs": [{"source": A, "target": B}] * 2}, "pairs[1]: says the same as pairs[0]"),
        ({"pairs": [{"source": "x", "target": B}]}, "pairs[0].source: 'x' is not a playlist's URL"),
        ({}, "SourcePlaylist and TargetPlaylist is not set"),
    ],
)
def test_bad_input_is_refused_naming_the_field_and_the_value(given: Any, told: str) -> None:
    with pytest.raises(InvalidInput) as error:
        pairs_of(given, UNSET)
    assert told in str(error.value)


def test_a_long_value_is_cut_in_the_message() -> None:
    with pytest.raises(InvalidInput) as error:
        pairs_of({"pairs": "x" * 5000}, UNSET)
    assert len(str(error.value)) < 300


def test_settle_seconds_must_be_a_number() -> None:
    with pytest.raises(InvalidInput, match="SETTLE_SECONDS: 'soon'"):
        Settings.of({"SETTLE_SECONDS": "soon"})
