"""What the numbers say in words: headlines, the paragraph, what needs attention, on how much a number rests."""
