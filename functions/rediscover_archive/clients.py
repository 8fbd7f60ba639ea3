"""boto3's clients, each made once in a process, because that takes as long as several requests.

A function's process serves many invocations, and a client keeps its connection (AWS Lambda, Best practices).
"""

from functools import cache
from typing import Any

import boto3


@cache
def client(service: str) -> Any:
    """The client of a service, by boto3's name of it, with the credentials and the region of the environment."""
    return boto3.client(service)  # type: ignore[call-overload]  # boto3-stubs types literal names only
