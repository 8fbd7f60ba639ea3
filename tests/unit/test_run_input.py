"""An execution's input, before anything is done with it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from rediscover_archive.errors import InvalidInput
from rediscover_archive.pairs.options import Options, schema
from rediscover_archive.runs.run_input import MOST_ELSEWHERE, by_target, let_clear, pairs_of
from rediscover_archive.runs.state import Pair
from rediscover_archive.settings import Settings

A, B, C = ("A" * 22, "B" * 22, "C" * 22)
UNSET = Settings.from_environment({})
NOW = datetime(2026, 12, 31, 12, tzinfo=UTC)
STACK = replace(UNSET, source=f"spotify:playlist:{A}", target=B)


def _pairs(given: Any, settings: Settings = UNSET) -> list[Pair]:
    return pairs_of(given, settings, NOW)


def test_an_empty_input_runs_the_stacks_own_pair() -> None:
    (pair,) = _pairs({}, STACK)
    assert pair == {
        "index": 0,
        "source": f"spotify:playlist:{A}",
        "target": B,
        "source_ids": [A],
        "target_id": B,
        "options": Options().document(),
    }


def test_the_input_that_the_console_offers_runs_the_stacks_own_pair() -> None:
    assert len(_pairs({"Comment": "Insert your JSON here"}, STACK)) == 1


def test_pairs_of_the_input_replace_the_stacks_own() -> None:
    pairs = _pairs({"pairs": [{"source": C, "target": B}, {"source": A, "target": C}]}, STACK)
    assert [(pair["source_ids"], pair["target_id"]) for pair in pairs] == [([C], B), ([A], C)]


def test_pairs_with_the_same_target_form_one_group_in_order() -> None:
    given = [{"source": A, "target": C}, {"source": A, "target": B}, {"source": B, "target": C}]
    groups = by_target(_pairs({"pairs": given}, UNSET), lambda _: None)
    assert [(group["target"], [pair["index"] for pair in group["pairs"]]) for group in groups] == [
        (C, [0, 2]),
        (B, [1]),
    ]


def test_the_last_pair_of_a_source_clears_it_of_what_all_of_them_have() -> None:
    given = [{"source": [A, B], "target": C, "clear_source": True}, {"source": B, "target": "D" * 22}]
    groups = by_target(_pairs({"pairs": given}, UNSET), lambda _: None)
    let_clear(groups)
    ((first, second),) = (group["pairs"] for group in groups)
    assert first["clears"] == [{"source": A, "pairs": [0]}]
    assert second["clears"] == [{"source": B, "pairs": [0, 1]}]
    assert (first["for_clearing"], second["for_clearing"]) == (True, True)


def test_a_source_that_nobody_wants_cleared_is_left_as_it_is() -> None:
    groups = by_target(_pairs({"pairs": [{"source": A, "target": B}]}, UNSET), lambda _: None)
    let_clear(groups)
    assert not {"clears", "for_clearing"} & groups[0]["pairs"][0].keys()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([], "input must be an object ({…}); it is []"),
        ("go", 'input must be an object ({…}); it is "go"'),
        ({"pairs": []}, "pairs must not be empty; it is []"),
        ({"pairs": {}}, "pairs must be a list ([…]); it is {}"),
        ({"pairs": [{"source": A}]}, "pairs[0] lacks target; it is"),
        ({"pairs": [{"source": A, "target": 5}]}, "pairs[0].target must be a text or an object ({…}); it is 5"),
        ({"pairs": [{"source": A, "target": ""}]}, 'pairs[0].target must not be empty; it is "".'),
        ({"pairs": [{"source": [], "target": B}]}, "pairs[0].source must not be empty; it is []"),
        ({"pairs": [{"source": [A, 7], "target": B}]}, "pairs[0].source[1] must be a text or an object ({…}); it is 7"),
        ({"pairs": [{"source": [A, A], "target": B}]}, f"pairs[0].source[1]: '{A}' stands in the list before"),
        ({"pairs": [{"source": [C, B], "target": B}]}, f"pairs[0]: source and target are the same playlist, {B}"),
        ({"pairs": [{"source": "recently-played:x", "target": B}]}, "pairs[0].source: 'x' is not the link of a"),
        ({"pairs": [{"source": A, "target": "liked"}]}, "pairs[0].target: 'liked' is no playlist, to which"),
        ({"pairs": [{"source": A, "target": {}}]}, "pairs[0].target lacks create; it is {}"),
        ({"pairs": [{"source": A, "target": {"create": ""}}]}, "pairs[0].target.create must not be empty"),
        ({"pairs": [{"source": A, "target": {"create": "{day}"}}]}, "pairs[0].target.create: '{day}' has {day} in it"),
        ({"pairs": [{"source": A, "target": B, "match": "name"}]}, 'pairs[0].match must be uri or isrc; it is "name".'),
        ({"max_new": 0}, "max_new must be a whole number from 1 to 10,000; it is 0"),
        ({"limit_added": 2.5}, "limit_added must be a whole number from 1 to 10,000; it is 2.5"),
        ({"position": "middle"}, 'position must be bottom or top; it is "middle"'),
        (
            {"pairs": [{"source": A, "target": B, "limit": 1}]},
            "pairs[0] has no option 'limit'. Its options are source, target, match",
        ),
        ({"pairs": [{"source": A, "target": B}] * 41}, "pairs has 41 entries, and 40 is the most."),
        ({"dry_run": "yes"}, 'dry_run must be true or false; it is "yes"'),
        ({"pairs": [{"source": A, "target": {"create": "x" * 81}}]}, "create has 81 characters, and 80 is the most."),
        ({"pairs": [{"source": {"tracks": [7]}, "target": B}]}, "pairs[0].source.tracks[0] must be a text; it is 7."),
        ({"dryrun": True}, "input has no option 'dryrun'. Its options are pairs, dry_run, match"),
        ({"detail-type": "Scheduled Event"}, "input has no option 'detail-type'."),
        ({"pairs": [{"source": A, "target": {"create": "x", "at": 1}}]}, "Its options are create."),
        ({"pairs": [{"source": A, "target": A}]}, "pairs[0]: source and target are the same playlist"),
        ({"pairs": [{"source": A, "target": B}] * 2}, "pairs[1]: says the same as pairs[0]"),
        ({"pairs": [{"source": "x", "target": B}]}, "pairs[0].source: 'x' is not a playlist's URL"),
        ({}, "parameters SourcePlaylist and TargetPlaylist are not set"),
    ],
)
def test_bad_input_is_refused_naming_the_field_and_the_value(given: Any, told: str) -> None:
    with pytest.raises(InvalidInput) as error:
        _pairs(given, UNSET)
    assert told in str(error.value)


def test_a_long_value_is_cut_in_the_message() -> None:
    with pytest.raises(InvalidInput) as error:
        _pairs({"pairs": "x" * 5000}, UNSET)
    assert len(str(error.value)) < 300


def test_every_rule_of_the_schema_has_a_sentence_of_ours() -> None:
    rules = {"type", "enum", "pattern", "required", "additionalProperties"}
    rules |= {"minItems", "maxItems", "minLength", "maxLength", "minimum", "maximum"}
    say_nothing = {"$schema", "title", "description", "properties", "items", "definitions", "default", "$ref"}

    def keywords(definition: Any) -> Iterator[str]:
        for word, value in definition.items():
            yield word
            for one in value.values() if word in ("properties", "definitions") else [value]:
                yield from keywords(one) if isinstance(one, dict) and word != "default" else ()

    found = set(keywords(schema()))
    assert found <= rules | say_nothing, "write it into _problem of runs/run_input.py"
    assert rules <= found


def test_settle_seconds_must_be_a_number() -> None:
    with pytest.raises(InvalidInput, match="SETTLE_SECONDS: 'soon'"):
        Settings.from_environment({"SETTLE_SECONDS": "soon"})


def test_sources_have_one_spelling() -> None:
    given = ["liked", " recently-played ", f"recently-played:https://open.spotify.com/playlist/{A}?si=1", B]
    (pair,) = _pairs({"pairs": [{"source": given, "target": C}]})
    assert pair["source_ids"] == ["liked", "recently-played", f"recently-played:spotify:playlist:{A}", B]
    assert pair["source"] == given


def test_the_stacks_own_sources_may_be_several() -> None:
    (pair,) = _pairs({}, replace(STACK, source=f"liked, {A}"))
    assert pair["source_ids"] == ["liked", A]


def test_several_sources_pasted_as_one_text_are_all_used() -> None:
    given = {"source": f"<spotify:playlist:{A}> {C}\nliked", "target": f'"{B}"'}
    (pair,) = _pairs({"pairs": [given]})
    assert (pair["source_ids"], pair["target_id"]) == ([A, C, "liked"], B)


def test_a_target_to_be_made_has_the_day_in_its_name() -> None:
    (pair,) = _pairs({"pairs": [{"source": A, "target": {"create": "Kept {year}-{month}"}}]})
    assert pair["create"] == "Kept 2026-12"
    assert "target_id" not in pair
    (own,) = _pairs({}, replace(STACK, target="", create_target="Week {week} of {year}"))
    assert own["create"] == "Week 53 of 2026"


def test_a_pairs_own_choice_comes_before_the_inputs_and_that_before_the_stacks() -> None:
    stack = replace(STACK, options={"match": "isrc", "max_new": 7, "position": "top"})
    given = {"pairs": [{"source": A, "target": B, "max_new": 9}, {"source": C, "target": B}], "max_new": 8}
    first, second = _pairs(given, stack)
    assert (first["options"]["max_new"], second["options"]["max_new"]) == (9, 8)
    assert first["options"]["match"] == "isrc"
    assert second["options"]["position"] == "top"


def test_the_same_pair_is_told_apart_by_what_it_makes() -> None:
    given = [{"source": A, "target": {"create": "One"}}, {"source": A, "target": {"create": "Two"}}]
    assert len(_pairs({"pairs": given})) == 2
    with pytest.raises(InvalidInput, match="says the same as"):
        _pairs({"pairs": [given[0], given[0]]})


def test_the_stacks_options_must_be_a_json_object() -> None:
    for text in ("{", "[]"):
        with pytest.raises(InvalidInput, match="OPTIONS: '"):
            Settings.from_environment({"OPTIONS": text})


def test_more_playlists_of_not_in_than_can_be_read_are_refused() -> None:
    many = [f"{number:022}" for number in range(MOST_ELSEWHERE + 1)]
    with pytest.raises(InvalidInput, match=rf"not_in: these are {len(many)} playlists; it can name {MOST_ELSEWHERE}\."):
        _pairs({"pairs": [{"source": A, "target": B, "not_in": " ".join(many)}]})
