"""An AWS session that answers what a test tells it to, with one deployed stack in it."""

import json
from typing import Any

import boto3
from botocore.stub import Stubber

from tests.cli.recordings import load

MACHINE = "arn:aws:states:eu-west-1:123456789012:stateMachine:rediscover"

EXECUTION = "arn:aws:states:eu-west-1:123456789012:execution:rediscover:monday"

PAGE = f"https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/executions/details/{EXECUTION}"

OUTPUTS = {
    "StateMachineArn": MACHINE,
    "CredentialsSecretArn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:credentials",
    "AccessTokenSecretArn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:token",
    "BucketName": "rediscover-bucket",
    "TopicArn": "arn:aws:sns:eu-west-1:123456789012:topic",
}


OUTPUT = {"outcome": "nothing_new", "pairs": [{"added": 0}], "spotify_requests": 2, "reauthorize_by": None}


class Session:
    """A boto3 session whose clients answer what they are told to."""

    region_name = "eu-west-1"

    def __init__(self) -> None:
        keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
        session: Any = boto3.Session()  # which types each client by its literal name
        services = ("cloudformation", "stepfunctions", "s3")
        self.clients = {name: session.client(name, region_name=self.region_name, **keys) for name in services}
        self.stubs = {name: Stubber(client) for name, client in self.clients.items()}
        for stub in self.stubs.values():
            stub.activate()

    def client(self, service: str) -> Any:
        """The client of a service."""
        return self.clients[service]

    def has_stack(self, **changes: Any) -> None:
        """The next look at the stack finds one."""
        outputs = [{"OutputKey": key, "OutputValue": value} for key, value in OUTPUTS.items()]
        stack = {"StackName": "rediscover", "CreationTime": "2026-11-22", "StackStatus": "CREATE_COMPLETE"}
        answer = {"Stacks": [{**stack, "Outputs": outputs, **changes}]}
        self.stubs["cloudformation"].add_response("describe_stacks", answer, {"StackName": "rediscover"})

    def runs(self, given: str, **ended: Any) -> None:
        """The next start with the input `given` starts an execution that has ended at once."""
        recorded = load("aws-shapes")
        states = self.stubs["stepfunctions"]
        described = {
            **{"executionArn": EXECUTION, "stateMachineArn": MACHINE, "name": "monday", "status": "SUCCEEDED"},
            **{"startDate": recorded["execution"]["startDate"], "stopDate": recorded["execution"]["stopDate"]},
            "ResponseMetadata": {},
            **ended,
        }
        machine = {"stateMachineArn": MACHINE, "name": "rediscover", "roleArn": "arn:aws:iam::123456789012:role/r"}
        definition = {"definition": json.dumps({"StartAt": "Prepare", "States": {}}), "updateDate": "2026-11-22"}
        started = {"executionArn": EXECUTION, "startDate": "2026-11-22"}
        expected = {"stateMachineArn": MACHINE, "name": _ANYTHING, "input": given}
        states.add_response("start_execution", started, expected)
        states.add_response("describe_state_machine_for_execution", {**machine, **definition})
        states.add_response("describe_execution", described)
        states.add_response("get_execution_history", {"events": recorded["events"][:9]})


class _Anything:
    def __eq__(self, other: object) -> bool:
        return isinstance(other, str)

    def __hash__(self) -> int:
        return 0


_ANYTHING = _Anything()
