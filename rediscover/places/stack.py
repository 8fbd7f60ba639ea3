"""The stack that is deployed on AWS: its executions started, followed and listed."""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError
from rich.console import Console

from rediscover.executions.finished import Ended, new_name, with_report
from rediscover.executions.view import Shown, view_on
from rediscover.executions.watch import events, follow
from rediscover.machine.terminal import say
from rediscover.places.aws import explained, session, stack_outputs
from rediscover.places.bucket import BucketDocuments
from rediscover.words import clean
from rediscover_archive.runs import claim

EVERY = 1.0  # seconds between two looks; Step Functions throttles who looks more often
LISTED = 100  # executions: two years of weeks


class AwsStack:
    """A deployed stack, by name.

    It and its methods raise NoSuchStack, AwsNotSetUp, AwsAccessDenied and AwsUnavailable.
    """

    def __init__(self, name: str) -> None:
        self._session = session()
        self.outputs = stack_outputs(self._session, name)

    def client(self, service: str) -> Any:
        """A boto3 client in the stack's account and region."""
        return self._session.client(service)

    @property
    def documents(self) -> BucketDocuments:
        """What its runs wrote to its bucket."""
        return BucketDocuments(self.client("s3"), self.outputs["BucketName"])

    def holder(self) -> dict[str, Any] | None:
        """DescribeExecution's answer for the run that has the stack's claim; None where that may not be seen."""
        made = self.documents.get(claim.KEY) or {}
        with explained(), suppress(ClientError):
            if execution := str(made.get("execution", "")):
                return dict(self.client("stepfunctions").describe_execution(executionArn=execution))
        return None

    def start(self, given: Mapping[str, Any]) -> str:
        """Start the state machine with this input; the execution's ARN."""
        with explained():
            started = self.client("stepfunctions").start_execution(
                stateMachineArn=self.outputs["StateMachineArn"], name=new_name(), input=json.dumps(given)
            )
        return str(started["executionArn"])

    def attend(self, execution_arn: str, console: Console, shown: Shown = "states") -> Ended:
        """Show as much as `shown` of an execution on `console` until it ends, and fetch what it reported.

        Interrupted by Ctrl-C, the execution goes on, which is said before KeyboardInterrupt goes on.
        """
        if shown == "states":
            say(console, clean(console_page(execution_arn)), "dim")
        try:
            with explained(), view_on(console, shown) as view:
                execution = follow(self.client("stepfunctions"), execution_arn, view, EVERY)
        except KeyboardInterrupt:
            say(console, "The execution goes on without being watched.")
            raise
        with explained():
            return with_report(self, execution)


class StackHistory:
    """The latest executions of a stack, for `rediscover history`."""

    def __init__(self, stack: AwsStack) -> None:
        self._stack = stack
        self._client = stack.client("stepfunctions")

    def all(self) -> list[dict[str, Any]]:
        """ListExecutions' answer for each, the latest first."""
        with explained():
            machine = self._stack.outputs["StateMachineArn"]
            found: list[dict[str, Any]] = self._client.list_executions(stateMachineArn=machine, maxResults=LISTED)[
                "executions"
            ]
        return found

    def described(self, execution: Mapping[str, Any]) -> dict[str, Any]:
        """DescribeExecution's answer for one of them."""
        with explained():
            return dict(self._client.describe_execution(executionArn=execution["executionArn"]))

    def events(self, execution: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The history of one of them, oldest event first."""
        with explained():
            return events(self._client, execution["executionArn"])

    def page(self, execution: Mapping[str, Any]) -> str:
        """Where the console shows it."""
        return console_page(execution["executionArn"])


def console_page(execution_arn: str) -> str:
    """The address of an execution in the AWS console."""
    region = execution_arn.split(":")[3]
    return f"https://{region}.console.aws.amazon.com/states/home?region={region}#/v2/executions/details/{execution_arn}"
