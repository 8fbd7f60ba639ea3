"""`python -m rediscover`."""

import sys

from rediscover.cli import main

sys.exit(main())
