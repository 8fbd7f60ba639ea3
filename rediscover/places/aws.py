"""A stack that is deployed on AWS, reached as the AWS CLI reaches it, and AWS's refusals in words.

Region, credentials and profile come from the usual places, and AWS_ENDPOINT_URL is respected. Nothing that AWS says
can begin a line of its own.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore import exceptions as aws

from rediscover.errors import UserError
from rediscover.words import clean
from rediscover_archive.authorization.managed_secret import ManagedSecret
from rediscover_archive.authorization.secret import CURRENT

ACCESS_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403"}
NOT_ACCEPTED = {
    *("ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException"),
    *("SignatureDoesNotMatch", "InvalidSignatureException", "RequestExpired", "InvalidAccessKeyId"),
}
OUTPUTS = ("StateMachineArn", "CredentialsSecretArn", "AccessTokenSecretArn", "BucketName", "TopicArn")
"""What every stack of this project says of itself."""

HOW_TO_SIGN_IN = "Sign in with `aws sso login`, run `aws configure`, or set AWS_PROFILE."


class AwsNotSetUp(UserError):
    """There are no usable AWS credentials, or no region."""


class AwsAccessDenied(UserError):
    """The AWS account in use may not do this."""


class AwsUnavailable(UserError):
    """AWS cannot be reached, or answers with an error that is not the user's."""


class NoSuchStack(UserError):
    """No stack of that name is deployed in this account and region, or it is not one of this project."""


def session() -> Any:
    """A boto3 session of the user's own AWS settings, which types each client as Any; raises AwsNotSetUp."""
    with explained():
        # boto3 reads AWS_DEFAULT_REGION only; for AWS's other tools AWS_REGION comes first (SDKs and Tools, Region).
        found = boto3.Session(region_name=os.environ.get("AWS_REGION") or None)
        if not found.region_name:
            raise aws.NoRegionError
        return found


def stack_outputs(client_maker: Any, name: str) -> dict[str, str]:
    """The outputs of a deployed stack; `client_maker` is a boto3 session.

    Raises NoSuchStack and what `explained` raises.
    """
    with explained():
        cloudformation = client_maker.client("cloudformation")
        try:
            (stack,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
        except aws.ClientError as error:
            if "does not exist" not in str(error):
                raise
            region = client_maker.region_name
            raise NoSuchStack(
                f"There is no stack {name} in {region}. Deploy it (sam deploy), or give its name with --stack "
                "and its region with AWS_REGION."
            ) from error
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
    missing = [output for output in OUTPUTS if output not in outputs]
    if missing:
        raise NoSuchStack(
            f"The stack {name} is {stack['StackStatus']} and has no output {missing[0]}: "
            "it is not deployed yet, or is another project's."
        )
    return outputs


def stack_parameters(client_maker: Any, name: str) -> dict[str, str]:
    """The parameters of a deployed stack, by name. Raises what `explained` raises."""
    with explained():
        (stack,) = client_maker.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    return {one["ParameterKey"]: one.get("ParameterValue", "") for one in stack.get("Parameters", [])}


class StackSecret(ManagedSecret):
    """A secret of a deployed stack; `session` is a boto3 session. Raises what `explained` raises."""

    def __init__(self, session: Any, arn: str, stage: str = CURRENT) -> None:
        super().__init__(arn, session.client("secretsmanager"), stage)

    def read(self) -> dict[str, Any] | None:
        with explained():
            return super().read()

    def write(self, value: dict[str, Any]) -> None:
        with explained():
            super().write(value)


@contextmanager
def explained() -> Iterator[None]:
    """Turn botocore's errors into AwsNotSetUp, AwsAccessDenied and AwsUnavailable."""
    try:
        yield
    except aws.ClientError as error:
        raise _refusal(error) from error
    except aws.NoRegionError as error:
        raise AwsNotSetUp("No AWS region is set. Set AWS_REGION, or run `aws configure`.") from error
    except aws.MissingDependencyException as error:
        install = f"{sys.executable} -m pip install 'botocore[crt]'"
        raise AwsNotSetUp(
            f"This AWS profile is signed in by `aws login`, which needs a package more here: {install}. Or do without "
            f"it. {HOW_TO_SIGN_IN}"
        ) from error
    except aws.ProfileNotFound as error:
        raise AwsNotSetUp(f"{clean(str(error))}. AWS_PROFILE names one that is not configured.") from error
    except (aws.NoCredentialsError, aws.PartialCredentialsError) as error:
        raise AwsNotSetUp(f"There are no AWS credentials. {HOW_TO_SIGN_IN}") from error
    except (aws.CredentialRetrievalError, aws.SSOError, aws.TokenRetrievalError, aws.LoginError) as error:
        raise AwsNotSetUp(f"The AWS credentials cannot be had: {clean(str(error))}. {HOW_TO_SIGN_IN}") from error
    except aws.BotoCoreError as error:
        raise AwsUnavailable(f"AWS cannot be reached: {clean(str(error))}") from error


def _refusal(error: aws.ClientError) -> UserError:
    told = error.response["Error"]
    code, message = (clean(str(told.get(part, ""))) for part in ("Code", "Message"))
    if code in ACCESS_DENIED:
        return AwsAccessDenied(f"AWS denies {error.operation_name}: {message}")
    if code in NOT_ACCEPTED:
        return AwsNotSetUp(f"AWS does not accept the credentials ({code}): {message} {HOW_TO_SIGN_IN}")
    return AwsUnavailable(f"AWS refuses {error.operation_name} ({code}): {message}")
