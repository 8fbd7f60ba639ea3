"""Structured logs and metrics, the same for every function. Neither ever sees a token or a whole event.

Their service is the stack's name, by POWERTOOLS_SERVICE_NAME.
"""

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

NAMESPACE = "RediscoverWeekly"

logger = Logger()
metrics = Metrics(namespace=NAMESPACE)

__all__ = ["MetricUnit", "logger", "metrics"]
