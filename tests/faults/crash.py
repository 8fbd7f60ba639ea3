"""Functions whose process dies, as when Lambda's sandbox does."""

import os
import subprocess
from collections.abc import Callable


def kill(module: str) -> Callable[[], None]:
    """Kills the process of a handler's module, of those that this test's engine started."""

    def kill_now() -> None:
        subprocess.run(["pkill", "-KILL", "-P", str(os.getpid()), "-f", f"{module}.handler"], check=True)

    return kill_now
