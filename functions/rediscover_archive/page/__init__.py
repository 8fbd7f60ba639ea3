"""The archive as one HTML file that loads nothing."""
