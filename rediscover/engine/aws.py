"""The account that the engine plays, and clients for it."""

import threading
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import boto3
import botocore.session
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.loaders import Loader, create_loader

from rediscover.machine.surroundings import NO_AWS_FILES

ACCOUNT = "123456789012"
REGION = "us-east-1"
PARTITION = "aws"
SETTINGS = {"AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION, **NO_AWS_FILES}


def session(credentials: Mapping[str, str]) -> Any:
    """A boto3 session with the credentials in these environment variables; boto3 types clients by literal names only.

    All share what they know of AWS's services, which takes longer to read than to ask one.
    """
    core = botocore.session.Session()
    core.register_component("data_loader", _models())
    return boto3.Session(
        aws_access_key_id=credentials["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=credentials["AWS_SECRET_ACCESS_KEY"],
        region_name=REGION,
        botocore_session=core,
    )


@cache
def _models() -> Loader:
    return create_loader()


class Clients:
    """boto3 clients for one endpoint, each made once; to be called from any thread.

    `credentials` are environment variables. `send` answers in the endpoint's place, as a handler of botocore's event.
    """

    def __init__(
        self, endpoint_url: str, credentials: Mapping[str, str], send: Callable[..., AWSResponse] | None = None
    ) -> None:
        self._endpoint_url = endpoint_url
        self._lock = threading.Lock()
        self._clients: dict[str, Any] = {}
        self._session = session(credentials)
        if send:
            self._session.events.register("before-send", send)

    def __call__(self, service: str) -> Any:
        """The client of a service, by boto3's name for it."""
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self._session.client(
                    service,
                    endpoint_url=self._endpoint_url,
                    # An invocation may take fifteen minutes, and a repeated one would be a second one.
                    config=Config(read_timeout=910, retries={"total_max_attempts": 1}),
                )
            return self._clients[service]
