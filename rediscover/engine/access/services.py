"""moto's services behind one port, each reached by what is signed for it.

moto's own server goes by the path first, so that `/moto-api/…` and others are open to everybody; and it has a Flask
application for each service, which take longer to load and to make than all they are asked.
"""

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from moto.backend_index import backend_url_patterns
from moto.backends import get_backend
from moto.core.exceptions import HTTPException
from moto.core.request import Request
from werkzeug.wrappers import Response

from rediscover.engine.access.signatures import signed_by
from rediscover.engine.aws import ACCOUNT, PARTITION, REGION

Handler = Callable[[Request, str, dict[str, str]], tuple[int, dict[str, Any], Any]]


def services(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """A WSGI application: the answer of the service that a request was signed for."""
    answer = _answer(_Request(environ), signed_by(environ)[1])
    return answer(environ, start_response)


class _Request(Request):  # type: ignore[misc]  # moto has no types
    from_wsgi_server = True


def _answer(request: Any, service: str) -> Response:
    handlers = _handlers(service)
    if not handlers:
        return Response(f"The engine has no service {service}.\n", 404)
    handler = next((handler for path, handler in handlers if path.match(request.raw_path)), None)
    if handler is None:
        return Response(f"The engine's service {service} has no such path.\n", 404)
    try:
        status, headers, content = handler(request, request.raw_url, dict(request.headers))
    except HTTPException as error:
        answer: Response = error.get_response(request.environ)
        return answer
    response = Response(content, status, headers)
    if request.method == "HEAD" and "content-length" in headers:
        response.headers["Content-Length"] = headers["content-length"]
    return response


@cache
def _handlers(service: str) -> list[tuple[re.Pattern[str], Handler]]:
    """What answers for which paths, the first that matches; nothing where there is no such service."""
    address = f"http://{service}.{REGION}.amazonaws.com"
    name = next((name for name, pattern in backend_url_patterns if pattern.match(address)), None)
    if name is None:
        return []
    places = get_backend(name)[ACCOUNT]
    paths = places[REGION if REGION in places else PARTITION].url_paths
    return [(re.compile(path), handler) for path, handler in paths.items()]
