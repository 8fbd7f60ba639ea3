"""The app: its client id and secret, tried with Spotify before anybody is asked for a consent."""

from collections.abc import Iterable, Mapping

from rediscover.commands.authorize import Client, client_of
from rediscover.commands.consent.callback import HOST, PATH
from rediscover.commands.setup.sitting import Sitting
from rediscover_archive.authorization.secret import Secret
from rediscover_archive.errors import AuthorizationExpired, WrongClient
from rediscover_archive.settings import accounts_url
from rediscover_archive.spotify.accounts import DASHBOARD, how_to_register, refresh
from rediscover_archive.spotify.transport import Transport
from rediscover_archive.text import is_plain

NO_TOKEN = "none"  # noqa: S105 (it is one of nobody)
INSTEAD = "SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET"


def app_of(sitting: Sitting, stored: Iterable[Secret]) -> Client:
    """An app that Spotify knows: the one of the environment, else the stored one, else as it is answered.

    Raises NotAnswered, InvalidCredentials for a variable, and what Transport.send raises.
    """
    known = client_of(sitting.environment, stored, lambda *_: "")
    if known.id and known.secret:
        wrong = _objection(known, sitting.environment)
        if wrong is None:
            sitting.tell(f"The app {known.id} is known, and Spotify takes it.")
            return known
        if not sitting.arguments.ask:
            raise wrong
        sitting.warn(wrong)
        if sitting.environment.get("SPOTIFY_CLIENT_ID"):
            sitting.tell(f"{INSTEAD} are set, and come before what is stored: unset them after this.")
    else:
        registered = how_to_register(f"http://{HOST}:{sitting.arguments.port}{PATH}")
        sitting.tell(
            f"An app of your own reads and writes your playlists. Make one at {DASHBOARD} (Web API; its owner needs "
            f"Premium). {registered} Its settings show the client id and the client secret."
        )
    while True:
        id = sitting.asker.text("Client id", INSTEAD, known.id)
        known = Client(id, sitting.asker.secret("Client secret", INSTEAD))
        wrong = _objection(known, sitting.environment)
        if wrong is None:
            return known
        sitting.refuse(wrong)


def _objection(client: Client, environment: Mapping[str, str]) -> WrongClient | None:
    """Why Spotify would not take the app; None where it does.

    Spotify looks at the app before the token (RFC 6749, 5.2), so a token of nobody tells them apart.
    """
    if not is_plain(client.id) or not is_plain(client.secret):
        return WrongClient(f"That is no client id and secret of Spotify's. Copy both from {DASHBOARD}.")
    try:
        refresh(Transport(), accounts_url(environment), client.id, client.secret, NO_TOKEN)
    except AuthorizationExpired:
        return None
    except WrongClient as error:
        return error
    return None
