"""What the pages of purchased work show."""
