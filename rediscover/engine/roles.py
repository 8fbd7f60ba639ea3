"""The roles of a stack, each with an access key of its own, by which its requests are known."""

import hashlib

from moto.backends import get_backend
from moto.iam.exceptions import NotFoundException

from rediscover.engine.aws import ACCOUNT, CREDENTIALS, PARTITION
from rediscover.engine.errors import TemplateError
from rediscover.engine.policies import statements


class UnknownKey(Exception):
    """A request bears no access key that the engine has given out."""


class Roles:
    """Roles, by their names. The keys can be guessed: they tell who asks, and keep no hostile code out."""

    def __init__(self) -> None:
        self._of_key: dict[str, str] = {}

    def credentials(self, role: str) -> dict[str, str]:
        """Environment variables with a role's credentials; `role` is its name or ARN."""
        name = role.rpartition("/")[2]
        key = f"ASIA{hashlib.sha256(name.encode()).hexdigest()[:16].upper()}"
        self._of_key[key] = name
        return {**CREDENTIALS, "AWS_ACCESS_KEY_ID": key}

    def with_key(self, access_key: str) -> str | None:
        """The role that has this key; None for the engine's own, which may do everything. Raises UnknownKey."""
        if access_key == CREDENTIALS["AWS_ACCESS_KEY_ID"]:
            return None
        if access_key not in self._of_key:
            raise UnknownKey
        return self._of_key[access_key]


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
