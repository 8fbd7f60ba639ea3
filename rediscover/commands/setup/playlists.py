"""Source and target: chosen by name among the listener's own playlists, or pasted, and tried before they are taken."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rediscover.commands.setup.account import Keeping, Listener, consented
from rediscover.commands.setup.asking import Option
from rediscover.commands.setup.sitting import Sitting
from rediscover_archive.errors import DISCOVER_WEEKLY, InvalidInput, Stop
from rediscover_archive.pairs.references import pieces, reference, sources_of, target_id
from rediscover_archive.spotify.bodies import id_of
from rediscover_archive.spotify.sources import LIKED, RECENTLY_PLAYED, kind_of
from rediscover_archive.targets.names import name_at
from rediscover_archive.text import clean, counted, quoted

PASTED, MADE, LATER = "a link", "a new playlist", "later"
"""Answers that stand for a further question, or for none."""

NEW_NAME = "Rediscovered"
SKIPPED = Option(LATER, "Leave it for later", LATER)


@dataclass(frozen=True)
class OwnPlaylist:
    """One that the listener owns or that everybody edits, so that an app may read it and add to it."""

    id: str
    name: str
    items: int | None

    @property
    def option(self) -> Option[str]:
        """As one of several."""
        number = "" if self.items is None else f", {counted(self.items, 'item')}"
        return Option(self.id, f"{quoted(self.name)}{number}", self.name)


def kinds_of(source: str | list[str] | None) -> list[str]:
    """The kinds of sources in it that need a consent of their own. Raises InvalidInput."""
    sources = [] if source is None else sources_of(source, "--source")
    return sorted({kind.name for one in sources if (kind := kind_of(one)) and kind.scope})


def pair_of(
    sitting: Sitting,
    keeping: Keeping,
    listener: Listener,
    source: str | list[str] | None,
    target: str | dict[str, str] | None,
) -> dict[str, Any]:
    """Source and target, as they are given, else chosen; {} where one is left for later."""
    playlists = own_playlists(listener) if source is None or target is None else []
    if source is not None:
        check_source(listener, source)
    else:
        source = chosen_source(sitting, listener, playlists)
    if source is None:
        return {}
    if not listener.agreed_to(kinds := kinds_of(source)):
        sitting.tell(f"Spotify asks you once more, since {' and '.join(kinds)} needs a consent of its own.")
        listener = consented(sitting, keeping, kinds)
    target = chosen_target(sitting, listener, playlists, source) if target is None else target
    return {} if target is None else {"source": source, "target": target}


def own_playlists(listener: Listener) -> list[OwnPlaylist]:
    """The listener's; followed ones, whose contents Spotify does not show, are left out."""
    found = (entry for page in listener.spotify.own_playlists() for entry in page.playlists)
    return [_own(entry) for entry in found if _is_open(entry, listener.me.id)]


def chosen_source(sitting: Sitting, listener: Listener, playlists: Iterable[OwnPlaylist]) -> str | None:
    """What is to be archived; None where that is left for later. Raises NotAnswered."""
    sitting.tell(DISCOVER_WEEKLY)
    options = [
        *(playlist.option for playlist in playlists),
        Option(LIKED.name, "Your liked songs", LIKED.name),
        Option(RECENTLY_PLAYED.name, "All that you play, by a run every two hours", RECENTLY_PLAYED.name),
        Option(PASTED, "Another playlist, by its link", PASTED),
        SKIPPED,
    ]
    named = {option.value for option in options} - {PASTED}

    def check(link: str) -> None:
        check_source(listener, link)

    while True:
        answer = sitting.asker.choose("What is to be archived?", options, 0, "--source", _link_in)
        if answer == LATER:
            return None
        if answer in named:
            return answer
        if link := _linked(sitting, answer, "Link of the source", "--source", check):
            return link


def chosen_target(
    sitting: Sitting, listener: Listener, playlists: Iterable[OwnPlaylist], source: str | list[str]
) -> str | dict[str, str] | None:
    """Where it is kept; None where that is left for later. Raises NotAnswered."""
    taken = sources_of(source, "--source")
    others = [playlist.option for playlist in playlists if playlist.id not in taken]
    options = [
        Option(MADE, "A new playlist, made by the first run", MADE),
        *others,
        Option(PASTED, "Another playlist, by its link", PASTED),
        SKIPPED,
    ]
    named = {option.value for option in others}

    def check(link: str) -> None:
        if target_id(link, "the target") in taken:
            raise InvalidInput("That is the source. Give another one.")
        listener.spotify.head(target_id(link, "the target"))

    while True:
        answer = sitting.asker.choose("Where is it kept?", options, 0, "--target or --create", _link_in)
        if answer == LATER:
            return None
        if answer == MADE:
            return {"create": _named(sitting)}
        if answer in named:
            return answer
        if link := _linked(sitting, answer, "Link of the target", "--target", check):
            return link


def check_source(listener: Listener, source: str | list[str]) -> None:
    """Raise InvalidInput, or why Spotify does not show one of them."""
    for one in sources_of(source, "the source"):
        if not kind_of(one):
            listener.spotify.head(one)


def _link_in(text: str) -> str | None:
    """What was pasted in place of a choice, if Spotify has anything like it; it is tried like any link."""
    return text.strip() if any(reference(piece)[0] for piece in pieces(text)) else None


def _linked(sitting: Sitting, answer: str, question: str, instead: str, check: Callable[[str], None]) -> str | None:
    """A link that `check` takes, the `answer` or one that is asked for; None for neither, to choose again."""
    if answer != PASTED:
        try:
            check(answer)
        except Stop as error:
            sitting.refuse(error)
            return None
        return answer
    while link := sitting.asker.text(f"{question} (nothing to go back)", instead):
        try:
            check(link)
        except Stop as error:
            sitting.refuse(error)
        else:
            return link
    return None


def _named(sitting: Sitting) -> str:
    while True:
        name = sitting.asker.text("Its name; {year}, {month} and {week} are filled in", "--create", NEW_NAME)
        try:
            name_at(name, "The name", datetime.now(UTC))
        except InvalidInput as error:
            sitting.refuse(error)
        else:
            return name


def _own(entry: dict[str, Any]) -> OwnPlaylist:
    content = entry.get("items") or entry.get("tracks")
    total = content.get("total") if isinstance(content, dict) else None
    return OwnPlaylist(id_of(entry), clean(entry.get("name")), total if isinstance(total, int) else None)


def _is_open(entry: dict[str, Any], me: str) -> bool:
    owner = entry.get("owner")
    return entry.get("collaborative") is True or (isinstance(owner, dict) and owner.get("id") == me)
