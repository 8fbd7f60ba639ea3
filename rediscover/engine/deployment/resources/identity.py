"""IAM."""

import json
from typing import Any

from rediscover.engine.deployment.intrinsics import Created
from rediscover.engine.deployment.resources.context import Context, named


def role(context: Context, logical_id: str, properties: dict[str, Any]) -> Created:
    """AWS::IAM::Role"""
    iam = context.clients("iam")
    keys = ("Description", "MaxSessionDuration", "Path", "Tags")
    settings = {key: properties.pop(key) for key in keys if key in properties}
    name = named(properties, "RoleName", logical_id)
    trust = json.dumps(properties.pop("AssumeRolePolicyDocument"))
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust, **settings)["Role"]["Arn"]
    for managed in properties.pop("ManagedPolicyArns", []):
        iam.attach_role_policy(RoleName=name, PolicyArn=managed)
    for inline in properties.pop("Policies", []):
        document = _document(inline["PolicyDocument"])
        iam.put_role_policy(RoleName=name, PolicyName=inline["PolicyName"], PolicyDocument=document)
    return Created(name, {"Arn": arn})


def policy(context: Context, logical_id: str, properties: dict[str, Any]) -> Created:
    """AWS::IAM::Policy"""
    name = properties.pop("PolicyName")
    document = _document(properties.pop("PolicyDocument"))
    for role_name in properties.pop("Roles"):
        context.clients("iam").put_role_policy(RoleName=role_name, PolicyName=name, PolicyDocument=document)
    return Created(logical_id)


def _document(policy_document: dict[str, Any]) -> str:
    """With a version: IAM takes policies without one, as SAM makes them, moto does not."""
    return json.dumps({"Version": "2012-10-17", **policy_document})
