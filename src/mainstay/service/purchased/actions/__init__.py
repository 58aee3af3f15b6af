"""What changes purchased work; each module one subject."""
