"""The processes of functions: forked from a warm one where the platform can, else started one by one."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Protocol

WORKER = Path(__file__).with_name("worker.py")
WARM = Path(__file__).with_name("warm.py")
PACKAGES = ("boto3", "requests", "dateutil.relativedelta", "fastjsonschema", "aws_lambda_powertools.logging")
"""What functions load; a function whose code has a package of such a name gets a process of its own."""

PLAIN = "PYTHONUNBUFFERED"
"""The one variable of the interpreter's that a forked process may be given: it works the same without."""


class Process(Protocol):
    """As subprocess.Popen."""

    @property
    def stdin(self) -> IO[bytes] | None:
        """The process ends when this end of it is closed."""

    @property
    def returncode(self) -> int | None:
        """The exit status, once poll or wait have found it."""

    def poll(self) -> int | None:
        """The exit status; None while it runs."""

    def wait(self) -> int:
        """Wait for the exit status."""

    def kill(self) -> None:
        """End it at once."""


class Processes:
    """Starts the processes of functions. `environment` is that of the process they are forked from."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._warm = _Warm(environment) if can_fork() else None

    def start(self, handler: str, code: Path, environment: Mapping[str, str], log: IO[bytes]) -> Process:
        """A process that serves the function at AWS_LAMBDA_RUNTIME_API, with its code in the folder `code`."""
        if self._warm and _can_be_forked(code, environment):
            with suppress(OSError):
                return self._warm.fork(handler, code, environment, log)
        return subprocess.Popen(  # noqa: S603 (our own worker, and a handler's name as its argument)
            [sys.executable, "-P", str(WORKER), handler],
            cwd=code,
            env={**environment, "PYTHONPATH": str(code)},
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
        )

    def close(self) -> None:
        """Start no more."""
        if self._warm:
            self._warm.close()


def can_fork() -> bool:
    """Whether this platform can. Linux only: macOS's own libraries do not outlive a fork."""
    if sys.platform != "linux":
        return False
    try:
        os.close(os.pidfd_open(os.getpid()))
    except OSError:  # before Linux 5.3, or forbidden in a container
        return False
    return True


def _can_be_forked(code: Path, environment: Mapping[str, str]) -> bool:
    own = {path.stem for path in code.iterdir()}
    for_interpreter = {name for name in environment if name.startswith("PYTHON")}
    return not own & {package.partition(".")[0] for package in (*PACKAGES, "botocore")} and for_interpreter <= {PLAIN}


class _Warm:
    """The process that has loaded PACKAGES."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._lock = threading.Lock()
        self._channel, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with other:
            self._process = subprocess.Popen(  # noqa: S603 (our own program)
                [sys.executable, "-P", str(WARM), str(other.fileno()), *PACKAGES],
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                pass_fds=[other.fileno()],
            )

    def fork(self, handler: str, code: Path, environment: Mapping[str, str], log: IO[bytes]) -> "_Forked":
        """Raises OSError where that is not possible."""
        request = {"handler": handler, "code": str(code), "environment": dict(environment)}
        stdin, to_stdin = os.pipe()
        pipe = os.fdopen(to_stdin, "wb")
        try:
            return _Forked(self._asked(request, [stdin, log.fileno()]), pipe, self)
        except OSError:
            pipe.close()
            raise
        finally:
            os.close(stdin)

    def status_of(self, pid: int) -> int:
        """The exit status of a process that has ended; that of a killed one where nobody knows it any more."""
        try:
            return self._asked({"wait": pid})
        except OSError:
            return -signal.SIGKILL

    def close(self) -> None:
        """End it; what was forked from it goes on."""
        self._channel.close()
        self._process.wait()

    def _asked(self, request: object, descriptors: Sequence[int] = ()) -> int:
        with self._lock:
            socket.send_fds(self._channel, [json.dumps(request).encode()], descriptors)
            answer = self._channel.recv(64)
        if not answer:
            raise BrokenPipeError("The process that functions are forked from has ended.")
        return int(answer)


class _Forked:
    """One that was forked. Its id is nobody else's until its status was asked for."""

    def __init__(self, pid: int, stdin: IO[bytes], warm: _Warm) -> None:
        self.stdin = stdin
        self._pid = pid
        self._warm = warm
        self._lock = threading.Lock()
        self._status: int | None = None
        self._end = os.pidfd_open(pid)

    @property
    def returncode(self) -> int | None:
        """As of subprocess.Popen."""
        return self._status

    def poll(self) -> int | None:
        """As of subprocess.Popen."""
        return self._ended_within(0)

    def wait(self) -> int:
        """As of subprocess.Popen."""
        while (status := self._ended_within(None)) is None:
            pass
        return status

    def kill(self) -> None:
        """As of subprocess.Popen."""
        with self._lock:
            if self._status is None:
                signal.pidfd_send_signal(self._end, signal.SIGKILL)

    def _ended_within(self, milliseconds: int | None) -> int | None:
        if self._status is None:
            end = select.poll()
            end.register(self._end, select.POLLIN)
            if end.poll(milliseconds):
                self._reap()
        return self._status

    def _reap(self) -> None:
        with self._lock:
            if self._status is None:
                self._status = self._warm.status_of(self._pid)
                os.close(self._end)
