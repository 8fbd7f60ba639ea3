"""The names that AWS gives: what CloudFormation calls a resource that has no name of its own."""

from collections.abc import Mapping
from typing import Any

from rediscover.engine.aws import ACCOUNT, PARTITION, REGION
from rediscover.engine.intrinsics import Created

RANDOM = "AbC012dEfG34"
LONGEST = 64
"""Characters of a role's, function's or rule's name (IAM, Lambda, EventBridge)."""
STACK_PART, OWN_PART = 25, 24
"""How much of the stack's name and of the logical id is left in a name that would be too long."""


def name(stack: str, logical_id: str) -> str:
    """A resource's generated name."""
    whole = f"{stack}-{logical_id}-{RANDOM}"
    return whole if len(whole) <= LONGEST else f"{stack[:STACK_PART]}-{logical_id[:OWN_PART]}-{RANDOM}"


def created(stack: str, resources: Mapping[str, Any]) -> dict[str, Created]:
    """What `Ref` and `Fn::GetAtt` give for each resource of a transformed template, once it is deployed."""
    return {logical_id: _created(stack, logical_id, one) for logical_id, one in resources.items()}


def _created(stack: str, logical_id: str, resource: Mapping[str, Any]) -> Created:
    service, kind = resource["Type"].split("::")[1:]
    own = name(stack, logical_id)
    regional = f"arn:{PARTITION}:{service.lower()}:{REGION}:{ACCOUNT}"
    properties = resource.get("Properties", {})
    match f"{service}::{kind}":
        case "S3::Bucket":
            return Created(own.lower(), {"Arn": f"arn:{PARTITION}:s3:::{own.lower()}"})
        case "IAM::Role":
            return Created(own, {"Arn": f"arn:{PARTITION}:iam::{ACCOUNT}:role/{own}"})
        case "IAM::ManagedPolicy":
            return Created(f"arn:{PARTITION}:iam::{ACCOUNT}:policy/{own}")
        case "Lambda::Function":
            return Created(own, {"Arn": f"{regional}:function:{own}"})
        case "StepFunctions::StateMachine":
            machine = properties["StateMachineName"]
            called = stack if "Ref" in machine else machine["Fn::Sub"].replace("${AWS::StackName}", stack)
            arn = f"arn:{PARTITION}:states:{REGION}:{ACCOUNT}:stateMachine:{called}"
            return Created(arn, {"Arn": arn, "Name": called})
        case "SecretsManager::Secret":
            return Created(f"{regional}:secret:{logical_id}-{RANDOM}-a1B2c3")
        case "SNS::Topic":
            return Created(f"{regional}:{own}", {"TopicName": own})
        case "SQS::Queue":
            return Created(f"https://sqs/{own}", {"Arn": f"{regional}:{own}", "QueueName": own})
    return Created(own, dict.fromkeys(("Arn", "CloneUrlHttp", "FunctionUrl"), f"{regional}:{own}"))
