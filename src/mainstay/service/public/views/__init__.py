"""Pages that need no sign-in, and what other services tell us."""
