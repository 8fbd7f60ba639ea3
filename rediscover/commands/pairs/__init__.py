"""What is remembered to be archived on this machine."""
