"""The name of a target that is made: what may stand in it, and when it becomes another one."""

from datetime import UTC, datetime

import pytest

from rediscover_archive.errors import InvalidInput
from rediscover_archive.targets.names import name_at


def _at(template: str, day: str) -> str:
    return name_at(template, "target.create", datetime.fromisoformat(day).replace(tzinfo=UTC))


@pytest.mark.parametrize(
    ("template", "day", "name"),
    [
        ("(re)Discover", "2026-11-22", "(re)Discover"),
        ("(re)Discover {year}", "2026-12-31", "(re)Discover 2026"),
        ("(re)Discover {year}", "2027-01-01", "(re)Discover 2027"),
        ("{year}-{month}", "2026-03-01", "2026-03"),
        ("Week {week}", "2026-01-05", "Week 02"),
        ("{year}, and {year} again", "2026-06-01", "2026, and 2026 again"),
        ("  Kept {year} ", "2026-06-01", "Kept 2026"),
    ],
)
def test_a_name_has_the_parts_of_the_day(template: str, day: str, name: str) -> None:
    assert _at(template, day) == name


@pytest.mark.parametrize(
    ("day", "name"),
    [("2026-12-28", "2026, week 53"), ("2027-01-03", "2026, week 53"), ("2027-01-04", "2027, week 01")],
)
def test_a_week_that_two_years_share_has_one_name(day: str, name: str) -> None:
    assert _at("{year}, week {week}", day) == name


@pytest.mark.parametrize("template", ["{day}", "{Year}", "{year:02}", "{}", "{0}", "{year.real}"])
def test_anything_else_in_braces_is_refused_by_name(template: str) -> None:
    with pytest.raises(InvalidInput, match=r"target.create: .* has \{.*\} in it; what can be filled in is \{year\}"):
        _at(template, "2026-11-22")


@pytest.mark.parametrize("template", ["", "   ", "two\nlines", "a\x00"])
def test_what_no_playlist_can_be_called_is_refused(template: str) -> None:
    with pytest.raises(InvalidInput, match="gives no name that a playlist can have"):
        _at(template, "2026-11-22")


def test_a_single_brace_is_a_part_of_the_name() -> None:
    assert _at("{ :) {year}", "2026-11-22") == "{ :) 2026"
