"""`rediscover schedule`, and a module for each kind of timer that a system may have."""
