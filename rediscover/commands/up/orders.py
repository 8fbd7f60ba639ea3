"""What is ordered of a process with an engine; whoever orders it loads none."""

from collections.abc import Mapping

from rediscover.commands.up.stack import Deployed, Fired, Order


def fire(order: Order) -> Fired:
    """What comes of an order. Raises UserError and ArchiveError where nothing was started."""
    from rediscover.commands.up.firing import fired

    return fired(order)


def deploy(parameters: Mapping[str, str]) -> Deployed:
    """What the template deploys. Raises EngineFailed."""
    from rediscover.commands.up.firing import deployed

    return deployed(parameters)
