"""Whose program is at the other end of a connection on this machine, as far as Linux tells."""

import os
import re
import socket
import struct
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

Address = tuple[str, int]

STRANGERS = 8
"""Connections of other users' programs that are open at one time, so that they can be told that they are refused."""

STRANGERS_SECONDS = 2.0

_TABLES = ("/proc/net/tcp", "/proc/net/tcp6")
_SOCK_DIAG, _BY_FAMILY, _ERROR = 4, 20, 2  # linux/netlink.h, linux/sock_diag.h
_UID_AND_INODE = 16 + 4 + 48 + 12  # their place in an answer: after nlmsghdr, state, inet_diag_sockid and counters


def is_ours(peer: Address, own: Address) -> bool:
    """Whether the program that connected from `peer` to `own`, both IPv4, is this user's; True where nothing tells.

    A connection that its program has closed already belongs to nobody.
    """
    if not sys.platform.startswith("linux"):
        return True
    found = _asked(peer, own)
    if found is None and not any(Path(table).exists() for table in _TABLES):
        return True
    uid, inode = found or _looked_up(peer, own) or (-1, 0)
    return uid == os.getuid() and inode != 0


def _asked(peer: Address, own: Address) -> tuple[int, int] | None:
    """Uid and inode by sock_diag(7), which finds the one socket; None where it does not, or may not be asked."""
    socket_id = struct.pack("!HH", peer[1], own[1])
    socket_id += b"".join(socket.inet_aton(address) + bytes(12) for address, _ in (peer, own))
    socket_id += struct.pack("=III", 0, 0xFFFFFFFF, 0xFFFFFFFF)  # any interface, no cookie
    asked = struct.pack("=BBBxI", socket.AF_INET, socket.IPPROTO_TCP, 0, 0xFFFFFFFF) + socket_id
    with suppress(OSError), socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, _SOCK_DIAG) as kernel:
        kernel.settimeout(1)
        kernel.send(struct.pack("=IHHII", 16 + len(asked), _BY_FAMILY, 1, 1, 0) + asked)
        answer = kernel.recv(4096)
        if struct.unpack_from("=IH", answer)[1] != _ERROR:
            uid, inode = struct.unpack_from("=II", answer, _UID_AND_INODE)
            return uid, inode
    return None


def _looked_up(peer: Address, own: Address) -> tuple[int, int] | None:
    """The same from the tables of all sockets (proc_pid_net(5)), which takes a hundred times as long."""
    for table, written in zip(_TABLES, (_in_hex, _mapped_in_hex), strict=True):
        with suppress(OSError):
            line = rf" {written(peer)} {written(own)} \w\w \S+ \S+ \w+ +(\d+) +\d+ (\d+) "
            if found := re.search(line, Path(table).read_text()):
                return int(found[1]), int(found[2])
    return None


def _in_hex(address: Address) -> str:
    return f"{_word(socket.inet_aton(address[0]))}:{address[1]:04X}"


def _mapped_in_hex(address: Address) -> str:
    """As IPv6 writes an IPv4 address (RFC 4291, 2.5.5.2)."""
    return "0" * 16 + _word(bytes((0, 0, 255, 255))) + _in_hex(address)


def _word(four_bytes: bytes) -> str:
    return f"{int.from_bytes(four_bytes, sys.byteorder):08X}"


class FewStrangers:
    """For a `socketserver` that is its user's: of other users' programs a few are answered at a time, and not for long.

    The others' connections are closed, so that none of them takes the descriptors that the user's own need.
    """

    server_address: Any

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self._strangers: set[Any] = set()
        super().__init__(*arguments, **named)

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Whether a connection is answered."""
        if is_ours(client_address, self.server_address):
            return True
        if len(self._strangers) >= STRANGERS:
            return False
        request.settimeout(STRANGERS_SECONDS)
        self._strangers.add(request)
        return True

    def shutdown_request(self, request: Any) -> None:
        """Close a connection."""
        self._strangers.discard(request)
        super().shutdown_request(request)  # type: ignore[misc]  # socketserver's
