"""The dates of a rule, by its expression: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from aws_croniter import AwsCroniter
from aws_croniter.exceptions import AwsCroniterExpressionError

from rediscover.errors import UserError

_UNITS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
_EXPRESSION = re.compile(r"(cron|rate)\((.+)\)")
_RATE = re.compile(r"([1-9]\d*) (minute|hour|day)s?")


class WrongExpression(UserError):
    """EventBridge takes no such ScheduleExpression."""


@dataclass(frozen=True)
class Dates:
    """What a ScheduleExpression means by a zone's clock; None is the zone of this machine, EventBridge's is UTC.

    Raises WrongExpression.
    """

    expression: str
    zone: tzinfo | None = UTC

    def __post_init__(self) -> None:
        self._parsed()

    def latest(self, since: datetime, now: datetime) -> datetime | None:
        """The last date after `since` and not after `now`; rates count from `since`. All in UTC."""
        parsed = self._parsed()
        if isinstance(parsed, timedelta):
            times = (now - since) // parsed
            return since + times * parsed if times > 0 else None
        found = parsed.get_prev(self._on_the_wall(now), 1, inclusive=True)
        date = self._in_utc(found[0]) if found and found[0] else None
        return date if date and since < date <= now else None

    def following(self, since: datetime, now: datetime) -> datetime | None:
        """The first date after `now`; None where there is none any more."""
        parsed = self._parsed()
        if isinstance(parsed, timedelta):
            return since + (max(now - since, timedelta()) // parsed + 1) * parsed
        found = parsed.get_next(self._on_the_wall(now), 1)
        return self._in_utc(found[0]) if found and found[0] else None

    def _parsed(self) -> Any:
        """A timedelta for a rate, and what aws_croniter makes of the rest, which it types nowhere."""
        matched = _EXPRESSION.fullmatch(self.expression)
        try:
            if matched and matched[1] == "cron":
                return AwsCroniter(matched[2])
            if matched and (rate := _RATE.fullmatch(matched[2])):
                return int(rate[1]) * _UNITS[rate[2]]
        except AwsCroniterExpressionError as error:
            raise WrongExpression(f"The schedule {self.expression} is none of EventBridge's: {error}") from error
        raise WrongExpression(f"The schedule {self.expression} is none of EventBridge's.")

    def _on_the_wall(self, moment: datetime) -> datetime:
        """What the zone's clock shows, as the UTC that aws_croniter wants."""
        return moment.astimezone(self.zone).replace(tzinfo=UTC)

    def _in_utc(self, on_the_wall: datetime) -> datetime:
        naive = on_the_wall.replace(tzinfo=None)
        return (naive.replace(tzinfo=self.zone) if self.zone else naive).astimezone(UTC)
