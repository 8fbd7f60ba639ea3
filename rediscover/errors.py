"""What goes wrong on a laptop and can be put right by its user."""

from rediscover_archive.errors import ArchiveError, InvalidInput

WRONG_COMMAND_LINE = 2
"""As argparse ends: what was typed, or an input that is given, can be made nothing of."""


class UserError(Exception):
    """Ends a command with its message and `exit_code`, without a traceback; the message says what to do."""

    exit_code = 1


class MissingCredentials(UserError):
    """There is no Spotify account to run with, or only a part of one."""


class HomeUnusable(UserError):
    """The folder that keeps the state between runs cannot be made or written."""


class DiskFull(HomeUnusable):
    """There is no room for what a run has to write."""


class FileDamaged(UserError):
    """A file of that folder is not as this release writes it, and cannot be done without."""


class UnknownExecution(UserError):
    """No saved execution has that name, or several have."""


class UnknownWeek(UserError):
    """What was asked for is no week."""

    exit_code = WRONG_COMMAND_LINE


class NoArchive(UserError):
    """Nothing is archived that was asked for, or several archives are."""


class EngineFailed(UserError):
    """The embedded engine did not start, or could not deploy the template."""


class NoNetwork(UserError):
    """Spotify cannot be connected to from this machine."""


class SurroundingsUnusable(UserError):
    """A variable of the shell names something that is not there."""


class Busy(UserError):
    """Another command of this project works in the same home, or another run on the same stack."""

    exit_code = 75  # EX_TEMPFAIL (sysexits.h): try again later


EXPLAINED = (UserError, ArchiveError)
"""What says in its message what to do: the command line's own errors, and those of the library behind the functions."""


def exit_code_of(error: Exception) -> int:
    """How the command ends with one of EXPLAINED."""
    if isinstance(error, UserError):
        return error.exit_code
    return WRONG_COMMAND_LINE if isinstance(error, InvalidInput) else 1
