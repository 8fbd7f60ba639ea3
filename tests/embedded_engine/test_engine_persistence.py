"""What an engine keeps for the next one."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

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


def test_objects_last_from_one_engine_to_the_next_which_asks_for_none_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with toy_engine(tmp_path) as engine:
        invoke(engine, "Act", do="put", key="playlists/a b/ü.json", body="one")
        engine.client("s3").put_object(Bucket=engine.resources["Bucket"], Key="plans/p.json", Body=b"two")
        engine.client("s3").put_object(Bucket=engine.resources["Bucket"], Key="plans/p.json", Body=b"three")

    asked: list[str] = []

    def noted(environ: dict[str, Any], start_response: Any) -> Any:
        asked.append(environ["PATH_INFO"])
        return services(environ, start_response)

    monkeypatch.setattr("rediscover.engine.engine.services", noted)
    with toy_engine(tmp_path) as engine:
        assert f"/{engine.resources['Bucket']}" in asked
        assert not [path for path in asked if path.endswith(".json")]
        s3, bucket = engine.client("s3"), engine.resources["Bucket"]
        first = s3.get_object(Bucket=bucket, Key="playlists/a b/ü.json")["Body"].read()
        second = s3.get_object(Bucket=bucket, Key="plans/p.json")["Body"].read()

        asked.clear()
        engine.client("secretsmanager").put_secret_value(SecretId=engine.resources["Token"], SecretString="new")
        assert set(asked) == {"/"}  # and the bucket is not looked through

    assert (first, second) == (b"one", b"three")


def test_a_deleted_object_stays_deleted(tmp_path: Path) -> None:
    with toy_engine(tmp_path) as engine:
        engine.client("s3").put_object(Bucket=engine.resources["Bucket"], Key="a/b", Body=b"")
    with toy_engine(tmp_path) as engine:
        engine.client("s3").delete_object(Bucket=engine.resources["Bucket"], Key="a/b")
    with toy_engine(tmp_path) as engine:
        assert engine.client("s3").list_objects_v2(Bucket=engine.resources["Bucket"])["KeyCount"] == 0


def test_only_the_secrets_that_were_named_last(tmp_path: Path) -> None:
    with toy_engine(tmp_path, keep_secrets=["Token"]) as engine:
        secrets = engine.client("secretsmanager")
        secrets.put_secret_value(SecretId=engine.resources["Token"], SecretString='{"token": 1}')
        secrets.put_secret_value(SecretId=engine.resources["Account"], SecretString='{"password": 2}')

    with toy_engine(tmp_path, keep_secrets=["Token"]) as engine:
        secrets = engine.client("secretsmanager")
        token = secrets.get_secret_value(SecretId=engine.resources["Token"])["SecretString"]
        account = secrets.get_secret_value(SecretId=engine.resources["Account"])["SecretString"]

    assert (token, account) == ('{"token": 1}', "{}")
    assert b"password" not in b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_a_version_with_a_label_of_its_own_is_kept_beside_the_current_one(tmp_path: Path) -> None:
    for number in ("one", "two"):
        with toy_engine(tmp_path, keep_secrets=["Token"]) as engine:
            secrets, token = engine.client("secretsmanager"), engine.resources["Token"]
            if number == "one":
                secrets.put_secret_value(SecretId=token, SecretString='"access"')
                secrets.put_secret_value(SecretId=token, SecretString='"rotated"', VersionStages=[ROTATED])
            kept = [secrets.get_secret_value(SecretId=token, VersionStage=one) for one in (CURRENT, ROTATED)]
            assert [one["SecretString"] for one in kept] == ['"access"', '"rotated"']


def test_a_secret_that_nobody_wrote_is_not_kept(tmp_path: Path) -> None:
    with toy_engine(tmp_path, keep_secrets=["Token"]) as engine:
        invoke(engine, "Act", do="put", key="playlists/a.json", body="one")

    assert not list(tmp_path.rglob("Token*"))


def test_a_secret_to_keep_has_to_be_in_the_template(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="no secret Tokne"), toy_engine(tmp_path, keep_secrets=["Tokne"]):
        pass


def test_what_is_kept_is_for_its_owner_only(tmp_path: Path) -> None:
    with toy_engine(tmp_path, keep_secrets=["Token"]) as engine:
        invoke(engine, "Act", do="put", key="playlists/a.json", body="one")
        invoke(engine, "Act", do="put_secret", value="{}")

    secret, kept = tmp_path / "secrets" / "Token.json", tmp_path / "buckets" / "Bucket" / "playlists" / "a.json"
    assert stat.S_IMODE(secret.stat().st_mode) == stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(secret.parent.stat().st_mode) == 0o700


def test_an_object_that_would_leave_the_folder_is_refused(tmp_path: Path) -> None:
    with toy_engine(tmp_path / "home") as engine:
        _, error = invoke(engine, "Act", do="put", key="../../../escaped", body="x")

    assert error
    assert not list(tmp_path.rglob("escaped"))


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
