"""AWS's own policies are as moto has them, and only those that roles attach are there."""

import json
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.exceptions import NotFoundException
from moto.iam.models import IAMBackend

from rediscover.engine.aws import ACCOUNT, PARTITION
from rediscover.engine.moto.managed_policies import patch_managed_policies

BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


@pytest.fixture
def iam() -> Iterator[IAMBackend]:
    iam = IAMBackend(PARTITION, ACCOUNT)
    iam.create_role("r", "{}", "/", "", "", {}, "3600")
    with ExitStack() as patches:
        patch_managed_policies(patches)
        yield iam


def test_a_role_attaches_a_policy_of_awss(iam: IAMBackend) -> None:
    iam.attach_role_policy(BASIC, "r")
    iam.attach_role_policy(BASIC, "r")
    ((attached,), _) = iam.list_attached_role_policies("r")
    expected = json.loads(aws_managed_policies_data)["AWSLambdaBasicExecutionRole"]
    (version,) = (version for version in attached.versions if version.is_default)
    assert json.loads(version.document) == expected["Document"]
    assert (attached.arn, attached.default_version_id) == (BASIC, expected["DefaultVersionId"])
    assert list(iam.managed_policies) == [BASIC]


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole",
        "arn:aws:iam::aws:policy/NoSuchPolicy",
        "arn:aws:iam::aws:policy/Document",
    ],
)
def test_a_policy_that_aws_has_not_is_not_found(iam: IAMBackend, arn: str) -> None:
    with pytest.raises(NotFoundException, match="does not exist or is not attachable"):
        iam.attach_role_policy(arn, "r")
