"""LocalStack on 127.0.0.1, for its Step Functions: `python localstack_server.py SERVICES_URL ACCOUNT`.

Runs in LocalStack's own environment, configured by its variables. Changes six things of LocalStack 2026.3.0:

- It listens on 127.0.0.1. LocalStack's own server takes its port of every address, whatever GATEWAY_LISTEN says.
- States find Lambda and SNS at SERVICES_URL. LocalStack's own functions run in Docker.
- Whoever asks belongs to ACCOUNT, so that functions of the embedded engine can ask for executions.
- S3 keeps its objects in the temporary folder, and not in a fixed one beside it.
- Definitions and paths are parsed once. LocalStack parses the one whenever it is looked at or started, in a second or
  more, and the other whenever it is followed.
- Waits and retries take a hundredth of their time.
"""

import sys
import tempfile
import time
from functools import lru_cache, partial
from typing import Any

import boto3
from localstack.aws import accounts
from localstack.runtime.main import main
from localstack.runtime.server import twisted
from localstack.services.s3 import provider
from localstack.services.stepfunctions.asl.component.common.retry import retrier_decl
from localstack.services.stepfunctions.asl.component.state.state_execution.state_task import lambda_eval_utils
from localstack.services.stepfunctions.asl.component.state.state_execution.state_task.service import (
    state_task_service_sns,
)
from localstack.services.stepfunctions.asl.component.state.state_wait.wait_function.wait_function import WaitFunction
from localstack.services.stepfunctions.asl.parse.asl_parser import AmazonStateLanguageParser
from localstack.services.stepfunctions.asl.parse.test_state.asl_parser import TestStateAmazonStateLanguageParser
from localstack.services.stepfunctions.asl.utils import json_path
from localstack.services.stepfunctions.asl.utils.boto_client import _BOTO_CLIENT_CONFIG

WAIT_SCALE = 0.01


def start() -> None:
    """Serve until terminated."""
    twisted.endpoints.TCP4ServerEndpoint = partial(twisted.endpoints.TCP4ServerEndpoint, interface="127.0.0.1")
    provider.DEFAULT_S3_TMP_DIR = tempfile.mkdtemp()
    accounts.DEFAULT_AWS_ACCOUNT_ID = sys.argv[2]
    for module in (lambda_eval_utils, state_task_service_sns):
        module.boto_client_for = _client_for
    for parser in (AmazonStateLanguageParser, TestStateAmazonStateLanguageParser):
        parser.parse = staticmethod(lru_cache(maxsize=64)(parser.parse))
    json_path.parse = lru_cache(maxsize=1024)(json_path.parse)
    WaitFunction._wait_interval = _wait
    retrier_decl.time = _ScaledTime
    main()


def _client_for(service: str, region: str, **_: Any) -> Any:
    session: Any = boto3.Session()  # which types each client by its literal name
    return session.client(
        service,
        region_name=region,
        endpoint_url=sys.argv[1],
        aws_access_key_id="any",
        aws_secret_access_key="any",
        config=_BOTO_CLIENT_CONFIG,
    )


def _wait(_: Any, env: Any, wait_seconds: int) -> None:
    env.program_state_event.wait(wait_seconds * WAIT_SCALE)


class _ScaledTime:
    @staticmethod
    def sleep(seconds: float) -> None:
        time.sleep(seconds * WAIT_SCALE)


if __name__ == "__main__":
    start()
