"""What the pages of targeting meetings show."""
