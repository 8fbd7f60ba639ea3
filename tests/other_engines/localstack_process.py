"""LocalStack without Docker, from the environment that `make test-engines` installs it into."""

import json
import os
import signal
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from rediscover.engine.aws import ACCOUNT, REGION
from tests.other_engines.called import Called
from tests.statemachine.definition import STATES
from tests.statemachine.mock_config import MACHINE, mock_config

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / os.environ.get("LOCALSTACK_VENV", ".venv-localstack") / "bin" / "python"
SERVER = Path(__file__).with_name("localstack_server.py")
SECONDS_TO_START = 120


def missing() -> str | None:
    """Why it cannot be run here; None if it can."""
    return None if PYTHON.exists() else "LocalStack runs on Python 3.13 only, which is not here: nothing ran on it."


def local_mocks() -> dict[str, Any]:
    """The mock file as LocalStack reads it: what a function returns is in Lambda's own answer (API_Invoke)."""
    config = mock_config(own_errors=False)
    tasks = {
        name: task
        for case in config["StateMachines"][MACHINE]["TestCases"].values()
        for task, name in case.items()
        if "FunctionArn" in STATES[task]["Resource"]
    }
    for name in tasks:
        for response in config["MockedResponses"][name].values():
            if "Return" in response:
                response["Return"] = {"StatusCode": 200, "Payload": response["Return"]}
    return config


class LocalStack:
    """LocalStack's process and its temporary folder, for as long as it lasts; its states ask `called`."""

    def __init__(self, called: Called) -> None:
        self._called = called

    def __enter__(self) -> Self:
        self._folder = TemporaryDirectory(ignore_cleanup_errors=True)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [PYTHON, SERVER, self._called.url, ACCOUNT],
                env=self._environment(),
                cwd=self._folder.name,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        # It holds nothing that is to be kept, and takes ten seconds to end by itself.
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._folder.cleanup()

    def client(self, service: str) -> Any:
        """A boto3 client of the account that the embedded engine plays."""
        session: Any = boto3.Session(aws_access_key_id=ACCOUNT, aws_secret_access_key="any", region_name=REGION)
        # TestState would be asked of sync-127.0.0.1, and S3 of a host for each bucket.
        config = Config(inject_host_prefix=False, s3={"addressing_style": "path"}, retries={"total_max_attempts": 1})
        return session.client(service, endpoint_url=self.url, config=config)

    @property
    def _log(self) -> Path:
        return Path(self._folder.name) / "log"

    def _environment(self) -> dict[str, str]:
        folder = Path(self._folder.name)
        mocks = folder / "mocks.json"
        mocks.write_text(json.dumps(local_mocks()), encoding="utf-8")
        return {
            "PATH": os.defpath,
            "HOME": str(folder),
            "TMPDIR": str(folder),
            "FILESYSTEM_ROOT": str(folder / "root"),
            "LOCALSTACK_VOLUME_DIR": str(folder / "volume"),
            "GATEWAY_LISTEN": f"127.0.0.1:{self.port}",
            "DNS_ADDRESS": "0",
            "DISABLE_EVENTS": "1",
            "SKIP_SSL_CERT_DOWNLOAD": "1",
            "SERVICES": "iam,s3,stepfunctions,sts",
            "STRICT_SERVICE_LOADING": "1",
            "LS_LOG": "error",
            "SFN_MOCK_CONFIG": str(mocks),
        }

    def _wait(self) -> None:
        states, until = self.client("stepfunctions"), time.monotonic() + SECONDS_TO_START
        while True:
            assert self._process.poll() is None, self._log.read_text()
            assert time.monotonic() < until, self._log.read_text()
            try:
                states.list_state_machines()
            except (BotoCoreError, ClientError):
                time.sleep(0.2)
            else:
                return
