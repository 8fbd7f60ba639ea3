"""The names that AWS gives: what CloudFormation calls a resource that has no name of its own."""

from collections.abc import Mapping
from typing import Any

from rediscover.engine.aws import ACCOUNT, PARTITION, REGION
from rediscover.engine.deployment.intrinsics import Created

RANDOM = "AbC012dEfG34"
LONGEST = 64
"""Characters of a role's, function's or rule's name (IAM, Lambda, EventBridge)."""
STACK_PART, OWN_PART = 25, 24
"""How much of the stack's name and of the logical id is left in a name that would be too long."""

NAMES = {
    "Alarm": "AlarmName",
    "Dashboard": "DashboardName",
    "LogGroup": "LogGroupName",
    "StateMachine": "StateMachineName",
}
"""The properties that name a resource, where it is not `Name`."""
ARN_BY_REF = ("IAM::ManagedPolicy", "SNS::Topic", "SecretsManager::Secret", "StepFunctions::StateMachine")
"""Whose `Ref` is the ARN."""


def name(stack: str, logical_id: str) -> str:
    """A resource's generated name."""
    whole = f"{stack}-{logical_id}-{RANDOM}"
    return whole if len(whole) <= LONGEST else f"{stack[:STACK_PART]}-{logical_id[:OWN_PART]}-{RANDOM}"


def created(stack: str, resources: Mapping[str, Any]) -> dict[str, Created]:
    """What `Ref` and `Fn::GetAtt` give for each resource of a transformed template, once it is deployed."""
    return {logical_id: _created(stack, logical_id, one) for logical_id, one in resources.items()}


def called(stack: str, logical_id: str, resource: Mapping[str, Any]) -> str:
    """A resource's name: the template's, or else a generated one."""
    kind = resource["Type"].split("::")[2]
    given = resource.get("Properties", {}).get(NAMES.get(kind, "Name"))
    if given is None:
        return name(stack, logical_id)
    if isinstance(given, dict):
        given = given.get("Fn::Sub", "${AWS::StackName}")
    return str(given).replace("${AWS::StackName}", stack)


def _created(stack: str, logical_id: str, resource: Mapping[str, Any]) -> Created:
    kind = resource["Type"].removeprefix("AWS::")
    own = called(stack, logical_id, resource)
    regional = f"arn:{PARTITION}:{{}}:{REGION}:{ACCOUNT}:{{}}"
    arns = {
        "CloudWatch::Alarm": regional.format("cloudwatch", f"alarm:{own}"),
        "CloudWatch::Dashboard": f"arn:{PARTITION}:cloudwatch::{ACCOUNT}:dashboard/{own}",
        "Events::Rule": regional.format("events", f"rule/{own}"),
        "IAM::ManagedPolicy": f"arn:{PARTITION}:iam::{ACCOUNT}:policy/{own}",
        "IAM::Role": f"arn:{PARTITION}:iam::{ACCOUNT}:role/{own}",
        "Lambda::Function": regional.format("lambda", f"function:{own}"),
        "Logs::LogGroup": regional.format("logs", f"log-group:{own}"),
        "S3::Bucket": f"arn:{PARTITION}:s3:::{own.lower()}",
        "SNS::Topic": regional.format("sns", own),
        "SQS::Queue": regional.format("sqs", own),
        # It is named after its logical id alone (AWS::SecretsManager::Secret, Name).
        "SecretsManager::Secret": regional.format("secretsmanager", f"secret:{logical_id}-{RANDOM}-a1B2c3"),
        "StepFunctions::StateMachine": regional.format("states", f"stateMachine:{own}"),
    }
    arn = arns.get(kind, f"arn:{PARTITION}:{kind.lower()}:{REGION}:{ACCOUNT}:{own}")
    refers = {"S3::Bucket": own.lower(), **dict.fromkeys(ARN_BY_REF, arn)}.get(kind, own)
    others = ("CloneUrlHttp", "FunctionUrl", "Name", "QueueName", "TopicName")
    return Created(refers, {"Arn": arn, **dict.fromkeys(others, own)})
