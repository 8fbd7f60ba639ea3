"""Creates what a template describes, each resource through its own API, in the order of the references."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from rediscover.engine.access.roles import check_policies
from rediscover.engine.aws import Clients
from rediscover.engine.deployment.intrinsics import Created, Resolver
from rediscover.engine.deployment.resources import CREATORS, Context
from rediscover.engine.deployment.template import load
from rediscover.engine.errors import TemplateError


@dataclass(frozen=True)
class Deployment:
    """A deployed template: each resource's physical id and type by its logical id, and the outputs."""

    resources: dict[str, str]
    types: dict[str, str]
    outputs: dict[str, str]

    def of_type(self, resource_type: str) -> dict[str, str]:
        """Physical ids of the resources of one type, by logical id."""
        return {name: self.resources[name] for name, kind in self.types.items() if kind == resource_type}


def deploy(
    template_file: Path,
    given: Mapping[str, str],
    clients: Clients,
    transformed: Path | None = None,
    told: Callable[[str, str], None] = lambda *_: None,
) -> Deployment:
    """Create the template's resources, with these parameter values. Raises TemplateError and ParameterError.

    `transformed` is a file that keeps the transformed template for the next time. `told` is called with each resource's
    type and physical id when it has been created.
    """
    template, parameters = load(template_file, given, transformed)
    created: dict[str, Created] = {}
    resolver = Resolver(template, parameters, created)
    resources = {
        name: resource
        for name, resource in template["Resources"].items()
        if "Condition" not in resource or resolver.holds(resource["Condition"])
    }
    _check_types(resources)
    context = Context(clients, template_file.parent)
    for name in _in_order(resources, resolver):
        created[name] = _create(name, resources[name], resolver, context)
        told(resources[name]["Type"], created[name].ref)
    check_policies()
    return Deployment(
        resources={name: made.ref for name, made in created.items()},
        types={name: resources[name]["Type"] for name in created},
        outputs=_outputs(template.get("Outputs", {}), resolver),
    )


def _check_types(resources: Mapping[str, Any]) -> None:
    unknown = [f"{resource['Type']} ({name})" for name, resource in resources.items() if _unknown(resource)]
    if unknown:
        raise TemplateError(f"The engine does not know the resource type {', '.join(sorted(unknown))}.")


def _unknown(resource: Mapping[str, Any]) -> bool:
    return resource["Type"] not in CREATORS


def _in_order(resources: Mapping[str, Any], resolver: Resolver) -> list[str]:
    graph = {
        name: resolver.references(resource.get("Properties", {})) & resources.keys() | _depends_on(resource)
        for name, resource in resources.items()
    }
    try:
        return [name for name in TopologicalSorter(graph).static_order() if name in resources]
    except CycleError as error:
        raise TemplateError(f"Resources depend on each other: {', '.join(error.args[1])}.") from error


def _depends_on(resource: Mapping[str, Any]) -> set[str]:
    names = resource.get("DependsOn", [])
    return {names} if isinstance(names, str) else set(names)


def _create(name: str, resource: Mapping[str, Any], resolver: Resolver, context: Context) -> Created:
    """Create one resource; a creator takes out of the properties what it applies, the rest is an error."""
    kind = resource["Type"]
    properties = resolver.resolve(resource.get("Properties", {}))
    try:
        created = CREATORS[kind](context, name, properties)
    except (ClientError, BotoCoreError, KeyError) as error:
        raise TemplateError(f"{name} ({kind}) cannot be created: {error!r}") from error
    if properties:
        unknown = ", ".join(sorted(properties))
        raise TemplateError(f"{name} ({kind}): the engine does not know the property {unknown}.")
    return created


def _outputs(declared: Mapping[str, Any], resolver: Resolver) -> dict[str, str]:
    return {
        name: str(resolver.resolve(output["Value"]))
        for name, output in declared.items()
        if "Condition" not in output or resolver.holds(output["Condition"])
    }
