"""The pairs that a home remembers: the input of an execution, in a file."""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rediscover.commands.arguments.input_check import check_input
from rediscover.commands.arguments.parsing import execution_input
from rediscover.errors import FileDamaged, HomeUnusable, UserError
from rediscover.machine import files
from rediscover.places.home import Home
from rediscover_archive.errors import InvalidInput

HOW_TO_REMEMBER = (
    "`rediscover setup` asks what is to be archived, and `rediscover pairs add --source LINK --target LINK` remembers "
    "it."
)


class NothingRemembered(UserError):
    """There is no pair, or none of that number."""


class AlreadyRemembered(UserError):
    """The same pair is there."""


class KeptPairs:
    """The pairs of a home, in the order in which they are run."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.path: Path = home.path / "pairs.json"

    def read(self) -> dict[str, Any]:
        """The input, with no pairs where nothing is remembered. Raises FileDamaged for what no run would take."""
        if not self.path.exists():
            return {"pairs": []}
        try:
            given = execution_input(f"@{self.path}")
            check_input(given, on_stack=False, from_flags=False)
        except argparse.ArgumentTypeError as error:
            raise self._damaged(str(error)) from None
        except InvalidInput as error:
            raise self._damaged(f"{self.path}: {error}") from None
        return given

    def for_run(self, flags: Mapping[str, Any]) -> dict[str, Any]:
        """The input of a run; `flags` are options that hold for all its pairs, and whether it is a dry run.

        Raises NothingRemembered and FileDamaged.
        """
        given = self.read()
        if not given["pairs"]:
            raise NothingRemembered(f"Nothing is remembered to be archived. {HOW_TO_REMEMBER}")
        dry_run = {name: value for name, value in flags.items() if name == "dry_run"}
        options = {name: value for name, value in flags.items() if name != "dry_run"}
        return {**given, "pairs": [{**pair, **options} for pair in given["pairs"]], **dry_run}

    def write(self, given: Mapping[str, Any]) -> None:
        """Keep it. Raises InvalidInput for what no run would take, and HomeUnusable; nothing changed then."""
        if given["pairs"]:
            check_input(given, on_stack=False, from_flags=False)
        try:
            if given["pairs"]:
                content = json.dumps(given, indent=2, ensure_ascii=False)
                files.replace(self.path, f"{content}\n".encode(errors="surrogatepass"))
            else:
                self.path.unlink(missing_ok=True)
        except OSError as error:
            raise HomeUnusable(f"Cannot write {self.path}: {error.strerror}.") from error

    def _damaged(self, problem: str) -> FileDamaged:
        return FileDamaged(
            f"{problem.rstrip('.')}. That is where the pairs are remembered. Correct the file, or remove it."
        )
