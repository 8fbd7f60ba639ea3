"""Who is told of the runs: on this machine by a service's URL."""

from dataclasses import replace

from rediscover.commands.setup.sitting import Sitting
from rediscover.commands.telling.notify import TEST
from rediscover.commands.telling.services import SERVICES, Service, UnknownService, tell
from rediscover.places.listener import KeptListener


def told(sitting: Sitting, kept: KeptListener) -> None:
    """Ask by which service, and send a test if that is wanted. Raises UnknownService for a flag's URL."""
    listener = kept.read()
    service: Service | None
    if url := sitting.arguments.notify or "":
        service = Service(url)
    else:
        known = ", ".join(str(Service(one)) for one in listener.urls)
        question = f"You are told by {known}. Change it?" if known else "Be told what runs add, and of problems?"
        if not sitting.asker.confirm(question, False):
            return
        sitting.tell(f"A service is a URL, such as ntfys://TOPIC or tgram://BOT_TOKEN/CHAT_ID: {SERVICES}")
        service, url = _service(sitting)
    while service:
        kept.write(replace(listener, urls=(url,)))
        sitting.tell(f"You are told by {service}. `rediscover notify` changes it.")
        if not sitting.asker.confirm("Send a test?", sitting.arguments.ask):
            return
        if not tell([url], TEST):
            sitting.tell("Sent. Look whether it arrived.")
            return
        sitting.tell(
            f"{service} did not take the test: it cannot be reached from here, or does not know what stands in the "
            "URL. That is stored all the same, and `rediscover notify --test` tries it again."
        )
        if not sitting.asker.is_attended or not sitting.asker.confirm("Give another URL?", True):
            return
        service, url = _service(sitting)


def _service(sitting: Sitting) -> tuple[Service | None, str]:
    """A service that there is, and its URL; none where nothing is answered."""
    while url := sitting.asker.secret("URL of the service, which is not shown (nothing for none)", "--notify"):
        try:
            return Service(url), url
        except UnknownService as error:
            sitting.refuse(error)
    return None, ""
