"""Who is told of the runs: on this machine by a service's URL."""

from dataclasses import replace

from rediscover.commands.setup.sitting import Sitting
from rediscover.commands.telling.notify import TEST
from rediscover.commands.telling.services import SERVICES, Service, UnknownService, tell
from rediscover.places.listener import KeptListener


def told(sitting: Sitting, kept: KeptListener) -> None:
    """Ask by which service, and send a test if that is wanted. Raises UnknownService for a flag's URL."""
    listener = kept.read()
    if url := sitting.arguments.notify:
        service = Service(url)
    else:
        known = ", ".join(str(Service(one)) for one in listener.urls)
        question = f"You are told by {known}. Change it?" if known else "Be told what runs add, and of problems?"
        if not sitting.asker.confirm(question, False):
            return
        sitting.tell(f"A service is a URL, such as ntfys://TOPIC or tgram://BOT_TOKEN/CHAT_ID: {SERVICES}")
        while True:
            url = sitting.asker.secret("URL of the service, which is not shown (nothing for none)", "--notify")
            if not url:
                return
            try:
                service = Service(url)
                break
            except UnknownService as error:
                sitting.refuse(error)
    kept.write(replace(listener, urls=(url,)))
    sitting.tell(f"You are told by {service}. `rediscover notify` changes it.")
    if sitting.asker.confirm("Send a test?", sitting.arguments.ask):
        failed = tell([url], TEST)
        sitting.tell("It was not taken. Look at the URL." if failed else "Sent. Look whether it arrived.")
