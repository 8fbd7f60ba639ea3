"""The embedded engine, which runs the project's template without AWS."""

from rediscover.engine.moto import without_batch as without_batch  # before the interpreter is loaded

# isort: split
from rediscover.engine.engine import Engine

__all__ = ["Engine"]
