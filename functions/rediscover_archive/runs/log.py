"""Structured logs, the same for every function. They never see a token or a whole event.

Their service is the stack's name, by POWERTOOLS_SERVICE_NAME.
"""

from aws_lambda_powertools import Logger

logger = Logger()
