"""IAM, enforced: what a role asks for is done only where its policies allow it.

moto's own enforcement looks at actions without their resources.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4
from xml.sax.saxutils import escape

from moto.backends import get_backend
from werkzeug.wrappers import Response

from rediscover.engine.access.calls import Call, call
from rediscover.engine.access.policies import objection
from rediscover.engine.access.roles import ROOT, Roles, UnknownKey, policies_of, session_arn
from rediscover.engine.access.signatures import signed_by
from rediscover.engine.aws import ACCOUNT, PARTITION
from rediscover.engine.functions import refusal
from rediscover.engine.server import WsgiApplication

CODES = {"s3": "AccessDenied", "sns": "AuthorizationError"}
"""Their own error codes; the others say AccessDeniedException."""


@dataclass(frozen=True)
class Denial:
    """What a role was refused."""

    role: str
    action: str
    resource: str


class Authorization:
    """A WSGI application before another one; `denials` are all refusals so far.

    Buckets' policies are moto's to enforce, and grant nothing here.
    """

    def __init__(self, application: WsgiApplication, roles: Roles) -> None:
        self._application = application
        self._roles = roles
        self.denials: list[Denial] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if "#" in environ["RAW_URI"]:
            # No client sends one. moto ends the path there, and what is judged here would be another one.
            return Response("There is no such path.\n", 400)(environ, start_response)
        try:
            role = self._roles.asking(environ)
        except UnknownKey:
            return _unknown(environ)(environ, start_response)
        if role == ROOT:
            return self._application(environ, start_response)
        asked = call(environ, signed_by(environ)[1])
        refused = self._refused(role, asked, environ["QUERY_STRING"])
        if refused is None and asked.operation == "GetObject":
            return self._read(role, asked, environ)(environ, start_response)
        return (refused or self._application)(environ, start_response)

    def _refused(self, role: str, asked: Call, query: str) -> Response | None:
        if query and asked.protocol in ("json", "query"):
            # These are asked in the body. moto takes from an address what it finds there, before the body.
            return _refusal(asked, "ValidationException", "The request has its parameters in its address.")
        try:
            rights = list(asked.rights())
        except KeyError:
            operation = f"{asked.service}:{asked.operation or 'an operation of no known name'}"
            self.denials.append(Denial(role, operation, ""))
            message = f"The engine does not know which rights {operation} takes, so {session_arn(role)} has none."
            return _refusal(asked, _code(asked), message)
        if asked.bucket and asked.bucket not in get_backend("s3")[ACCOUNT][PARTITION].buckets:
            return None  # S3 tells anyone that there is no such bucket
        refused = (self._objected(role, asked, action, resource) for action, resource in rights)
        return next(filter(None, refused), None)

    def _objected(self, role: str, asked: Call, action: str, resource: str) -> Response | None:
        why = objection(policies_of(role), action, resource, asked.context)
        if why is None:
            return None
        self.denials.append(Denial(role, action, resource))
        message = f"User: {session_arn(role)} is not authorized to perform: {action} on resource: {resource} {why}"
        return _refusal(asked, _code(asked), message)

    def _read(self, role: str, asked: Call, environ: dict[str, Any]) -> Response:
        """Who may not list a bucket does not learn that it lacks an object (Amazon S3, GetObject, Permissions)."""
        answer = Response.from_app(self._application, environ)
        if answer.status_code != 404 or b"NoSuchKey" not in answer.get_data():
            return answer
        return self._objected(role, asked, "s3:ListBucket", f"arn:{PARTITION}:s3:::{asked.bucket}") or answer


def _code(asked: Call) -> str:
    return CODES.get(asked.service, "AccessDeniedException")


def _unknown(environ: dict[str, Any]) -> Response:
    """A refusal that depends on nothing that a stranger sends but the protocol it is read in."""
    kind = environ.get("CONTENT_TYPE", "")
    protocol = "json" if kind.startswith("application/x-amz-json") else "query" if kind else "rest-json"
    message = "The request is not signed with a key that the engine has given out."
    return _refusal(Call("", protocol, "", {}), "UnrecognizedClientException", message)


def _refusal(asked: Call, code: str, message: str) -> Response:
    """The error in the form of the protocol that was asked in."""
    request = str(uuid4())  # moto's interpreter puts it into the cause of a state's failure
    headers = {"x-amzn-RequestId": request}
    if asked.protocol == "json":
        body = json.dumps({"__type": code, "message": message})
        return Response(body, 400, headers, content_type="application/x-amz-json-1.1")
    if asked.protocol == "rest-json":
        return refusal(403, code, message)
    body = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    if asked.protocol == "query":
        body = f"<ErrorResponse>{body}<RequestId>{request}</RequestId></ErrorResponse>"
    return Response(body, 403, headers, content_type="application/xml")
