"""What a named case is, and the ways through the state machine, in parts."""

from dataclasses import dataclass, field

from tests.statemachine.answers import HAPPY, Answer, summary
from tests.statemachine.definition import TASKS


def refreshed(task: str, purpose: str) -> tuple[str, ...]:
    """The states from a Task that is to wait up to its token, by their patterns."""
    refresh = f"RefreshTokenTo{purpose}"
    return (task, f"{task}Done?", f"WaitTo{purpose}", refresh, f"{refresh}Done?")


BEGIN = ("Prepare", "Busy?", "RefreshToken", "RefreshTokenDone?", "ArchiveTargets", "ArchivePairs")
FIND = ("TargetKnown?", "FindTarget", "FindTargetDone?", "TargetFound")
REFRESH_TO_FIND = ("TargetKnown?", *refreshed("FindTarget", "Find"))
SOURCE = ("ReadSource", "ReadSourceDone?", "SourceRead")
REFRESH_TO_READ_SOURCE = refreshed("ReadSource", "ReadSource")
TARGET = ("ReadTarget", "ReadTargetDone?", "TargetRead")
REFRESH_TO_READ_TARGET = refreshed("ReadTarget", "ReadTarget")
READ = ("ReadBoth", *SOURCE, *TARGET, "BothRead?")
SELECT = ("TargetKnown?", *READ, "SelectNewTracks", "AnythingToAdd?")
REFRESH_TO_ADD = refreshed("AddTracks", "Add")
ADD = ("AddTracks", "AddTracksDone?", "Settle")
REFRESH_TO_VERIFY = refreshed("VerifyTarget", "Verify")
VERIFY = ("VerifyTarget", "VerifyTargetDone?", "PairDone")
REFRESH_TO_CLEAR = refreshed("ClearSource", "Clear")
CLEAR = ("ClearSource", "ClearSourceDone?", "PairDone")
TELL = ("Summarize", "AnythingToTell?", "Notify", "Failed?", "Done")
TELL_FAILURE = (*TELL[:-1], "Failed")
HAPPY_PATH = (*BEGIN, *SELECT, *ADD, *VERIFY, *TELL)

Answers = dict[str, tuple[Answer, ...]]


@dataclass(frozen=True)
class Case:
    """`answers` holds, by state, those that are not as in the happy case; `path` is in `in_order`'s order."""

    name: str
    path: tuple[str, ...] = HAPPY_PATH
    answers: Answers = field(default_factory=dict)
    error: str | None = None

    def __str__(self) -> str:
        return self.name

    @property
    def all_answers(self) -> Answers:
        """The answers of every Task on the path, in the order in which they are given."""
        return {task: self.answers.get(task, HAPPY[task]) for task in TASKS if task in self.path}


def fails(name: str, error: str, path: tuple[str, ...], answers: Answers) -> Case:
    """A case whose failure is told by the summary."""
    told: Answers = {"Summarize": (summary("nothing_new", error),)}
    return Case(name, (*path, *TELL_FAILURE), {**answers, **told}, error)


def pair_fails(name: str, error: str, path: tuple[str, ...], answers: Answers) -> Case:
    """A case in which a pair fails on the `path` from where it begins."""
    return fails(name, error, (*BEGIN, *path, "PairFailed"), answers)
