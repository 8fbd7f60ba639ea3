"""Nobody but the engine itself, and the roles that it gave a key, gets anything out of its ports or into them."""

import json
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from rediscover.engine import Engine
from rediscover.machine.peers import STRANGERS
from tests.embedded_engine.toys import invoke, run
from tests.support.others import Listener, as_another_user, as_root, ask, own_ports

OLD_ROLE_KEY = "ASIA" + "0" * 16


@dataclass(frozen=True)
class Attack:
    """A request to the AWS of the engine, which would do harm or tell a secret."""

    service: str
    method: str
    path: str
    headers: Mapping[str, str]
    body: str = ""

    def __str__(self) -> str:
        return f"{self.service}-{self.headers.get('X-Amz-Target', self.path).rpartition('.')[2]}"


def _json(service: str, target: str, version: str = "1.0", **body: str) -> Attack:
    kind = f"application/x-amz-json-{version}"
    return Attack(service, "POST", "/", {"X-Amz-Target": target, "Content-Type": kind}, json.dumps(body))


FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ATTACKS = [
    _json("secretsmanager", "secretsmanager.GetSecretValue", "1.1", SecretId="rediscover-Token"),
    _json("secretsmanager", "secretsmanager.ListSecrets", "1.1"),
    _json("states", "AWSStepFunctions.ListStateMachines"),
    _json("states", "AWSStepFunctions.StartExecution", stateMachineArn="arn:aws:states:us-east-1:1:stateMachine:m"),
    Attack("lambda", "GET", "/2015-03-31/functions/", {}),
    Attack("lambda", "POST", "/2015-03-31/functions", {"Content-Type": "application/json"}, '{"FunctionName": "x"}'),
    Attack("lambda", "POST", "/2015-03-31/functions/rediscover-Act/invocations", {}, '{"do": "show"}'),
    Attack("s3", "GET", "/", {}),
    Attack("s3", "PUT", "/rediscover-bucket/a", {}, "b"),
    Attack("iam", "POST", "/", FORM, "Action=ListRoles&Version=2010-05-08"),
    Attack("sns", "POST", "/", FORM, "Action=ListTopics&Version=2010-03-31"),
    Attack("s3", "POST", "/moto-api/reset", {}),
    Attack("s3", "GET", "/moto-api/data.json", {}),
    Attack("s3", "POST", "/moto-api/config", {}, "{}"),
    Attack("s3", "GET", "/latest/meta-data/iam/security-credentials/", {}),
]


def signed(attack: Attack, port: int, key: str, secret: str) -> dict[str, str]:
    """The headers of the request, with a signature."""
    headers = {**attack.headers, "Host": f"127.0.0.1:{port}"}
    asked = AWSRequest(attack.method, f"http://127.0.0.1:{port}{attack.path}", headers, attack.body.encode())
    signer = S3SigV4Auth if attack.service == "s3" else SigV4Auth
    signer(Credentials(key, secret), attack.service, "us-east-1").add_auth(asked)
    return dict(asked.headers.items())


def port_of(engine: Engine) -> int:
    port = urlsplit(engine.endpoint_url).port
    assert port
    return port


def keys_of(environment: Mapping[str, str]) -> tuple[str, str]:
    """Access key and secret key, of their environment variables."""
    return environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]


def runtime_api(engine: Engine) -> tuple[int, str, str]:
    """Port and secret of a function's Runtime API, and the id of the last request there."""
    shown, _ = invoke(engine, "Act", do="show")
    address, _, secret = shown["environment"]["AWS_LAMBDA_RUNTIME_API"].partition("/")
    return int(address.rpartition(":")[2]), secret, shown["request_id"]


def attempts(engine: Engine, attack: Attack) -> list[dict[str, str]]:
    """Headers without a signature, and with every one that can be made up."""
    port, known = port_of(engine), engine.credentials["AWS_ACCESS_KEY_ID"]
    made_up = [("testing", "testing"), (OLD_ROLE_KEY, "testing"), ("ak", "sk"), ("x", ""), (known, "a guess")]
    presigned = f"Credential=testing/20261126/us-east-1/{attack.service}/aws4_request"
    bare = f"Credential={known}/20261126/us-east-1/{attack.service}/aws4_request"
    odd = ["AWS4-HMAC-SHA256", f"AWS4-HMAC-SHA256 {presigned}", "Bearer x", bare]
    return [
        dict(attack.headers),
        *(signed(attack, port, key, secret) for key, secret in made_up),
        *({**attack.headers, "Authorization": value} for value in odd),
    ]


