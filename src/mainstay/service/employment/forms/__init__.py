"""What is typed in this room: the pages of an application, and the steps that follow it."""
