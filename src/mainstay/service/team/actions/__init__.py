"""What is done in this room; each keyword-only, who and when, one transaction."""
