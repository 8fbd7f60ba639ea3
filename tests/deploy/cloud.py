"""An AWS on this machine: MiniStack with IAM enforced, and the SAM CLI, used on it as a person would."""

import os
import socket
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import boto3
import requests

from rediscover.machine.surroundings import without_proxy
from tests.deploy.functions import FunctionServer

ROOT = Path(__file__).parents[2]
SERVER = Path(__file__).with_name("ministack_server.py")
MINISTACK_PYTHON = ROOT / ".venv-ministack" / "bin" / "python"
SAM = ROOT / ".venv-sam" / "bin" / "sam"
ACCOUNT = "123456789012"
REGION = "us-east-1"


class Cloud:
    """MiniStack with the functions' server; `folder` takes its logs and files.

    `environment` makes any AWS tool use it, as the account's administrator.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._cleanup = ExitStack()
        self._port, self._plain_port = _free_ports(2)
        self.plain_url = f"http://127.0.0.1:{self._plain_port}"
        self.certificate = folder / "ministack-tls" / "server.crt"
        self._settings = {
            "AWS_ENDPOINT_URL": f"https://127.0.0.1:{self._port}",
            "AWS_CA_BUNDLE": str(self.certificate),
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            **without_proxy(os.environ),
        }
        # MiniStack takes an account's number for its administrator's access key.
        administrator = {"AWS_ACCESS_KEY_ID": ACCOUNT, "AWS_SECRET_ACCESS_KEY": "administrator"}
        self.environment = {**_without_aws(os.environ), **self._settings, **administrator, "SAM_CLI_TELEMETRY": "0"}

    def __enter__(self) -> Self:
        with ExitStack() as cleanup:
            log = cleanup.enter_context((self._folder / "functions.log").open("wb"))
            functions = cleanup.enter_context(FunctionServer(self._settings, log))
            self._start(functions.url, cleanup)
            self._cleanup = cleanup.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cleanup.close()

    def client(self, service: str, **settings: Any) -> Any:
        """A boto3 client, the administrator's unless `settings` give other keys."""
        session: Any = boto3.Session()  # which types each client by its literal name
        keys = {"aws_access_key_id": ACCOUNT, "aws_secret_access_key": "administrator"}
        defaults = {"endpoint_url": self._settings["AWS_ENDPOINT_URL"], "verify": str(self.certificate), **keys}
        return session.client(service, region_name=REGION, **{**defaults, **settings})

    def sam(self, *arguments: str, cwd: Path = ROOT) -> str:
        """Run the SAM CLI and return what it printed; a failure is an AssertionError that shows it."""
        done = subprocess.run(
            [SAM, *arguments],
            cwd=cwd,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=280,
        )
        assert done.returncode == 0, f"sam {' '.join(arguments)}\n{done.stdout}"
        return done.stdout

    def outputs(self, stack: str) -> dict[str, str]:
        """A deployed stack's outputs."""
        (found,) = self.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in found["Outputs"]}

    def ended(self, execution_arn: str) -> dict[str, Any]:
        """DescribeExecution's answer once the execution has ended."""
        states = self.client("stepfunctions")
        for _ in range(600):
            execution: dict[str, Any] = states.describe_execution(executionArn=execution_arn)
            if execution["status"] != "RUNNING":
                return execution
            time.sleep(0.1)
        raise AssertionError(f"{execution_arn} still runs.")

    def _start(self, functions_url: str, cleanup: ExitStack) -> None:
        assert MINISTACK_PYTHON.exists(), "MiniStack is not installed: run make test-deploy."
        log = cleanup.enter_context((self._folder / "ministack.log").open("wb"))
        process = subprocess.Popen(
            [MINISTACK_PYTHON, SERVER, str(self._port), str(self._plain_port), functions_url],
            env={
                **_without_aws(os.environ),
                **without_proxy(os.environ),
                "AUTH": "true",
                "USE_SSL": "1",
                "GATEWAY_PORT": str(self._port),
                "IOT_MTLS_ENABLED": "0",
                "TMPDIR": str(self._folder),
            },
            stdout=log,
            stderr=log,
        )
        cleanup.callback(process.wait)
        cleanup.callback(process.kill)
        for _ in range(300):
            assert process.poll() is None, (self._folder / "ministack.log").read_text()
            if self._answers():
                return
            time.sleep(0.1)
        raise AssertionError("MiniStack did not start.")

    def _answers(self) -> bool:
        try:
            health = f"{self._settings['AWS_ENDPOINT_URL']}/_ministack/health"
            return requests.get(health, verify=str(self.certificate), timeout=1).ok
        except (OSError, requests.RequestException):
            return False


def _without_aws(environment: Any) -> dict[str, str]:
    return {name: value for name, value in environment.items() if not name.startswith("AWS_")}


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports
