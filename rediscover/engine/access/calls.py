"""What a request to AWS asks for, and the rights that it takes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from botocore.exceptions import UnknownServiceError
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import NotFound, get_service_router
from moto.core.utils import get_service_model

from rediscover.engine.aws import ACCOUNT, PARTITION, REGION
from rediscover.engine.functions import bare_name

MODELS = {"states": "stepfunctions"}  # where the name that is signed is not that of botocore's model

_OBJECT = f"arn:{PARTITION}:s3:::{{Bucket}}/{{Key}}"
_BUCKET = f"arn:{PARTITION}:s3:::{{Bucket}}"
RIGHTS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "lambda": {
        "Invoke": ("lambda:InvokeFunction", f"arn:{PARTITION}:lambda:{REGION}:{ACCOUNT}:function:{{FunctionName}}"),
    },
    "s3": {
        "DeleteObject": ("s3:DeleteObject", _OBJECT),
        "GetObject": ("s3:GetObject", _OBJECT),
        "ListObjectsV2": ("s3:ListBucket", _BUCKET),
        "PutObject": ("s3:PutObject", _OBJECT),
    },
    "secretsmanager": {
        "DescribeSecret": ("secretsmanager:DescribeSecret", "{SecretId}"),
        "GetSecretValue": ("secretsmanager:GetSecretValue", "{SecretId}"),
        "PutSecretValue": ("secretsmanager:PutSecretValue", "{SecretId}"),
        "UpdateSecretVersionStage": ("secretsmanager:UpdateSecretVersionStage", "{SecretId}"),
    },
    "sns": {
        "Publish": ("sns:Publish", "{TopicArn}"),
    },
    "states": {
        "DescribeExecution": ("states:DescribeExecution", "{executionArn}"),
        "DescribeMapRun": ("states:DescribeMapRun", "{mapRunArn}"),
        "StartExecution": ("states:StartExecution", "{stateMachineArn}"),
        "StopExecution": ("states:StopExecution", "{executionArn}"),
    },
}
"""Action and resource by the service's signing name and the operation (Service Authorization Reference)."""


@dataclass(frozen=True)
class Call:
    """An operation as it was asked for; `operation` is "" where botocore's models know none like it."""

    service: str
    protocol: str
    operation: str
    parameters: Mapping[str, Any]

    @property
    def bucket(self) -> str:
        """The bucket that it is about, or ""."""
        return str(self.parameters.get("Bucket", "")) if self.service == "s3" else ""

    @property
    def context(self) -> dict[str, str]:
        """The condition keys that it has a value for (Service Authorization Reference, AWS Secrets Manager)."""
        stage = self.parameters.get("VersionStage")
        return {"secretsmanager:VersionStage": stage} if self.service == "secretsmanager" and stage else {}

    def rights(self) -> Iterator[tuple[str, str]]:
        """Each action and resource that it takes. Raises KeyError where the engine does not know them."""
        action, resource = RIGHTS[self.service][self.operation]
        yield action, resource.format_map(self.parameters)
        if action == "s3:PutObject" and "IfMatch" in self.parameters:
            # https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
            yield "s3:GetObject", resource.format_map(self.parameters)


def call(environ: dict[str, Any], service: str) -> Call:
    """The operation that a request asks for; its body can be read again after."""
    name = MODELS.get(service, service)
    try:
        model = get_service_model(name)
    except UnknownServiceError:
        return Call(service, "rest-json", "", {})
    request = Request(environ, populate_request=False)
    try:
        protocol = determine_request_protocol(model, request.content_type)
        if protocol.startswith("rest"):
            operation, parameters = get_service_router(name).match(request)
        else:
            operation, parameters = _with_body(environ, name, protocol)
    except (NotFound, NotImplementedError):
        return Call(service, str(model.protocol), "", {})
    if "HTTP_IF_MATCH" in environ:
        parameters["IfMatch"] = environ["HTTP_IF_MATCH"]
    if "FunctionName" in parameters:
        parameters["FunctionName"] = bare_name(parameters["FunctionName"])
    return Call(service, protocol, operation.name, parameters)


def _with_body(environ: dict[str, Any], service: str, protocol: str) -> tuple[Any, dict[str, Any]]:
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    request = Request({**environ, "wsgi.input": BytesIO(body)}, populate_request=False)
    environ["wsgi.input"] = BytesIO(body)
    operation, in_url = get_service_router(service).match(request)
    parts = {
        "method": request.method,
        "values": request.values,
        "headers": request.headers,
        "body": body,
        "url_path": request.path,
        "url_params": in_url,
    }
    return operation, PROTOCOL_PARSERS[protocol](operation).parse(parts)
