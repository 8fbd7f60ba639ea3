"""How each type of resource is created. A type that is missing here is an error, never skipped.

A creator takes out of the properties what it applies, and leaves what it does not know.
"""

from collections.abc import Callable
from typing import Any

from rediscover.engine.deployment.intrinsics import Created
from rediscover.engine.deployment.resources import compute, identity, messaging, monitoring, storage
from rediscover.engine.deployment.resources.context import Context

Creator = Callable[[Context, str, dict[str, Any]], Created]

CREATORS: dict[str, Creator] = {
    "AWS::CloudWatch::Alarm": monitoring.alarm,
    "AWS::CloudWatch::Dashboard": monitoring.dashboard,
    "AWS::Events::Rule": messaging.rule,
    "AWS::IAM::Policy": identity.policy,
    "AWS::IAM::Role": identity.role,
    "AWS::Lambda::Function": compute.function,
    "AWS::Lambda::Permission": compute.permission,
    "AWS::Lambda::Url": compute.url,
    "AWS::Logs::LogGroup": monitoring.log_group,
    "AWS::S3::Bucket": storage.bucket,
    "AWS::S3::BucketPolicy": storage.bucket_policy,
    "AWS::SNS::Subscription": messaging.subscription,
    "AWS::SNS::Topic": messaging.topic,
    "AWS::SNS::TopicPolicy": messaging.topic_policy,
    "AWS::SQS::Queue": messaging.queue,
    "AWS::SQS::QueuePolicy": messaging.queue_policy,
    "AWS::SecretsManager::Secret": storage.secret,
    "AWS::StepFunctions::StateMachine": compute.state_machine,
}

__all__ = ["CREATORS", "Context"]