@pytest.mark.parametrize("attack", ATTACKS, ids=str)
def test_without_a_key_of_the_engines_nothing_is_done_and_nothing_told(engine: Engine, attack: Attack) -> None:
    port = port_of(engine)
    for headers in attempts(engine, attack):
        status, told = ask(port, attack.path, attack.method, headers, attack.body)
        assert status in (400, 403), told
        assert "not signed with a key" in told or "takes no forms" in told
    query = "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=testing%2F20261126%2Fus-east-1%2Fs3%2Faws4_request"
    assert ask(port, attack.path + query, attack.method, attack.headers, attack.body)[0] in (400, 403)
    assert engine.client("secretsmanager").list_secrets()["SecretList"], "the state is still there"


def test_a_signature_is_good_for_what_was_signed_only(engine: Engine) -> None:
    port, keys = port_of(engine), keys_of(engine.credentials)
    attack = _json("secretsmanager", "secretsmanager.ListSecrets", "1.1")
    headers = signed(attack, port, *keys)
    assert ask(port, "/", "POST", headers, attack.body)[0] == 200
    assert ask(port, "/", "POST", headers, '{"MaxResults": 1}')[0] == 400
    assert ask(port, "/?a=b", "POST", headers, attack.body)[0] == 400
    assert ask(port, "/", "POST", {**headers, "X-Amz-Target": "secretsmanager.GetSecretValue"}, attack.body)[0] == 400
    put = Attack("s3", "PUT", f"/{engine.resources['Bucket']}/a", {}, "signed")
    headers = signed(put, port, *keys)
    assert ask(port, put.path, "PUT", headers, "another")[0] == 403
    assert ask(port, put.path, "PUT", headers, "signed")[0] == 200


@pytest.mark.parametrize("path", ["/moto-api/reset", "/2015-03-31/functions/{Act}/invocations", "/latest/meta-data/"])
def test_a_role_reaches_the_service_that_it_signs_for_and_no_other(engine: Engine, path: str) -> None:
    """moto, and the engine's own Lambda, would go by the path."""
    keys = invoke(engine, "Act", do="show")[0]["environment"]
    attack = Attack("s3", "PUT", path.format(**engine.resources), {}, '{"do": "show"}')
    headers = signed(attack, port_of(engine), *keys_of(keys))
    status, told = ask(port_of(engine), attack.path, attack.method, headers, attack.body)
    assert (status, "NoSuchBucket" in told) == (404, True), told


IN_THE_ADDRESS = [
    ("secretsmanager", "secretsmanager.GetSecretValue", "SecretId={Token}"),
    ("secretsmanager", "secretsmanager.GetSecretValue", "Action=ListSecrets"),
    ("secretsmanager", "secretsmanager.GetSecretValue", "Action=PutSecretValue&SecretId={Token}&SecretString=evil"),
    ("states", "AWSStepFunctions.DescribeExecution", "Action=ListStateMachines"),
    ("sns", "", "Action=ListTopics"),
]


@pytest.mark.parametrize(("service", "target", "query"), IN_THE_ADDRESS)
def test_what_is_judged_is_what_is_done(engine: Engine, service: str, target: str, query: str) -> None:
    """moto takes from an address what the body says otherwise."""
    keys = keys_of(invoke(engine, "Act", do="show")[0]["environment"])
    plain = Attack("sns", "POST", "/", FORM, "Action=Publish&Version=2010-03-31&TopicArn=x&Message=m")
    asked = _json(service, target, "1.1", SecretId="x") if target else plain
    attack = Attack(service, "POST", f"/?{query.format(**engine.resources)}", asked.headers, asked.body)
    port = port_of(engine)
    status, told = ask(port, attack.path, "POST", signed(attack, port, *keys), attack.body)
    assert status in (400, 403), told
    assert "in its address" in told


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("path", ["/{Bucket}#/x", "/{Bucket}/allowed#/../x"])
def test_a_path_that_moto_would_cut_is_refused(engine: Engine, method: str, path: str) -> None:
    port, keys = port_of(engine), keys_of(invoke(engine, "Act", do="show")[0]["environment"])
    attack = Attack("s3", method, path.format(**engine.resources), {})
    assert ask(port, attack.path, method, signed(attack, port, *keys))[0] == 400


@pytest.mark.parametrize("key", ["plans/..%2F..%2Fx", "plans/%2E%2E/x", "a" * 300])
def test_a_key_that_cannot_be_kept_is_refused_and_stores_nothing(engine: Engine, key: str) -> None:
    port, keys = port_of(engine), keys_of(engine.credentials)
    attack = Attack("s3", "PUT", f"/{engine.resources['Bucket']}/{key}", {}, "x")
    status, told = ask(port, attack.path, "PUT", signed(attack, port, *keys), attack.body)
    assert (status, told) == (400, "The key cannot be kept as a file.\n")
    engine.client("secretsmanager").put_secret_value(SecretId=engine.resources["Token"], SecretString="{}")


