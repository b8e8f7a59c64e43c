"""The public board as a page of its own, with its data."""
