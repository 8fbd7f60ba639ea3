"""What is typed: options, the input that they make, and whether it can be run."""