@as_root
def test_another_user_cannot_take_all_connections(engine: Engine) -> None:
    port = port_of(engine)

    def flood() -> int:
        """How many of these stay open."""
        held = [socket.create_connection(("127.0.0.1", port)) for _ in range(100)]
        time.sleep(0.5)
        return sum(_is_open(one) for one in held)

    assert as_another_user(flood) <= STRANGERS
    assert invoke(engine, "Act", do="echo", value=1)[1] is None


def _is_open(connection: socket.socket) -> bool:
    connection.setblocking(False)
    try:
        return connection.recv(1) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


@as_root
def test_another_user_is_refused_at_every_port_whatever_is_asked(engine: Engine) -> None:
    invoke(engine, "Act", do="show")
    ports = own_ports()
    assert port_of(engine) in ports
    assert len(ports) > 1, "the functions' processes have ports too"
    asked = [(attack, headers) for attack in ATTACKS for headers in attempts(engine, attack)]
    asked += [(attack, signed(attack, port_of(engine), *keys_of(engine.credentials))) for attack in ATTACKS]

    def attack() -> list[int]:
        return [
            ask(port, one.path, one.method, {**headers, "Host": f"127.0.0.1:{port}"}, one.body)[0]
            for port in ports
            for one, headers in asked
        ]

    assert set(as_another_user(attack)) == {403}


PAGES: dict[str, Callable[[int], dict[str, str]]] = {
    "rebound": lambda port: {"Host": f"attacker.example:{port}"},
    "localhost": lambda port: {"Host": f"localhost:{port}"},
    "another port": lambda port: {"Host": f"127.0.0.1:{port - 1}"},
    "no port": lambda _: {"Host": "127.0.0.1"},
    "empty": lambda _: {"Host": ""},
    "origin": lambda port: {"Origin": f"http://127.0.0.1:{port}"},
    "null origin": lambda _: {"Origin": "null"},
    "fetch": lambda _: {"Sec-Fetch-Site": "none"},
    "form": lambda _: {"Content-Type": "application/x-www-form-urlencoded"},
    "upload": lambda _: {"Content-Type": "multipart/form-data; boundary=x"},
    "beacon": lambda _: {"Content-Type": "Text/Plain;charset=UTF-8"},
}


@pytest.mark.parametrize("page", PAGES)
def test_no_web_page_is_answered_at_any_port(engine: Engine, page: str) -> None:
    runtime, secret, _ = runtime_api(engine)
    for port in (port_of(engine), runtime):
        headers = PAGES[page](port)
        for method, path in (("POST", "/"), ("OPTIONS", "/"), ("GET", f"/{secret}/2018-06-01/runtime/invocation/next")):
            assert ask(port, path, method, headers)[0] == 403


def test_the_runtime_api_gives_no_invocation_and_takes_no_result_without_the_secret(engine: Engine) -> None:
    port, secret, _ = runtime_api(engine)
    assert len(secret) >= 32
    for guess in ("", "/2018-06-01", "/x/2018-06-01", f"/{secret[:-1]}/2018-06-01", f"/{secret}x/2018-06-01"):
        for method, path in (("GET", "invocation/next"), ("POST", "invocation/1/response"), ("POST", "init/error")):
            assert ask(port, f"{guess}/runtime/{path}", method)[0] == 403


def test_a_result_for_another_request_is_not_taken(engine: Engine) -> None:
    """Not for one that is over, nor a second one, nor one that was made up; nor that a loaded function cannot load."""
    port, secret, over = runtime_api(engine)
    for path in ("invocation/None/response", "invocation//response", f"invocation/{over}/response", "init/error"):
        assert ask(port, f"/{secret}/2018-06-01/runtime/{path}", "POST", body='{"forged": true}')[0] == 403
    assert invoke(engine, "Act", do="echo", value=1) == ({"do": "echo", "value": 1}, None)


def test_the_interpreter_asks_127_0_0_1_whoever_localhost_is(engine: Engine) -> None:
    name = engine.resources["Act"]
    act = engine.client("lambda").get_function_configuration(FunctionName=name)["FunctionArn"]
    resolved = socket.getaddrinfo

    def ipv6_first(host: Any, port: Any, *rest: Any, **named: Any) -> Any:
        return resolved("::1" if host == "localhost" else host, port, *rest, **named)

    states = {"Act": {"Type": "Task", "Resource": act, "End": True}}
    with closing(Listener(port_of(engine))) as listener, patch.object(socket, "getaddrinfo", ipv6_first):
        ended = run(engine, {"StartAt": "Act", "States": states}, {"do": "echo"})
        assert ended["status"] == "SUCCEEDED"
        assert listener.visitors == 0
