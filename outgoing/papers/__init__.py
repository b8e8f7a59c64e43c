"""The weekly report and letters, for Word and as PDF, from Word templates."""
