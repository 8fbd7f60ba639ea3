"""What others on this machine can try: other users' programs, and programs of the same user that know no secret."""

import http.client
import json
import os
import socket
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

NOBODY = 65534
LISTENS = "0A"

as_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can try as another user")


def as_another_user(work: Callable[[], Any]) -> Any:
    """What `work` returns, in a process of another user; its value must be JSON."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            os.write(writer, json.dumps(work()).encode())
        except BaseException:
            traceback.print_exc()
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as file:
        told = file.read()
    os.waitpid(child, 0)
    return json.loads(told)


def ask(
    port: int, path: str = "/", method: str = "GET", headers: Mapping[str, str] | None = None, body: str = ""
) -> tuple[int, str]:
    """Status and body of the answer; `headers` may have another Host than the usual one."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    given = dict(headers or {})
    connection.putrequest(method, path, skip_host="Host" in given, skip_accept_encoding=True)
    for name, value in {**given, "Content-Length": str(len(body.encode()))}.items():
        connection.putheader(name, value)
    connection.endheaders(body.encode())
    answer = connection.getresponse()
    told = answer.status, answer.read().decode("utf-8", "replace")
    connection.close()
    return told


def own_ports() -> list[int]:
    """Every port that this process listens on."""
    links = (_link(descriptor) for descriptor in Path("/proc/self/fd").iterdir())
    ours = {link[len("socket:[") : -1] for link in links if link.startswith("socket:[")}
    return sorted({port for inode, port in _listening() if inode in ours})


def _link(descriptor: Path) -> str:
    try:
        return str(descriptor.readlink())
    except FileNotFoundError:  # the one that lists them
        return ""


def _listening() -> Iterator[tuple[str, int]]:
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == LISTENS:
                yield fields[9], int(fields[1].rpartition(":")[2], 16)


class Listener:
    """Somebody who waits at [::1] for what is meant for 127.0.0.1; `visitors` counts who came."""

    def __init__(self, port: int) -> None:
        self.visitors = 0
        self._socket = socket.create_server(("::1", port), family=socket.AF_INET6)
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                self.visitors += 1
                connection.close()
