"""Changes of this room."""
