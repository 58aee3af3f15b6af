"""Targeting Support Meetings: an officer and a school go through its absent children once a term, or more often."""
