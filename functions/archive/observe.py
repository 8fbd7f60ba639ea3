"""Structured logs and metrics, the same for every function. Neither ever sees a token or a whole event."""

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

NAMESPACE = "RediscoverWeekly"

logger = Logger(service="rediscover-weekly")
metrics = Metrics(namespace=NAMESPACE, service="rediscover-weekly")

__all__ = ["MetricUnit", "logger", "metrics"]
