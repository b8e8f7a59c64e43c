"""What everyone may see: groups so large that no number is about one giver alone."""
