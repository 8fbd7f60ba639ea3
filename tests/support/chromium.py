"""A real browser without a window, driven over its DevTools pipe (NUL-terminated JSON on descriptors 3 and 4)."""

import base64
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--remote-debugging-pipe"),
)


class Tab:
    """One page."""

    def __init__(self, commands: int, answers: int) -> None:
        self._commands = commands
        self._answers = os.fdopen(answers, "rb", buffering=0)
        self._numbers = count(1)
        self._read = b""
        self._session: str | None = None
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def open(self, url: str) -> None:
        """Go there."""
        self._call("Page.navigate", url=url)

    def click(self, selector: str) -> None:
        """Press a button, as soon as there is one."""
        self.wait_for(f"document.querySelector({json.dumps(selector)}) !== null")
        self.evaluate(f"document.querySelector({json.dumps(selector)}).click()")

    def text(self) -> str:
        """What can be read."""
        return str(self.evaluate("document.body ? document.body.innerText : ''"))

    def resize(self, width: int, height: int, scale: int = 1) -> None:
        """Make the window so large, or small as a phone's."""
        screen = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": width < 500}
        self._call("Emulation.setDeviceMetricsOverride", **screen)

    def prefer(self, scheme: str) -> None:
        """Be light or dark."""
        self._call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def screenshot(self, file: Path) -> None:
        """What can be seen, on a phone's screen, as PNG."""
        self.resize(390, 844, 2)
        self.capture(file)

    def capture(self, file: Path) -> None:
        """What can be seen, as PNG."""
        file.write_bytes(base64.b64decode(self._call("Page.captureScreenshot")["data"]))

    def wait_for(self, condition: str, seconds: float = 20) -> None:
        """Until a JavaScript expression is true."""
        until = time.monotonic() + seconds
        while self.evaluate(condition) is not True:
            assert time.monotonic() < until, f"{condition} is not so: {self.text()}"
            time.sleep(0.05)

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression; None while the page is changing."""
        return self._call("Runtime.evaluate", expression=expression, returnByValue=True).get("result", {}).get("value")

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = next(self._numbers)
        session = {"sessionId": self._session} if self._session else {}
        message = {"id": number, "method": method, "params": parameters, **session}
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != number:
            pass
        result: dict[str, Any] = answer.get("result", {})
        return result

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._read:
            more = self._answers.read(65536)
            assert more, "Chromium has ended"
            self._read += more
        message, _, self._read = self._read.partition(b"\0")
        answer: dict[str, Any] = json.loads(message)
        return answer


@contextmanager
def chromium(profile: Path, *flags: str) -> Iterator[Tab]:
    """Chromium with an empty profile, one tab, and these command line flags besides."""
    assert CHROMIUM
    (its_commands, commands), (answers, its_answers) = os.pipe(), os.pipe()
    redirected = f'exec "$@" 3<&{its_commands} 4>&{its_answers}'
    program = ["bash", "-c", redirected, "chromium", CHROMIUM, *FLAGS, *flags, f"--user-data-dir={profile}"]
    void = subprocess.DEVNULL
    with subprocess.Popen(program, pass_fds=(its_commands, its_answers), stdout=void, stderr=void) as process:
        os.close(its_commands)
        os.close(its_answers)
        try:
            yield Tab(commands, answers)
        finally:
            process.terminate()
            os.close(commands)
