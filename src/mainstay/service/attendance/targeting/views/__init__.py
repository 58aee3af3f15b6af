"""The pages of targeting meetings."""
