"""The named cases: what the Tasks answer, the states that are entered then, and how the run ends.

`CASES` has a case for every Catch, every error of every Retry, and every rule of every Choice; a test says so.
"""

from collections.abc import Iterator

from tests.statemachine.answers import (
    ADDED,
    CLEARED,
    FOUND,
    HAPPY,
    PAIR,
    PAIR_BEGUN,
    SELECTED,
    SOURCE_READ,
    TARGET_READ,
    UNMADE,
    UNMADE_BEGUN,
    VERIFIED,
    Answer,
    Json,
    Throw,
    again,
    busy,
    clearing,
    planned,
    prepared,
    rejected,
    selected,
    summary,
    token_again,
    token_of,
)
from tests.statemachine.definition import STATES
from tests.statemachine.ways import (
    ADD,
    BEGIN,
    CLEAR,
    FIND,
    HAPPY_PATH,
    REFRESH_TO_ADD,
    REFRESH_TO_CLEAR,
    REFRESH_TO_FIND,
    REFRESH_TO_READ_SOURCE,
    REFRESH_TO_READ_TARGET,
    REFRESH_TO_VERIFY,
    SELECT,
    SOURCE,
    TARGET,
    TELL,
    VERIFY,
    Answers,
    Case,
    fails,
    pair_fails,
)


def _undisturbed() -> Iterator[Case]:
    nothing = selected(planned())
    yield Case("HappyPath")
    yield Case("Busy", ("Prepare", "Busy?", "Done"), {"Prepare": (busy(),)})
    yield Case(
        "NothingNew",
        (*BEGIN, *SELECT, "PairDone", "Summarize", "AnythingToTell?", "Failed?", "Done"),
        {"SelectNewTracks": (nothing,), "Summarize": (summary("nothing_new", notify=False),)},
    )
    yield Case(
        "DryRun",
        (*BEGIN, *SELECT, "PairDone", *TELL),
        {"SelectNewTracks": (selected(planned(2)),), "Summarize": (summary("dry_run"),)},
    )
    yield Case(
        "LastRunStillEnding",
        ("Prepare", "Busy?", "WaitToBegin", *HAPPY_PATH[2:]),
        {"Prepare": ({**prepared(PAIR), "wait_seconds": 1},)},
    )
    two_batches = (selected(planned(2, added=1, more=True)), ADDED)
    yield Case("TwoBatches", (*BEGIN, *SELECT, *ADD[:2], *ADD, *VERIFY, *TELL), {"AddTracks": two_batches})
    yield Case(
        "SourceCleared",
        (*BEGIN, *SELECT, *ADD, *VERIFY[:-1], *CLEAR, *TELL),
        {"VerifyTarget": (clearing(VERIFIED),)},
    )
    yield Case(
        "NothingNewButSourceCleared",
        (*BEGIN, *SELECT, *CLEAR, *TELL),
        {"SelectNewTracks": (clearing(nothing),), "Summarize": (summary("nothing_new"),)},
    )
    yield Case("TargetMade", (*BEGIN, *FIND, *SELECT[1:], *ADD, *VERIFY, *TELL), _unmade())


def _unmade() -> Answers:
    begun = prepared(UNMADE)
    return {"Prepare": (begun,), "RefreshToken": (token_of(begun),)}


def _waits() -> Iterator[Case]:
    token = token_of(prepared(PAIR))
    yield Case(
        "TokenRateLimitedThenDone",
        (*BEGIN[:4], "WaitToRefreshToken", *BEGIN[2:], *SELECT, *ADD, *VERIFY, *TELL),
        {"RefreshToken": (again(token), token)},
    )
    yield Case(
        "RateLimitedThenDone",
        (*BEGIN, *SELECT, *REFRESH_TO_ADD, *ADD, *VERIFY, *TELL),
        {"AddTracks": (again(SELECTED), ADDED)},
    )
    reading = (*BEGIN, "TargetKnown?", "ReadBoth")
    rest = ("BothRead?", *SELECT[-2:], *ADD, *VERIFY, *TELL)
    yield Case(
        "TokenRejectedThenRenewed",
        (*reading, *REFRESH_TO_READ_SOURCE, *SOURCE, *TARGET, *rest),
        {"ReadSource": (rejected(PAIR_BEGUN), SOURCE_READ)},
    )
    yield Case(
        "RateLimitedAtTargetThenDone",
        (*reading, *SOURCE, *REFRESH_TO_READ_TARGET, *TARGET, *rest),
        {"ReadTarget": (again(PAIR_BEGUN), TARGET_READ)},
    )
    yield Case(
        "QuotaExceededWhileVerifyingThenDone",
        (*BEGIN, *SELECT, *ADD, *REFRESH_TO_VERIFY, *VERIFY, *TELL),
        {"VerifyTarget": (again(ADDED, seconds=2), VERIFIED)},
    )
    yield Case(
        "TargetInDoubtThenMade",
        (*BEGIN, *REFRESH_TO_FIND, *FIND[1:], *SELECT[1:], *ADD, *VERIFY, *TELL),
        {**_unmade(), "FindTarget": (again(UNMADE_BEGUN), FOUND)},
    )


