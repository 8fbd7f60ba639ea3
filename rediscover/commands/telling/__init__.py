"""Being told on a laptop what the topic tells on AWS."""
