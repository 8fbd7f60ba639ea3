"""What an engine keeps for the next one."""

import os
import signal
import stat
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from unittest.mock import patch

import pytest

from rediscover.engine import Engine
from rediscover.engine.access.services import services
from rediscover.engine.errors import TemplateError
from rediscover_archive.authorization.secret import CURRENT, ROTATED
from tests.embedded_engine.toys import invoke, toy_engine

KILLED_ENGINE = """
import os, sys, threading, time
from pathlib import Path
from tests.embedded_engine.toys import invoke, toy_engine

engine = toy_engine(Path(sys.argv[1]), keep_secrets=["Token"]).__enter__()
invoke(engine, "Act", do="put", key="playlists/a.json", body="finished")
invoke(engine, "Act", do="put_secret", value='{"access_token": "kept"}')
seconds = {"do": "put", "key": "playlists/b.json", "body": "written", "seconds": 60}
threading.Thread(target=invoke, args=(engine, "Quick"), kwargs={"do": "sleep", "seconds": 60}, daemon=True).start()
threading.Thread(target=invoke, args=(engine, "Act"), kwargs=seconds, daemon=True).start()
wanted = Path(sys.argv[1]) / "buckets/Bucket/playlists/b.json"
while not wanted.exists():
    time.sleep(0.05)
print(invoke(engine, "Plain", do="show")[0]["process"], flush=True)
time.sleep(60)
"""