def _failures() -> Iterator[Case]:
    yield fails("InvalidInput", "InvalidInput", ("Prepare", "PrepareFailed"), {"Prepare": (Throw("InvalidInput"),)})
    expired = (Throw("AuthorizationExpired"),)
    yield fails("AuthorizationExpired", "AuthorizationExpired", BEGIN[:3], {"RefreshToken": expired})
    unread = ("ReadSource", "SourceRead", *TARGET)
    for name, error, read, state in (
        ("SourceNotReadable", "PlaylistNotReadable", unread, "ReadSource"),
        ("TargetNotFound", "PlaylistNotFound", (*SOURCE, "ReadTarget", "TargetRead"), "ReadTarget"),
    ):
        path = ("TargetKnown?", "ReadBoth", *read, "BothRead?")
        yield pair_fails(name, error, path, {state: (Throw(error),)})
    yield pair_fails("TargetNotMade", "MissingScope", FIND[:2], {**_unmade(), "FindTarget": (Throw("MissingScope"),)})
    yield pair_fails("TooManyNew", "TooManyNew", SELECT[:-1], {"SelectNewTracks": (Throw("TooManyNew"),)})
    yield pair_fails("TargetFull", "PlaylistFull", (*SELECT, "AddTracks"), {"AddTracks": (Throw("PlaylistFull"),)})
    gone = (Throw("PlaylistNotFound"),)
    yield pair_fails("TargetGone", "PlaylistNotFound", (*SELECT, *ADD, "VerifyTarget"), {"VerifyTarget": gone})
    uncleared: Answers = {"VerifyTarget": (clearing(VERIFIED),), "ClearSource": (Throw("PlaylistNotWritable"),)}
    to_clear = (*SELECT, *ADD, *VERIFY[:-1], "ClearSource")
    yield pair_fails("SourceNotCleared", "PlaylistNotWritable", to_clear, uncleared)
    yield Case(
        "NotVisibleYet",
        (*BEGIN, *SELECT, *ADD, "VerifyTarget", "PairDone", *TELL),
        {"VerifyTarget": (Throw("NotVisibleYet"),) * 7},
    )
    two = prepared(PAIR, {**PAIR, "index": 1})
    yield fails(
        "OneOfTwoPairsFails",
        "PlaylistNotReadable",
        (*BEGIN, "TargetKnown?", "ReadBoth", *unread, "BothRead?", "PairFailed", *SELECT, *ADD, *VERIFY),
        {
            "Prepare": (two,),
            "RefreshToken": (token_of(two),),
            "ReadSource": (Throw("PlaylistNotReadable"), SOURCE_READ),
            "ReadTarget": (TARGET_READ, TARGET_READ),
        },
    )
    yield from _failures_to_renew(expired)


def _failures_to_renew(expired: tuple[Answer, ...]) -> Iterator[Case]:
    reading = ("TargetKnown?", "ReadBoth")
    for name, path, answers in (
        (
            "Making",
            REFRESH_TO_FIND[:-1],
            {**_unmade(), "FindTarget": (again(UNMADE_BEGUN),), "RefreshTokenToFind": expired},
        ),
        (
            "ReadingSource",
            (*reading, *REFRESH_TO_READ_SOURCE[:-1], "SourceRead", *TARGET, "BothRead?"),
            {"ReadSource": (again(PAIR_BEGUN),), "RefreshTokenToReadSource": expired},
        ),
        (
            "ReadingTarget",
            (*reading, *SOURCE, *REFRESH_TO_READ_TARGET[:-1], "TargetRead", "BothRead?"),
            {"ReadTarget": (again(PAIR_BEGUN),), "RefreshTokenToReadTarget": expired},
        ),
        ("Adding", (*SELECT, *REFRESH_TO_ADD[:-1]), {"AddTracks": (again(SELECTED),), "RefreshTokenToAdd": expired}),
        (
            "Verifying",
            (*SELECT, *ADD, *REFRESH_TO_VERIFY[:-1]),
            {"VerifyTarget": (again(ADDED),), "RefreshTokenToVerify": expired},
        ),
        (
            "Clearing",
            (*SELECT, *ADD, *VERIFY[:-1], *REFRESH_TO_CLEAR[:-1]),
            {
                "VerifyTarget": (clearing(VERIFIED),),
                "ClearSource": (again(clearing(VERIFIED)),),
                "RefreshTokenToClear": expired,
            },
        ),
    ):
        yield pair_fails(f"AuthorizationExpiredWhile{name}", "AuthorizationExpired", path, answers)


