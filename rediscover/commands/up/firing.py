"""What a rule does at its date, on an embedded engine that lasts as long; in a process of its own (child.py)."""

import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from rediscover.commands.earlier import earlier, with_earlier
from rediscover.commands.results import lines
from rediscover.commands.telling.runs import with_interrupted
from rediscover.commands.up.stack import Alarm, Deployed, Fired, Message, Order, Rule
from rediscover.engine import Engine
from rediscover.engine.eventbridge import event_id
from rediscover.executions.finished import Ended, Notification
from rediscover.machine.disk import check_room
from rediscover.machine.network import check_network
from rediscover.machine.surroundings import undisturbed
from rediscover.machine.terminal import consoles, say
from rediscover.places.home import TOKEN_SECRET, Home
from rediscover.places.listener import NOTIFY_ON
from rediscover.places.local import attend
from rediscover.words import clean, reason
from rediscover_archive.runs import claim
from rediscover_archive.settings import accounts_url
from rediscover_archive.text import cause_in_words

WAIT = 3600.0
"""Seconds that a date waits for another run in the home, before it is tried again later."""

_ON_AWS = re.compile(r" --aws --stack [\w-]+")


def deployed(parameters: Mapping[str, str]) -> Deployed:
    """What the template deploys with these parameters. Raises EngineFailed."""
    with undisturbed(), tempfile.TemporaryDirectory() as folder, Engine(Path(folder), parameters) as engine:
        rules = engine.client("events").list_rules()["Rules"]
        scheduled = [rule for rule in rules if rule.get("ScheduleExpression") and rule["State"] == "ENABLED"]
        first = engine.outputs["ScheduleRuleName"]  # a run tells more than the daily look before it would
        scheduled.sort(key=lambda rule: rule["Name"] != first)
        (alarm,) = engine.client("cloudwatch").describe_alarms(AlarmNames=[engine.resources["NoSuccessAlarm"]])[
            "MetricAlarms"
        ]
        return Deployed(
            tuple(Rule(rule["Name"], rule["ScheduleExpression"]) for rule in scheduled),
            Alarm(alarm["AlarmName"], alarm["AlarmDescription"], alarm["Threshold"]),
        )


def fired(order: Order) -> Fired:
    """Do it, after another run that is at work in the home, printing what came of it.

    Raises what says what to do where nothing was started: UserError, ArchiveError.
    """
    out, err = consoles()
    home = Home(order.home)
    check_room(home.path)
    with undisturbed(), home.locked(WAIT, lambda: say(err, "Another run is at work in the home. Waiting for it …")):
        if ended := _ended_before(order, home):
            say(out, f"{order.rule} was done by {ended}.")
            return Fired()
        with _engine(order) as engine:
            if order.rule == engine.outputs["ScheduleRuleName"]:
                return _run(order, home, engine, out, err)
            answers = engine.invoke_rule(order.rule, at=order.date)
            return _answered(answers, _messages(engine))


def _ended_before(order: Order, home: Home) -> str | None:
    """The execution of this very date that came to its end, where only that was not noted any more."""
    begins = event_id(order.rule, order.date)
    ended = (one for one in home.executions.all() if one["status"] not in ("RUNNING", "ABORTED"))
    return next((str(one["name"]) for one in ended if one["name"].startswith(begins)), None)


@contextmanager
def _engine(order: Order) -> Iterator[Engine]:
    with Engine(order.home, order.parameters, keep_secrets=(TOKEN_SECRET,)) as engine:
        secret = engine.outputs["CredentialsSecretArn"]
        engine.put_secret(secret, json.dumps(order.account), changed_at=order.changed_at)
        # Who made it ended with an engine before this one, which does not know it; Prepare would wait for it.
        engine.client("s3").delete_object(Bucket=engine.outputs["BucketName"], Key=claim.KEY)
        yield engine


def _run(order: Order, home: Home, engine: Engine, out: Console, err: Console) -> Fired:
    check_network(order.parameters.get("SpotifyAccountsUrl") or accounts_url({}))
    before = earlier(home.executions, home.documents)
    (execution,) = engine.fire_rule(order.rule, at=order.date, given=json.dumps(order.input))
    ended = with_earlier(attend(engine, execution, home.executions, err, "waits"), before, home)
    told = next((Notification(*message) for message in _messages(engine) or _unsaid(ended)), None)
    told = with_interrupted(told, ended.report, order.parameters.get("NotifyOn", NOTIFY_ON[0]))
    messages = [(told.subject, told.message)] if told else []
    for line in _printed(ended, messages):
        say(out, line)
    return Fired(tuple(messages))


def _answered(answers: Iterable[Mapping[str, Any]], messages: list[Message]) -> Fired:
    fired = Fired(tuple(messages))
    for answer in answers:
        fired = replace(fired, **answer)
    return fired


def _messages(engine: Engine) -> list[Message]:
    """What was published, with the commands as they are typed here."""
    return [(subject, _ON_AWS.sub("", message)) for subject, message in engine.published(engine.outputs["TopicArn"])]


def _printed(ended: Ended, messages: list[Message]) -> Iterator[str]:
    """What became of a run; its result only where no message has it."""
    stamp = f"{datetime.now(UTC).astimezone():%Y-%m-%d %H:%M}"
    execution = ended.execution
    yield f"{stamp} {execution['status'].lower().replace('_', ' ')}: `rediscover history {clean(execution['name'])}`"
    if ended.report and not messages:
        yield from lines(ended.report)


def _unsaid(ended: Ended) -> Iterator[Message]:
    """Of a run that ended before it could tell: in the words of the template's UntoldFailureRule."""
    if not ended.succeeded and not ended.report:
        name, status = clean(ended.execution["name"]), ended.execution["status"]
        why = reason(ended.execution.get("error"), cause_in_words(ended.execution.get("cause")))
        message = f"The run {name} ended as {status} before it could say why. Nothing is lost.\n{why}\n"
        yield "(re)Discover Weekly: the run failed", message
