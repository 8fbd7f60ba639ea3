"""What the engine, boto3 and moto know of AWS's services: the same, read once."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader
from botocore.session import Session
from moto.core import base_backend
from moto.core import utils as core_utils

from rediscover.engine.aws import Models, models
from rediscover.engine.moto.models import patch_models

SERVICES = ("cloudwatch", "events", "iam", "lambda", "logs", "s3", "secretsmanager", "sns", "sqs", "stepfunctions")


@pytest.fixture
def of_moto() -> Iterator[Any]:
    with ExitStack() as patches:
        patch_models(patches)
        yield core_utils.create_loader()


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("kind", ["service-2", "endpoint-rule-set-1"])
def test_a_model_is_botocores(service: str, kind: str) -> None:
    assert Models().load_service_model(service, kind) == Loader().load_service_model(service, kind)


def test_the_services_are_botocores() -> None:
    assert Models().list_available_services("service-2") == Loader().list_available_services("service-2")


def test_a_service_that_is_none_is_refused() -> None:
    with pytest.raises(UnknownServiceError):
        models().load_service_model("spotify", "service-2")


def test_moto_finds_services_and_regions_without_looking_for_them_anew(
    of_moto: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session()
    services, regions = session.get_available_services(), session.get_available_regions("lambda", "aws-cn")
    monkeypatch.setattr(Loader, "list_available_services", pytest.fail)
    assert core_utils.Session().get_available_services() == services
    assert base_backend.Session().get_available_regions("lambda", "aws-cn") == regions != []
    assert of_moto.load_service_model("sqs", "service-2")


def test_moto_shares_what_boto3_has_read(of_moto: Any) -> None:
    assert of_moto.load_service_model("iam", "service-2") is models().load_service_model("iam", "service-2")


def test_what_moto_adds_to_a_model_is_kept_from_boto3(of_moto: Any) -> None:
    assert "OPTIONS" in str(of_moto.load_service_model("s3", "service-2")["operations"]["BucketCORSPreflightCheck"])
    assert "BucketCORSPreflightCheck" not in models().load_service_model("s3", "service-2")["operations"]
