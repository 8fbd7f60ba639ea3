"""Every error of a run, in three families: try again, wait, stop and tell the human.

The class name is what Step Functions matches in Retry and Catch; the message is what a listener reads.

  ArchiveError
    TryAgain
      SpotifyUnavailable
      MalformedAnswer
      PlaylistChanging
      NotVisibleYet
    Wait
      RateLimited
      QuotaExceeded
      Contradiction
      TargetInDoubt
      TooManyRenewals
    AccessTokenRejected
    Stop
      InvalidInput
      InvalidCredentials
      WrongClient
      AuthorizationExpired
      AuthorizationRejected
      MissingScope
      UserNotRegistered
      PremiumRequired
      PlaylistNotFound
      PlaylistNotReadable
      PlaylistIncomplete
      PlaylistNotWritable
      PlaylistFull
      TooManyNew
      ClaimLost
      DocumentMissing
      LimitNotLifted
      RequestRefused
      ConsentRefused
        CodeRefused
        RedirectRefused
        Denied
        StateMismatch
        NoAnswer
        AccountUnknown
        AlreadyAnswered
        WrongAccount
        CredentialsChanged
    ItemRefused
"""

DISCOVER_WEEKLY = (
    "Spotify does not let apps in development mode read the playlists it makes itself, such as Discover Weekly. "
    "Copy its songs into a playlist of your own in the Spotify app and use that one as the source; or write "
    "recently-played: before its link, which archives what you heard of it."
)


class ArchiveError(Exception):
    """Anything that ends a state other than by its result."""


class TryAgain(ArchiveError):
    """May succeed unchanged in a moment; the state machine retries it."""


class SpotifyUnavailable(TryAgain):
    """No answer, or 5xx."""


class MalformedAnswer(TryAgain):
    """An answer that is not what Spotify documents."""


class PlaylistChanging(TryAgain):
    """A playlist was edited while it was being read."""


class NotVisibleYet(TryAgain):
    """Added tracks that Spotify does not show yet."""


class Wait(ArchiveError):
    """Has a time for the next attempt, mostly named by Spotify.

    Attributes: `seconds`, at least 1; `is_named`, whether Spotify named them.
    """

    def __init__(self, message: str, seconds: int, *, is_named: bool = True) -> None:
        super().__init__(message)
        self.seconds = seconds
        self.is_named = is_named


class RateLimited(Wait):
    """429: too many requests within 30 seconds."""


class QuotaExceeded(Wait):
    """429 with reason QUOTA_EXCEEDED: the developer account's quota, for up to a day."""


class Contradiction(Wait):
    """A refusal of what Spotify allowed a moment ago, or of the whole app, which were both seen to pass.

    Attributes: `error`, what it is where it stays; `was_shown`, whether it was allowed in this run.
    """

    def __init__(self, error: "Stop", *, was_shown: bool) -> None:
        super().__init__(str(error), 1)
        self.error = error
        self.was_shown = was_shown


class TargetInDoubt(Wait):
    """A request to make a target has an outcome that is not known yet."""


class TooManyRenewals(Wait):
    """More renewals were asked for within an hour than a listener needs. No state raises it."""


class AccessTokenRejected(ArchiveError):
    """401 on the Web API: the token expired, or Spotify rejects a good one for once. Renewed once, then final."""


class Stop(ArchiveError):
    """Will fail again until the listener does something; never retried."""


class InvalidInput(Stop):
    """The execution's input, or the stack's settings, cannot be run."""


class InvalidCredentials(Stop):
    """The credentials secret is missing, malformed or incomplete."""


class WrongClient(Stop):
    """Spotify does not know the client id, or the secret is not its own."""


class AuthorizationExpired(Stop):
    """The refresh token expired after six months, or was revoked."""


class AuthorizationRejected(Stop):
    """A fresh access token was rejected as well."""


class MissingScope(Stop):
    """The authorization lacks a scope."""


class UserNotRegistered(Stop):
    """The listener is not among the users of the app in development mode."""


class PremiumRequired(Stop):
    """The owner of the app has no Spotify Premium."""


class PlaylistNotFound(Stop):
    """404 for a playlist."""


class PlaylistNotReadable(Stop):
    """The contents of a playlist are not open to this app."""


class PlaylistIncomplete(Stop):
    """A target, or the list of playlists, counts what it does not show; what is among that could come twice."""


class PlaylistNotWritable(Stop):
    """The listener may not add to the target."""


class PlaylistFull(Stop):
    """The target has as many items as Spotify allows."""


class TooManyNew(Stop):
    """A run would add more tracks than `max_new`, as it would if the target were read wrongly."""


class ClaimLost(Stop):
    """Another execution took over; this one adds nothing more."""


class DocumentMissing(Stop):
    """What an earlier state of the run wrote to the bucket is gone."""


class LimitNotLifted(Stop):
    """429 again and again, however long the run waited."""


class RequestRefused(Stop):
    """Spotify refused a request for a reason that has no class of its own."""


class ConsentRefused(Stop):
    """Authorizing failed. No state authorizes, so neither this nor a subclass ends an execution."""


class CodeRefused(ConsentRefused):
    """The authorization code is used, too old, or was made up."""


class RedirectRefused(ConsentRefused):
    """The redirect URI is not the one that the code was made for."""


class Denied(ConsentRefused):
    """The listener, or Spotify, answered the consent page with a refusal."""


class StateMismatch(ConsentRefused):
    """The answer belongs to another request."""


class NoAnswer(ConsentRefused):
    """What came is no answer of Spotify's page."""


class AccountUnknown(ConsentRefused):
    """What is stored does not say whose authorization it is, so nobody may renew it by a link."""


class AlreadyAnswered(ConsentRefused):
    """A renewal is answered once, and within ten minutes."""


class WrongAccount(ConsentRefused):
    """Another account agreed than the one that was authorized before."""


class CredentialsChanged(ConsentRefused):
    """The credentials were replaced while the listener was asked."""


class ItemRefused(ArchiveError):
    """400 for the items of an add: at least one of them cannot be added. Never leaves AddTracks."""
