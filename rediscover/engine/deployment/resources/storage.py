"""S3 and Secrets Manager."""

import json
from typing import Any

from rediscover.engine.deployment.intrinsics import Created
from rediscover.engine.deployment.resources.context import Context, named


def bucket(context: Context, logical_id: str, properties: dict[str, Any]) -> Created:
    """AWS::S3::Bucket"""
    s3 = context.clients("s3")
    name = named(properties, "BucketName", logical_id).lower()
    s3.create_bucket(Bucket=name)
    if value := properties.pop("BucketEncryption", None):
        s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration=_encryption(value))
    if value := properties.pop("LifecycleConfiguration", None):
        rules = [_lifecycle_rule(rule) for rule in value["Rules"]]
        s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": rules})
    if value := properties.pop("OwnershipControls", None):
        s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls=value)
    if value := properties.pop("PublicAccessBlockConfiguration", None):
        s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=value)
    if value := properties.pop("Tags", None):
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": value})
    if value := properties.pop("VersioningConfiguration", None):
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration=value)
    domain = f"{name}.s3.amazonaws.com"
    return Created(name, {"Arn": f"arn:aws:s3:::{name}", "DomainName": domain})


def bucket_policy(context: Context, logical_id: str, properties: dict[str, Any]) -> Created:
    """AWS::S3::BucketPolicy, without the statements that demand TLS: the engine speaks plain HTTP on loopback."""
    document = properties.pop("PolicyDocument")
    statements = [one for one in document["Statement"] if "aws:SecureTransport" not in str(one.get("Condition"))]
    bucket_name = properties.pop("Bucket")
    if statements:
        policy = json.dumps({**document, "Statement": statements})
        context.clients("s3").put_bucket_policy(Bucket=bucket_name, Policy=policy)
    return Created(logical_id)


def secret(context: Context, logical_id: str, properties: dict[str, Any]) -> Created:
    """AWS::SecretsManager::Secret"""
    keys = ("Description", "KmsKeyId", "SecretString", "Tags")
    settings = {key: properties.pop(key) for key in keys if key in properties}
    name = named(properties, "Name", logical_id)
    arn = context.clients("secretsmanager").create_secret(Name=name, **settings)["ARN"]
    return Created(arn, {"Id": arn})


def _encryption(value: dict[str, Any]) -> dict[str, Any]:
    renamed = {"ServerSideEncryptionByDefault": "ApplyServerSideEncryptionByDefault"}
    rules = value["ServerSideEncryptionConfiguration"]
    return {"Rules": [{renamed.get(key, key): item for key, item in rule.items()} for rule in rules]}


def _lifecycle_rule(rule: dict[str, Any]) -> dict[str, Any]:
    """A rule as S3's API has it; botocore refuses what is not translated."""
    rule = dict(rule)
    translated: dict[str, Any] = {"Filter": {"Prefix": rule.pop("Prefix", "")}}
    if "Id" in rule:
        translated["ID"] = rule.pop("Id")
    if "ExpirationInDays" in rule:
        translated["Expiration"] = {"Days": rule.pop("ExpirationInDays")}
    if "NoncurrentVersionExpirationInDays" in rule:
        days = rule.pop("NoncurrentVersionExpirationInDays")
        translated["NoncurrentVersionExpiration"] = {"NoncurrentDays": days}
    return translated | rule
