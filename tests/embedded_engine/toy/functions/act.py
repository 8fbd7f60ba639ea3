"""A function that does what its event says."""

import os
import threading
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import boto3

Event = dict[str, Any]
calls = 0


class TryAgain(Exception):
    """What the machine retries."""


class Forbidden(Exception):
    """What nobody retries."""


def handler(event: Event, context: Any) -> Any:
    """Do what `event["do"]` names."""
    global calls
    calls += 1
    return show(context) if event["do"] == "show" else DEEDS[event["do"]](event)


def show(context: Any) -> Any:
    """What a function sees of its surroundings."""
    print("seen in the log")
    return {
        "calls": calls,
        "process": os.getpid(),
        "environment": dict(os.environ),
        "folder": os.getcwd(),  # noqa: PTH109 (as text)
        "name": context.function_name,
        "remaining": context.get_remaining_time_in_millis(),
        "request_id": context.aws_request_id,
        "arn": context.invoked_function_arn,
    }


def echo(event: Event) -> Any:
    """The event."""
    return event


def fail(event: Event) -> Any:
    """An error of ours."""
    raise Forbidden(event["words"])


def fail_until(event: Event) -> Any:
    """Succeed at the attempt that the event names."""
    if event["attempt"] < event["succeeds_at"]:
        raise TryAgain(f"attempt {event['attempt']}")
    return {"attempt": event["attempt"]}


def sleep(event: Event) -> Any:
    """Nothing, for a while."""
    time.sleep(event["seconds"])


def meet(event: Event) -> int:
    """The process, once as many as the event says have come to a folder."""
    folder = Path(event["folder"])
    (folder / str(os.getpid())).touch()
    while len(list(folder.iterdir())) < event["number"]:
        time.sleep(0.02)
    return os.getpid()


def leave(_: Event) -> Any:
    """End the process without an answer."""
    os._exit(3)


def leave_later(_: Event) -> Any:
    """Answer, and end the process while it is idle."""
    threading.Timer(0.1, os._exit, [0]).start()


def answer_no_json(_: Event) -> Any:
    """What JSON cannot hold."""
    return datetime.now


def describe(event: Event) -> Any:
    """The status of an execution, asked from inside."""
    described = boto3.client("stepfunctions").describe_execution(executionArn=event["execution"])
    return {"status": described["status"]}


def put(event: Event) -> Any:
    """Write an object, then take the time that the event allows."""
    boto3.client("s3").put_object(Bucket=os.environ["BUCKET"], Key=event["key"], Body=event["body"].encode())
    time.sleep(event.get("seconds", 0))


def put_secret(event: Event) -> Any:
    """Write the secret."""
    client = boto3.client("secretsmanager")
    client.put_secret_value(SecretId=os.environ["TOKEN"], SecretString=event["value"])


DEEDS = {
    deed.__name__: deed
    for deed in (echo, fail, fail_until, sleep, meet, leave, leave_later, answer_no_json, describe, put, put_secret)
}
