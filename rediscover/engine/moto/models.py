"""What moto 5.2.5 knows of AWS's services: for the most part what boto3 does, which is read once for both."""

from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import boto3
from moto.core import base_backend, responses
from moto.core import utils as core_utils
from moto.core.loaders import Loader, moto_root

from rediscover.engine.aws import Models, core_session, models


def patch_models(patches: ExitStack) -> None:
    """Let moto have boto3's models, which it would read again, and look through its own classes once for each."""
    for module, name, replacement in (
        (base_backend, "Session", _session),
        (core_utils, "Session", core_session),
        (core_utils, "create_loader", _loader),
        (responses, "method_names_from_class", cache(core_utils.method_names_from_class)),
    ):
        patches.enter_context(patch.object(module, name, replacement))


def _session() -> boto3.Session:
    return boto3.Session(botocore_session=core_session())


class _Models(Models, Loader):  # type: ignore[misc]  # moto has no types
    def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> Any:
        """A model. Those that moto has something to add to are its own: boto3 would not understand them."""
        added = Path(moto_root, service_name.replace("-", "")).glob(f"*/{type_name}.moto-extras.json*")
        if any(added):
            return super().load_service_model(service_name, type_name, api_version)
        return models().load_service_model(service_name, type_name, api_version)


@cache
def _loader() -> _Models:
    return _Models(extra_search_paths=[moto_root])
