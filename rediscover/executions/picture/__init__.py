"""A state machine, or one of its executions, as a picture."""
