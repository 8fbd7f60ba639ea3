"""One execution, where it is to run: after another one that is at work there, and what has to be said around it."""

import json
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from rich.console import Console

from rediscover.commands.busy import Input, does_the_same, refusal
from rediscover.commands.earlier import earlier, with_earlier
from rediscover.errors import Busy
from rediscover.executions.finished import Ended, new_name
from rediscover.executions.view import Shown
from rediscover.machine.disk import check_room
from rediscover.machine.network import check_network
from rediscover.machine.terminal import say
from rediscover.places.home import TOKEN_SECRET, Home
from rediscover.places.stack import AwsStack
from rediscover.words import took
from rediscover_archive.pairs.plan import report_key
from rediscover_archive.runs import claim
from rediscover_archive.runs.state import BUSY
from rediscover_archive.settings import accounts_url

LOOKS = 5.0
"""Seconds between two looks whether a run on AWS has ended."""


def on_this_machine(
    given: Input,
    home: Home,
    account: Mapping[str, str],
    parameters: Mapping[str, str],
    wait: float,
    err: Console,
    shown: Shown,
) -> Ended:
    """Run the embedded engine with the execution's input `given`, after another run that is at work in this home.

    `wait` is how many seconds that one may take; `parameters` are the template's. One that still works then and does
    the same makes this one end as busy. Raises Busy where it does not, NoNetwork and DiskFull before anything began,
    and what the engine raises.
    """
    check_room(home.path)
    try:
        with home.locked(wait, partial(_waiting, f"in {home.path}", wait, err)):
            check_network(parameters.get("SpotifyAccountsUrl") or accounts_url({}))
            before = earlier(home.executions, home.documents)
            ended = with_earlier(_execute(given, home, account, parameters, err, shown), before, home)
    except Busy as error:
        at_work = home.executions.running
        if does_the_same(at_work, given):
            return Ended({"executionArn": None, "status": "SUCCEEDED"}, dict(BUSY), None)
        raise refusal(at_work, f"in {home.path}", wait) from error
    return replace(ended, report_at=str(home.documents.where(report_key(ended.execution["name"]))))


def on_aws(given: Input, name: str, wait: float, err: Console, shown: Shown) -> Ended:
    """Run the stack `name` with this input; where another run is at work there, again when that one has ended.

    Raises Busy as `on_this_machine`, and what AwsStack raises.
    """
    stack, where = AwsStack(name), f"on the stack {name}"
    ends = time.monotonic() + wait
    while (ended := stack.attend(stack.start(given), err, shown)).is_busy:
        holder = stack.holder()
        if _is_at_work(holder) and wait:
            _waiting(where, wait, err)
        while _is_at_work(holder) and time.monotonic() < ends:
            time.sleep(LOOKS)
            holder = stack.holder()
        if holder is None or _is_at_work(holder):
            if does_the_same(holder, given):
                return ended
            raise refusal(holder, where, wait if holder else 0)
        time.sleep(LOOKS)
    return replace(ended, report_at=f"s3://{stack.outputs['BucketName']}/{report_key(ended.execution['name'])}")


def _is_at_work(holder: Mapping[str, Any] | None) -> bool:
    return holder is not None and holder["status"] in ("RUNNING", "PENDING_REDRIVE")


def _waiting(where: str, wait: float, err: Console) -> None:
    told = f"Another run is at work {where}. Waiting for it, for up to {took(timedelta(seconds=wait))} …"
    say(err, told, "dim")


def _execute(
    given: Input, home: Home, account: Mapping[str, str], parameters: Mapping[str, str], err: Console, shown: Shown
) -> Ended:
    # Loading the engine takes seconds, and AWS needs none.
    from rediscover.engine import Engine
    from rediscover.places.local import attend

    if shown == "states":
        say(err, "Starting the embedded engine …", "dim")
    with Engine(home.path, parameters, keep_secrets=(TOKEN_SECRET,)) as engine:
        engine.client("secretsmanager").put_secret_value(
            SecretId=engine.outputs["CredentialsSecretArn"], SecretString=json.dumps(account)
        )
        # Who made it ended with an engine before this one, which does not know it; Prepare would wait for it.
        engine.client("s3").delete_object(Bucket=engine.outputs["BucketName"], Key=claim.KEY)
        started = engine.client("stepfunctions").start_execution(
            stateMachineArn=engine.outputs["StateMachineArn"], name=new_name(), input=json.dumps(given)
        )
        return attend(engine, started["executionArn"], home.executions, err, shown)
