"""The clients of moto 5.2.5's interpreter, which would ask as nobody in particular."""

from contextlib import ExitStack
from typing import Any
from unittest.mock import patch

import boto3
from botocore.config import Config
from moto.settings import moto_server_port
from moto.stepfunctions.parser.asl.component.common.timeouts.timeout import TimeoutSeconds
from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader.eval import resource_eval_s3 as reader
from moto.stepfunctions.parser.asl.component.state.exec.state_map.result_writer.resource_eval import (
    resource_eval_s3 as writer,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_aws_sdk,
    state_task_service_sfn,
    state_task_service_sns,
    state_task_service_sqs,
)

from rediscover.engine.roles import Roles

ASKING = (
    lambda_eval_utils,
    reader,
    state_task_service_aws_sdk,
    state_task_service_sfn,
    state_task_service_sns,
    state_task_service_sqs,
    writer,
)
"""moto's modules that ask other services. The others ask with a key that the engine refuses."""


def enter_clients(patches: ExitStack, roles: Roles) -> None:
    """Let an execution ask with the rights of its state machine's role."""

    def client_for(region: str, service: str, state_credentials: Any = None) -> Any:
        credentials = roles.credentials(state_credentials.role_arn)
        seconds = TimeoutSeconds.DEFAULT_TIMEOUT_SECONDS
        client: Any = boto3.client  # which types each service's client by its literal name
        return client(
            service,
            region_name=region,
            aws_access_key_id=credentials["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=credentials["AWS_SECRET_ACCESS_KEY"],
            endpoint_url=f"http://localhost:{moto_server_port()}",
            config=Config(
                parameter_validation=False,
                retries={"total_max_attempts": 1},
                connect_timeout=seconds,
                read_timeout=seconds,
            ),
        )

    for module in ASKING:
        patches.enter_context(patch.object(module, "boto_client_for", client_for))
