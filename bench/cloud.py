"""An AWS account in memory, as far as the functions need one, and their environment in it."""

import json
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import boto3
import requests

from rediscover.engine.access.services import services
from rediscover.engine.aws import SETTINGS
from rediscover.engine.server import HttpServer
from rediscover.machine.surroundings import without_proxy
from rediscover.simulator import Simulator
from rediscover_archive.clients import client

BUCKET = "archive"


class Calls:
    """The calls to AWS that were made since the last `forget`, as in `{"s3 GetObject": 9}`."""

    def __init__(self) -> None:
        self.made: Counter[str] = Counter()

    def forget(self) -> None:
        """Count anew."""
        self.made = Counter()

    def record(self, model: Any, **_: Any) -> None:
        """To be told of each call by botocore, before it is made."""
        self.made[f"{model.service_model.service_name} {model.name}"] += 1


@contextmanager
def cloud(simulator: Simulator) -> Iterator[Calls]:
    """A bucket and both secrets on 127.0.0.1; this process has what the template gives to all functions together."""
    server = HttpServer(services)
    environment = {
        **SETTINGS,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        **without_proxy(os.environ),
        "AWS_ENDPOINT_URL": server.url,
        "BUCKET": BUCKET,
        "CREDENTIALS_SECRET": "credentials",
        "ACCESS_TOKEN_SECRET": "access-token",
        "SPOTIFY_API_URL": simulator.api_url,
        "SPOTIFY_ACCOUNTS_URL": simulator.accounts_url,
        "SETTLE_SECONDS": "5",
        "POWERTOOLS_METRICS_DISABLED": "true",  # one process for all functions would mix up what they count
    }
    calls = Calls()
    try:
        with patch.dict(os.environ, environment), patch.object(boto3, "DEFAULT_SESSION", _session(calls)):
            os.environ.pop("AWS_PROFILE", None)
            client.cache_clear()
            boto3.client("s3").create_bucket(Bucket=BUCKET)
            secrets = boto3.client("secretsmanager")
            secrets.create_secret(Name="credentials", SecretString=json.dumps(simulator.credentials))
            secrets.create_secret(Name="access-token", SecretString="{}")
            boto3.client("stepfunctions")
            yield calls
    finally:
        requests.post(f"{server.url}/moto-api/reset", timeout=10)
        client.cache_clear()
        server.stop()


def _session(calls: Calls) -> boto3.Session:
    session = boto3.Session()
    session.events.register("before-call", calls.record)
    return session
