"""The embedded engine: the project's template deployed in this process, with nothing but this machine."""

import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from tempfile import gettempdir
from typing import IO, Any, Self

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from moto.moto_api._internal.models import moto_api_backend
from moto.stepfunctions.parser.utils import TMP_THREADS
from werkzeug.wrappers import Request, Response

from rediscover.engine.access.authorization import Authorization, Denial
from rediscover.engine.access.in_process import InProcess
from rediscover.engine.access.roles import Roles
from rediscover.engine.access.services import services
from rediscover.engine.access.signatures import signed_by
from rediscover.engine.aws import SETTINGS, Clients
from rediscover.engine.deployment.deploy import Deployment, deploy
from rediscover.engine.errors import TemplateError
from rediscover.engine.eventbridge import fire, invoke
from rediscover.engine.folders import temporary_folder
from rediscover.engine.functions import LambdaService
from rediscover.engine.moto.backends import note_change, published
from rediscover.engine.moto.patches import patched, wait_for_an_end
from rediscover.engine.persistence import Persistence
from rediscover.engine.server import HttpServer
from rediscover.errors import EngineFailed, FileDamaged
from rediscover.machine import files
from rediscover.machine.private import check_way
from rediscover.machine.stack import stack_folder
from rediscover.machine.surroundings import undisturbed

TEMPLATE = stack_folder() / "template.yaml"
LARGEST_LOG = 2_000_000
"""Bytes of the functions' log, of some hundreds of runs, with which one more begins; the one before is kept too."""

SECONDS_TO_END = 5.0  # for threads of executions that were stopped
WRITE_SECRETS = ("secretsmanager.PutSecretValue", "secretsmanager.UpdateSecret")
_one_at_a_time = threading.Lock()  # moto's state belongs to the process


