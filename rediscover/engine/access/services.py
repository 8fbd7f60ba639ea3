"""moto's services behind one port, each reached by what is signed for it."""

from typing import Any

from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.wrappers import Response

from rediscover.engine.access.signatures import signed_by
from rediscover.engine.aws import REGION


class Services(DomainDispatcherApplication):  # type: ignore[misc]  # moto has no types
    """A WSGI application. moto's own goes by the path first, so that `/moto-api/…` and others are open to everybody."""

    def __init__(self) -> None:
        super().__init__(create_backend_app)

    def get_application(self, environ: dict[str, Any]) -> Any:
        """The service that the request was signed for."""
        _, service = signed_by(environ)
        address = f"http://{service}.{REGION}.amazonaws.com"
        backend = next((name for name, pattern in self.backend_url_patterns if pattern.match(address)), None)
        if backend is None:
            return Response(f"The engine has no service {service}.\n", 404)
        with self.lock:
            if backend not in self.app_instances:
                self.app_instances[backend] = self.create_app(backend)
            return self.app_instances[backend]
