"""The roles of a stack, each with an access key of its own, by which its requests are known."""

import threading
from dataclasses import dataclass
from secrets import choice, token_urlsafe
from string import ascii_uppercase, digits
from typing import Any

from moto.backends import get_backend
from moto.iam.exceptions import NotFoundException

from rediscover.engine.access.policies import statements
from rediscover.engine.access.signatures import is_signed, signed_by
from rediscover.engine.aws import ACCOUNT, PARTITION, SETTINGS
from rediscover.engine.errors import TemplateError

ROOT = ""
"""The engine itself, which may do everything."""


class UnknownKey(Exception):
    """A request is not signed with an access key that the engine has given out."""


@dataclass(frozen=True, repr=False)
class _Key:
    id: str
    secret: str


class Roles:
    """Roles, by their names. Their keys are made anew for each engine; only who was given one can ask as a role."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: dict[str, _Key] = {}
        self._role_of: dict[str, str] = {}

    def credentials(self, role: str = ROOT) -> dict[str, str]:
        """Environment variables with a role's credentials; `role` is its name or ARN."""
        name = role.rpartition("/")[2]
        with self._lock:
            if name not in self._keys:
                self._keys[name] = _Key(_key_id("ASIA" if name else "AKIA"), token_urlsafe(30))
                self._role_of[self._keys[name].id] = name
            key = self._keys[name]
        return {**SETTINGS, "AWS_ACCESS_KEY_ID": key.id, "AWS_SECRET_ACCESS_KEY": key.secret}

    def asking(self, environ: dict[str, Any]) -> str:
        """The role that signed a request, whose body can be read again after. Raises UnknownKey."""
        access_key, _ = signed_by(environ)
        role = self._role_of.get(access_key)
        if role is None or not is_signed(environ, self._keys[role].secret):
            raise UnknownKey
        return role


def _key_id(prefix: str) -> str:
    """20 capital letters and digits (IAM, Identifiers)."""
    return prefix + "".join(choice(ascii_uppercase + digits) for _ in range(16))


def policies_of(role: str) -> list[str]:
    """The JSON of a role's policies as they are now, inline and attached; empty where there is no such role."""
    iam = get_backend("iam")[ACCOUNT][PARTITION]
    try:
        inline = [iam.get_role_policy(role, name)[1] for name in iam.list_role_policies(role)]
    except NotFoundException:
        return []
    attached, _ = iam.list_attached_role_policies(role)
    return inline + [one.document for policy in attached for one in policy.versions if one.is_default]


def check_policies() -> None:
    """Raise TemplateError where a role has a policy that the engine does not evaluate."""
    for role in get_backend("iam")[ACCOUNT][PARTITION].get_roles():
        for document in policies_of(role.name):
            try:
                statements(document)
            except TemplateError as error:
                raise TemplateError(f"{role.name}: {error}") from error


def session_arn(role: str) -> str:
    """Who AWS says has asked, where a role did."""
    return f"arn:{PARTITION}:sts::{ACCOUNT}:assumed-role/{role}/embedded"
