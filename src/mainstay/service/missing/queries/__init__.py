"""What lists and pages ask."""
