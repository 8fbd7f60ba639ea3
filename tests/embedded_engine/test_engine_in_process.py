"""The engine's own requests take no connection, and are answered as over one."""

import _thread
import threading
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from botocore.exceptions import ClientError
from botocore.httpsession import URLLib3Session
from werkzeug.test import create_environ
from werkzeug.wrappers import Response

from rediscover.engine import Engine
from rediscover.engine.access.in_process import InProcess
from rediscover.engine.access.roles import Roles
from rediscover.engine.access.services import services
from rediscover.engine.aws import Clients
from rediscover.engine.server import HttpServer, WsgiApplication
from tests.embedded_engine.toys import run

NOWHERE = "http://127.0.0.1:9"
OF_THE_CONNECTION = {
    "HTTP_ACCEPT_ENCODING",
    "HTTP_AMZ_SDK_INVOCATION_ID",
    "HTTP_AUTHORIZATION",
    "HTTP_X_AMZ_DATE",
    "REMOTE_PORT",
    "SERVER_SOFTWARE",
    "werkzeug.socket",
    "wsgi.input",
}


class Recorder:
    """An application that keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        kept = {key: value for key, value in environ.items() if key not in OF_THE_CONNECTION}
        kept["CONTENT_LENGTH"] = str(len(body))
        self.asked.append({**kept, "body": body})
        return Response(b"<ListBucketResult/>", headers={"ETag": '"e"'})(environ, start_response)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def server(recorder: Recorder) -> Iterator[HttpServer]:
    server = HttpServer(recorder)
    yield server
    server.stop()


REQUESTS: list[Callable[[Clients], Any]] = [
    lambda of: of("s3").put_object(Bucket="b", Key="a b/ü#?%.json", Body=b"\x00\xff", Metadata={"with_line": "1"}),
    lambda of: of("s3").put_object(Bucket="b", Key="file", Body=BytesIO(b"from a file"), IfNoneMatch="*"),
    lambda of: of("s3").list_objects_v2(Bucket="b", Prefix="ü/&="),
    lambda of: of("s3").head_object(Bucket="b", Key="k"),
    lambda of: of("secretsmanager").describe_secret(SecretId="ü"),
    lambda of: of("lambda").invoke(FunctionName="f", Payload=b'{"a": "\xc3\xbc"}')["Payload"].read(),
]


@pytest.mark.parametrize("request_by", REQUESTS)
def test_an_application_is_asked_in_process_as_over_a_connection(
    recorder: Recorder, server: HttpServer, request_by: Callable[[Clients], Any]
) -> None:
    credentials = Roles().credentials()
    for send in (None, InProcess(recorder, server.port)):
        request_by(Clients(server.url, credentials, send))
    over_a_connection, in_process = recorder.asked
    assert in_process == over_a_connection


def asked(application: WsgiApplication) -> Any:
    """What S3's client makes of the application's answer to GetObject."""
    return Clients(NOWHERE, Roles().credentials(), InProcess(application, 9))("s3").get_object(Bucket="b", Key="k")


def test_an_application_that_fails_is_an_error_of_the_service(caplog: pytest.LogCaptureFixture) -> None:
    def fails(*_: Any) -> Any:
        raise ZeroDivisionError("by nothing")

    with pytest.raises(ClientError) as raised:
        asked(fails)
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert "The engine cannot answer GET /b/k." in caplog.text
    assert "by nothing" in caplog.text


def test_ctrl_c_ends_the_waiting_and_not_the_work() -> None:
    interrupted, done = threading.Event(), threading.Event()

    def works(environ: dict[str, Any], start_response: Any) -> Any:
        _thread.interrupt_main()
        interrupted.wait(60)
        done.set()
        return Response()(environ, start_response)

    with pytest.raises(KeyboardInterrupt):
        asked(works)
    assert not done.is_set()
    interrupted.set()
    assert done.wait(60)


def no_connection(*_: Any) -> Any:
    raise AssertionError("A connection was made.")


def test_an_engine_makes_no_connection_to_itself(engine: Engine, home: Path) -> None:
    bucket = engine.resources["Bucket"]
    with patch.object(URLLib3Session, "send", no_connection):
        s3 = engine.client("s3")
        s3.put_object(Bucket=bucket, Key="large", Body=bytes(3_000_000), Metadata={"with_line": "1"})
        read = s3.get_object(Bucket=bucket, Key="large")
        assert (read["Body"].read(), read["Metadata"]) == (bytes(3_000_000), {"with_line": "1"})
        assert s3.head_object(Bucket=bucket, Key="large")["ContentLength"] == 3_000_000
        with pytest.raises(s3.exceptions.NoSuchKey):
            s3.get_object(Bucket=bucket, Key="missing")
        with pytest.raises(ClientError, match="AccessDenied"):
            engine.client("s3", "a-role-without-rights").get_object(Bucket=bucket, Key="large")
    assert (home / "buckets/Bucket/large").stat().st_size == 3_000_000


def test_an_execution_makes_no_connection_either(engine: Engine) -> None:
    name = engine.resources["Act"]
    act = engine.client("lambda").get_function_configuration(FunctionName=name)["FunctionArn"]
    with patch.object(URLLib3Session, "send", no_connection):
        states = {"Act": {"Type": "Task", "Resource": act, "End": True}}
        assert run(engine, {"StartAt": "Act", "States": states}, {"do": "echo"})["status"] == "SUCCEEDED"


def test_a_key_that_the_engine_has_not_given_out_is_refused_in_process_too(engine: Engine) -> None:
    strangers = Clients(engine.endpoint_url, Roles().credentials(), engine._send)
    with pytest.raises(ClientError, match="UnrecognizedClientException"):
        strangers("secretsmanager").list_secrets()


@pytest.mark.parametrize(("service", "path"), [("spotify", "/"), ("secretsmanager", "/moto-api/data.json")])
def test_no_service_and_no_path_of_one_answers_for_another(service: str, path: str) -> None:
    signed = f"AWS4-HMAC-SHA256 Credential=k/20261126/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature="
    environ = {**create_environ(path), "HTTP_AUTHORIZATION": signed + "0" * 64}
    assert Response.from_app(services, environ).status_code == 404
