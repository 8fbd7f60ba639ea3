"""A SAM template in CloudFormation's terms, by AWS's own translator, without AWS."""

import json
from collections.abc import Mapping
from typing import Any

import boto3
from samtranslator.internal.managed_policies import get_bundled_managed_policy_map
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

from rediscover.engine.aws import PARTITION, REGION
from rediscover.engine.deployment.parameters import parameter_values
from rediscover.engine.errors import TemplateError

# `sam deploy` uploads these paths and puts S3 locations in their place.
LOCAL_PATHS = {"Function": "CodeUri", "StateMachine": "DefinitionUri"}
LOCAL_BUCKET = "template-folder"  # a location in it is a path beside the template


def transformed(text: str, given: Mapping[str, str]) -> dict[str, Any]:
    """The template with these parameter values. Local paths in it become S3 locations in LOCAL_BUCKET.

    Raises TemplateError and ParameterError.
    """
    source = yaml_parse(text)
    values = parameter_values(source.get("Parameters", {}), given)
    for kind, key in LOCAL_PATHS.items():
        _as_s3_location(source.get("Globals", {}).get(kind, {}), key)
        for resource in source["Resources"].values():
            if resource["Type"] == f"AWS::Serverless::{kind}":
                _as_s3_location(resource["Properties"], key)
    translator = Translator(
        get_bundled_managed_policy_map(PARTITION), Parser(), boto_session=boto3.Session(region_name=REGION)
    )
    try:
        template = translator.translate(source, parameter_values=dict(values))
    except InvalidDocumentException as error:
        causes = "; ".join(cause.message for cause in error.causes)
        raise TemplateError(f"The template is not valid: {causes}") from error
    # Plain JSON: the parser's own mapping type would reach boto3.
    plain: dict[str, Any] = json.loads(json.dumps(template))
    return plain


def _as_s3_location(properties: dict[str, Any], key: str) -> None:
    if isinstance(properties.get(key), str):
        properties[key] = {"Bucket": LOCAL_BUCKET, "Key": properties[key]}
