"""`rediscover up`: the stack's schedule, kept on this machine."""
