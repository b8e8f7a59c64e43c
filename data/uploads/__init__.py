"""What was accepted: uploads with their lines, what of them counts, now or at a moment."""
