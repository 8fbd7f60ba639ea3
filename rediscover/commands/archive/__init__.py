"""What was kept: by week, as a page, for other programs."""
