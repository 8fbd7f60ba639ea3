"""The account that the engine plays, and clients for it."""

import gzip
import json
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import botocore.session
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.loaders import JSONFileLoader, Loader, instance_cache

from rediscover.machine.surroundings import NO_AWS_FILES

ACCOUNT = "123456789012"
REGION = "us-east-1"
PARTITION = "aws"
SETTINGS = {"AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION, **NO_AWS_FILES}


class ModelFiles(JSONFileLoader):
    """Reads files as plain dictionaries, which take half as long as botocore's ordered ones, and less room."""

    def load_file(self, file_path: str) -> Any:
        """What is in the file with this name but for its ending; None where there is none."""
        for ending, opened in ((".json", open), (".json.gz", gzip.open)):
            with suppress(FileNotFoundError), opened(file_path + ending, "rb") as file:
                return json.load(file)
        return None


class Models(Loader):
    """What botocore knows of AWS's services."""

    FILE_LOADER_CLASS = ModelFiles

    @instance_cache
    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002 (botocore's signature)
        """All services. botocore looks into the 400 folders of each, for every type of file, before it reads one."""
        folders = [Path(path) for path in self.search_paths if Path(path).is_dir()]
        return sorted({path.name for folder in folders for path in folder.iterdir() if path.is_dir()})


@cache
def models() -> Models:
    """Those that all of this process share: they take longer to read than to ask a service."""
    return Models()


def core_session() -> botocore.session.Session:
    """A session of botocore's, of nobody in particular."""
    core = botocore.session.Session()
    core.register_component("data_loader", models())
    return core


def session(credentials: Mapping[str, str]) -> Any:
    """A boto3 session with these environment variables' credentials; boto3 types clients by literal names only."""
    return boto3.Session(
        aws_access_key_id=credentials["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=credentials["AWS_SECRET_ACCESS_KEY"],
        region_name=REGION,
        botocore_session=core_session(),
    )


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
