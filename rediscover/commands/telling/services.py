"""The services by which a listener is told: Apprise's, each known by a URL that holds its secrets."""

import logging
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from rediscover.errors import WRONG_COMMAND_LINE, UserError
from rediscover.executions.finished import Notification

if TYPE_CHECKING:
    from apprise import NotifyBase

SERVICES = "https://appriseit.com/services/"
SCHEME = re.compile(r"([a-z][a-z0-9+.-]{0,19})://", re.IGNORECASE)
"""A URL's beginning; longer than Apprise's are may be something else, which is not to be shown."""


class UnknownService(UserError):
    """A URL is none by which Apprise could tell somebody."""

    exit_code = WRONG_COMMAND_LINE


class Service:
    """One of them, by its URL. Raises UnknownService, which names the URL's scheme and no more of it."""

    def __init__(self, url: str) -> None:
        self._plugin = _plugin(url)
        self._scheme = _scheme(url)

    def __str__(self) -> str:
        """The service's name. Even Apprise's own private form of a URL has ntfy's topic in it, which is its secret."""
        return f"{self._plugin.service_name} ({self._scheme})"

    def tell(self, notification: Notification) -> bool:
        """Whether the service took it."""
        from apprise import Apprise, NotifyFormat

        sender = Apprise()
        sender.add(self._plugin)
        told = sender.notify(body=notification.message, title=notification.subject, body_format=NotifyFormat.TEXT)
        return bool(told)


def tell(urls: Iterable[str], notification: Notification) -> list[str]:
    """Tell all of them; the services that could not be told, by name."""
    failed = []
    for url in urls:
        try:
            service = Service(url)
        except UnknownService:  # which an earlier release of Apprise knew
            failed.append(_scheme(url))
        else:
            failed += [] if service.tell(notification) else [str(service)]
    return failed


def _plugin(url: str) -> "NotifyBase":
    from apprise import Apprise, AppriseAsset

    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # what a plugin logs has parts of its URL in it
    asset = AppriseAsset(app_id="rediscover", app_desc="(re)Discover Weekly", async_mode=False)
    plugin = Apprise.instantiate(url, asset=asset)
    if plugin is None:
        raise UnknownService(
            f"There is no service by {_scheme(url)}, or the rest of its URL is not as that service needs it. "
            f"{SERVICES} lists them with their URLs."
        )
    return plugin


def _scheme(url: str) -> str:
    found = SCHEME.match(url)
    return f"{found[1].lower()}://" if found else "a URL without a scheme"
