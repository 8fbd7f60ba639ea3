"""Whatever fires arrives: every rule's target and every alarm's topic, under the policies as AWS evaluates them."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest
from moto.events.models import EventPattern

from rediscover.engine.aws import ACCOUNT
from rediscover.engine.deployment.intrinsics import Created, Resolver
from rediscover.engine.deployment.template import load
from rediscover_archive.runs.summary import error_of
from tests.checks.generated import called, created
from tests.checks.iam import allows, listed
from tests.checks.test_pipeline import ROOT
from tests.support.rights import EVERYTHING

STACK = "rediscover"
OUTSIDE = {
    "StateMachineArn": f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:{STACK}",
    "TopicArn": f"arn:aws:sns:us-east-1:{ACCOUNT}:{STACK}-Topic-a",
}
TEMPLATES = {"template.yaml": EVERYTHING, "schedule.yaml": OUTSIDE, "pipeline.yaml": {}}
ACTIONS = {"lambda": "lambda:InvokeFunction", "sns": "sns:Publish", "sqs": "sqs:SendMessage"}
"""What reaches a target, by its service, where the target's own policy decides."""
BY_ROLE = {"states": "states:StartExecution", "codebuild": "codebuild:StartBuild"}
"""And where the rule's role does."""


class Deployed:
    """A template's resources with every function in them carried out."""

    def __init__(self, template: str, **given: str) -> None:
        found, values = load(ROOT / template, {**TEMPLATES[template], **given})
        self.made: dict[str, Created] = created(STACK, found["Resources"])
        self._resolver = Resolver(found, values, self.made)
        there = {
            name: one
            for name, one in found["Resources"].items()
            if "Condition" not in one or self._resolver.holds(one["Condition"])
        }
        self.resources: dict[str, Any] = self._resolver.resolve(there)

    def of(self, kind: str) -> dict[str, Any]:
        """The properties of the resources of a type."""
        return {name: one["Properties"] for name, one in self.resources.items() if one["Type"] == kind}

    def arn(self, logical_id: str) -> str:
        return self.made[logical_id].attributes["Arn"]

    def policy_for(self, service: str, kind: str) -> list[Mapping[str, Any]]:
        """What policies of a type let an AWS service do."""
        statements = [one for policy in self.of(kind).values() for one in policy["PolicyDocument"]["Statement"]]
        return [one for one in statements if service in listed(dict(one["Principal"]).get("Service", []))]

    def permissions(self, service: str) -> list[Mapping[str, Any]]:
        """What permissions of functions let an AWS service do."""
        return [
            {
                "Effect": "Allow",
                "Action": one["Action"],
                "Resource": self._function(one["FunctionName"]),
                "Condition": {"ArnEquals": {"aws:SourceArn": one["SourceArn"]}},
            }
            for one in self.of("AWS::Lambda::Permission").values()
            if one["Principal"] == service
        ]

    def of_role(self, arn: str, service: str) -> list[Mapping[str, Any]]:
        """What a role may do, where the service may assume it."""
        (name,) = [one for one in self.of("AWS::IAM::Role") if self.arn(one) == arn]
        role = self.of("AWS::IAM::Role")[name]
        trusted = [listed(one["Principal"]["Service"]) for one in role["AssumeRolePolicyDocument"]["Statement"]]
        policies = role["Policies"] if [service] in trusted else []
        return [statement for one in policies for statement in one["PolicyDocument"]["Statement"]]

    def _function(self, name: str) -> str:
        arns = [self.arn(one) for one in self.of("AWS::Lambda::Function") if self.made[one].ref == name]
        return arns[0] if arns else name


@cache
def as_deployed(template: str, **given: str) -> Deployed:
    """A template with these parameters, which takes a while to transform."""
    return Deployed(template, **given)


def arrives(deployed: Deployed, rule: str, target: str, role: str | None = None) -> bool:
    """Whether EventBridge can deliver what a rule fires. It gives SNS no keys that a condition could look at."""
    events = "events.amazonaws.com"
    service = target.split(":")[2]
    source = {"aws_SourceArn": rule, "aws_SourceAccount": ACCOUNT}
    if role:
        return allows(deployed.of_role(role, events), BY_ROLE[service], target)
    if service == "lambda":
        return allows(deployed.permissions(events), ACTIONS[service], target, **source)
    if service == "sns":
        return allows(deployed.policy_for(events, "AWS::SNS::TopicPolicy"), ACTIONS[service], target)
    return allows(deployed.policy_for(events, "AWS::SQS::QueuePolicy"), ACTIONS[service], target, **source)


def targets(deployed: Deployed) -> Iterator[tuple[str, str, str | None]]:
    """Each rule's targets, and where what cannot be delivered goes."""
    for name, rule in deployed.of("AWS::Events::Rule").items():
        for target in rule["Targets"]:
            yield deployed.arn(name), target["Arn"], target.get("RoleArn")
            if "DeadLetterConfig" in target:
                yield deployed.arn(name), target["DeadLetterConfig"]["Arn"], None


@pytest.mark.parametrize(("template", "count"), [("template.yaml", 8), ("schedule.yaml", 2), ("pipeline.yaml", 1)])
def test_every_target_of_every_rule_is_reached(template: str, count: int) -> None:
    deployed = as_deployed(template)
    every = list(targets(deployed))
    assert len(every) == count
    assert [one for one in every if not arrives(deployed, *one)] == []


