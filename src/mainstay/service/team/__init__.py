"""The team: who is there for whom, duty, leave and cover, supervision, quality."""