def _telling() -> Iterator[Case]:
    failed = (Throw("DocumentMissing"),)
    yield Case(
        "SummarizeFailed",
        (*HAPPY_PATH[:-5], "Summarize", "SummarizeFailed"),
        {"Summarize": failed},
        "SummarizeFailed",
    )
    yield Case("NotifyFailed", answers={"Notify": (Throw("SNS.AuthorizationErrorException"),)})


def _retried() -> Iterator[Case]:
    """Every Task waits once, a renewal too, and before that each of its attempts fails, with each retried error."""
    route = Case(
        "WaitsEverywhereThenDone",
        (
            *(*BEGIN[:4], "WaitToRefreshToken", *BEGIN[2:]),
            *(*_twice(REFRESH_TO_FIND), *FIND[1:], "ReadBoth", *_twice(REFRESH_TO_READ_SOURCE), *SOURCE),
            *(*_twice(REFRESH_TO_READ_TARGET), *TARGET, "BothRead?", *SELECT[-2:], *_twice(REFRESH_TO_ADD), *ADD),
            *(*_twice(REFRESH_TO_VERIFY), *VERIFY[:-1], *_twice(REFRESH_TO_CLEAR), *CLEAR, *TELL),
        ),
        {
            "Prepare": (prepared(UNMADE),),
            "RefreshToken": (again(token_of(prepared(UNMADE))), token_of(prepared(UNMADE))),
            "FindTarget": (again(UNMADE_BEGUN), FOUND),
            "ReadSource": (again(PAIR_BEGUN), SOURCE_READ),
            "ReadTarget": (again(PAIR_BEGUN), TARGET_READ),
            "AddTracks": (again(SELECTED), ADDED),
            "VerifyTarget": (again(ADDED), clearing(VERIFIED)),
            "ClearSource": (again(clearing(VERIFIED)), CLEARED),
            **{task: (token_again(state), state) for task, state in _renewals()},
        },
    )
    yield route
    for name, kinds in (
        ("LambdaServiceExceptionThenDone", ("Lambda.",)),
        ("CrashedThenDone", ("Sandbox.", "Runtime.", "States.")),  # Notify times out then
        ("MalformedThenDone", ("",)),
        ("ThrottledNotificationThenDone", ("SNS.",)),
    ):
        answers = {task: (*_errors(task, kinds), *answers) for task, answers in route.all_answers.items()}
        yield Case(name, route.path, answers)


def _renewals() -> Iterator[tuple[str, Json]]:
    """The states that renew a pair's token, and what each answers in the end."""
    for task, (answer, *_) in HAPPY.items():
        if task.startswith("RefreshTokenTo") and not isinstance(answer, Throw):
            yield task, answer


def _twice(renewing: tuple[str, ...]) -> tuple[str, ...]:
    """Spotify asks to wait when the token is renewed, so that it is renewed again."""
    return (*renewing, *renewing[-3:])


def _errors(task: str, kinds: tuple[str, ...]) -> tuple[Throw, ...]:
    """The errors that a Task retries and that begin so; `""` stands for the project's own, which have no prefix."""
    errors = [error for retrier in STATES[task]["Retry"] for error in retrier["ErrorEquals"]]
    return tuple(Throw(error) for error in errors if error[: error.find(".") + 1] in kinds)


def _given_up() -> Iterator[Case]:
    away = (Throw("SpotifyUnavailable"),) * 7
    yield fails("SpotifyAwayForGood", "SpotifyUnavailable", BEGIN[:3], {"RefreshToken": away})
    crashed = (Throw("Runtime.ExitError"),) * 7
    yield pair_fails("AddTracksCrashesForGood", "Runtime.ExitError", (*SELECT, "AddTracks"), {"AddTracks": crashed})
    twice = (Throw("MalformedAnswer"), Throw("Lambda.ServiceException"), Throw("MalformedAnswer"), ADDED)
    yield Case("RetriersCountApart", answers={"AddTracks": twice})
    full: Answers = {"AddTracks": (Throw("PlaylistFull"),), "Notify": (Throw("SNS.ThrottledException"),) * 6}
    yield pair_fails("FailureCannotBeTold", "PlaylistFull", (*SELECT, "AddTracks"), full)


CASES = [*_undisturbed(), *_waits(), *_failures(), *_telling(), *_given_up(), *_retried()]


def unnamed() -> list[str]:
    """The states that no case enters."""
    entered = {name for case in CASES for name in case.path}
    return [name for name in STATES if name not in entered]
