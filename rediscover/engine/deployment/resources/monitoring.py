"""CloudWatch and its logs."""

from typing import Any

from rediscover.engine.aws import ACCOUNT, REGION
from rediscover.engine.deployment.intrinsics import Created
from rediscover.engine.deployment.resources.context import Context, named


def alarm(context: Context, logical_id: str, properties: dict[str, Any]) -> Created:
    """AWS::CloudWatch::Alarm"""
    name = named(properties, "AlarmName", logical_id)
    settings = {key: properties.pop(key) for key in list(properties)}
    # The API's parameters bear the properties' names; botocore refuses those it does not know.
    context.clients("cloudwatch").put_metric_alarm(AlarmName=name, **settings)
    return Created(name, {"Arn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}"})


def dashboard(context: Context, logical_id: str, properties: dict[str, Any]) -> Created:
    """AWS::CloudWatch::Dashboard"""
    name = named(properties, "DashboardName", logical_id)
    body = properties.pop("DashboardBody")
    context.clients("cloudwatch").put_dashboard(DashboardName=name, DashboardBody=body)
    return Created(name)


def log_group(context: Context, logical_id: str, properties: dict[str, Any]) -> Created:
    """AWS::Logs::LogGroup"""
    logs = context.clients("logs")
    name = named(properties, "LogGroupName", logical_id)
    tags = {tag["Key"]: tag["Value"] for tag in properties.pop("Tags", [])}
    key = {"kmsKeyId": properties.pop("KmsKeyId")} if "KmsKeyId" in properties else {}
    logs.create_log_group(logGroupName=name, tags=tags, **key)
    if days := properties.pop("RetentionInDays", None):
        logs.put_retention_policy(logGroupName=name, retentionInDays=int(days))
    return Created(name, {"Arn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}:*"})
