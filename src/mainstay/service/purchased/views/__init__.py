"""Pages of purchased work, subject by subject."""
