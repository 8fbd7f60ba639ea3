"""Metrics of the functions that have any, in CloudWatch's embedded metric format.

Their dimension `service` is the stack's name, by POWERTOOLS_SERVICE_NAME.
"""

from aws_lambda_powertools.metrics import Metrics, MetricUnit

metrics = Metrics(namespace="RediscoverWeekly")


def count(name: str, value: int) -> None:
    """Add a number to the metric `name`."""
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
