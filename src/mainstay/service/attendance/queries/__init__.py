"""What the pages of this room show: plain values, each page in a constant number of SQL queries."""
