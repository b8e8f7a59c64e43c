"""One file a kind: a table -> tidy lines."""
