"""The clients of moto 5.2.5's interpreter, which would ask as nobody in particular, and whoever `localhost` is."""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from functools import cache
from typing import Any
from unittest.mock import patch

from botocore.awsrequest import AWSResponse
from botocore.config import Config
from moto.settings import moto_server_port
from moto.stepfunctions.parser.asl.component.common.timeouts.timeout import TimeoutSeconds
from moto.stepfunctions.parser.asl.utils import boto_client
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

from rediscover.engine.access.roles import Roles
from rediscover.engine.aws import session
from rediscover.engine.server import HOST

INTERPRETER = StepFunctionsParserBackend.__module__.rpartition(".")[0]
_moto_client_for = boto_client.boto_client_for


def patch_clients(patches: ExitStack, roles: Roles, send: Callable[..., AWSResponse]) -> None:
    """Let an execution ask with the rights of its state machine's role, by `send`, a handler of botocore's event."""

    def client_for(region: str, service: str, state_credentials: Any = None) -> Any:
        return made(region, service, state_credentials.role_arn, moto_server_port())

    @cache
    def made(region: str, service: str, role: str, port: int) -> Any:
        """One for all states: loading a service's model takes as long as a request."""
        seconds = TimeoutSeconds.DEFAULT_TIMEOUT_SECONDS
        own = session(roles.credentials(role))
        own.events.register("before-send", send)
        return own.client(
            service,
            region_name=region,
            endpoint_url=f"http://{HOST}:{port}",
            config=Config(
                parameter_validation=False,
                retries={"total_max_attempts": 1},
                connect_timeout=seconds,
                read_timeout=seconds,
            ),
        )

    for module in [module for name, module in sys.modules.items() if name.startswith(INTERPRETER)]:
        if getattr(module, "boto_client_for", None) is _moto_client_for:
            patches.enter_context(patch.object(module, "boto_client_for", client_for))
