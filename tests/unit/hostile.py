"""A server that answers with any bytes at all, at any pace."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Speak = Callable[[socket.socket], None]


@dataclass
class Hostile:
    """`url` is where it listens; `asked` are the request lines so far. What `speak` sends is the answer."""

    speak: Speak
    url: str = ""
    asked: list[str] = field(default_factory=list)


@contextmanager
def hostile(speak: Speak) -> Iterator[Hostile]:
    """Listens while the context lasts."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Hostile(speak, f"http://127.0.0.1:{listener.getsockname()[1]}")
        threading.Thread(target=_serve, args=(listener, server), daemon=True).start()
        yield server
        listener.shutdown(socket.SHUT_RDWR)


def _serve(listener: socket.socket, server: Hostile) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=_answer, args=(connection, server), daemon=True).start()


def _answer(connection: socket.socket, server: Hostile) -> None:
    with connection, suppress(OSError):
        request = b""
        while b"\r\n\r\n" not in request:
            request += connection.recv(65_536)
        server.asked.append(request.partition(b"\r\n")[0].decode())
        server.speak(connection)


def body(content: bytes, *headers: str, status: int = 200) -> Speak:
    """An answer with this body, whole."""
    lines = (f"HTTP/1.1 {status} Words", f"Content-Length: {len(content)}", "Connection: close", *headers, "", "")

    def speak(connection: socket.socket) -> None:
        connection.sendall("\r\n".join(lines).encode())
        connection.sendall(content)

    return speak
