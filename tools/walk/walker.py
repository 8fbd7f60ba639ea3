"""Whoever types the commands of a walk, each with what it must do."""

from collections.abc import Sequence
from dataclasses import dataclass

from rediscover.simulator import Simulator
from tests.support.receiver import SECRETS
from tools.walk.terminal import Terminal, Typed


@dataclass(frozen=True)
class Image:
    """A picture that a command made, as the file `name` in SVG; `label` says what is to be seen."""

    name: str
    label: str
    content: str


@dataclass(frozen=True)
class Step:
    """A command that was typed, under which heading, and why."""

    heading: str
    why: str
    typed: Typed
    image: Image | None = None


class Walker:
    """Types in a terminal, where Spotify is a simulated one, and keeps the steps, below the latest `heading`."""

    def __init__(self, terminal: Terminal, spotify: Simulator) -> None:
        self.steps: list[Step] = []
        self.heading = ""
        self.terminal = terminal
        self.spotify = spotify

    def types(
        self,
        why: str,
        command: str,
        code: int = 0,
        shows: Sequence[str] = (),
        answers: Sequence[tuple[str, str]] = (),
    ) -> Step:
        """Do so; AssertionError where it ends with another `code`, does not show all of `shows`, or shows a secret."""
        typed = self.terminal.type(command, answers)
        seen = " ".join(" ".join(typed.plain).split())
        missing = [words for words in shows if words not in seen]
        assert (typed.code, missing) == (code, []), f"{command}\n" + "\n".join(typed.plain)
        secrets = [*self.spotify.secrets(), *SECRETS]
        assert not [secret for secret in secrets if secret in seen.replace(" ", "")], f"{command} shows a secret"
        self.steps.append(Step(self.heading, why, typed))
        return self.steps[-1]

    def pictures(self, why: str, command: str, image: str, label: str) -> None:
        """Do so with a command that prints a picture, which is kept beside it as the file `image`."""
        drawn = self.terminal.folder / image
        step = self.types(why, f"{command} >{image}")
        self.steps[-1] = Step(step.heading, step.why, step.typed, Image(image, label, drawn.read_text()))


def link(playlist: str) -> str:
    """What Spotify's app copies of it."""
    return f"https://open.spotify.com/playlist/{playlist}"
