"""SNS, SQS and EventBridge."""

import json
from typing import Any

from rediscover.engine.deployment.intrinsics import Created
from rediscover.engine.deployment.resources.context import Context, attributes, named
from rediscover.engine.errors import TemplateError


def topic(context: Context, logical_id: str, properties: dict[str, Any]) -> Created:
    """AWS::SNS::Topic"""
    sns = context.clients("sns")
    name = named(properties, "TopicName", logical_id)
    arn = sns.create_topic(
        Name=name,
        Attributes=attributes(properties, "DisplayName", "KmsMasterKeyId", "TracingConfig"),
        Tags=properties.pop("Tags", []),
    )["TopicArn"]
    for subscribed in properties.pop("Subscription", []):
        sns.subscribe(TopicArn=arn, **subscribed)
    return Created(arn, {"TopicArn": arn, "TopicName": name})


def topic_policy(context: Context, logical_id: str, properties: dict[str, Any]) -> Created:
    """AWS::SNS::TopicPolicy. Raises TemplateError where EventBridge could not publish, which AWS does not say.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions
    """
    document = properties.pop("PolicyDocument")
    for statement in document["Statement"]:
        if "Condition" in statement and "events.amazonaws.com" in json.dumps(statement.get("Principal")):
            raise TemplateError(
                f"{logical_id}: EventBridge publishes to no topic whose policy has a condition for it, silently."
            )
    for arn in properties.pop("Topics"):
        context.clients("sns").set_topic_attributes(
            TopicArn=arn, AttributeName="Policy", AttributeValue=json.dumps(document)
        )
    return Created(logical_id)


def subscription(context: Context, _: str, properties: dict[str, Any]) -> Created:
    """AWS::SNS::Subscription"""
    arn = context.clients("sns").subscribe(
        TopicArn=properties.pop("TopicArn"),
        Protocol=properties.pop("Protocol"),
        Endpoint=properties.pop("Endpoint"),
        Attributes=attributes(properties, "FilterPolicy", "RawMessageDelivery", "RedrivePolicy"),
        ReturnSubscriptionArn=True,
    )["SubscriptionArn"]
    return Created(arn, {"Arn": arn})


def queue(context: Context, logical_id: str, properties: dict[str, Any]) -> Created:
    """AWS::SQS::Queue"""
    sqs = context.clients("sqs")
    name = named(properties, "QueueName", logical_id)
    tags = {tag["Key"]: tag["Value"] for tag in properties.pop("Tags", [])}
    # The API's attributes bear the properties' names; SQS refuses those it does not know.
    url = sqs.create_queue(QueueName=name, Attributes=attributes(properties, *properties), tags=tags)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return Created(url, {"Arn": arn, "QueueName": name, "QueueUrl": url})


def queue_policy(context: Context, logical_id: str, properties: dict[str, Any]) -> Created:
    """AWS::SQS::QueuePolicy"""
    document = json.dumps(properties.pop("PolicyDocument"))
    for url in properties.pop("Queues"):
        context.clients("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": document})
    return Created(logical_id)


def rule(context: Context, logical_id: str, properties: dict[str, Any]) -> Created:
    """AWS::Events::Rule"""
    events = context.clients("events")
    name = named(properties, "Name", logical_id)
    keys = ("Description", "RoleArn", "ScheduleExpression", "State", "Tags")
    settings = {key: properties.pop(key) for key in keys if key in properties}
    if "EventPattern" in properties:
        settings["EventPattern"] = json.dumps(properties.pop("EventPattern"))
    arn = events.put_rule(Name=name, **settings)["RuleArn"]
    events.put_targets(Rule=name, Targets=properties.pop("Targets"))
    return Created(name, {"Arn": arn})
