"""What can be done in this room, one change each."""
