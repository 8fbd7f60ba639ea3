"""The process that those of the functions are forked from: `python -P warm.py <descriptor> <package>…`.

It has loaded what a function would spend most of its start on, so that a function begins at once. It is one thread, and
asked over a socket: to fork, or for the exit status of what it has forked. Imports nothing of this project, because the
function's code must find what it finds on Lambda.
"""

import gc
import importlib
import importlib.util
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

LONGEST = 131_072
SERVICES = ("s3", "secretsmanager", "stepfunctions")
WORKER = Path(__file__).with_name("worker.py")


def main() -> None:
    """Serve until the engine's end of the socket closes; in a process that was forked, run the function."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the engine too, which ends what it began
    channel = socket.socket(fileno=int(sys.argv[1]))
    gc.disable()
    worker = _load_worker()
    _load(sys.argv[2:])
    # Looking for garbage among what is loaded would have each function copy all of it.
    gc.freeze()
    gc.enable()
    while message := socket.recv_fds(channel, LONGEST, 4):
        asked, descriptors = message[0], message[1]
        if not asked:
            os._exit(0)  # the engine waits for the end, and freeing what was loaded takes a while
        request = json.loads(asked)
        if "wait" in request:
            answer = os.waitstatus_to_exitcode(os.waitpid(request["wait"], 0)[1])
        else:
            answer = os.fork()
            if answer == 0:
                channel.close()
                _become(request, descriptors)
                worker.main()
                return
        for descriptor in descriptors:
            os.close(descriptor)
        channel.send(json.dumps(answer).encode())


def _load_worker() -> Any:
    found = importlib.util.spec_from_file_location("worker", WORKER)
    if found is None or found.loader is None:
        raise ImportError(f"There is no {WORKER}.")
    worker = importlib.util.module_from_spec(found)
    found.loader.exec_module(worker)
    return worker


def _load(packages: Iterable[str]) -> None:
    for package in packages:
        with suppress(ImportError):
            importlib.import_module(package)
    with suppress(ImportError):
        _load_models()


def _load_models() -> None:
    """Let boto3's default session know its services, and nothing of an account, which each function has of its own."""
    import boto3
    import botocore.session

    session = botocore.session.get_session()
    for service in SERVICES:
        session.create_client(service, "us-east-1", aws_access_key_id="none", aws_secret_access_key="none")  # noqa: S106 (none are asked with)
    boto3.setup_default_session(botocore_session=session)


def _become(request: dict[str, Any], descriptors: list[int]) -> None:
    """Be as if this process had been started with that environment, folder and arguments."""
    stdin, log = descriptors
    for given, usual in ((stdin, 0), (log, 1), (log, 2)):
        os.dup2(given, usual)
    for descriptor in descriptors:
        os.close(descriptor)
    os.environ.clear()
    os.environ.update(request["environment"])
    time.tzset()
    os.chdir(request["code"])
    sys.path.insert(0, request["code"])
    sys.argv = [str(WORKER), request["handler"]]
    Path("/proc/self/comm").write_text(name_of(request["handler"]))


def name_of(handler: str) -> str:
    """What `ps` calls the process of a handler: its module, as far as there is room (prctl(2), PR_SET_NAME)."""
    return handler.rpartition(".")[0][:15]


if __name__ == "__main__":
    main()
