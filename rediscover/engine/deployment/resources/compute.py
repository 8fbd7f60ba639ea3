"""Lambda and Step Functions."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from rediscover.engine.deployment.intrinsics import Created
from rediscover.engine.deployment.resources.code import code_zip
from rediscover.engine.deployment.resources.context import Context, named
from rediscover.engine.errors import TemplateError

CODE_BUCKET = "functions-code"


def function(context: Context, logical_id: str, properties: dict[str, Any]) -> Created:
    """AWS::Lambda::Function"""
    client = context.clients("lambda")
    folder = (context.folder / properties.pop("Code")["S3Key"]).resolve()
    if folder not in context.built:
        context.built[folder] = _uploaded(context, folder)
    name = named(properties, "FunctionName", logical_id)
    reserved = properties.pop("ReservedConcurrentExecutions", None)
    tags = {tag["Key"]: tag["Value"] for tag in properties.pop("Tags", [])}
    # The API's other parameters bear the properties' names; botocore refuses those it does not know.
    settings = {key: properties.pop(key) for key in list(properties)}
    variables = settings.pop("Environment", {}).get("Variables", {})
    arn = client.create_function(
        FunctionName=name,
        Code=context.built[folder],
        Environment={"Variables": {key: str(value) for key, value in variables.items()}},
        Tags=tags,
        **settings,
    )["FunctionArn"]
    if reserved is not None:
        client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=reserved)
    return Created(name, {"Arn": arn})


def _uploaded(context: Context, folder: Path) -> dict[str, str]:
    """Where the functions' code is, as `sam deploy` uploads it: once for all of them."""
    s3, code = context.clients("s3"), code_zip(folder)
    key = hashlib.sha256(code).hexdigest()
    s3.create_bucket(Bucket=CODE_BUCKET)
    s3.put_object(Bucket=CODE_BUCKET, Key=key, Body=code)
    return {"S3Bucket": CODE_BUCKET, "S3Key": key}


def permission(context: Context, logical_id: str, properties: dict[str, Any]) -> Created:
    """AWS::Lambda::Permission"""
    settings = {key: properties.pop(key) for key in list(properties)}
    context.clients("lambda").add_permission(StatementId=logical_id, **settings)
    return Created(logical_id)


def url(context: Context, _: str, properties: dict[str, Any]) -> Created:
    """AWS::Lambda::Url; it is recorded, nothing listens there."""
    settings = {key: properties.pop(key) for key in ("AuthType", "Cors", "InvokeMode") if key in properties}
    name = properties.pop("TargetFunctionArn")
    made = context.clients("lambda").create_function_url_config(FunctionName=name, **settings)
    return Created(made["FunctionArn"], {"FunctionArn": made["FunctionArn"], "FunctionUrl": made["FunctionUrl"]})


def state_machine(context: Context, logical_id: str, properties: dict[str, Any]) -> Created:
    """AWS::StepFunctions::StateMachine; its definition is a file beside the template, as it is."""
    settings = {
        "definition": _definition(context, logical_id, properties),
        "name": named(properties, "StateMachineName", logical_id),
        "roleArn": properties.pop("RoleArn"),
        "tags": [_camel_case(tag) for tag in properties.pop("Tags", [])],
        "type": properties.pop("StateMachineType", "STANDARD"),
    }
    for key in ("LoggingConfiguration", "TracingConfiguration"):
        if key in properties:
            settings |= _camel_case({key: properties.pop(key)})
    arn = context.clients("stepfunctions").create_state_machine(**settings)["stateMachineArn"]
    return Created(arn, {"Arn": arn, "Name": arn.rpartition(":")[2]})


def _definition(context: Context, logical_id: str, properties: dict[str, Any]) -> str:
    path: Path = context.folder / properties.pop("DefinitionS3Location")["Key"]
    text = path.read_text(encoding="utf-8")
    for name, value in properties.pop("DefinitionSubstitutions", {}).items():
        text = text.replace("${" + name + "}", json.dumps(str(value))[1:-1])
    left = re.findall(r"\$\{\w+\}", text)
    if left:
        raise TemplateError(f"{logical_id}: DefinitionSubstitutions has no value for {', '.join(left)}.")
    return text


def _camel_case(value: Any) -> Any:
    """CloudFormation's names as Step Functions' API has them."""
    if isinstance(value, dict):
        return {key[0].lower() + key[1:]: _camel_case(item) for key, item in value.items()}
    return [_camel_case(item) for item in value] if isinstance(value, list) else value
