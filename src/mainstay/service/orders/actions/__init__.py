"""What is done: one function a step."""
