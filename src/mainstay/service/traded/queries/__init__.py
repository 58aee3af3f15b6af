"""What this room can be asked."""
