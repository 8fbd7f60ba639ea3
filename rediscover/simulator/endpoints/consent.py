"""Spotify's consent page: `GET /authorize`, and the answer to its form.

A request that cannot be trusted with a redirect is refused on the page itself, in Spotify's words; everything else
goes back to the app's redirect URI (Spotify, Authorization Code Flow and Redirect URIs).
"""

from collections.abc import Mapping
from html import escape
from urllib.parse import urlencode, urlsplit

from rediscover.simulator.answers import Refusal, Response
from rediscover.simulator.world.identities import SCOPES, App
from rediscover.simulator.world.world import World

LOOPBACK = ("127.0.0.1", "::1")
OTHER_SCOPES = (
    *("app-remote-control", "streaming", "ugc-image-upload"),
    *("user-follow-modify", "user-follow-read", "user-library-modify", "user-library-read", "user-top-read"),
    *("user-modify-playback-state", "user-read-currently-playing", "user-read-playback-position"),
    *("user-read-playback-state", "user-read-recently-played", "user-read-email", "user-read-private"),
)
"""Of other endpoints (Spotify's published schema)."""
_HTML = "text/html; charset=utf-8"


def ask(world: World, query: Mapping[str, str]) -> Response:
    """The page with Agree and Cancel; without `show_dialog=true`, a listener who agreed before is not asked again."""
    try:
        scopes = _checked(world, query)
    except Refusal as refusal:
        return refusal.answer
    if query.get("show_dialog") != "true" and world.identities.has_agreed_to(scopes, world.clock()):
        return _back(query, code=_code(world, query, scopes))
    return Response(200, _page(world, query, scopes), content_type=_HTML)


def decide(world: World, form: Mapping[str, str]) -> Response:
    """What Agree and Cancel do: back to the app, with a code or with `access_denied`."""
    try:
        scopes = _checked(world, form)
    except Refusal as refusal:
        return refusal.answer
    if form.get("answer") != "agree":
        return _back(form, error="access_denied")
    return _back(form, code=_code(world, form, scopes))


def _checked(world: World, asked: Mapping[str, str]) -> tuple[str, ...]:
    """The scopes asked for; refuses a request that is not as it should be."""
    app = world.identities.app
    if asked.get("client_id") != app.client_id:
        raise _refuse("INVALID_CLIENT: Invalid client")
    if not _is_registered(app, asked.get("redirect_uri", "")):
        raise _refuse("INVALID_CLIENT: Invalid redirect URI")
    if asked.get("response_type") != "code":
        raise _refuse("response_type must be code")
    scopes = tuple(asked.get("scope", "").split())
    if not set(scopes) <= {*SCOPES, *OTHER_SCOPES}:
        raise _refuse("INVALID_SCOPE: Invalid scope")
    if "code_challenge" in asked and asked.get("code_challenge_method") != "S256":
        raise _refuse("code_challenge_method must be S256")
    return scopes


def _is_registered(app: App, uri: str) -> bool:
    """Whether the app may have answers sent there: an exact match; any port where a loopback URI was given none."""
    parts = urlsplit(uri)
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not secure or parts.hostname == "localhost":
        return False
    host, _, _ = parts.netloc.rpartition(":") if parts.port else (parts.netloc, "", "")
    any_port = parts._replace(netloc=host).geturl() if parts.hostname in LOOPBACK else uri
    return uri in app.redirect_uris or any_port in app.redirect_uris


def _code(world: World, asked: Mapping[str, str], scopes: tuple[str, ...]) -> str:
    return world.identities.issue_code(scopes, asked["redirect_uri"], asked.get("code_challenge"), world.clock())


def _back(asked: Mapping[str, str], **answer: str) -> Response:
    state = {"state": asked["state"]} if "state" in asked else {}
    return Response(303, headers={"Location": f"{asked['redirect_uri']}?{urlencode({**answer, **state})}"})


def _page(world: World, query: Mapping[str, str], scopes: tuple[str, ...]) -> str:
    app = escape(world.identities.app.name)
    listener = escape(world.identities.users[world.identities.listener].display_name)
    fields = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in query.items()
    )
    wanted = "".join(f"<li>{escape(scope)}</li>" for scope in scopes)
    return (
        f'<!doctype html><html lang="en"><title>Authorize {app}</title><h1>Simulated Spotify</h1>'
        f"<p>{listener}, you agree that <b>{app}</b> will be able to:</p><ul>{wanted}</ul>"
        f'<form method="post" action="/authorize">{fields}'
        '<button id="agree" name="answer" value="agree">Agree</button> '
        '<button id="cancel" name="answer" value="cancel">Cancel</button></form></html>'
    )


def _refuse(words: str) -> Refusal:
    return Refusal(Response(400, words, content_type="text/plain; charset=utf-8"))
