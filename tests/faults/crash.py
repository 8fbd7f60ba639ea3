"""Functions whose process dies, as when Lambda's sandbox does."""

import os
import subprocess
from collections.abc import Callable

from rediscover.engine.processes import WARM, can_fork
from rediscover.engine.warm import name_of


def kill(module: str) -> Callable[[], None]:
    """Kills the process of a handler's module, of those that this test's engine started or forked."""

    def kill_now() -> None:
        handler, mine = f"{module}.handler", str(os.getpid())
        if can_fork():
            warm = subprocess.run(["pgrep", "-P", mine, "-f", WARM.name], capture_output=True, text=True, check=True)
            command = ["pkill", "-KILL", "-P", ",".join(warm.stdout.split()), "-x", name_of(handler)]
        else:
            command = ["pkill", "-KILL", "-P", mine, "-f", handler]
        subprocess.run(command, check=True)

    return kill_now