@dataclass(frozen=True)
class Found:
    """What an engine finds in its home: objects by key, and the texts of secrets by logical id and label."""

    objects: dict[str, bytes]
    secrets: dict[tuple[str, str], str]

    @classmethod
    def by(cls, engine: Engine) -> Self:
        s3, bucket, secrets = engine.client("s3"), engine.resources["Bucket"], engine.client("secretsmanager")
        keys = [item["Key"] for item in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
        wanted = [("Token", CURRENT), ("Token", ROTATED), ("Account", CURRENT)]
        return cls(
            {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys},
            {
                (name, stage): secrets.get_secret_value(SecretId=engine.resources[name], VersionStage=stage)[
                    "SecretString"
                ]
                for name, stage in wanted
            },
        )


@dataclass(frozen=True)
class Home:
    """A home of three engines, one after the other: what each of them found or was refused."""

    folder: Path
    refused: object
    unwritten: list[Path]
    second: Found
    third: Found
    asked_at_the_start: list[str]
    asked_by_a_secret: list[str]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The first engine writes, the second one deletes an object."""
    folder = tmp_path_factory.mktemp("outside") / "home"
    with toy_engine(folder, keep_secrets=["Token"]) as engine:
        s3, bucket, secrets = engine.client("s3"), engine.resources["Bucket"], engine.client("secretsmanager")
        invoke(engine, "Act", do="put", key="playlists/a b/ü.json", body="one")
        unwritten = list(folder.rglob("Token*"))
        for key, body in (("plans/p.json", b"two"), ("plans/p.json", b"three"), ("a/b", b"")):
            s3.put_object(Bucket=bucket, Key=key, Body=body)
        _, refused = invoke(engine, "Act", do="put", key="../../../escaped", body="x")
        invoke(engine, "Act", do="put_secret", value='"access"')
        secrets.put_secret_value(SecretId=engine.resources["Token"], SecretString='"rotated"', VersionStages=[ROTATED])
        secrets.put_secret_value(SecretId=engine.resources["Account"], SecretString='{"password": 2}')
    with toy_engine(folder, keep_secrets=["Token"]) as engine:
        second = Found.by(engine)
        engine.client("s3").delete_object(Bucket=engine.resources["Bucket"], Key="a/b")
    asked: list[str] = []

    def noted(environ: dict[str, Any], start_response: Any) -> Any:
        asked.append(environ["PATH_INFO"])
        return services(environ, start_response)

    with (
        patch("rediscover.engine.engine.services", noted),
        toy_engine(folder, keep_secrets=["Token"]) as engine,
    ):
        at_the_start, third = list(asked), Found.by(engine)
        asked.clear()
        engine.client("secretsmanager").put_secret_value(SecretId=engine.resources["Token"], SecretString="new")
        by_a_secret = list(asked)
    return Home(folder, refused, unwritten, second, third, at_the_start, by_a_secret)


def test_objects_last_from_one_engine_to_the_next(home: Home) -> None:
    assert home.second.objects == {"a/b": b"", "plans/p.json": b"three", "playlists/a b/ü.json": b"one"}


def test_an_engine_asks_for_none_of_the_objects_that_it_restores_and_for_none_when_a_secret_is_written(
    home: Home,
) -> None:
    assert [path for path in home.asked_at_the_start if "bucket" in path]
    assert not [path for path in home.asked_at_the_start if path.endswith(".json")]
    assert set(home.asked_by_a_secret) == {"/"}


def test_a_deleted_object_stays_deleted(home: Home) -> None:
    assert home.third.objects == {"plans/p.json": b"three", "playlists/a b/ü.json": b"one"}


def test_only_the_secrets_that_were_named_last(home: Home) -> None:
    kept = [found.secrets[name, CURRENT] for found in (home.second, home.third) for name in ("Token", "Account")]
    assert kept == ['"access"', "{}"] * 2
    assert b"password" not in b"".join(path.read_bytes() for path in home.folder.rglob("*") if path.is_file())


def test_a_version_with_a_label_of_its_own_is_kept_beside_the_current_one(home: Home) -> None:
    for found in (home.second, home.third):
        assert [found.secrets["Token", one] for one in (CURRENT, ROTATED)] == ['"access"', '"rotated"']


def test_a_secret_that_nobody_wrote_is_not_kept(home: Home) -> None:
    assert not home.unwritten


def test_a_secret_to_keep_has_to_be_in_the_template(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="no secret Tokne"), toy_engine(tmp_path, keep_secrets=["Tokne"]):
        pass


def test_what_is_kept_is_for_its_owner_only(home: Home) -> None:
    secret, kept = home.folder / "secrets" / "Token.json", home.folder / "buckets/Bucket/plans/p.json"
    assert stat.S_IMODE(secret.stat().st_mode) == stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(secret.parent.stat().st_mode) == 0o700


def test_an_object_that_would_leave_the_folder_is_refused(home: Home) -> None:
    assert home.refused
    assert not list(home.folder.parent.rglob("escaped"))


def test_a_killed_engine_forgets_nothing_that_was_written_and_leaves_no_process(tmp_path: Path) -> None:
    home = tmp_path / "home"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", KILLED_ENGINE, str(home)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert int(process.stdout.readline())
        workers = _descendants(process.pid)
        process.send_signal(signal.SIGKILL)
    assert len(workers) >= 3

    with toy_engine(home, keep_secrets=["Token"]) as engine:
        s3, bucket = engine.client("s3"), engine.resources["Bucket"]
        found = {
            item["Key"]: s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read()
            for item in s3.list_objects_v2(Bucket=bucket)["Contents"]
        }
        token = engine.client("secretsmanager").get_secret_value(SecretId=engine.resources["Token"])["SecretString"]

    assert found == {"playlists/a.json": b"finished", "playlists/b.json": b"written"}
    assert token == '{"access_token": "kept"}'
    ends = time.monotonic() + 5
    while any(_runs(worker) for worker in workers):
        assert time.monotonic() < ends, "a function's process outlived its engine"
        time.sleep(0.05)


def _descendants(process: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process)], capture_output=True, text=True)
    children = [int(child) for child in listed.stdout.split()]
    return children + [further for child in children for further in _descendants(child)]


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    # A process that has ended stays a zombie where nobody waits for orphans.
    return "Z" not in subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True).stdout
