"""Forms that communes fill in."""