class Engine:
    """Step Functions, Lambda and what they need, on 127.0.0.1, with the template deployed.

    `home` keeps the buckets' objects and the secrets named in `keep_secrets` (logical ids) for the next
    engine; it belongs to one engine at a time, and a process has one engine at a time. Wait states and
    retries take `wait_scale` of their time. Raises EngineFailed when the template cannot be deployed.
    """

    endpoint_url: str

    def __init__(
        self,
        home: Path,
        parameters: Mapping[str, str],
        *,
        template: Path = TEMPLATE,
        keep_secrets: Sequence[str] = (),
        wait_scale: float = 1.0,
    ) -> None:
        self._home = home
        self._parameters = parameters
        self._template = template
        self._keep_secrets = keep_secrets
        self._wait_scale = wait_scale
        self._cleanup = ExitStack()
        self._persistence: Persistence | None = None
        self._deployment = Deployment({}, {}, {})
        self._roles = Roles()
        self._role_clients: dict[str, Clients] = {}
        self._authorization = Authorization(self._serve, self._roles)

    def __enter__(self) -> Self:
        with ExitStack() as cleanup:
            self._start(cleanup)
            self._cleanup = cleanup.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def outputs(self) -> dict[str, str]:
        """The template's outputs."""
        return self._deployment.outputs

    @property
    def resources(self) -> dict[str, str]:
        """Physical ids by logical id."""
        return self._deployment.resources

    @property
    def credentials(self) -> dict[str, str]:
        """Environment variables of who may do everything here."""
        return self._roles.credentials()

    @property
    def denials(self) -> list[Denial]:
        """What roles were refused so far."""
        return self._authorization.denials

    def client(self, service: str, role: str = "") -> Any:
        """A boto3 client of the engine, by boto3's name of the service, with the rights of `role`, or with all."""
        return self._clients_of(role)(service) if role else self._clients(service)

    def fire_rule(
        self, rule_name: str, *, at: datetime | None = None, given: str = "", even_if_disabled: bool = False
    ) -> list[str]:
        """Start what a rule starts, as EventBridge would `at` its date; the executions' ARNs.

        Their input is what is `given`, else the rule's own. Raises RuleNotFired for a disabled rule, unless told to
        fire it all the same.
        """
        return fire(self._clients, self._clients_of, rule_name, at=at, given=given, even_if_disabled=even_if_disabled)

    def invoke_rule(self, rule_name: str, *, at: datetime | None = None) -> list[Any]:
        """Invoke the functions that a rule invokes, and wait for them; their answers. Raises RuleNotFired."""
        return invoke(self._clients, rule_name, at=at)

    def published(self, topic_arn: str) -> list[tuple[str, str]]:
        """Subject and message of all that was published to a topic so far."""
        return published(topic_arn)

    def put_secret(self, secret_arn: str, text: str, changed_at: datetime | None = None) -> None:
        """Put a text into a secret, which is then as old as `changed_at` says."""
        self._clients("secretsmanager").put_secret_value(SecretId=secret_arn, SecretString=text)
        if changed_at:
            note_change(secret_arn, changed_at)

    def wait(self, seconds: float) -> bool:
        """Wait for so long, or until an execution has ended since the last wait; whether one has."""
        return wait_for_an_end(seconds)

    def stop(self) -> None:
        """End executions and functions, and free everything. May be called twice."""
        self._cleanup.close()

    def _start(self, cleanup: ExitStack) -> None:
        if not _one_at_a_time.acquire(blocking=False):
            raise EngineFailed("This process already runs an engine.")
        cleanup.callback(_one_at_a_time.release)
        cleanup.callback(moto_api_backend.reset)
        stopping = threading.Event()
        cache = self._home / "cache"
        cleanup.enter_context(patched(self._wait_scale, stopping, self._roles, self._hand_over, cache / "definitions"))
        check_way(Path(gettempdir(), "of the engine"), "TMPDIR")
        folder = cleanup.enter_context(temporary_folder())
        used_before = cache / "functions.json"
        self._functions = LambdaService(folder, self._log(cleanup), self._roles.credentials, used_before)
        cleanup.callback(self._functions.close)
        server = HttpServer(self._authorization)
        cleanup.callback(server.stop)
        # What moto and boto3 read in this process: the interpreter's own endpoint, and nothing of the user's.
        cleanup.enter_context(undisturbed(**SETTINGS, MOTO_PORT=str(server.port)))
        self.endpoint_url = server.url
        self._send = InProcess(self._authorization, server.port)
        self._clients = Clients(server.url, self.credentials, self._send)
        cleanup.callback(self._end_executions, stopping)
        self._deployment = deploy(
            self._template, self._parameters, self._clients, cache / "template.json", self._start_ahead
        )
        self._persistence = self._restored()

    def _clients_of(self, role: str) -> Clients:
        if role not in self._role_clients:
            self._role_clients[role] = Clients(self.endpoint_url, self._roles.credentials(role), self._send)
        return self._role_clients[role]

    def _start_ahead(self, kind: str, physical_id: str) -> None:
        """While the deployment goes on; the functions' processes have another processor."""
        if kind == "AWS::Lambda::Function":
            self._functions.start_ahead(physical_id, self.endpoint_url)

    def _log(self, cleanup: ExitStack) -> IO[bytes]:
        path = self._home / "logs" / "functions.log"
        try:
            files.make_folder(path.parent)
            if path.is_file() and path.stat().st_size > LARGEST_LOG:
                RotatingFileHandler(path, backupCount=1, delay=True).doRollover()
            return cleanup.enter_context(open(path, "ab", opener=files.only_for_owner))
        except OSError as error:
            raise FileDamaged(f"Cannot write to {path}: {error.strerror}. Remove what is there.") from error

    def _restored(self) -> Persistence:
        secrets = self._deployment.of_type("AWS::SecretsManager::Secret")
        missing = set(self._keep_secrets) - secrets.keys()
        if missing:
            raise TemplateError(f"The template has no secret {', '.join(sorted(missing))}.")
        kept = {logical_id: secrets[logical_id] for logical_id in self._keep_secrets}
        persistence = Persistence(self._home, self._clients, self._deployment.of_type("AWS::S3::Bucket"), kept)
        persistence.restore()
        return persistence

    def _hand_over(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        """Answer the interpreter."""
        return self._send(request)

    def _serve(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if signed_by(environ)[1] == "lambda" and LambdaService.serves(environ):
            answer: Iterable[bytes] = self._functions(environ, start_response)
            return answer
        bucket, _, key = Request(environ).path.removeprefix("/").partition("/")
        if (
            self._persistence
            and key
            and environ["REQUEST_METHOD"] == "PUT"
            and not self._persistence.can_keep(bucket, key)
        ):
            return Response("The key cannot be kept as a file.\n", 400)(environ, start_response)
        answer = list(services(environ, start_response))
        # Before the writer goes on: a killed engine forgets nothing that was written.
        if self._persistence and environ.get("HTTP_X_AMZ_TARGET") in WRITE_SECRETS:
            self._persistence.save_secrets()
        elif self._persistence and signed_by(environ)[1] == "s3" and environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            if key and environ["REQUEST_METHOD"] in ("PUT", "DELETE"):
                self._persistence.save_object(bucket, key)
            else:
                self._persistence.save_objects()
        return answer

    def _end_executions(self, stopping: threading.Event) -> None:
        stopping.set()
        states = self._clients("stepfunctions")
        for machine in self._deployment.of_type("AWS::StepFunctions::StateMachine").values():
            running = states.list_executions(stateMachineArn=machine, statusFilter="RUNNING")
            for execution in running["executions"]:
                states.stop_execution(executionArn=execution["executionArn"])
        self._functions.close()
        for thread in TMP_THREADS:
            thread.join(SECONDS_TO_END)
        TMP_THREADS.clear()
