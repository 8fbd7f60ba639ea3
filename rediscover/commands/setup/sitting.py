"""What all steps of a sitting share: what was asked for on the command line, who answers, and what is known by now."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from rich.console import Console

from rediscover.commands.setup.asking import Asker
from rediscover.commands.timers.when import When
from rediscover.machine.terminal import say


@dataclass(frozen=True, repr=False)
class SetupArguments:
    """What is asked for on the command line. `stack` is None to set up this machine.

    `source`, `target`, `when`, `notify` and `email` are answers that are known; `target` may be `{"create": NAME}`.
    `ask` is whether anybody is to be asked.
    """

    source: str | list[str] | None = None
    target: str | dict[str, str] | None = None
    when: When | None = None
    notify: str | None = None
    email: str | None = None
    stack: str | None = None
    ask: bool = True
    port: int = 8080
    browser: bool = True


@dataclass(frozen=True, repr=False)
class Sitting:
    """One sitting. What steps find out goes into a new one; what they set up is stored at once."""

    arguments: SetupArguments
    environment: Mapping[str, str]
    asker: Asker
    out: Console
    err: Console

    def tell(self, text: str) -> None:
        """Say something between questions."""
        say(self.err, text)

    def refuse(self, why: Exception) -> None:
        """Say why the last answer cannot be taken; it is asked for again. Raises NotTaken where it cannot be."""
        self.asker.refuse(str(why))

    def warn(self, why: Exception) -> None:
        """Say what is in the way, though no answer is to blame."""
        say(self.err, str(why), "yellow")

    def knowing(self, **variables: str) -> "Sitting":
        """The same with variables set, which come before what is stored."""
        return replace(self, environment={**self.environment, **variables})
