"""A stack's parameters, as `sam deploy` takes them."""

import re
import shlex
from collections.abc import Mapping
from typing import Any

from rich.text import Text

from rediscover.commands.setup.account import Keeping, Listener
from rediscover.commands.setup.playlists import pair_of
from rediscover.commands.setup.sitting import Sitting
from rediscover.places.aws import session, stack_parameters
from rediscover.words import clean
from rediscover_archive.pairs.references import sources_of, target_id

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
"""As the template's NotificationEmail allows."""


def set_up_stack(sitting: Sitting, keeping: Keeping, listener: Listener, stack: str) -> int:
    """Print the command that gives the stack its parameters; 0. Raises NotAnswered, and as `stack_parameters`."""
    now = stack_parameters(session(), stack)
    pair = _standing(sitting, now)
    if pair is None:
        pair = pair_of(sitting, keeping, listener, sitting.arguments.source, sitting.arguments.target)
    if not pair:
        sitting.tell(f"The secret of the stack {stack} is set. `rediscover setup --aws --stack {stack}` goes on.")
        return 0
    email = _email(sitting, now.get("NotificationEmail", ""))
    scheduled = sitting.asker.confirm("Run every week by itself?", now.get("ScheduleState") == "ENABLED")
    sitting.tell("This sets the stack's parameters, in the folder of its template:")
    sitting.out.print(Text(deploy_line(parameters_of(pair, email, scheduled), stack)), soft_wrap=True)
    sitting.tell(f"Then `rediscover run --aws --stack {stack}` runs it once.")
    return 0


def parameters_of(pair: Mapping[str, Any], email: str, scheduled: bool) -> dict[str, str]:
    """The template's parameters for a pair; what `sam deploy` is not told of stays as it is."""
    target = pair["target"]
    made = isinstance(target, dict)
    return {
        "SourcePlaylist": ",".join(sources_of(pair["source"], "--source")),
        "TargetPlaylist": "" if made else target_id(target, "--target"),
        **({"CreateTarget": target["create"]} if made else {}),
        **({"NotificationEmail": email} if email else {}),
        "ScheduleState": "ENABLED" if scheduled else "DISABLED",
    }


def deploy_line(parameters: Mapping[str, str], stack: str) -> str:
    """The command that sets them, whatever the shell and SAM make of blanks and quotes."""
    given = (shlex.quote(f"{name}={_quoted(value)}") for name, value in parameters.items())
    named = "" if stack == "rediscover" else f" --stack-name {shlex.quote(stack)}"
    return f"sam deploy{named} --parameter-overrides {' '.join(given)}"


def _quoted(value: str) -> str:
    """As SAM reads it, to which a backslash means something before a quotation mark only."""
    escaped = value.replace('"', '\\"')
    return value if re.fullmatch(r"[\w.,:@/-]+", value) else f'"{escaped}"'


def _standing(sitting: Sitting, now: Mapping[str, str]) -> dict[str, Any] | None:
    """The pair that the stack has, if it is to stay; None where there is none, or another is wanted."""
    arguments = sitting.arguments
    source, target, made = (now.get(name, "") for name in ("SourcePlaylist", "TargetPlaylist", "CreateTarget"))
    if arguments.source is not None or arguments.target is not None or not source or not (target or made):
        return None
    sitting.tell(clean(f"The stack archives {source} to {target or made}."))
    if sitting.asker.confirm("Choose others?", False):
        return None
    return {"source": source, "target": target or {"create": made}}


def _email(sitting: Sitting, now: str) -> str:
    """The address that is told; "" for none. Raises NotAnswered."""
    if sitting.arguments.email is not None or not sitting.arguments.ask:
        return sitting.arguments.email or now
    while address := sitting.asker.text("E-mail address to be told (nothing for none)", "--email", now):
        if EMAIL.fullmatch(address):
            return address
        sitting.asker.refuse("That is no address such as you@example.com.")
    return ""