def test_every_alarm_of_the_account_reaches_the_topic() -> None:
    deployed = as_deployed("template.yaml")
    (topic,) = [deployed.made[name].ref for name in deployed.of("AWS::SNS::Topic")]
    alarms = deployed.of("AWS::CloudWatch::Alarm")
    told = {action for alarm in alarms.values() for kind in KINDS for action in alarm.get(kind, [])}
    assert told == {topic}
    policy = deployed.policy_for("cloudwatch.amazonaws.com", "AWS::SNS::TopicPolicy")
    assert allows(policy, "sns:Publish", topic, aws_SourceAccount=ACCOUNT)
    assert not allows(policy, "sns:Publish", topic, aws_SourceAccount="210987654321")


KINDS = ("AlarmActions", "InsufficientDataActions", "OKActions")


def untold(status: str, error: str | None = None, machine: str = STACK, **given: str) -> bool:
    """Whether the rule for untold failures fires."""
    rule = as_deployed("template.yaml", **given).of("AWS::Events::Rule")["UntoldFailureRule"]
    arn = f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:{machine}"
    detail = {"stateMachineArn": arn, "status": status, **({"error": error} if error else {})}
    kind = "Step Functions Execution Status Change"
    return bool(
        EventPattern.load(json.dumps(rule["EventPattern"])).matches_event(
            {"source": "aws.states", "detail-type": kind, "detail": detail}
        )
    )


MANY = f"{STACK}-many-pairs"


@pytest.mark.parametrize("machine", [STACK, MANY])
@pytest.mark.parametrize("error", ["States.DataLimitExceeded", "States.Runtime"])
def test_a_failure_that_nothing_catches_is_told_by_the_rule(machine: str, error: str) -> None:
    assert untold("FAILED", error, machine)


@pytest.mark.parametrize("machine", [STACK, MANY])
@pytest.mark.parametrize("status", ["TIMED_OUT", "ABORTED"])
def test_an_execution_that_was_ended_from_outside_is_told_by_the_rule(machine: str, status: str) -> None:
    assert untold(status, machine=machine)


def test_a_failed_summary_is_told_by_the_rule() -> None:
    assert untold("FAILED", "SummarizeFailed")
    assert untold("FAILED", "SummarizeFailed", PairsKey="")


CAUGHT = ["States.Timeout", "States.TaskFailed", "States.Permissions", "States.ItemReaderFailed", "Lambda.Unknown"]


@pytest.mark.parametrize("error", [*CAUGHT, "PlaylistNotFound"])
def test_what_the_state_machine_tells_is_not_told_again(error: str) -> None:
    failed_with = error_of({"failure": {"ReadSource": {"Error": error, "Cause": "Why."}}})
    assert failed_with
    assert not untold("FAILED", failed_with["error"])
    assert not untold("FAILED", error, MANY)


@pytest.mark.parametrize("error", ["RunFailed", "RunsFailed", "NotStarted", "KeptOut"])
def test_what_the_list_of_pairs_tells_is_not_told_again(error: str) -> None:
    assert not untold("FAILED", error, MANY)


def test_a_batch_of_the_list_is_told_by_the_list_alone() -> None:
    assert not untold("TIMED_OUT", machine=f"{MANY}/Batches")
    assert not untold("SUCCEEDED")


def test_what_the_rule_tells_is_an_object_with_every_placeholder_filled_in() -> None:
    """A text would arrive in quotes. What to do holds for every input."""
    (target,) = as_deployed("template.yaml").of("AWS::Events::Rule")["UntoldFailureRule"]["Targets"]
    transformer = target["InputTransformer"]
    told = json.loads(transformer["InputTemplate"])
    text = " ".join(told.values())
    assert all(f"<{name}>" in text for name in transformer["InputPathsMap"])
    assert text.count("<") == 5
    assert "{}" not in text


LIMITS = {
    "AWS::CloudWatch::Alarm": 255,
    "AWS::CloudWatch::Dashboard": 255,
    "AWS::Events::Rule": 64,
    "AWS::Lambda::Function": 64,
    "AWS::Logs::LogGroup": 512,
    "AWS::SNS::Topic": 256,
    "AWS::SQS::Queue": 80,
    "AWS::StepFunctions::StateMachine": 80,
}
LONGEST_STACK = 53
"""Most characters of a stack's name; docs/deploy.md says so."""


def test_every_name_fits_with_the_longest_name_of_a_stack() -> None:
    named = {name: one for name, one in as_deployed("template.yaml").resources.items() if one["Type"] in LIMITS}
    found, _ = load(ROOT / "template.yaml", EVERYTHING)
    assert len(named) > 20

    def too_long(stack: str) -> list[str]:
        names = {one: called(stack, one, found["Resources"][one]) for one in named}
        return [one for one, name in names.items() if len(name) > LIMITS[named[one]["Type"]]]

    assert too_long("s" * LONGEST_STACK) == []
    assert too_long("s" * (LONGEST_STACK + 1)) != []
    assert f"at most {LONGEST_STACK} characters" in (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
