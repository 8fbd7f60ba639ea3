"""The embedded engine, which runs the project's template without AWS."""

from rediscover.engine.engine import Engine

__all__ = ["Engine"]
