"""A process of its own for what needs the engine: it frees all memory, and what it dies of hurts nobody else."""

import signal
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from rediscover.commands.up.stack import NotStarted
from rediscover.errors import EXPLAINED
from rediscover.machine.signals import interrupted_by_signals

T = TypeVar("T")

SECONDS_TO_END = 30.0
"""For a run to be recorded as interrupted and its engine to end."""


def in_child(work: Callable[..., T], *arguments: object) -> T:
    """What `work` returns in a new process, which ends with this call, also where that is interrupted.

    Raises NotStarted for an error that says what to do, and for a process that was killed.
    """
    context = get_context("spawn")  # without the parent's threads, locks and files
    receiving, sending = context.Pipe(duplex=False)
    child = context.Process(target=_do, args=(sending, work, arguments))
    child.start()
    sending.close()
    try:
        result, why = receiving.recv()
    except EOFError:
        child.join()
        raise NotStarted(f"The process for it ended with {child.exitcode}.") from None
    finally:
        receiving.close()
        child.terminate()
        child.join(SECONDS_TO_END)
        child.kill()
    if why is not None:
        raise NotStarted(why)
    answer: T = result
    return answer


def _do(sending: Connection, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    # Ctrl-C reaches the parent too, which then ends this process, once.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    result: tuple[Any, str | None]
    try:
        with interrupted_by_signals():
            result = work(*arguments), None
    except EXPLAINED as error:
        result = None, str(error)
    except KeyboardInterrupt:
        return
    sending.send(result)
