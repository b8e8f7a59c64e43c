"""The slides of the meeting, with charts of PowerPoint's own."""
