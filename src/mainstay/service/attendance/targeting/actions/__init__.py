"""What is done about targeting meetings; each keyword-only, who and when, one transaction."""
