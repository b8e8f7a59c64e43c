"""A messy sheet -> tidy frames and a list of problems. `read(source)` is the way in."""
