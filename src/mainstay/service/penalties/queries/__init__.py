"""What the pages of this room show, asked in a fixed number of queries."""
