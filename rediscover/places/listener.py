"""Who is told of the runs on this machine: URLs of services, in a file of the home that only its owner may read."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from rediscover.errors import FileDamaged, HomeUnusable
from rediscover.machine import files

if TYPE_CHECKING:
    from rediscover.places.home import Home

NotifyOn = Literal["additions", "problems", "nothing"]
"""What is told, as the template's parameter has it."""

NOTIFY_ON: tuple[NotifyOn, ...] = get_args(NotifyOn)


@dataclass(frozen=True, repr=False)
class Listener:
    """Where to tell, by URLs that hold secrets, and on what."""

    urls: tuple[str, ...] = ()
    on: NotifyOn = "additions"


class KeptListener:
    """The listener of a home. Raises FileDamaged where what is kept cannot be understood."""

    def __init__(self, home: "Home") -> None:
        self.path: Path = home.path / "notifications.json"

    def read(self) -> Listener:
        """Who is to be told; nobody where nothing is kept."""
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
            urls, on = kept["urls"], kept["on"]
            if on in NOTIFY_ON and isinstance(urls, list) and all(isinstance(url, str) for url in urls):
                return Listener(tuple(urls), on)
        except FileNotFoundError:
            return Listener()
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            pass  # the parser's error would quote from a URL
        raise FileDamaged(
            f"{self.path} cannot be understood, so nobody is told. Remove it, and run `rediscover notify -` again."
        )

    def write(self, listener: Listener) -> None:
        """Keep this listener in place of another. Raises HomeUnusable, and then what was kept is as it was."""
        try:
            files.replace(self.path, json.dumps({"urls": listener.urls, "on": listener.on}).encode())
        except OSError as error:
            raise HomeUnusable(f"Cannot write {self.path}: {error.strerror}.") from error

    def remove(self) -> bool:
        """Forget it; whether there was one. Raises HomeUnusable."""
        try:
            self.path.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise HomeUnusable(f"Cannot remove {self.path}: {error.strerror}.") from error
        return True
