"""A sheet as it came, with its faults marked, and the letter that goes with it."""
