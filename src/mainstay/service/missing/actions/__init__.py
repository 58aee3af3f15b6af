"""What is done about a child missing education."""
