"""Pages of the room: stored documents, how they were served, print runs, letters and their wording."""
