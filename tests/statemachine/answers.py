"""What the functions answer, as the state machine sees it, and what they throw."""

import json
from dataclasses import dataclass
from typing import Any

from rediscover_archive.pairs.options import Options

Json = dict[str, Any]


@dataclass(frozen=True)
class Throw:
    """An attempt that fails: the error's class and its message."""

    error: str
    message: str = "It says what to do."

    @property
    def cause(self) -> str:
        """JSON with the message in it, as Lambda gives it. Without spaces, which moto removes."""
        return json.dumps({"errorMessage": self.message, "errorType": self.error}, separators=(",", ":"))


Answer = Json | Throw

RUN: Json = {"name": "mocked", "dry_run": False, "settle_seconds": 1}
OPTIONS: Json = Options().document()
PAIR: Json = {
    "index": 0,
    "source": "spotify:playlist:source",
    "target": "spotify:playlist:target",
    "source_ids": ["source"],
    "target_id": "target",
    "options": OPTIONS,
}
UNMADE: Json = {key: value for key, value in PAIR.items() if key != "target_id"} | {
    "target": {"create": "Archive"},
    "create": "Archive",
}
MADE: Json = {
    "target_id": "target",
    "earlier": [],
    "volume": "Archive",
    "made": True,
    "twins": [],
    "requests_to_find": 1,
}


def prepared(*pairs: Json) -> Json:
    """Prepare's answer for pairs of one target."""
    return {
        "busy": False,
        "wait_seconds": 0,
        "run": RUN,
        "targets": [{"target": "target", "pairs": list(pairs)}],
        "spotify_requests": 0,
    }


def token_of(answer: Json) -> Json:
    """RefreshToken's answer after Prepare's."""
    return {**answer, "spotify_requests": 1, "again": False, "reauthorize_by": "2027-05-23"}


def busy() -> Json:
    """Prepare's answer where another run is at work."""
    output = {"outcome": "busy", "pairs": [], "spotify_requests": 0, "reauthorize_by": None}
    return {"busy": True, "output": output}


def again(answer: Json, seconds: int = 1) -> Json:
    """The answer of a state that has to wait for Spotify; `answer` is its input, as it did nothing else."""
    return {**answer, "again": True, "wait_seconds": seconds, "waiting_for": "Spotify asks to wait.", "refusals": 1}


def rejected(answer: Json) -> Json:
    """The answer of a state whose access token was rejected; `answer` is its input."""
    return {**answer, "again": True, "wait_seconds": 0, "token_rejected": True, "renewals": 1}


def planned(to_add: int = 0, added: int = 0, *, more: bool = False) -> Json:
    """The plan in a pair's state."""
    return {
        "document": "plans/mocked/0.json",
        "offered": 30,
        "already_there": 30 - to_add,
        "skipped": 0,
        "elsewhere": 0,
        "to_add": to_add,
        "added": added,
        "left_out": 0,
        "more": more,
        "names": ["Artist – Track"] if to_add else [],
    }


PAIR_BEGUN: Json = {"pair": PAIR, "run": RUN, "spotify_requests": 0}
UNMADE_BEGUN: Json = {**PAIR_BEGUN, "pair": UNMADE}
FOUND: Json = {"pair": {**UNMADE, **MADE}, "run": RUN, "spotify_requests": 1, "again": False}
_READ: Json = {"owner": "The Listener", "total": 30, "remembered": False}
SOURCE: Json = {"name": "Discover Weekly copy", **_READ, "documents": ["playlists/source.source.json"], "warnings": []}
TARGET: Json = {"name": "Archive", **_READ, "documents": ["playlists/target.target.json"]}
SOURCE_READ: Json = {**PAIR_BEGUN, "spotify_requests": 2, "again": False, "source": SOURCE}
TARGET_READ: Json = {**PAIR_BEGUN, "spotify_requests": 2, "again": False, "target": TARGET}


def selected(plan: Json) -> Json:
    """SelectNewTracks' answer, and that of the states after it."""
    return {
        "run": RUN,
        "pair": PAIR,
        "again": False,
        "spotify_requests": 4,
        "source": SOURCE,
        "target": TARGET,
        "target_total": 30,
        "verified": not plan["to_add"],
        "plan": plan,
    }


SELECTED = selected(planned(2, more=True))
ADDED = selected(planned(2, added=2))
VERIFIED: Json = {**ADDED, "verified": True, "target_total": 32}


def clearing(state: Json) -> Json:
    """`state`, of a pair whose source is to be cleared."""
    return {**state, "pair": {**PAIR, "for_clearing": True, "clears": [{"source": "source", "pairs": [0]}]}}


CLEARED: Json = {**clearing(VERIFIED), "cleared": 30}


def renewed(state: Json) -> Json:
    """A pair's state after its token was renewed."""
    return {**state, "token_again": False, "reauthorize_by": "2027-05-23"}


def token_again(state: Json) -> Json:
    """A pair's state after Spotify asked to wait before its token is renewed."""
    waits = {"wait_seconds": 1, "token_waiting_for": "Spotify asks to wait.", "refusals": 1}
    return {**state, "token_again": True, **waits}


def summary(outcome: str, error: str = "", *, notify: bool = True) -> Json:
    """Summarize's answer; with an error, that of a run that failed."""
    return {
        "output": {"outcome": outcome, "pairs": [], "spotify_requests": 7, "reauthorize_by": "2027-05-23"},
        "failed": bool(error),
        "error": error,
        "cause": "It says what to do." if error else "",
        "notify": notify,
        "subject": "(re)Discover Weekly",
        "message": "In words.\n",
    }


PUBLISHED: Json = {"MessageId": "00000000-0000-0000-0000-000000000000"}
HAPPY: dict[str, tuple[Answer, ...]] = {
    "Prepare": (prepared(PAIR),),
    "RefreshToken": (token_of(prepared(PAIR)),),
    "FindTarget": (FOUND,),
    "RefreshTokenToFind": (renewed(again(UNMADE_BEGUN)),),
    "ReadSource": (SOURCE_READ,),
    "RefreshTokenToReadSource": (renewed(again(PAIR_BEGUN)),),
    "ReadTarget": (TARGET_READ,),
    "RefreshTokenToReadTarget": (renewed(again(PAIR_BEGUN)),),
    "SelectNewTracks": (SELECTED,),
    "AddTracks": (ADDED,),
    "RefreshTokenToAdd": (renewed(again(SELECTED)),),
    "VerifyTarget": (VERIFIED,),
    "RefreshTokenToVerify": (renewed(again(ADDED)),),
    "ClearSource": (CLEARED,),
    "RefreshTokenToClear": (renewed(again(clearing(VERIFIED))),),
    "Summarize": (summary("added"),),
    "Notify": (PUBLISHED,),
}
"""What each Task answers in a run where nothing happens to it."""
