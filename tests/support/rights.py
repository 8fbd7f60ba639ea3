"""What the template's roles may do, and what of it the embedded engine cannot try."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from rediscover.engine.deployment.template import load

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
EVERYTHING = {"PairsKey": "pairs/all.json", "RenewByTap": "ENABLED", "ShowPage": "ENABLED", "ScheduleState": "ENABLED"}
"""Parameters with which every role is created."""

BEYOND_THE_ENGINE = {
    "DeliverLogs": "Step Functions delivers the execution log to CloudWatch; the engine writes none.",
    "StartBatches": "A distributed Map's children are executions of their own; the engine runs them within the first.",
    "FollowBatches": "As above.",
    "RedriveBatches": "As above.",
    "LearnThatARunEnded": "Step Functions learns it by a rule of EventBridge; the engine asks for the status.",
    "FollowRuns states:StopExecution": "A list that is stopped stops its run; the engine lets it end.",
    "WriteTheResults s3:GetObject": "Large results are written in parts (Step Functions, ResultWriter, IAM policies).",
    "WriteTheResults s3:AbortMultipartUpload": "As above.",
    "WriteTheResults s3:ListMultipartUploadParts": "As above.",
    "AWSLambdaBasicExecutionRole": "Lambda writes the functions' logs; the engine has a file of them. SAM adds it.",
    "AWSXrayWriteOnlyAccess": "For the traces; the engine sends none. SAM adds it where tracing is on.",
    "DeadLetterQueuePolicy": "EventBridge puts there what it cannot deliver; the engine's rules have no retries.",
    "TopicPolicy": "CloudWatch's alarms and EventBridge's rule publish; the engine has neither at work.",
    "BucketPolicy": "It demands TLS; the engine speaks plain HTTP on loopback.",
    "RemindFunctionDailyPermission": "EventBridge invokes the function; tests do it in its place.",
    "RenewFunctionUrlPermission": "Lambda's function URL; tests stand in for it.",
    "RenewFunctionByUrlPermission": "As above.",
}
"""Why no test on the engine can need it, by statement (and action), managed policy, or resource policy."""

RESOURCE_POLICIES = {
    "AWS::Lambda::Permission",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
}


@dataclass(frozen=True)
class Right:
    """One action on one resource, which stands at `place` in a statement of a role's inline policy."""

    role: str
    policy: str
    statement: int
    sid: str
    action: str
    place: int
    resource: str

    def __str__(self) -> str:
        return f"{self.role} {self.sid} {self.action} {self.resource}"

    @property
    def beyond_the_engine(self) -> str | None:
        """The key of BEYOND_THE_ENGINE under which it is, if it is."""
        names = (self.sid, f"{self.sid} {self.action}")
        return next((name for name in names if name in BEYOND_THE_ENGINE), None)


@cache
def resources() -> dict[str, Any]:
    """The resources of the transformed template."""
    template, _ = load(TEMPLATE, EVERYTHING)
    return dict(template["Resources"])


def roles() -> dict[str, Any]:
    """The properties of the roles, by logical id."""
    return {name: one["Properties"] for name, one in resources().items() if one["Type"] == "AWS::IAM::Role"}


def rights() -> Iterator[Right]:
    """Every right that a role has by its inline policies."""
    for role, properties in roles().items():
        for policy in properties["Policies"]:
            name = policy["PolicyName"]
            for number, statement in enumerate(policy["PolicyDocument"]["Statement"]):
                sid = purpose(role, name, statement)
                for action in listed(statement["Action"]):
                    for place, resource in enumerate(listed(statement["Resource"])):
                        yield Right(role, name, number, sid, action, place, in_words(resource))


def purpose(role: str, policy: str, statement: Mapping[str, Any]) -> str:
    """A statement's Sid; the one that SAM writes for a rule has none, but its policy has a name."""
    return str(statement.get("Sid") or policy.removeprefix(role).removesuffix("Policy"))


def managed_policies() -> set[str]:
    """The names of AWS's own policies that roles have."""
    return {arn.rpartition("/")[2] for one in roles().values() for arn in one.get("ManagedPolicyArns", [])}


def listed(value: Any) -> list[Any]:
    """A policy's element, which may stand alone, as a list."""
    return value if isinstance(value, list) else [value]


def in_words(resource: Any) -> str:
    """A resource as the template's text has it."""
    if isinstance(resource, str):
        return resource
    ((function, argument),) = resource.items()
    if function == "Fn::Sub":
        return str(argument)
    return "${" + (".".join(argument) if isinstance(argument, list) else argument) + "}"


def without(document: Mapping[str, Any], taken: Collection[Right]) -> dict[str, Any]:
    """A policy without some of its rights."""
    gone = {(right.statement, right.action, right.place) for right in taken}
    left = []
    for number, statement in enumerate(document["Statement"]):
        for action in listed(statement["Action"]):
            places = enumerate(listed(statement["Resource"]))
            if kept := [resource for place, resource in places if (number, action, place) not in gone]:
                as_before = {key: statement[key] for key in ("Effect", "Condition") if key in statement}
                left.append({**as_before, "Action": action, "Resource": kept})
    return {**document, "Statement": left}
