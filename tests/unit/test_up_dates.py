"""When a rule fires, by its ScheduleExpression and a clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rediscover.commands.timers.when import When
from rediscover.commands.up.dates import Dates, WrongExpression

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_the_templates_own_expression_is_read_in_utc() -> None:
    dates = Dates("cron(0 6 ? * MON *)")
    assert dates.latest(LONG_AGO, at("2026-11-26 12:00")) == at("2026-11-23 06:00")
    assert dates.latest(LONG_AGO, at("2026-11-23 06:00")) == at("2026-11-23 06:00")  # at the very minute
    assert dates.latest(LONG_AGO, at("2026-11-23 05:59:59")) == at("2026-11-16 06:00")
    assert dates.following(LONG_AGO, at("2026-11-23 06:00")) == at("2026-11-30 06:00")
    assert dates.latest(at("2026-11-23 06:00"), at("2026-11-26 12:00")) is None  # it was there before


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("cron(15 10 ? * 6L *)", "2026-10-30 10:15"),  # the last Friday
        ("cron(0 8 1W * ? *)", "2026-11-02 08:00"),  # the weekday nearest to the 1st, a Sunday
        ("cron(0/30 8-9 ? * MON#3 2026)", "2026-11-16 09:30"),  # the third Monday
        ("cron(5 7 * * ? *)", "2026-11-26 07:05"),
    ],
)
def test_the_words_of_eventbridges_cron_are_known(expression: str, expected: str) -> None:
    assert Dates(expression).latest(LONG_AGO, at("2026-11-26 12:00")) == at(expected)


def test_a_rate_counts_from_when_the_rule_is_known() -> None:
    since = at("2026-11-20 14:37")
    dates = Dates("rate(1 day)")
    assert dates.latest(since, at("2026-11-21 14:36")) is None
    assert dates.latest(since, at("2026-11-23 20:00")) == at("2026-11-23 14:37")
    assert dates.following(since, since) == at("2026-11-21 14:37")
    assert Dates("rate(90 minutes)").following(since, since) == since + timedelta(minutes=90)


def test_your_own_hour_stays_the_hour_when_summer_time_ends() -> None:
    dates = Dates(When.of("week", "20:00").expression, BERLIN)
    assert dates.latest(LONG_AGO, at("2026-10-20 12:00")) == at("2026-10-19 18:00")  # in summer time
    assert dates.latest(LONG_AGO, at("2026-10-27 12:00")) == at("2026-10-26 19:00")
    assert Dates(When.of("day", "20:00").expression, BERLIN).following(LONG_AGO, at("2026-10-24 18:00")) == at(
        "2026-10-25 19:00"
    )


def test_an_hour_that_there_is_twice_or_never_is_one_date() -> None:
    dates = Dates("cron(30 2 * * ? *)", BERLIN)
    for begin, end in (("2026-10-24 12:00", "2026-10-25 12:00"), ("2026-03-28 12:00", "2026-03-29 12:00")):
        minutes = [at(begin) + timedelta(minutes=minute) for minute in range(24 * 60)]
        found = [date for now in minutes if (date := dates.latest(at(begin), now))]
        assert len(set(found)) == 1, (begin, end)


@pytest.mark.parametrize("wrong", ["", "cron(0 6 * * MON)", "cron(0 25 ? * MON *)", "rate(0 days)", "at(2026-01-01)"])
def test_what_is_no_expression_is_refused(wrong: str) -> None:
    with pytest.raises(WrongExpression, match="none of EventBridge's"):
        Dates(wrong)
