"""Pages of the room: they only translate between HTTP and actions or queries."""
